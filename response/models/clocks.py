"""The clocks of contact with people, the kinds that a partnership adds, and the pauses of both."""

import uuid
from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from checklists.models import ClockKind
from incidents.models import LogEntry
from partners import working_time
from partners.history import kept
from partners.models import Agency, Partnership, User
from response.models.person import AgeBand, Person, Setting
from svit import clock
from svit.history import History
from svit.templatetags.svit import when


class MetBy(models.TextChoices):
    """What ends a clock of a partnership's own."""

    MADE = "made", "Contact is made"
    TRIED = "tried", "Contact is attempted"
    SAID = "said", "Somebody says that it is done"


class ClockRule(models.Model):
    """How long a clock of one kind gives in a partnership: the referral to MASH, or a kind that it added.

    Hours count as they pass, or, where `working`, by the working hours of an agency, and office hours where none is
    chosen. A kind that was added starts by itself for `ages` in `settings` (any, where that is empty).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ClockKind, default=ClockKind.LOCAL)
    name = models.CharField(max_length=60)
    event = models.CharField("starting event", max_length=80)
    hours = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(720)])
    working = models.BooleanField("counts working hours", default=False)
    calendar = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="by whose working hours",
    )  # fmt: skip
    met_by = models.CharField("what ends it", max_length=5, choices=MetBy, default=MetBy.SAID)
    ages = models.JSONField("for whom", default=list)
    settings = models.JSONField("where they are", default=list, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    PARENTS = "parents"

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name"], condition=Q(retired_at=None), name="one_clock_rule_a_name"
            ),
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(kind=ClockKind.MASH_REFERRAL), name="one_rule_for_mash"
            ),
        ]

    def __str__(self):
        return self.name

    def fits(self, person):
        """Whether a person gets this clock without being asked."""
        age = person.age_band if person.is_young else self.PARENTS
        ages = {AgeBand.CHILD, AgeBand.YOUNG_ADULT} if age == AgeBand.NOT_KNOWN else {age}
        return bool(ages & set(self.ages)) and (not self.settings or person.setting in self.settings)


class ContactClock(models.Model):
    """How long contact with one person may take, from its own starting event (Waltham Forest protocol).

    Elapsed UTC time; a `working` clock counts the working hours of its `calendar`, and ordinary office hours where
    it has none. The calendar is the one that it started with, whoever makes the contact since. `missed_at` is set
    once and for all: no later change of `started_at`, no pause and no death takes it back. `paused_at` is since when
    it rests because contact cannot be made safely, `paused_for` how much of its own time earlier pauses took.
    `told_at` is when MASH heard of a golden hour; what came before the start meets nothing.
    """

    HOURS = {
        ClockKind.GOLDEN_HOUR: 1,
        ClockKind.FIRST_ATTEMPT: 24,
        ClockKind.CONTACT_MADE: 48,
        ClockKind.PROFESSIONALS: 48,
        ClockKind.MASH_REFERRAL: 8,
    }

    uuid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=20, choices=ClockKind)
    rule = models.ForeignKey(ClockRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    event = models.CharField("starting event", max_length=80)
    started_at = models.DateTimeField()
    estimated = models.BooleanField(default=True)
    hours = models.PositiveSmallIntegerField(default=48, db_default=48)
    working = models.BooleanField(default=False, db_default=False)
    calendar = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    due_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    met_recorded_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    missed_cause = models.TextField(blank=True)
    new_plan = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.DurationField(default=timedelta, db_default=timedelta())
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = History(excluded_fields=["remind_at"])

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(rule=None), name="one_clock_a_kind"
            ),
            models.UniqueConstraint(fields=["person", "rule"], name="one_clock_a_rule"),
            models.CheckConstraint(
                condition=Q(missed_cause="") | Q(missed_at__isnull=False), name="a_cause_belongs_to_a_miss"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ClockKind.LOCAL) | Q(rule__isnull=False), name="a_local_clock_has_its_rule"
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.name}"

    @property
    def name(self):
        """What the clock is called: a kind that the partnership added has a name of its own."""
        return self.rule.name if self.kind == ClockKind.LOCAL else self.get_kind_display()

    @property
    def met_by(self):
        """What ends a clock that a partnership added; of the others their kind says it."""
        return self.rule.met_by if self.kind == ClockKind.LOCAL else ""

    def after(self, amount):
        """The moment at which so much of the clock's own time has passed, pauses left out."""
        amount += self.paused_for
        if not self.working:
            return self.started_at + amount
        return working_time.after(self.started_at, amount, calendar_of(self.calendar))

    def due(self, resting=timedelta()):
        """When it falls due by its start, its hours and its pauses; `resting` is what one that goes on will take."""
        return self.after(timedelta(hours=self.hours) + resting)

    def stop_resting(self, until):
        """The pause ends for this clock at `until`, or ended: what it took is booked, and the due time follows."""
        if self.paused_at is not None:
            self.paused_for += self.time_since(self.paused_at, max(until, self.paused_at))
            self.paused_at = None
            self.due_at = self.due()

    def time_since(self, moment, now):
        """How much of the clock's own time lies between two moments."""
        return working_time.between(moment, now, calendar_of(self.calendar)) if self.working else now - moment

    @property
    def running(self):
        """Whether it is neither met nor ended; one that rests runs on when the pause is over."""
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
        """Whether it was missed, or runs beyond its time and is about to be found missed. None is while it rests."""
        return self.missed_at is not None or (self.running and self.paused_at is None and now >= self.due_at)

    def state(self, now):
        """met, met_late, missed, missed_ended, paused, soon, running or stopped. `soon` is the last quarter of it."""
        if self.met_at:
            return "met_late" if self.missed_at else "met"
        if self.stopped_at:
            return "missed_ended" if self.missed_at else "stopped"
        if self.is_missed(now):
            return "missed"
        if self.paused_at:
            return "paused"
        return "soon" if (self.due_at - now) * 4 <= (self.due_at - self.started_at) else "running"


def mash_rule(partnership):
    """The rule for a referral to MASH as long as a partnership has not said otherwise: one working day."""
    return ClockRule(
        partnership=partnership, kind=ClockKind.MASH_REFERRAL, name="Referral to MASH", met_by=MetBy.SAID,
        event="When the case came to notice", hours=ContactClock.HOURS[ClockKind.MASH_REFERRAL], working=True,
    )  # fmt: skip


def calendar_of(agency):
    """The working hours of an agency; ordinary office hours where it said none, or there is no agency."""
    hours = getattr(agency, "working_hours", None) if agency else None
    return hours.calendar() if hours else working_time.OFFICE


class SafetyPause(models.Model):
    """Contact with a person cannot be made safely: asked for by a worker, approved by a manager, and with an end.

    The clocks rest from the approval until it ends. Nobody has to remember to end it: at `until_at` they run again.
    `logged` is the log entry that says who asked and why: where that is withheld, the reason is.
    """

    LONGEST = timedelta(days=7)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pauses")
    logged = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    until_at = models.DateTimeField()
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="one_pause_at_a_time"
            ),
        ]

    @property
    def waits(self):
        """Whether a manager has still to answer."""
        return self.approved is None and self.ended_at is None

    @property
    def title(self):
        """What the person's page says of it."""
        if self.waits:
            return "Contact is said not to be safe"
        return f"Contact is not safe: the clocks rest until {when(self.until_at)}"

    @property
    def rests(self):
        """Whether it holds the clocks now."""
        return bool(self.approved) and self.ended_at is None


SETTINGS = [choice for choice in Setting.choices if choice[0] != Setting.NOT_KNOWN]
