"""Mobilisation templates: which open items are given out, to which kinds of agency, for which categories."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from partners.history import kept
from partners.models import Partnership


def new_key():
    return str(uuid.uuid4())


class MobilisationTemplate(models.Model):
    """A partnership's own template, or what it made of a built-in one, whose key it then has.

    `categories` are those for which it is chosen first, "none" while there is no category yet. `kinds` are the kinds of
    agency that it asks, empty for every kind. `items` says which open items it gives out: "all", "phase:health",
    "section:people", "item:victim-support" or "local", which are those that were added here.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=36, default=new_key, editable=False)
    name = models.CharField(max_length=60)
    categories = models.JSONField("chosen first for", default=list, blank=True)
    kinds = models.JSONField("asks", default=list, blank=True)
    items = models.JSONField("gives out", default=list, blank=True)
    retired_at = models.DateTimeField("retired", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "key"], name="one_template_a_key"),
            models.UniqueConstraint(
                "partnership",
                Lower("name"),
                condition=Q(retired_at__isnull=True),
                name="one_live_template_a_name",
            ),
        ]

    def __str__(self):
        return self.name

    def takes(self, item):
        """Whether it gives out this open item of an incident."""
        known = f"item:{item.template_item.key}" if item.template_item else "local"
        mine = {"all", f"phase:{item.phase}", f"section:{item.section}", known}
        return bool(mine.intersection(self.items)) and (not self.kinds or item.suggested_to in self.kinds)
