"""The words of the framework's own messages, replaced by ours once, when the application starts.

A form says what is wanted in its own words where it can; these stand where a value came in that no page of ours
sends. Each ends with a full stop, as `sentence` makes every message end.
"""

from django import forms
from django.core import validators

CHOICE = "Choose one of the answers that the page offers."
FIELDS = {
    forms.Field: {"required": "Answer this question."},
    forms.IntegerField: {"invalid": "Enter a whole number, such as 2."},
    forms.FloatField: {"invalid": "Enter a number, such as 2.5."},
    forms.DecimalField: {"invalid": "Enter a number, such as 2.5."},
    forms.FileField: {
        "invalid": "Choose the file again.",
        "missing": "Choose the file again.",
        "empty": "The file is empty.",
        "max_length": "The file's name is too long. Give it a shorter one.",
    },
    forms.ChoiceField: {"invalid_choice": CHOICE},
    forms.MultipleChoiceField: {"invalid_choice": CHOICE, "invalid_list": CHOICE},
    forms.ModelChoiceField: {"invalid_choice": CHOICE},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": CHOICE,
        "invalid_list": CHOICE,
        "invalid_pk_value": CHOICE,
    },
    forms.UUIDField: {"invalid": "Load the page again, then send it once more."},
}
VALIDATORS = {
    validators.ProhibitNullCharactersValidator: "Leave out characters that cannot be seen.",
    validators.MaxLengthValidator: "Use %(limit_value)d characters or fewer. This is %(show_value)d.",
    validators.MinLengthValidator: "Use %(limit_value)d characters or more.",
    validators.MaxValueValidator: "Enter %(limit_value)s or less.",
    validators.MinValueValidator: "Enter %(limit_value)s or more.",
    validators.EmailValidator: "Enter an e-mail address, such as name@agency.example.",
}


def use_ours():
    for field, words in FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    for validator, words in VALIDATORS.items():
        validator.message = words
    validators.validate_email.message = VALIDATORS[validators.EmailValidator]


def sentence(words):
    """`words` as a sentence: with a full stop, where nothing ends it yet."""
    words = str(words).rstrip()
    return words if not words or words[-1] in ".?!:" else f"{words}."
