"""What is asked before a pack is made, and the search box."""

from django import forms

from reports.models import Audience
from svit.widgets import Radios, Text, Textarea

HINTS = {
    Audience.GOLD: "What a coordinator sees, without names and addresses.",
    Audience.PARTNERS: "By allow-list: no suspects or witnesses, nothing restricted, no reasons.",
}


class PackForm(forms.Form):
    """For whom, what for, and who gets it: recorded with every pack (DPA 2018 s.62, disclosure)."""

    label_size = "m"
    hints = {"audience": HINTS}

    audience = forms.ChoiceField(
        label="Who is it for?", widget=Radios(), error_messages={"required": "Choose who the pack is for."}
    )
    purpose = forms.CharField(
        label="Purpose", max_length=200, widget=Text(),
        help_text="What the pack is needed for, such as gold group on 6 June at 9am.",
        error_messages={"required": "Enter what the pack is needed for."},
    )  # fmt: skip
    recipients = forms.CharField(
        label="Who gets it?", max_length=1000, widget=Textarea(rows=3),
        help_text="Roles and agencies. It is printed on every page.",
        error_messages={"required": "Enter who will get the pack."},
    )  # fmt: skip

    def __init__(self, *args, audiences, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(one.value, one.label) for one in audiences]
        if len(audiences) == 1:
            self.fields["audience"].initial = audiences[0].value


class SearchForm(forms.Form):
    typed = ("q",)

    q = forms.CharField(
        label="Reference, place or words", max_length=100, min_length=2, strip=True,
        widget=Text({"autocomplete": "off"}, width="two-thirds"),
        help_text="Every word has to be found. Restricted and sealed records are not searched.",
        error_messages={"required": "Enter what to look for.", "min_length": "Enter at least two characters."},
    )  # fmt: skip
