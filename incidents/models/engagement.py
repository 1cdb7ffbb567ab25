"""Why an agency sees an incident."""

import uuid

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase

from incidents.models.entry import Entry
from incidents.models.incident import Incident
from partners.models import Agency, User
from svit import clock
from svit.history import History


class IncidentGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian's grant of one incident to one agency's group; kept in step with `Engagement`."""

    content_object = models.ForeignKey(Incident, on_delete=models.CASCADE)


class EngagementRole(models.TextChoices):
    LEAD = "lead", "Lead"
    PARTNER = "partner", "Partner"
    REPORTER = "reporter", "Reported it"
    BREAK_GLASS = "break_glass", "Opened it for life at risk"


class EngagementQuerySet(models.QuerySet):
    def current(self):
        """Engagements in force at this minute."""
        now = clock.now()
        return self.filter(Q(until_at__isnull=True) | Q(until_at__gt=now), from_at__lte=now)

    def responding(self):
        """Those of them that respond: not what an agency opened for life at risk, to read."""
        return self.current().exclude(role=EngagementRole.BREAK_GLASS)


class Asked:
    """What a request to respond is called among the reminders, and two of its steps."""

    KIND, TOLD, NOBODY = "mobilised", "told", "nobody"


class Engagement(models.Model):
    """An agency's part in an incident: by whom, why, from and until when, for which sections and people.

    `sections` maps a section to `see` or `contribute`. An agency whose part went on may be asked to respond again:
    seen and told are then those of the latest time. The door brings along whether it `names` anybody, and
    whether something is `kept` from the agency; the list of agencies what it opens, in words.
    """

    names: bool
    kept: bool
    section_words: str
    named_words: list
    not_reached: tuple | None
    gateway_words: str

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="engagements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="engagements")
    role = models.CharField(max_length=12, choices=EngagementRole, default=EngagementRole.PARTNER)
    reason = models.TextField()
    # The key of one of `incidents.gateways`; empty where the agency was alerted without personal data.
    gateway = models.CharField("shared under", max_length=30, blank=True, default="", db_default="")
    sections = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField(null=True, blank=True)
    stand_down_reason = models.TextField(blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told_how = models.CharField(max_length=200, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = EngagementQuerySet.as_manager()
    history = History(excluded_fields=["remind_at"])

    class Meta:
        ordering = ["from_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "agency"],
                condition=Q(until_at__isnull=True),
                name="one_open_engagement_an_agency",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(until_at__isnull=True, role=EngagementRole.LEAD),
                name="one_lead_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.agency} in {self.incident}"

    @property
    def is_current(self):
        return self.until_at is None or self.until_at > clock.now()

    @property
    def asked_at(self):
        """When the agency was last asked to respond."""
        return self.asked_again_at or self.from_at


class NamedPerson(models.Model):
    """A person's record that an engagement names, so that its restricted content may be read."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="named")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="named_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "entry"], name="named_once")]
