"""Whom to ring: the directory, and who is on call."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from partners.history import kept
from partners.models.agencies import Agency, Partnership
from partners.models.people import User
from svit import clock

CONFIRMED_FOR = 365  # days for which an entry counts as right once somebody rang


class ContactKind(models.TextChoices):
    """Whom a directory entry stands for."""

    PERSON = "person", "Person"
    NETWORK = "network", "Network"
    KIN = "kin", "Key individual network (KIN)"
    FORUM = "forum", "Forum"


class Contact(models.Model):
    """A directory entry: somebody to ring, and whom they represent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="contacts")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    kind = models.CharField(max_length=10, choices=ContactKind, default=ContactKind.PERSON)
    name = models.CharField(max_length=150)
    represents = models.CharField(max_length=200, blank=True, help_text="A role, a group or a place.")
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    added_at = models.DateTimeField(default=clock.now, db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept(excluded_fields=["added_at", "remind_at"])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name", "represents"], name="one_directory_entry_a_name"
            ),
        ]

    def __str__(self):
        return self.name


class OnCallQuerySet(models.QuerySet):
    def at(self, moment):
        return self.filter(from_at__lte=moment, until_at__gt=moment)


class OnCall(models.Model):
    """Who answers for an agency in a span of time. Where nobody is on call, all coordinators are."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="on_call")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="on_call")
    from_at = models.DateTimeField("from")
    until_at = models.DateTimeField("until")

    objects = OnCallQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=models.F("from_at")), name="on_call_ends_after_it_begins"
            ),
        ]

    def __str__(self):
        return f"{self.user} for {self.agency}"
