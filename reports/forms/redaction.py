"""Which words have to go and from where; the answer of the second person; why originals are disclosed."""

from django import forms

from svit.widgets import Checkboxes, Radios, Text, Textarea


class WordsForm(forms.Form):
    """The words as they stand, and why. Where they stand is asked next, once it is known."""

    words = forms.CharField(
        label="Which words have to go?", max_length=300, widget=Text(),
        help_text="A name, an address or a sentence, as it is written. Capitals make no difference.",
        error_messages={"required": "Enter the words"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why?", widget=Textarea(rows=3), max_length=1000, help_text="Do not repeat the words here.",
        error_messages={"required": "Enter the reason"},
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        words, reason = cleaned.get("words", ""), cleaned.get("reason", "")
        if words and words.lower() in reason.lower():
            self.add_error("reason", "Give the reason without the words")
        return cleaned


class ChosenForm(WordsForm):
    """The same, with the places that were found."""

    chosen = forms.MultipleChoiceField(
        label="Where should they go?", widget=Checkboxes(small=True), required=False,
        help_text="Each with its history. A record that is about somebody may rightly hold their name.",
    )  # fmt: skip

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(one.key, f"{one.label} ({one.count})") for one in places]
        self.fields["chosen"].initial = [one.key for one in places if not one.belongs]
        for name in ("words", "reason"):
            self.fields[name].widget = forms.HiddenInput()


class SecondForm(forms.Form):
    """The second person's answer."""

    decision = forms.ChoiceField(
        label="What do you decide?", widget=Radios(),
        choices=[("confirm", "Redact: the words go for good"), ("refuse", "Give them back: the words stand again")],
        error_messages={"required": "Choose what you decide"},
    )  # fmt: skip


class DisclosureForm(forms.Form):
    """For what and to whom originals are disclosed: recorded (DPA 2018 s.62)."""

    reason = forms.CharField(
        label="What are they disclosed for?", max_length=200, widget=Text(),
        help_text="Such as a court order and its number.", error_messages={"required": "Enter what it is for"},
    )  # fmt: skip
    recipient = forms.CharField(
        label="Who gets them?",
        max_length=200,
        widget=Text(),
        error_messages={"required": "Enter who gets them"},
    )
