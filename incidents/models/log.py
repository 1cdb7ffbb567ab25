"""The one log of an incident: appended to by every write, edited by none."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models.entry import Section, Sensitivity
from incidents.models.incident import Incident, Precision
from partners.models import Agency, User

LATE_AFTER = timedelta(hours=1)  # what is written down later than this says why (JESIP)


class LogKind(models.TextChoices):
    LOGGED = "logged", "Incident logged"
    STAGE = "stage", "Stage"
    REPORT = "report", "Report"
    CATEGORISED = "categorised", "Categorised"
    ENGAGEMENT = "engagement", "Agencies"
    ITEM = "item", "Checklist"
    PHASE = "phase", "Phase"
    PERSON = "person", "Person"
    CONTACT = "contact", "Contact"
    CLOCK = "clock", "Clock"
    RECORD = "record", "Record"
    DECISION = "decision", "Decision"
    NOTE = "note", "Note"
    FILE = "file", "File"
    PACK = "pack", "Pack"
    CORRECTION = "correction", "Correction"
    WITHHELD = "withheld", "Withheld or redacted"
    RETENTION = "retention", "Retention"


class LogEntry(models.Model):
    """What happened and when, who wrote it down and when. Append-only: the database refuses a change."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=12, choices=LogKind)
    section = models.CharField(max_length=20, choices=Section, default=Section.GENERAL)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.STANDARD)
    marking = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.EXACT)
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    by_label = models.CharField(max_length=200)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    about_kind = models.CharField(max_length=40, blank=True)
    about_uuid = models.UUIDField(null=True)
    person_uuid = models.UUIDField(null=True)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name_plural = "log entries"
        indexes = [
            models.Index(fields=["incident", "-occurred_at", "-id"], name="log_of_incident"),
            models.Index(fields=["about_uuid"], name="log_about"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.uuid}"


class LogText(models.Model):
    """The words of a log entry, apart from it, so that they can be withheld and redacted."""

    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, primary_key=True, related_name="words")
    text = models.TextField()
    late_reason = models.TextField(blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    withheld_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    withheld_reason = models.TextField(blank=True)
    redaction_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    redacted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    redacted_at = models.DateTimeField(null=True, blank=True)
    sealed_original = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(redacted_by__isnull=True) | ~Q(redacted_by=models.F("redaction_asked_by")),
                name="redaction_takes_two",
            ),
        ]
