"""What is known of a person, and who holds the record."""

from django import forms

from incidents.forms import HoldersField, required
from response.models import Consent, Noticed
from response.models.person import AgeBand, PersonRole, Setting, band_of, years_since
from svit import clock
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovDateTimeField
from svit.widgets import Checkbox, Number, Radios, Textarea


class Details(forms.Form):
    """Who the person is, and where."""

    role = forms.ChoiceField(label="Role in the incident", choices=PersonRole.choices, widget=Radios(layout="two"),
                             error_messages=required("Choose the role, or Not known yet."))  # fmt: skip
    age_band = forms.ChoiceField(label="Age", choices=AgeBand.choices, widget=Radios(),
                                 error_messages=required("Choose the age."))  # fmt: skip
    age = forms.IntegerField(
        label="Age in years (optional)", required=False, min_value=0, max_value=120, widget=Number(width=3),
        error_messages={
            "invalid": "Age in years must be a number, such as 15.",
            "max_value": "Age in years must be 120 or less.",
            "min_value": "Age in years must be 0 or more.",
        },
    )  # fmt: skip
    clocks_chosen = forms.BooleanField(
        label="Contact clocks for this person too", required=False, widget=Checkbox(),
        help_text="For a parent or carer of 25 or over. Everybody under 25 has them anyway.",
    )  # fmt: skip
    setting = forms.ChoiceField(label="Where they are", choices=Setting.choices, widget=Radios(layout="two"),
                                error_messages=required("Choose where they are, or Not known yet."))  # fmt: skip
    noticed = forms.ChoiceField(
        label="How they came to notice (optional)", choices=Noticed.choices, widget=Radios(), required=False,
        initial=Noticed.NOT_KNOWN,
    )  # fmt: skip
    name = forms.CharField(label="Name (restricted)", max_length=150, required=False)
    born = GovDateField(label="Date of birth (restricted)", name="date of birth", required=False, past=True)
    address = forms.CharField(
        label="Address (restricted)", widget=Textarea(rows=2), max_length=500, required=False
    )
    ward = forms.CharField(
        label="Hospital and ward, or custody suite (restricted)", max_length=120, required=False
    )
    school = forms.CharField(label="School or college (restricted)", max_length=150, required=False)
    home_borough = forms.CharField(label="Home borough (optional)", max_length=100, required=False)
    mash = forms.CharField(
        label="MASH of the home borough (optional)", max_length=200, required=False,
        help_text="How it is reached, where that is another borough.",
    )  # fmt: skip

    def clean_noticed(self):
        return self.cleaned_data["noticed"] or Noticed.NOT_KNOWN

    def clean(self):
        """Age in years, date of birth and age band tell of one person."""
        data = super().clean()
        born, age, band = data.get("born"), data.get("age"), data.get("age_band")
        by_birth = years_since(born, clock.today()) if born else None
        if None not in (by_birth, age) and by_birth != age and self._changed("born", "age"):
            self.add_error("age", f"Somebody born on this date is {by_birth}. Put one of the two right.")
        years = age if by_birth is None else by_birth
        told = band not in (None, "", AgeBand.NOT_KNOWN) and self._changed("born", "age", "age_band")
        if told and years is not None and band_of(years) != band:
            right = band_of(years).label
            self.add_error("age_band", f"Somebody of {years} is: {right}. Choose that, or put the age right.")
        return data

    def _changed(self, *names):
        """Whether one of these was told anew: what was true when it was written may have aged since."""
        return any(name in self.changed_data for name in names)


class Support(forms.Form):
    """Where consent stands, whom the person trusts, what they need, and who does what for them."""

    consent = forms.ChoiceField(label="Consent to support", choices=Consent.choices, widget=Radios(),
                                error_messages=required("Choose where consent stands."))  # fmt: skip
    consent_at = GovDateTimeField(label="When were they asked, or did they answer? (optional)",
                                  name="when consent was asked", required=False, past=True)  # fmt: skip
    consent_note = forms.CharField(
        label="Consent, to what and how (restricted)", max_length=300, required=False
    )
    trusted_adult = forms.CharField(
        label="Trusted adult (restricted)", max_length=300, required=False,
        help_text="Whom the young person trusts, and how they are reached.",
    )  # fmt: skip
    needs = forms.CharField(
        label="Needs (restricted)", widget=Textarea(rows=3), max_length=4000, required=False
    )
    support_plan = forms.CharField(
        label="Wrap-around plan (restricted)", widget=Textarea(rows=4), max_length=4000, required=False,
        help_text="Which agency does what, until when.",
    )  # fmt: skip


class Family(forms.Form):
    """Who may go to the family, and a death."""

    next_of_kin_told_at = GovDateTimeField(label="Next of kin told (optional)", name="next of kin told", required=False,
                                           past=True)  # fmt: skip
    family_contact = forms.CharField(
        label="Family contact only through (restricted)", max_length=200, required=False,
        help_text="Such as the family liaison officer.",
    )  # fmt: skip
    died_at = GovDateTimeField(
        label="Died (optional)", name="died", required=False, past=True,
        help_text="Ends this person's contact clocks.",
    )  # fmt: skip
    death_confirmed = forms.BooleanField(
        label="I confirm that this person has died", required=False, widget=Checkbox()
    )

    def clean(self):
        """A death that is told for the first time is confirmed beside its time."""
        data = super().clean()
        confirmed = data.pop("death_confirmed", False)
        if data.get("died_at") and not self.initial.get("died_at") and not confirmed:
            self.add_error("death_confirmed", "Confirm that this person has died, or leave Died empty.")
        return data


class Change(VersionedForm):
    """A change of one part of what is known. Restricted fields are left out for who may not read them."""

    def __init__(self, *args, hide=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name in hide:
            self.fields.pop(name, None)


class ChangeDetails(Change, Details):
    pass


class ChangeSupport(Change, Support):
    pass


class ChangeFamily(Change, Family):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.initial.get("died_at"):
            del self.fields["death_confirmed"]
            self.fields[
                "died_at"
            ].help_text = "Leave empty if it was a mistake: the clocks that it ended run again."


# What is changed together: its form, and what its page is called.
PARTS = {
    "details": (ChangeDetails, "who they are"),
    "support": (ChangeSupport, "support and consent"),
    "family": (ChangeFamily, "family"),
}


class NewPersonForm(Details, Family):
    """A new person with the event that starts the clocks."""

    event = forms.CharField(
        label="What starts the contact clocks? (optional)", max_length=80, required=False,
        help_text="Such as arrival at hospital, custody booking, or return from missing.",
    )  # fmt: skip
    started_at = GovDateTimeField(
        label="When was that? (optional)", name="starting event", required=False, past=True,
        help_text="Leave empty to run from the incident's own time, estimated.",
    )  # fmt: skip
    sealed = forms.BooleanField(
        label="Seal this person: named people alone know that the record exists. The next page asks who",
        required=False,
        widget=Checkbox(),
    )
    field_order = ["role", "age_band", "age", "clocks_chosen", "setting", "noticed", "event", "started_at"]


class HoldersForm(forms.Form):
    """Who holds a new person who is sealed from the start."""

    holders = HoldersField(error_messages=required("Choose at least one more person."))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holders"].offer(people)


class SealForm(HoldersForm):
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=190,
                             error_messages=required("Enter the reason."))  # fmt: skip
