"""When people serve, and when they are away: rotas, and leave."""

import uuid
from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from partners.history import kept
from partners.models.agencies import Agency
from partners.models.people import User
from reminders.times import on_the_wall
from svit import clock


class LeaveQuerySet(models.QuerySet):
    def at(self, moment):
        return self.filter(from_at__lte=moment, until_at__gt=moment)


class Leave(models.Model):
    """A person is away: not on duty, and not written to. Whoever acts for several agencies is away from all."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="leave")
    from_at = models.DateTimeField("from")
    until_at = models.DateTimeField("until")
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = LeaveQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="leave_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["user", "until_at"], name="leave_of")]

    def __str__(self):
        return f"Leave of {self.user}"


class Rota(models.Model):
    """An agency's people take turns on call. Nothing is laid out ahead: whose turn it is follows from the day.

    The first turn begins on `starts_on` at `hand_over` on the wall clock; each lasts `weeks`, and after the last
    person the first comes again.
    """

    MOST_WEEKS = 8

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="rota")
    starts_on = models.DateField("first turn")
    hand_over = models.TimeField("hand-over at")
    weeks = models.PositiveSmallIntegerField(
        "weeks a turn", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)]
    )
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = kept(excluded_fields=["remind_at"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=8), name="rota_turns_of_weeks"),
        ]

    def __str__(self):
        return f"Rota of {self.agency}"

    def turn_at(self, moment):
        """The number of the turn that runs at that moment; below 0 before the first."""
        days = (clock.local(moment).date() - self.starts_on).days
        number = days // (7 * self.weeks)
        return number - 1 if moment < self.begins(number) else number

    def begins(self, number):
        """When a turn begins: the same time on the wall, in summer and in winter."""
        return on_the_wall(self.starts_on + timedelta(weeks=self.weeks * number), self.hand_over)


class RotaPlace(models.Model):
    """Who has which turn of a rota, counted from 0."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="places")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("turn")

    history = kept()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["rota", "number"], name="one_person_a_turn")]

    def __str__(self):
        return f"{self.user}, turn {self.number + 1}"
