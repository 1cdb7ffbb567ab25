"""Fields that both the set-up and the account forms use."""

from django import forms
from django.core.exceptions import ValidationError

from partners import telephone
from svit.widgets import Telephone


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
