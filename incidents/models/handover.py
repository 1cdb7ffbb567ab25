"""Passing an incident on to another partnership."""

import uuid

from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from partners.models import Agency, Partnership, User
from svit import clock


class HandoverAnswer(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Handover(models.Model):
    """An offer of ownership to a partnership whose CSP agency is engaged; nothing changes until it is accepted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="handovers")
    from_partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    to_partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    offered_at = models.DateTimeField(default=clock.now)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_for = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=HandoverAnswer, blank=True)
    answer_reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(answer=""), name="one_offer_of_handover_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.incident} to {self.to_partnership}"
