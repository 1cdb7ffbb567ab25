"""Contact with people, referrals and pauses."""

from django import forms

from incidents.forms import late_reason, required
from response.models import AttemptOutcome, ContactMethod, ContactWith, ReferredTo, SupportAnswer
from svit.fields import GovDateTimeField
from svit.widgets import Radios, Text, Textarea


class MissedClock(forms.Form):
    """The two questions that a missed clock asks of whoever records contact; the action says when they are needed."""

    missed_cause = forms.CharField(label="Why was the clock missed?", widget=Textarea(rows=2), max_length=2000,
                                   required=False)  # fmt: skip
    new_plan = forms.CharField(
        label="What is the new plan?", widget=Textarea(rows=2), max_length=2000, required=False
    )

    def __init__(self, *args, missed, **kwargs):
        super().__init__(*args, **kwargs)
        if not missed:
            del self.fields["missed_cause"], self.fields["new_plan"]


class ContactForm(MissedClock):
    """An attempt, or contact made."""

    outcome = forms.ChoiceField(label="What came of it?", choices=AttemptOutcome.choices, widget=Radios(),
                                error_messages=required("Choose whether contact was made."))  # fmt: skip
    whom = forms.ChoiceField(label="With whom?", choices=ContactWith.choices, widget=Radios(),
                             initial=ContactWith.PERSON, required=False)  # fmt: skip
    method = forms.ChoiceField(label="How?", choices=ContactMethod.choices, widget=Radios(layout="two"),
                               error_messages=required("Choose how."))  # fmt: skip
    occurred_at = GovDateTimeField(label="When? (optional)", name="when it was", required=False, past=True,
                                   help_text="Leave empty for now.")  # fmt: skip
    what_happened = forms.CharField(label="What happened (optional)", widget=Textarea(rows=3), max_length=4000,
                                    required=False, help_text="Do not name anyone.")  # fmt: skip
    engaged = forms.CharField(
        label="What engaged them (optional)", max_length=300, required=False,
        help_text="Such as a shared interest, or somebody they know.",
    )  # fmt: skip
    support = forms.ChoiceField(
        label="What came of it for support? (optional)", choices=SupportAnswer.choices, widget=Radios(layout="two"),
        required=False,
    )  # fmt: skip
    next_step = forms.CharField(label="Next step (optional)", max_length=500, required=False)
    late_reason = late_reason()
    told_by = forms.CharField(
        label="Recorded for somebody else? Told by, and how", max_length=200, required=False, widget=Text(),
        help_text="Leave empty if you made the contact yourself.",
    )  # fmt: skip

    def clean_whom(self):
        return self.cleaned_data["whom"] or ContactWith.PERSON

    field_order = ["outcome", "whom", "method", "occurred_at", "late_reason", "missed_cause", "new_plan"]


class ToldForm(MissedClock):
    """That MASH was told, or that what a clock of the partnership's own asks for is done."""

    field_order = ["occurred_at", "late_reason"]

    occurred_at = GovDateTimeField(label="When was that? (optional)", name="when it was", required=False,
                                   past=True, help_text="Leave empty for now.")  # fmt: skip
    late_reason = late_reason()


class ReferralForm(forms.Form):
    """To which service a person was referred."""

    to = forms.ChoiceField(label="Referred to", choices=ReferredTo.choices, widget=Radios(),
                           error_messages=required("Choose the service."))  # fmt: skip
    service = forms.CharField(
        label="Which one? (optional)", max_length=150, required=False,
        help_text="Such as the name of the service or the borough of the MASH. No names of people.",
    )  # fmt: skip
    occurred_at = GovDateTimeField(label="When? (optional)", name="when it was", required=False, past=True,
                                   help_text="Leave empty for now.")  # fmt: skip
    late_reason = late_reason()
    note = forms.CharField(label="What for (optional)", widget=Textarea(rows=3), max_length=2000, required=False,
                           help_text="Do not name anyone.")  # fmt: skip


class PauseForm(forms.Form):
    """Why contact is not safe, and until when; a manager approves it."""

    reason = forms.CharField(label="Why can contact not be made safely?", widget=Textarea(rows=3), max_length=2000,
                             help_text="Do not name anyone.",
                             error_messages=required("Enter why contact is not safe."))  # fmt: skip
    until_at = GovDateTimeField(
        label="Until when?", name="until when", future=True,
        help_text="Within 7 days. Then the clocks run again, whoever remembers.",
        error_messages=required("Enter until when the clocks rest."),
    )  # fmt: skip


class PauseAnswerForm(forms.Form):
    """A manager's yes or no."""

    approved = forms.TypedChoiceField(
        label="Do the clocks rest?",
        choices=[("yes", "Yes, contact is not safe until then"), ("no", "No, contact goes on")],
        coerce=lambda value: value == "yes", widget=Radios(), error_messages=required("Choose yes or no."),
    )  # fmt: skip
    answer = forms.CharField(
        label="Why (needed for a no)", widget=Textarea(rows=2), max_length=2000, required=False
    )


class PauseEndForm(forms.Form):
    reason = forms.CharField(label="Why is contact safe now?", widget=Textarea(rows=2), max_length=2000,
                             error_messages=required("Enter why contact is safe now."))  # fmt: skip
