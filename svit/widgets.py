"""Inputs in the shapes of the design system, drawn by svit/renderer.py. docs/components.md has the options."""

from datetime import date, datetime, time

from django import forms

from svit import clock


def width_class(width):
    """The class for a width of 2 to 30 characters, "half", "third" or "two-thirds"; None is full width."""
    if not width or width == "full":
        return ""
    if isinstance(width, int):
        return f"govuk-input--width-{width}"
    return f"govuk-!-width-{'one-' + width if width in ('half', 'third', 'quarter') else width}"


class Sized:
    """A text input that is as wide as its answer, with a unit before or after it."""

    def __init__(self, attrs=None, *, width=None, prefix="", suffix="", **options):
        attrs = {**(attrs or {})}
        attrs["class"] = f"{attrs.get('class', '')} {width_class(width)}".strip()
        self.prefix, self.suffix = prefix, suffix
        super().__init__(attrs, **options)


class Text(Sized, forms.TextInput):
    pass


class Email(Sized, forms.EmailInput):
    def __init__(self, attrs=None, **options):
        super().__init__({"autocomplete": "email", "spellcheck": "false", **(attrs or {})}, **options)


class Telephone(Sized, forms.TextInput):
    input_type = "tel"

    def __init__(self, attrs=None, *, width=20, **options):
        super().__init__({"autocomplete": "tel", **(attrs or {})}, width=width, **options)


class Number(Sized, forms.TextInput):
    """A whole number, typed: the keypad on a phone, no arrows and no scrolling away of what was typed."""

    def __init__(self, attrs=None, *, width=5, **options):
        super().__init__({"inputmode": "numeric", **(attrs or {})}, width=width, **options)


class Money(Sized, forms.TextInput):
    def __init__(self, attrs=None, *, width=10, prefix="£", **options):
        super().__init__({"inputmode": "decimal", **(attrs or {})}, width=width, prefix=prefix, **options)


class Password(Sized, forms.PasswordInput):
    """With a button that shows what was typed."""

    reveal = True

    def __init__(self, attrs=None, *, autocomplete="current-password", **options):
        attrs = {
            "autocomplete": autocomplete,
            "spellcheck": "false",
            "autocapitalize": "none",
            **(attrs or {}),
        }
        super().__init__(attrs, **options)


class Textarea(forms.Textarea):
    def __init__(self, attrs=None, *, rows=5, count=None):
        self.count = count
        super().__init__({"rows": rows, "cols": None, **(attrs or {})})
        self.attrs.pop("cols", None)


class Select(forms.Select):
    def __init__(self, attrs=None, *, width=None, **options):
        attrs = {**(attrs or {})}
        attrs["class"] = f"{attrs.get('class', '')} {width_class(width)}".strip()
        super().__init__(attrs, **options)


class Arranged:
    """Choices one under another, in two columns, or in a line."""

    def __init__(self, attrs=None, *, layout="stacked", small=False, divider="", **options):
        self.layout, self.small, self.divider = layout, small, divider
        super().__init__(attrs, **options)


class Radios(Arranged, forms.RadioSelect):
    pass


class Checkboxes(Arranged, forms.CheckboxSelectMultiple):
    pass


class Checkbox(forms.CheckboxInput):
    """One box, with its label beside it."""


class File(forms.FileInput):
    def __init__(self, attrs=None, *, accept="", **options):
        attrs = {**(attrs or {}), **({"accept": accept} if accept else {})}
        super().__init__(attrs, **options)


class Files(File):
    """Several files at once."""

    allow_multiple_selected = True


class Parts(forms.MultiWidget):
    """A date or time typed in parts. The field that owns it puts them together and words what is missing."""

    labels = ()
    widths = {"Day": 2, "Month": 2, "Year": 4, "Time": 5}

    def __init__(self, attrs=None):
        super().__init__([Part(label, self.widths[label]) for label in self.labels], attrs)

    def decompress(self, value):
        return value or [""] * len(self.labels)

    def id_for_label(self, id_):
        return f"{id_}_0"


class Part(forms.TextInput):
    def __init__(self, label, width):
        attrs = {"class": f"govuk-input govuk-date-input__input govuk-input--width-{width}"}
        if label in ("Day", "Year"):
            attrs["inputmode"] = "numeric"
        super().__init__(attrs)


def date_parts(value):
    return [str(value.day), str(value.month), str(value.year)]


def time_part(value):
    """9:32am, as it may be typed back."""
    hour = value.hour % 12 or 12
    return f"{hour}:{value.minute:02}{'am' if value.hour < 12 else 'pm'}"


class Date(Parts):
    labels = ("Day", "Month", "Year")

    def decompress(self, value):
        return date_parts(value) if isinstance(value, date) else super().decompress(value)


class Time(Parts):
    labels = ("Time",)

    def decompress(self, value):
        return [time_part(value)] if isinstance(value, time) else super().decompress(value)


class DateTime(Parts):
    labels = ("Day", "Month", "Year", "Time")

    def decompress(self, value):
        if not isinstance(value, datetime):
            return super().decompress(value)
        local = clock.local(value)
        return [*date_parts(local), time_part(local)]
