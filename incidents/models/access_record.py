"""Who collected, read, changed, disclosed or erased personal data (DPA 2018 s.62)."""

import uuid

from django.db import models
from django.db.models.functions import Now

from partners.models import Agency, Regime, User
from svit import clock


class AccessAct(models.TextChoices):
    """The acts that s.62 names."""

    COLLECTION = "collection", "Collection"
    CONSULTATION = "consultation", "Consultation"
    ALTERATION = "alteration", "Alteration"
    DISCLOSURE = "disclosure", "Disclosure"
    COMBINATION = "combination", "Combination"
    ERASURE = "erasure", "Erasure"


class AccessRecord(models.Model):
    """One act on personal data, inserted in the transaction of the act itself. It holds none of the data."""

    incident_uuid = models.UUIDField()
    subject_kind = models.CharField(max_length=40)
    subject_uuid = models.UUIDField()
    act = models.CharField(max_length=12, choices=AccessAct)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    system = models.CharField(max_length=60, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    regime = models.CharField(max_length=20, choices=Regime, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["subject_uuid", "user", "-at"], name="access_of_subject"),
            models.Index(fields=["incident_uuid", "-at"], name="access_of_incident"),
        ]


class Disposal(models.Model):
    """A confirmed decision that an incident's data go; the only thing that lets log rows be deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident_id_was = models.BigIntegerField(db_index=True)
    reference = models.CharField(max_length=20)
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=clock.now)
