"""What goes no further than to those who have it."""

import uuid

from django.db import models

from incidents.models.incident import Incident
from incidents.models.log import LogEntry
from partners.models import Agency, User
from svit import clock


class SharingStop(models.Model):
    """‘Do not share further’: a record or an item that no agency gets besides those which had it when this was said.

    `about_kind` is the model of what it is about, `about_uuid` its identifier; it goes wherever that goes.
    The door puts on it the `names` of the agencies that keep it.
    """

    names: list

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="sharing_stops")
    about_kind = models.CharField(max_length=40)
    about_uuid = models.UUIDField(unique=True)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    # Entries of the log that are about something else, and name it
    told_in = models.ManyToManyField(LogEntry, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"Do not share further: {self.about_kind} {self.about_uuid}"


class HadBefore(models.Model):
    """An agency that had it when it was said, and keeps it."""

    stop = models.ForeignKey(SharingStop, on_delete=models.CASCADE, related_name="had")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stop", "agency"], name="had_once")]
