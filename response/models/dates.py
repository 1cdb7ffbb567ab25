"""Dates that matter to a family or to a place, and the response group that is brought back for one."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from incidents.models import PHASES, Incident, Record, Section
from partners.models import User
from reminders.times import anniversary
from svit import clock
from svit.history import History


class DateKind(models.TextChoices):
    BIRTHDAY = "birthday", "Birthday"
    ANNIVERSARY = "anniversary", "Anniversary of the incident"
    COURT = "court", "Court hearing"
    INQUEST = "inquest", "Inquest"
    FUNERAL = "funeral", "Funeral"
    MEMORIAL = "memorial", "Removal of a memorial"
    RELEASE = "release", "Release"
    OTHER = "other", "Other date"


class FamilyAsked(models.TextChoices):
    """Whether the family said what it wishes for the day."""

    NOT_YET = "not_yet", "Not asked yet"
    ASKED = "asked", "Asked: these are their wishes"
    LEAVE = "leave", "Not to be asked"


class KeyDate(Record):
    """A day that matters, once or each year. About a person it is of the section people, else of community.

    `told` are the users, by UUID, who are reminded besides the coordinators. `public` says that the day is known to
    everybody, as a hearing in open court is. A date that is `dropped` is kept no more: nobody is reminded of it.
    """

    phase = "community"
    section = Section.COMMUNITY
    page = "key-date"
    tab = "dates"
    fields = (
        "what", "on", "at", "yearly", "note", "family_asked", "wishes", "asked_on", "asked_by", "plan", "plan_ready",
        "public", "belongs_to", "told", "dropped",
    )  # fmt: skip

    what = models.CharField("kind of date", max_length=12, choices=DateKind)
    on = models.DateField("date")
    at = models.TimeField("time", null=True, blank=True)
    yearly = models.BooleanField("comes every year", default=False)
    note = models.TextField(blank=True)
    family_asked = models.CharField(
        "whether the family was asked", max_length=8, choices=FamilyAsked, default=FamilyAsked.NOT_YET
    )
    wishes = models.TextField("the family’s wishes", blank=True)
    asked_on = models.DateField("when the family was asked", null=True, blank=True)
    asked_by = models.CharField("who asked or decided", max_length=120, blank=True)
    plan = models.TextField("what is prepared", blank=True)
    plan_ready = models.BooleanField("the plan is ready", default=False)
    public = models.BooleanField("known in public", default=False)
    belongs_to = models.CharField("phase", max_length=20, choices=PHASES, default="community")
    told = models.JSONField("who is reminded", default=list, blank=True)
    dropped = models.BooleanField("no longer kept", default=False)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = History(excluded_fields=["remind_at"])

    class Meta:
        indexes = [models.Index(fields=["on"], name="key_dates_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(family_asked=FamilyAsked.NOT_YET) | Q(asked_on__isnull=False),
                name="who_was_asked_was_asked_on_a_day",
            ),
        ]

    def entry_title(self):
        return self.get_what_display()

    def next_on(self, today: date) -> date | None:
        """The day on which it is kept next, today included; None where it is over."""
        if self.dropped:
            return None
        if not self.yearly:
            return self.on if self.on >= today else None
        first = max(today.year, self.on.year)
        return next(day for year in (first, first + 1) if (day := anniversary(self.on, year)) >= today)

    def is_kept_on(self, day: date) -> bool:
        """Whether that day is still one of its days."""
        if self.dropped:
            return False
        return self.on == day or (self.yearly and day > self.on and anniversary(self.on, day.year) == day)

    @property
    def plan_words(self):
        return "Plan ready" if self.plan_ready else "Plan begun" if self.plan else "No plan yet"

    def changes(self, seen, masked=()):
        return super().changes(seen, (*masked, "told"))


class Remobilisation(models.Model):
    """The response group was brought back for a day, once however often it was pressed.

    What the family liaison lead was asked, and answered, stands in the log alone, where it can be withheld. Without a
    `date` it was for the anniversary of the incident itself.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    date = models.ForeignKey(KeyDate, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kept_on = models.DateField()
    confirmed = models.BooleanField()  # whether the family's wishes were
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "kept_on"], name="brought_back_once_for_a_day"),
        ]

    def __str__(self):
        return f"{self.incident}, {self.kept_on}"
