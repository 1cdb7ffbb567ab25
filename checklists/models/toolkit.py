"""What the toolkit says, as data: its items, what to keep ready, whom it names; and how a partnership reaches those."""

import uuid

from django.db import models
from django.db.models import Q

from incidents.models import PHASES, Section
from partners.history import kept
from partners.models import AgencyKind, Partnership, User
from svit import clock


class ItemKind(models.TextChoices):
    """How an item ends: done, answered, confirmed, or never (each check makes the next one due)."""

    ACTION = "action", "Action"
    QUESTION = "question", "Question"
    ASSURANCE = "assurance", "Assurance"
    RECURRING = "recurring", "Recurring check"


class ItemSource(models.TextChoices):
    """Where an item comes from; `local` and `meeting` items are not the toolkit's."""

    TOOLKIT = "toolkit", "Toolkit checklist"
    GUIDANCE = "guidance", "Toolkit text"
    PROTOCOL = "protocol", "Urgent response protocol"
    LOCAL = "local", "Added here"
    MEETING = "meeting", "Action raised in a meeting"


class ClockKind(models.TextChoices):
    """The contact clocks that a person may have, each with its own starting event."""

    GOLDEN_HOUR = "golden_hour", "Golden hour"
    FIRST_ATTEMPT = "first_attempt", "First contact attempted, 24 h"
    CONTACT_MADE = "contact_made", "Contact made, 48 h"
    PROFESSIONALS = "professionals", "Professionals contacted, 48 h"
    MASH_REFERRAL = "mash_referral", "Referred to MASH"
    LOCAL = "local", "A clock of the partnership"


class Template(models.Model):
    """One version of a checklist: the toolkit's, or a partnership's own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.CharField(max_length=20)
    digest = models.CharField(
        max_length=64, help_text="sha256 of the source, so that loading twice adds nothing."
    )
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-loaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(partnership__isnull=True), name="loaded_once"
            ),
        ]

    def __str__(self):
        return f"Toolkit {self.version}"


class TemplateItem(models.Model):
    """One item of a template, as its source words it."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=60)
    phase = models.CharField(max_length=20, choices=PHASES)
    heading = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=20, choices=Section)
    kind = models.CharField(max_length=10, choices=ItemKind)
    source = models.CharField(max_length=10, choices=ItemSource)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    what = models.TextField(blank=True, help_text="What to do, in our own words (guidance.yaml).")
    why = models.TextField(blank=True, help_text="Why it matters, in our own words (guidance.yaml).")
    when = models.CharField(max_length=30, blank=True)
    suggested_to = models.CharField(max_length=30, choices=AgencyKind)
    due = models.CharField(max_length=20, help_text="ISO 8601 duration after logging, or next_school_day.")
    every = models.CharField(max_length=20, blank=True)
    relaxes_after = models.CharField(max_length=20, blank=True)
    relaxes_every = models.CharField(max_length=20, blank=True)
    clock_kind = models.CharField(max_length=20, choices=ClockKind, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["template", "phase", "key"], name="one_item_a_key"),
        ]

    def __str__(self):
        return self.title


class ReadinessItem(models.Model):
    """What a partnership keeps ready before any incident (the toolkit's Before section)."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="readiness")
    key = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)

    class Meta:
        ordering = ["order"]


class SupportOrganisation(models.Model):
    """A support organisation of the toolkit, with the number of the source's year. See `ConfirmedContact`."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=30)
    audiences = models.JSONField(default=list, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Resource(models.Model):
    """A policy or guide that the toolkit names for a phase, without an address. See `ConfirmedContact`."""

    phase = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["phase", "name"], name="one_resource_a_name")]

    def __str__(self):
        return self.name


class ConfirmedContact(models.Model):
    """How a partnership reaches a support organisation, or finds a resource; confirmed by an administrator.

    Only what is confirmed is shown in an incident. It is the partnership's own, and the toolkit's rows stay as the
    source has them: loading the toolkit again touches no confirmation. A resource is known by its name, in whichever
    phases the toolkit names it.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        SupportOrganisation, on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed"
    )
    resource = models.CharField(max_length=150, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    address = models.URLField("web address", max_length=500, blank=True)
    confirmed_at = models.DateTimeField("confirmed", default=clock.now)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "organisation"], name="an_organisation_is_confirmed_once"
            ),
            models.UniqueConstraint(
                fields=["partnership", "resource"],
                condition=Q(organisation__isnull=True),
                name="a_resource_is_confirmed_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, resource="")
                | (Q(organisation__isnull=True) & ~Q(resource="")),
                name="an_organisation_or_a_resource",
            ),
            models.CheckConstraint(condition=~Q(telephone="", address=""), name="something_is_confirmed"),
        ]

    def __str__(self):
        return str(self.organisation or self.resource)
