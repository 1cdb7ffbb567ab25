"""People, and the clocks of contact with them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checklists.models import ClockKind
from incidents.models import LogEntry, Record, Section, Sensitivity
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


class Person(Record):
    """A person of an incident. Labelled 'Person 47' for everybody, by a number drawn; who it is, is restricted."""

    phase = "relationships"
    section = Section.PEOPLE
    sensitivity = Sensitivity.STANDARD
    restricted = ("name", "born", "address", "ward", "school", "family_contact")
    page = "person"
    tab = "people"
    fields = (
        "role", "age_band", "setting", "name", "born", "address", "ward", "school",
        "next_of_kin_told_at", "family_contact", "died_at",
    )  # fmt: skip

    number = models.PositiveSmallIntegerField(null=True, editable=False)
    role = models.CharField(
        "role in the incident", max_length=12, choices=PersonRole, default=PersonRole.NOT_KNOWN
    )
    age_band = models.CharField("age", max_length=12, choices=AgeBand, default=AgeBand.NOT_KNOWN)
    setting = models.CharField("where they are", max_length=16, choices=Setting, default=Setting.NOT_KNOWN)
    name = models.CharField(max_length=150, blank=True)
    born = models.DateField("date of birth", null=True, blank=True)
    address = models.TextField(blank=True)
    ward = models.CharField("hospital ward", max_length=120, blank=True)
    school = models.CharField("school or college", max_length=150, blank=True)
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


class ContactClock(models.Model):
    """How long contact with one person may take, from its own starting event (Waltham Forest protocol).

    Elapsed UTC time. `missed_at` is set once and for all: no later change of `started_at` takes it back, and no
    death. `told_at` is when MASH heard of a golden hour; what came before the start meets nothing.
    """

    HOURS = {ClockKind.GOLDEN_HOUR: 1, ClockKind.FIRST_ATTEMPT: 24, ClockKind.CONTACT_MADE: 48}

    uuid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=20, choices=ClockKind)
    event = models.CharField("starting event", max_length=80)
    started_at = models.DateTimeField()
    estimated = models.BooleanField(default=True)
    due_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    met_recorded_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    missed_cause = models.TextField(blank=True)
    new_plan = models.TextField(blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = History(excluded_fields=["remind_at"])

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_clock_a_kind"),
            models.CheckConstraint(
                condition=Q(missed_cause="") | Q(missed_at__isnull=False), name="a_cause_belongs_to_a_miss"
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.get_kind_display()}"

    @property
    def running(self):
        return self.met_at is None and self.stopped_at is None

    @property
    def deadline(self):
        """When it was due at the earliest: a miss stands where it was made, though the start was put right since."""
        return min(self.due_at, self.missed_at) if self.missed_at else self.due_at

    @property
    def late(self):
        """Whether it was met after its time. Missed and met in time, it was only recorded late."""
        return self.met_at is not None and self.missed_at is not None and self.met_at > self.deadline

    def is_before_start(self, moment):
        """Whether something came before the event that the clock runs from; people type times to the minute."""
        return moment < self.started_at.replace(second=0, microsecond=0)

    def is_missed(self, now):
        """Whether it was missed, or runs beyond its time and is about to be found missed."""
        return self.missed_at is not None or (self.running and now >= self.due_at)

    def state(self, now):
        """met, met_late, missed, missed_ended, soon, running or stopped. `soon` is the last quarter of the time."""
        if self.met_at:
            return "met_late" if self.missed_at else "met"
        if self.stopped_at:
            return "missed_ended" if self.missed_at else "stopped"
        if self.is_missed(now):
            return "missed"
        return "soon" if (self.due_at - now) * 4 <= (self.due_at - self.started_at) else "running"


class AttemptOutcome(models.TextChoices):
    """An attempt is not a contact."""

    ATTEMPTED = "attempted", "Attempted, no contact"
    MADE = "made", "Contact made"


class ContactMethod(models.TextChoices):
    VISIT = "visit", "Visit"
    TELEPHONE = "telephone", "Telephone"
    HOSPITAL = "hospital", "At hospital"
    CUSTODY = "custody", "In custody"
    MESSAGE = "message", "Message"
    OTHER = "other", "Other"


class ContactAttempt(models.Model):
    """One attempt to reach a person and what came of it; appended, never changed.

    `logged` is its entry in the log: what is withheld there is withheld here. Whoever records it learns which clocks
    it `met`, and which it was too `early` for.
    """

    met: list
    early: list

    uuid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attempts")
    outcome = models.CharField(max_length=10, choices=AttemptOutcome)
    method = models.CharField("how", max_length=12, choices=ContactMethod)
    occurred_at = models.DateTimeField("when")
    recorded_at = models.DateTimeField(db_default=Now())
    late_reason = models.TextField(blank=True)
    what_happened = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=200, blank=True)
    logged = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["occurred_at", "pk"]
