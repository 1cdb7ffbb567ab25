"""Forms of key dates, and of bringing the response group back for one."""

from django import forms

from checklists.forms.fields import WordsField
from incidents.forms import required
from incidents.models import PHASES
from response.models import DateKind, FamilyAsked
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovTimeField
from svit.widgets import Checkbox, Checkboxes, Radios, Select, Text, Textarea

DISCREET = "Do not name anyone."
WORDS = 2_000


def _words(label, name, **options):
    options = {
        "widget": Textarea(rows=3),
        "max_length": WORDS,
        "required": False,
        "help_text": DISCREET,
    } | options
    return WordsField(label=label, name=name, **options)


class DateForm(VersionedForm):
    """A day that matters: what it is, what the family wishes, what is prepared, who is reminded."""

    label_size = "s"
    what = forms.ChoiceField(label="What kind of date?", choices=DateKind.choices, widget=Radios(layout="two"),
                             error_messages=required("Choose the kind of date."))  # fmt: skip
    on = GovDateField(
        label="Date", name="the date", help_text="For a birthday or an anniversary, the first one."
    )
    at = GovTimeField(label="Time (optional)", name="the time", required=False)
    yearly = forms.BooleanField(
        label="It comes every year",
        required=False,
        widget=Checkbox(),
        help_text="An anniversary always does.",
    )
    note = _words("Note (optional)", "The note")
    family_asked = forms.ChoiceField(
        label="Has the family been asked what they wish?", choices=FamilyAsked.choices, widget=Radios(),
        initial=FamilyAsked.NOT_YET, error_messages=required("Choose whether the family has been asked."),
    )  # fmt: skip
    wishes = _words("Their wishes, or why they are not to be asked (optional)", "What they wish")
    asked_on = GovDateField(
        label="When were they asked, or was it decided? (optional)", name="the day on which they were asked",
        required=False, past=True,
    )  # fmt: skip
    asked_by = WordsField(
        label="Who asked them, or decided? (optional)", name="Who asked or decided", max_length=120, required=False,
        widget=Text(width="two-thirds"), help_text="A role, such as family liaison officer.",
    )  # fmt: skip
    plan = _words("What is prepared (optional)", "What is prepared")
    plan_ready = forms.BooleanField(label="The plan is ready", required=False, widget=Checkbox())
    public = forms.BooleanField(
        label="It is known in public, so partners’ packs may name it", required=False, widget=Checkbox(),
        help_text="Only for a hearing or an inquest that everybody may know of.",
    )  # fmt: skip
    belongs_to = forms.ChoiceField(label="Which phase does it belong to?", choices=PHASES, widget=Select(),
                                   initial="community", error_messages=required("Choose the phase."))  # fmt: skip
    told = forms.MultipleChoiceField(
        label="Who is reminded besides the coordinators?", required=False, widget=Checkboxes(small=True),
        error_messages={"invalid_choice": "Choose among the people who are listed."},
    )  # fmt: skip
    dropped = forms.BooleanField(
        label="This date is no longer kept", required=False, widget=Checkbox(),
        help_text="Nobody is reminded of it any more.",
    )  # fmt: skip

    def __init__(self, *args, told, whom=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["told"].choices = [(str(user.uuid), words) for user, words in told]
        if not told:
            del self.fields["told"]
        if whom is None:
            return
        del self.fields["version"], self.fields["dropped"]
        self.people = {str(entry.uuid): entry for entry in whom}
        if whom:
            self.fields["about"] = forms.ChoiceField(
                label="Whom does it concern?", widget=Radios(), required=False,
                choices=[("", "Nobody alone"), *((key, str(entry)) for key, entry in self.people.items())],
                help_text="About a person it shows to whoever may know of people.",
                error_messages=required("Choose whom it concerns."),
            )  # fmt: skip
            names = list(self.fields)
            self.order_fields(["what", "about", *(name for name in names if name not in ("what", "about"))])

    def clean_told(self):
        return sorted(self.cleaned_data["told"])

    def clean(self):
        data = super().clean()
        if data.get("what") == DateKind.ANNIVERSARY:
            data["yearly"] = True
        told = data.get("wishes") or data.get("asked_on") or data.get("asked_by")
        if data.get("family_asked") == FamilyAsked.NOT_YET and told:
            self.add_error(
                "family_asked", "Choose that they were asked, or take out what they wish, when and who."
            )
        elif data.get("family_asked") in (FamilyAsked.ASKED, FamilyAsked.LEAVE):
            if not data.get("asked_on") and "asked_on" not in self.errors:
                self.add_error("asked_on", "Enter when they were asked, or when it was decided.")
            if not data.get("asked_by") and "asked_by" not in self.errors:
                self.add_error("asked_by", "Enter who asked or decided.")
        return data


class NewDateForm(DateForm):
    """A date that is written down for the first time."""

    def clean(self):
        data = super().clean()
        data.pop("choice", None)
        data["about"] = self.people.get(data.get("about") or "")
        return data


class RemobiliseForm(forms.Form):
    """What comes before anybody is asked: what the family wishes."""

    label_size = "m"
    reveals = {"confirmed": {"yes": ["with_whom"], "no": ["why"]}}

    confirmed = forms.ChoiceField(
        label="Has the family liaison lead confirmed the family’s wishes?", widget=Radios(),
        choices=[("yes", "Yes, confirmed"), ("no", "Not yet, and we go on")],
        error_messages=required("Choose whether the family’s wishes are confirmed."),
    )  # fmt: skip
    with_whom = WordsField(label="With whom, and when", name="With whom and when", max_length=200, required=False,
                           help_text=f"A role and a day. {DISCREET}")  # fmt: skip
    why = WordsField(label="Why we go on", name="Why you go on", max_length=500, required=False,
                     widget=Textarea(rows=2), help_text=DISCREET)  # fmt: skip

    def clean(self):
        data = super().clean()
        if data.get("confirmed") == "yes" and not data.get("with_whom") and "with_whom" not in self.errors:
            self.add_error("with_whom", "Enter with whom they were confirmed, and when.")
        if data.get("confirmed") == "no" and not data.get("why") and "why" not in self.errors:
            self.add_error("why", "Enter why you go on.")
        if not self.errors:
            words = {"yes": data.pop("with_whom"), "no": data.pop("why")}
            data["words"] = words[data["confirmed"]]
            data["confirmed"] = data["confirmed"] == "yes"
        return data
