"""Stored files: evidence and packs, kept as they came, with their hash."""

import uuid

from django.core.files.storage import storages
from django.db import models

from incidents.models.entry import Section, Sensitivity
from incidents.models.incident import Incident
from incidents.models.log import LogEntry
from partners.models import Agency, User
from svit import clock


class ScanState(models.TextChoices):
    """What the virus scanner said; `not_scanned` where none is configured."""

    NOT_SCANNED = "not_scanned", "Not scanned"
    CLEAN = "clean", "Clean"
    REFUSED = "refused", "Refused"


def stored_files():
    """The storage that web and worker share."""
    return storages["stored_files"]


def random_key(instance, filename):
    """A key that tells nothing of the file: two letters of folder, then a random UUID."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class StoredFile(models.Model):
    """A file of an incident with its door columns; the name a person gave it is shown after the door only.

    `told_in` is the log entry that told of it: where that is withheld or redacted, so is the file.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="files")
    section = models.CharField(max_length=20, choices=Section, default=Section.GENERAL)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.STANDARD)
    about_kind = models.CharField(max_length=40, blank=True)
    about_uuid = models.UUIDField(null=True, db_index=True)
    told_in = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=stored_files, upload_to=random_key)
    scan = models.CharField(max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return str(self.uuid)
