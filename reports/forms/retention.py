"""The schedule, a hold, and the two halves of the decision on a disposal."""

from django import forms

from incidents.models import Ground, Period, RunsFrom
from svit.conflicts import VersionedForm
from svit.widgets import Number, Radios, Textarea

KEPT_FOR_GOOD = "Name nobody: these words are kept after everything else has gone."


class RuleForm(VersionedForm):
    """How long one kind of record is kept, from which event, and where that period comes from."""

    length = forms.IntegerField(
        label="How long is it kept?", min_value=1, max_value=999, widget=Number(width=4),
        error_messages={"required": "Enter a number", "min_value": "Enter 1 or more", "max_value": "Enter 999 or less"},
    )  # fmt: skip
    unit = forms.ChoiceField(
        label="Days, months or years?", choices=Period.choices, widget=Radios(),
        error_messages={"required": "Choose days, months or years"},
    )  # fmt: skip
    runs_from = forms.ChoiceField(
        label="From when?", widget=Radios(), error_messages={"required": "Choose from when"}
    )
    source = forms.CharField(
        label="Where does this period come from?", max_length=1000, widget=Textarea(rows=3),
        help_text="The controller's schedule, a policy or the law, and who decided.",
        error_messages={"required": "Enter where the period comes from"},
    )  # fmt: skip

    def __init__(self, *args, events, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["runs_from"].choices = [(one, RunsFrom(one).label) for one in events]


class WhyForm(forms.Form):
    """One question: why. For placing and lifting a hold."""

    reason = forms.CharField(
        label="Why?",
        widget=Textarea(rows=3),
        max_length=2000,
        error_messages={"required": "Enter the reason"},
    )


class ProposalForm(forms.Form):
    """A CSP manager's review before disposal."""

    ground = forms.ChoiceField(
        label="Why should it go?", choices=Ground.choices, widget=Radios(),
        error_messages={"required": "Choose why it should go"},
    )  # fmt: skip
    reason = forms.CharField(
        label="What did you review?", widget=Textarea(rows=3), max_length=1000, help_text=KEPT_FOR_GOOD,
        error_messages={"required": "Enter what you reviewed"},
    )  # fmt: skip


class DecisionForm(forms.Form):
    """The governance officer's answer."""

    decision = forms.ChoiceField(
        label="What do you decide?", widget=Radios(),
        choices=[("confirm", "Confirm: it is disposed of and cannot be brought back"), ("refuse", "Refuse: it stays")],
        error_messages={"required": "Choose whether you confirm or refuse"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why do you refuse? (only if you refuse)", widget=Textarea(rows=3), max_length=1000, required=False,
        help_text=KEPT_FOR_GOOD,
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "refuse" and not cleaned.get("reason"):
            self.add_error("reason", "Enter why you refuse")
        return cleaned
