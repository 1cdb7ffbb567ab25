"""Packs: what was put on paper, for whom, why, and with which hash."""

import uuid

from django.db import models

from incidents.models import Incident, StoredFile
from partners.models import Agency, Membership, User
from svit import clock

FILE_KIND, REPLACED_KIND = "pack", "pack_replaced"  # what a stored file of a pack says that it is about


class Audience(models.TextChoices):
    """For whom a pack is made; each has an allow-list of what may be in it."""

    GOLD = "gold", "Gold group"
    PARTNERS = "partners", "Partners meeting, redacted"


class PackState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RENDERING = "rendering", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Pack(models.Model):
    """One export of an incident as PDF, as a job: the worker finds it by its row.

    `sections` are those that whoever asked saw when it was drawn: it is taken away only by who sees them all.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="packs")
    audience = models.CharField(max_length=10, choices=Audience)
    purpose = models.CharField(max_length=200)
    recipients = models.TextField()
    state = models.CharField(max_length=10, choices=PackState, default=PackState.QUEUED)
    asked_at = models.DateTimeField(default=clock.now, db_index=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_for = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    as_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sections = models.JSONField(default=list)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self):
        return f"{self.incident} {self.get_audience_display()}"
