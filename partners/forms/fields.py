"""Fields that both the set-up and the account forms use."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from partners import telephone
from svit.widgets import Telephone, Text


class LineField(forms.CharField):
    """One line of text: whatever stands between two words becomes one space."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class TelephoneField(LineField):
    """A telephone number as people write it."""

    widget = Telephone

    def __init__(self, **options):
        super().__init__(max_length=40, **options)

    def validate(self, value):
        super().validate(value)
        if value and (reason := telephone.why_not(value)):
            raise ValidationError(reason)


class MobileField(LineField):
    """A UK mobile number; the clean value is as texts are sent to it."""

    widget = Telephone

    def __init__(self, **options):
        super().__init__(max_length=40, **options)

    def clean(self, value):
        typed = super().clean(value)
        if typed and telephone.mobile(typed) is None:
            raise ValidationError("Enter a UK mobile number, such as 07700 900123")
        return telephone.mobile(typed) if typed else ""


WEB_ADDRESS = "Enter a web address, such as https://www.example.org"


class WebAddressField(forms.URLField):
    """The address of a page that everybody may open: http or https, and no name or password in it."""

    default_validators = [URLValidator(schemes=("https", "http"), message=WEB_ADDRESS)]

    def __init__(self, **options):
        wording = {"invalid": WEB_ADDRESS, "max_length": "Use 500 characters or fewer"}
        options["error_messages"] = wording | options.get("error_messages", {})
        options.setdefault("widget", Text({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}))
        super().__init__(max_length=500, assume_scheme="https", **options)

    def run_validators(self, value):
        super().run_validators(value)
        if not value.isprintable():  # a character that turns the reading about hides where the address leads
            raise ValidationError(WEB_ADDRESS)
        if "@" in urlsplit(value).netloc:
            raise ValidationError("Leave the name or password out of the web address")


class ObjectField(forms.ModelChoiceField):
    """One of the objects that the actor may choose, by its UUID. Anything else is no choice."""

    def __init__(self, *, wanted, **options):
        options.setdefault("error_messages", {})
        options["error_messages"] |= {"required": wanted, "invalid_choice": wanted}
        super().__init__(to_field_name="uuid", **options)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
