"""Packs: what was put on paper, for whom, why, with which hash. And what was gathered for a subject access request."""

import uuid

from django.db import models

from incidents.models import Incident, Redaction, StoredFile
from incidents.models.files import random_key, stored_files
from partners.models import Agency, Membership, Partnership, User
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

    `sections` are those that whoever asked saw when it was drawn, `people` the primary keys of those whom they saw by
    name alone: it is taken away only by who sees them all.
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
    people = models.JSONField(default=list)
    replaced_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    withdrawn_for = models.ForeignKey(
        Redaction, on_delete=models.PROTECT, null=True, blank=True, related_name="packs"
    )

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self):
        return f"{self.incident} {self.get_audience_display()}"


class SubjectRequest(models.Model):
    """One subject access request: who was looked for and why, and as a job the file of what is held.

    `chosen` are the records, by table and number (`response.person:12`), that the governance officer found to be about
    the person. `incidents` are those, by UUID, in which the search found somebody, and those that the file quotes: it
    goes when one of them is disposed of, and so does whom it was about.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="subject_requests")
    name = models.CharField(max_length=150, blank=True)
    born = models.DateField(null=True, blank=True)
    reason = models.TextField()
    chosen = models.JSONField(default=list)
    incidents = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PackState, default=PackState.READY)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=stored_files, upload_to=random_key, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self):
        return str(self.uuid)
