"""How long what is kept stays, what holds it back, and what is left when it has gone."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from incidents.models.incident import Incident
from partners.history import kept
from partners.models import Partnership, User
from svit import clock


class Kept(models.TextChoices):
    """The kinds of record that a schedule of retention names."""

    INCIDENT = "incident", "Incidents"
    EXERCISE = "exercise", "Exercises"
    DECLINED = "declined", "Declined reports"
    PACK = "pack", "Packs"
    DRAFT = "draft", "Drafts"
    ACCESS = "access", "Access record"


class RunsFrom(models.TextChoices):
    """The event from which a period runs."""

    ENDED = "ended", "When it was closed or declined"
    LAST_ENTRY = "last_entry", "The last entry in its log"
    LOGGED = "logged", "When it was logged"
    MADE = "made", "When it was made"


class Period(models.TextChoices):
    DAYS = "days", "Days"
    MONTHS = "months", "Months"
    YEARS = "years", "Years"


class RetentionRule(models.Model):
    """How long a partnership keeps one kind of record, from which event, and where the period comes from.

    No norm for community safety partnerships was found, so a row is the controller's own decision. Where there is
    none, the default of `incidents.retention` is used, and shown as not confirmed.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="retention_rules")
    kind = models.CharField(max_length=10, choices=Kept)
    length = models.PositiveSmallIntegerField("how long")
    unit = models.CharField(max_length=6, choices=Period, default=Period.YEARS)
    runs_from = models.CharField("from", max_length=10, choices=RunsFrom)
    source = models.TextField("where the period comes from")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "kind"], name="one_rule_a_kind"),
            models.CheckConstraint(condition=Q(length__gt=0), name="a_period_is_not_empty"),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def confirmed(self):
        """Whether the controller decided it; a default is nobody's decision."""
        return self.pk is not None

    @property
    def words(self):
        """The period in words: "6 years"."""
        unit = self.unit if self.length > 1 else self.unit[:-1]
        return f"{self.length} {unit}"


class LegalHold(models.Model):
    """A reason for which nothing of an incident may be disposed of, until it is lifted with a reason."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["incident"], condition=Q(lifted_at=None), name="holds_in_force"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_reason=""),
                name="a_hold_is_lifted_with_a_reason",
            ),
        ]

    def __str__(self):
        return str(self.uuid)


class DisposalState(models.TextChoices):
    PROPOSED = "proposed", "Waits for the governance officer"
    REFUSED = "refused", "Refused"
    CONFIRMED = "confirmed", "Confirmed, being carried out"
    DONE = "done", "Disposed of"


class Ground(models.TextChoices):
    """Why data go, in words that name nobody."""

    PERIOD = "period", "Its retention period has ended"
    ERASURE = "erasure", "A request for erasure was granted"
    ERROR = "error", "It was logged in error"
    DUPLICATE = "duplicate", "It duplicates another record"


class Disposal(models.Model):
    """A decision that an incident's data go, and the record of it afterwards, which holds none of the data.

    The only thing that lets log rows be deleted, once it is confirmed. Reports that were joined to the incident have
    rows of their own, which go `along` with its row. `files` are the keys of files that wait to be removed from the
    storage; a key is random and tells nothing. `counts` says how many rows of each kind went.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, related_name="disposals"
    )
    incident_id_was = models.BigIntegerField(db_index=True)
    incident_uuid_was = models.UUIDField(null=True, db_index=True)
    reference = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kept, default=Kept.INCIDENT)
    state = models.CharField(max_length=10, choices=DisposalState, default=DisposalState.PROPOSED)
    along = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.PERIOD)
    reason = models.TextField()
    due_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    files = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="disposal_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="what_is_disposed_of_was_confirmed",
            ),
            models.UniqueConstraint(
                fields=["incident_id_was"],
                condition=Q(state__in=["proposed", "confirmed"]),
                name="one_open_disposal_an_incident",
            ),
        ]

    def __str__(self):
        return f"Disposal of {self.reference}"

    def get_absolute_url(self):
        return reverse("disposal", args=[self.uuid])
