"""Forms of the incident room: they validate, the actions save."""

from django import forms

from incidents.actions.categorise import contradictions
from incidents.gateways import GATEWAYS
from incidents.models import LogKind, RevealReason, Section, Sensitivity
from incidents.models.incident import LocalCategory, MeetingResponse, OfNote, Seriousness
from partners.models import Agency, Partnership
from svit.conflicts import VersionedForm
from svit.fields import GovDateTimeField
from svit.widgets import Checkboxes, Radios, Text, Textarea

YES_NO = [("yes", "Yes"), ("no", "No"), ("not_known", "Not known")]


def required(words):
    """The same words where nothing was answered, and where the answer is none that the page offers."""
    return {"required": words, "invalid_choice": words}


def late_reason():
    """The question that goes with a time in the past."""
    return forms.CharField(
        label="Why it is written down late", required=False, max_length=500, widget=Text(),
        help_text="Only where it happened more than an hour ago.",
    )  # fmt: skip


class CategoriseForm(VersionedForm):
    """Nine questions at most (UX journey B)."""

    label_size = "m"
    reveals = {"response": {MeetingResponse.PARTNERS_MEETING: ["of_note"]}}

    police_called = forms.ChoiceField(
        label="Have the police called a critical incident?", choices=YES_NO, widget=Radios(layout="inline"),
        error_messages=required("Choose whether the police have called it."),
    )  # fmt: skip
    police_declared = forms.ChoiceField(
        label="Have the police declared one?", choices=YES_NO, widget=Radios(layout="inline"),
        help_text="To call and to declare are two steps, often by two people.",
        error_messages=required("Choose whether the police have declared it."),
    )  # fmt: skip
    serious = forms.ChoiceField(
        label="Is the impact on confidence likely to be significant?", choices=Seriousness.choices, widget=Radios(),
        help_text="Of the victim, their family or the community.",
        error_messages=required("Choose whether the impact on confidence is likely to be significant."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label="Local category", choices=LocalCategory.choices, widget=Radios(),
        error_messages=required("Choose the local category."),
    )  # fmt: skip
    response = forms.ChoiceField(
        label="What response does it need?", choices=MeetingResponse.choices, widget=Radios(),
        error_messages=required("Choose the response."),
    )  # fmt: skip
    of_note = forms.MultipleChoiceField(
        label="Why does the council lead?", choices=OfNote.choices, widget=Checkboxes(), required=False
    )
    lead_agency = forms.ModelChoiceField(
        label="Which agency leads?", queryset=Agency.objects.none(), empty_label="Choose an agency",
        error_messages=required("Choose the agency that leads."),
    )  # fmt: skip
    lead_person = forms.CharField(
        label="Who leads there? (optional)", required=False, max_length=150, widget=Text(width="two-thirds"),
        help_text="A role, such as duty inspector.",
    )  # fmt: skip
    other_boroughs = forms.CharField(
        label="Other boroughs (optional)", required=False, max_length=200,
        help_text="Where the response has to cross a borough boundary.",
    )  # fmt: skip
    rationale = forms.CharField(
        label="Why this category and response?", widget=Textarea(rows=4), max_length=4000,
        help_text="The facts as known now. Do not name anyone.",
        error_messages=required("Say why, in a sentence or two."),
    )  # fmt: skip

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_agency"].queryset = agencies

    def clean(self):
        cleaned = super().clean()
        for field, words in contradictions(cleaned):
            self.add_error(field, words)
        return cleaned

    def shown(self):
        """Question and answer pairs, for checking the answers."""
        rows = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name) if name != "version" else None
            choices = dict(getattr(field, "choices", None) or []) if name != "lead_agency" else {}
            if isinstance(value, list):
                text = ", ".join(str(choices[one]) for one in value)
            else:
                text = str(choices.get(value, value) or "")
            if text:
                rows.append({"key": field.label.replace(" (optional)", ""), "value": text})
        return rows


class NoteForm(forms.Form):
    """An entry for the log."""

    text = forms.CharField(
        label="What happened", widget=Textarea(rows=4), max_length=8000,
        help_text="Facts, not interpretation. Do not name anyone.",
        error_messages=required("Enter what happened."),
    )  # fmt: skip
    section = forms.ChoiceField(label="Section", choices=[], error_messages=required("Choose a section."))
    sensitivity = forms.ChoiceField(
        label="Who may read it", widget=Radios(),
        choices=[
            (Sensitivity.STANDARD, "Everybody who sees the section"),
            (Sensitivity.RESTRICTED, "Coordinators of the partnership and me"),
        ],
        initial=Sensitivity.STANDARD,
        error_messages=required("Choose who may read it."),
    )  # fmt: skip
    occurred_at = GovDateTimeField(
        label="When it happened (optional)", required=False, past=True, help_text="Leave empty for now."
    )
    late_reason = late_reason()

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(s, Section(s).label) for s in Section.values if s in sections]


class ReasonForm(forms.Form):
    """One question: why."""

    reason = forms.CharField(
        label="Why?", widget=Textarea(rows=3), max_length=2000, error_messages=required("Enter the reason.")
    )


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label="What is right", widget=Textarea(rows=4), max_length=8000,
        help_text="The entry that you correct stays as it is; yours points at it.",
        error_messages=required("Enter what is right."),
    )  # fmt: skip


class SituationForm(VersionedForm):
    """The picture on the overview. The version is the one that the form was opened with."""

    situation = forms.CharField(label="Situation", widget=Textarea(rows=4), max_length=4000, required=False,
                                help_text="What is so, now. Do not name anyone.")  # fmt: skip
    needs = forms.CharField(label="Needs", widget=Textarea(rows=3), max_length=4000, required=False)
    biggest_risk = forms.CharField(
        label="Biggest risk", widget=Textarea(rows=2), max_length=2000, required=False
    )
    area = forms.CharField(
        label="Ward or neighbourhood", max_length=120, required=False, widget=Text(width="two-thirds"),
        help_text="For the cumulative picture, and for packs that withhold the exact place.",
    )  # fmt: skip
    exact_place = forms.CharField(
        label="Exact place", max_length=200, required=False, widget=Text(width="two-thirds"),
        help_text="A house, a flat, a hospital. Coordinators alone read it; it stands in no title, pack or print.",
    )  # fmt: skip


STATUS_ACTS = {
    "scale_down": "Scale down: prevention takes over from response",
    "close": "Close: nothing more is done under this incident",
    "reopen": "Reopen: respond again",
    "accept": "Accept the report",
    "decline": "Decline the report",
}


class StatusForm(forms.Form):
    """Which way the incident moves, and why."""

    act = forms.ChoiceField(label="What changes?", choices=[], widget=Radios(),
                            error_messages=required("Choose what changes."))  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, acts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [(act, STATUS_ACTS[act]) for act in acts]


class LogFilterForm(forms.Form):
    """Which entries of the log are shown."""

    typed = ("q",)

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *LogKind.choices])
    agency = forms.ModelChoiceField(
        label="Agency", required=False, queryset=Agency.objects.none(), empty_label="All"
    )
    q = forms.CharField(label="Words", required=False, max_length=100, widget=Text({"autocomplete": "off"}))

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies


class IncidentFilterForm(forms.Form):
    """Which incidents are listed."""

    stage = forms.ChoiceField(label="Stage", required=False, choices=[])
    kind = forms.ChoiceField(
        label="Real or exercise", required=False,
        choices=[("", "Both"), ("real", "Real incidents"), ("exercise", "Exercises")],
    )  # fmt: skip


class GovernanceReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why do you need to read this incident?", widget=Radios(),
        choices=[
            ("subject_access", "Subject access request"),
            ("disclosure", "Disclosure"),
            ("breach", "Possible breach"),
            ("audit", "Audit of access"),
            ("retention", "Retention review"),
        ],
        error_messages=required("Choose a reason."),
    )  # fmt: skip
    text = forms.CharField(label="In your words", widget=Textarea(rows=3), max_length=2000,
                           error_messages=required("Say what you are looking for."))  # fmt: skip


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why do you need to see this?", widget=Radios(),
        choices=RevealReason.choices,
        error_messages=required("Choose a reason."),
    )  # fmt: skip
    text = forms.CharField(label="In your words", widget=Textarea(rows=3), max_length=2000,
                           error_messages=required("Say why, in a sentence."))  # fmt: skip


class BreakGlassForm(forms.Form):
    """Life at risk: which incident, and why."""

    reference = forms.CharField(
        label="Reference of the incident", max_length=20, widget=Text(width="10"),
        help_text="Such as NM-26-0142. Whoever rang you has it.", error_messages=required("Enter the reference."),
    )  # fmt: skip
    reason = forms.CharField(
        label="Whose life is at risk, and how does this help?", widget=Textarea(rows=3), max_length=2000,
        help_text="Do not name anyone.", error_messages=required("Say how a life is at risk."),
    )  # fmt: skip


class HandoverForm(forms.Form):
    """To which borough an incident is offered, and why."""

    to_partnership = forms.ModelChoiceField(
        label="To which borough?", queryset=Partnership.objects.none(), empty_label=None, widget=Radios(),
        help_text="Its community safety partnership must be engaged.", error_messages=required("Choose the borough."),
    )  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, partnerships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_partnership"].queryset = partnerships


class AnswerHandoverForm(forms.Form):
    """Whether a borough takes an incident over."""

    answer = forms.ChoiceField(
        label="Your answer", widget=Radios(), error_messages=required("Choose your answer."),
        choices=[("accept", "Accept: it belongs to your borough from now on"), ("refuse", "Refuse")],
    )  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


def offered_gateways():
    """The gateways that somebody may choose: (key, name)."""
    return [(one.key, one.name) for one in GATEWAYS.values() if one.chosen]


class EngagementForm(forms.Form):
    """Which sections and named people an agency sees, and why that changes."""

    contribute = forms.MultipleChoiceField(
        label="Sections it sees and contributes to", choices=Section.choices, widget=Checkboxes(layout="two"),
        required=False,
    )  # fmt: skip
    see = forms.MultipleChoiceField(
        label="Sections it only sees",
        choices=Section.choices,
        widget=Checkboxes(layout="two"),
        required=False,
    )
    people = forms.ModelMultipleChoiceField(
        label="Named people", queryset=None, widget=Checkboxes(), required=False,
        help_text="It sees these people, without the section too, and reads what is restricted about them.",
    )  # fmt: skip
    gateway = forms.ChoiceField(
        label="Shared under", required=False, widget=Radios(), choices=offered_gateways(),
        error_messages={"invalid_choice": "Choose what it is shared under."},
    )  # fmt: skip
    until_at = GovDateTimeField(
        label="Until when (optional)", required=False, help_text="Access ends at that minute."
    )
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, people, gateway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people
        if gateway not in dict(self.fields["gateway"].choices):
            self.fields["gateway"].choices += [(gateway, GATEWAYS[gateway].name)]

    def clean(self):
        data = super().clean()
        sections = dict.fromkeys(data.pop("see", []), "see") | dict.fromkeys(
            data.pop("contribute", []), "contribute"
        )
        if not sections:
            self.add_error("contribute", "Choose at least one section, or stand the agency down.")
        return data | {"sections": sections}


class HoldersField(forms.MultipleChoiceField):
    """The named holders of a sealed record besides whoever seals it; cleans to users, known by their uuid."""

    widget = Checkboxes

    def __init__(self, **options):
        super().__init__(**{"label": "Who holds it, besides you"} | options)

    def offer(self, people):
        """`people` are (user, words), as `queries.people_who_may_hold` gives them."""
        self.users = {str(user.uuid): user for user, _ in people}
        self.choices = [(str(user.uuid), words) for user, words in people]

    def clean(self, value):
        return [self.users[key] for key in super().clean(value)]


class RecordExtras(forms.Form):
    """Who may read a new record."""

    sensitivity = forms.ChoiceField(
        label="Who may read it", widget=Radios(), initial=Sensitivity.STANDARD,
        choices=[
            (Sensitivity.STANDARD, "Standard: everybody who sees this section"),
            (Sensitivity.RESTRICTED, "Restricted: others see that it exists, and give a reason to read it"),
            (Sensitivity.SEALED, "Sealed: named people alone know that it exists"),
        ],
        error_messages=required("Choose who may read it."),
    )  # fmt: skip
    holders = HoldersField(required=False, help_text="Only where it is sealed: at least one more person.")

    reveals = {"sensitivity": {Sensitivity.SEALED: ["holders"]}}

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holders"].offer(people)
