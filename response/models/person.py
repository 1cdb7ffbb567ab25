"""People of an incident, and what is known of them."""

from django.core.validators import MaxValueValidator
from django.db import models

from incidents.models import Record, Section, Sensitivity
from partners.models import Agency, User
from svit import clock
from svit.history import History


class PersonRole(models.TextChoices):
    """Kept apart as DPA 2018 s.38 asks: suspects, victims, witnesses."""

    VICTIM = "victim", "Victim"
    SUSPECT = "suspect", "Suspect"
    WITNESS = "witness", "Witness"
    FAMILY = "family", "Family"
    FRIEND = "friend", "Friend"
    ASSOCIATE = "associate", "Associate"
    OTHER = "other", "Other"
    NOT_KNOWN = "not_known", "Not known yet"


class AgeBand(models.TextChoices):
    CHILD = "child", "Child, under 18"
    YOUNG_ADULT = "young_adult", "Young adult, 18 to 24"
    ADULT = "adult", "Adult, 25 or over"
    NOT_KNOWN = "not_known", "Child or young adult, age not known"


class Setting(models.TextChoices):
    CUSTODY = "custody", "In custody"
    HOSPITAL = "hospital", "In hospital"
    HOME = "home", "At home"
    MISSING_RETURN = "missing_return", "Returned from missing"
    FAR_FROM_HOME = "far_from_home", "Found far from home"
    ELSEWHERE = "elsewhere", "Elsewhere"
    NOT_KNOWN = "not_known", "Not known yet"


class Noticed(models.TextChoices):
    """How a young person comes to an urgent response (Waltham Forest protocol)."""

    ARREST_DRUGS = "arrest_drugs", "Arrested for possession with intent to supply"
    ARREST_FIREARM = "arrest_firearm", "Arrested with a firearm"
    ARREST_BLADE = "arrest_blade", "Arrested with a blade"
    EMERGENCY_DEPARTMENT = "emergency_department", "Came to A&E after serious youth violence"
    MISSING_RETURN = "missing_return", "Came back from missing"
    DISCLOSURE = "disclosure", "Told a professional"
    OTHER = "other", "Another way"
    NOT_KNOWN = "not_known", "Not known yet"


class Consent(models.TextChoices):
    """Where the person stands on support and on sharing what is needed for it."""

    NOT_ASKED = "not_asked", "Not asked yet"
    ASKED = "asked", "Asked, no answer yet"
    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    NOT_SAFE = "not_safe", "Not safe to ask"


CHILD_UNTIL, YOUNG_UNTIL = 18, 25  # years; the toolkit's young people are under 25


def band_of(years):
    """The age band of somebody of that many years."""
    if years < CHILD_UNTIL:
        return AgeBand.CHILD
    return AgeBand.YOUNG_ADULT if years < YOUNG_UNTIL else AgeBand.ADULT


def years_since(born, day):
    """Whole years between a date of birth and a day; somebody born on 29 February has aged on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Person(Record):
    """A person of an incident. Labelled 'Person 47' for everybody, by a number drawn; who it is, is restricted.

    `lead_agency` and `lead_worker` make the contact unless a clock was given to somebody else. `clocks_chosen` gives
    somebody of 25 or over contact clocks too, such as a parent.
    """

    phase = "relationships"
    section = Section.PEOPLE
    sensitivity = Sensitivity.STANDARD
    restricted = (
        "name", "born", "address", "ward", "school", "trusted_adult", "needs", "support_plan", "consent_note",
        "family_contact",
    )  # fmt: skip
    page = "person"
    tab = "people"
    fields = (
        "role", "age_band", "age", "clocks_chosen", "setting", "noticed", "name", "born", "address", "ward", "school",
        "home_borough", "mash", "consent", "consent_at", "consent_note", "trusted_adult", "needs", "support_plan",
        "next_of_kin_told_at", "family_contact", "died_at",
    )  # fmt: skip

    number = models.PositiveSmallIntegerField(null=True, editable=False)
    role = models.CharField(
        "role in the incident", max_length=12, choices=PersonRole, default=PersonRole.NOT_KNOWN
    )
    age_band = models.CharField("age", max_length=12, choices=AgeBand, default=AgeBand.NOT_KNOWN)
    setting = models.CharField("where they are", max_length=16, choices=Setting, default=Setting.NOT_KNOWN)
    age = models.PositiveSmallIntegerField(
        "age in years", null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    noticed = models.CharField(
        "how they came to notice", max_length=24, choices=Noticed, default=Noticed.NOT_KNOWN,
        db_default=Noticed.NOT_KNOWN,
    )  # fmt: skip
    clocks_chosen = models.BooleanField("contact clocks chosen", default=False, db_default=False)
    home_borough = models.CharField("home borough", max_length=100, blank=True, default="", db_default="")
    mash = models.CharField("MASH of the home borough", max_length=200, blank=True, default="", db_default="")
    name = models.CharField(max_length=150, blank=True)
    born = models.DateField("date of birth", null=True, blank=True)
    address = models.TextField(blank=True)
    ward = models.CharField("hospital and ward, or custody suite", max_length=120, blank=True)
    school = models.CharField("school or college", max_length=150, blank=True)
    trusted_adult = models.CharField("trusted adult", max_length=300, blank=True, default="", db_default="")
    consent = models.CharField(
        "consent to support", max_length=12, choices=Consent, default=Consent.NOT_ASKED,
        db_default=Consent.NOT_ASKED,
    )  # fmt: skip
    consent_at = models.DateTimeField("consent asked or answered", null=True, blank=True)
    consent_note = models.CharField(
        "consent, to what and how", max_length=300, blank=True, default="", db_default=""
    )
    needs = models.TextField("needs", blank=True, default="", db_default="")
    support_plan = models.TextField("wrap-around plan", blank=True, default="", db_default="")
    lead_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    lead_worker = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    next_of_kin_told_at = models.DateTimeField("next of kin told", null=True, blank=True)
    family_contact = models.CharField("family contact only through", max_length=200, blank=True)
    died_at = models.DateTimeField("died", null=True, blank=True)

    history = History()

    def entry_title(self):
        return f"Person {self.number}"

    @property
    def label(self):
        return self.entry.title

    @property
    def known(self):
        """Role, age and setting in one line, without what is not known."""
        parts = [
            self.get_role_display() if self.role != PersonRole.NOT_KNOWN else "",
            self.get_age_band_display(),
            self.get_setting_display() if self.setting != Setting.NOT_KNOWN else "",
        ]
        return ". ".join(part for part in parts if part) + "."

    @property
    def is_young(self):
        return self.age_band != AgeBand.ADULT

    @property
    def has_clocks(self):
        """Whether contact clocks are kept for this person: young people, and parents where that was chosen."""
        return self.is_young or self.clocks_chosen

    def years(self):
        """Age in years today, by the date of birth where it is known; else as it was recorded; else None."""
        return years_since(self.born, clock.today()) if self.born else self.age
