"""The items of an incident: one kind of task for toolkit items, local items and actions."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from checklists.models.toolkit import ClockKind, ItemKind, ItemSource, Template, TemplateItem
from incidents.models import PHASES, Entry, Incident, Section, Sensitivity
from partners.models import Agency, AgencyKind, User
from svit import clock
from svit.history import History


class OpenedWith(models.Model):
    """The version of the checklist that an incident was opened with, and keeps."""

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, primary_key=True, related_name="opened_with"
    )
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")


# Why an item changed, in its history, where a form answered it.
BY_LOG_FORM, BY_CATEGORISING = "Answered by the log form", "Answered by categorising"


class ItemState(models.TextChoices):
    """Not started, seen and in progress are derived; see `ChecklistItem.progress`."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Not needed"


class ChecklistItem(models.Model):
    """One thing to do in an incident, assignable to an agency and a person in it.

    A question keeps its `answer`, a recurring check moves `due_at` on at each check and stays open. `done_*` tells
    of the latest tick, answer, confirmation or check, so that one undo serves all four. Notes stand in the log alone,
    where they can be withheld; `noted_at` says that there are some. `sent_back_at` says since when an item is nobody's
    again: `sent_back_by` is the agency that said "not ours", or nobody where an agency was stood down. `remind_at` and
    `tell_at` are derived: when the reminders have to look at the item next. So is `follows_clocks`: a contact item is
    an item like any other until somebody has a clock of its `clock_kind`, and from then on is ended by the clocks
    alone. `for_date` is the key date for which a toolkit item is done again, besides the first time.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="items")
    template_item = models.ForeignKey(
        TemplateItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    phase = models.CharField(max_length=20, choices=PHASES)
    heading = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=1000)
    section = models.CharField(max_length=20, choices=Section, default=Section.GENERAL)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.STANDARD)
    kind = models.CharField(max_length=10, choices=ItemKind, default=ItemKind.ACTION)
    source = models.CharField(max_length=10, choices=ItemSource, default=ItemSource.LOCAL)
    title = models.CharField(max_length=300)
    details = models.TextField(blank=True)
    suggested_to = models.CharField(max_length=30, choices=AgencyKind, blank=True)
    clock_kind = models.CharField(max_length=20, choices=ClockKind, blank=True)
    follows_clocks = models.BooleanField(default=False, editable=False)
    about = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    every = models.CharField(max_length=20, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="items"
    )
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="items"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    assigned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    sent_back_reason = models.TextField(blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    opened_at = models.DateTimeField(default=clock.now)
    for_date = models.DateField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    answer = models.TextField(blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    done_for = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    done_recorded_at = models.DateTimeField(null=True, blank=True)
    told_by = models.CharField(max_length=200, blank=True)
    not_needed_reason = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    tell_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = History(excluded_fields=["remind_at", "tell_at", "seen_at", "seen_by", "follows_clocks"])

    class Meta:
        ordering = ["order", "pk"]
        indexes = [
            models.Index(fields=["incident", "phase", "order"], name="items_of_phase"),
            models.Index(
                fields=["agency", "due_at", "id"], condition=Q(state="open"), name="open_items_of_agency"
            ),
            models.Index(
                fields=["assignee", "due_at", "id"], condition=Q(state="open"), name="open_items_of_person"
            ),
            models.Index(
                fields=["incident", "due_at"], condition=Q(state="open"), name="open_items_of_incident"
            ),
            models.Index(fields=["done_by", "-done_at", "-id"], name="items_done_by"),
            models.Index(fields=["done_for", "-done_at", "-id"], name="items_done_for"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="a_done_item_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="not_needed") | ~Q(not_needed_reason=""), name="not_needed_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind="recurring", state="done"), name="a_recurring_item_is_never_done"
            ),
            models.UniqueConstraint(
                fields=["incident", "template_item"],
                condition=Q(for_date__isnull=True),
                name="a_template_item_opens_once_an_incident",
            ),
            models.UniqueConstraint(
                fields=["incident", "template_item", "for_date"],
                condition=Q(for_date__isnull=False),
                name="and_once_for_each_key_date",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state == ItemState.OPEN

    @property
    def progress(self):
        """not_started, seen, in_progress, done or not_needed."""
        if not self.is_open:
            return self.state
        if self.noted_at or self.answer or self.checked_at:
            return "in_progress"
        return "seen" if self.seen_at else "not_started"

    @property
    def whose(self):
        """Who holds it, in words; an item that nobody holds says how that came about."""
        if self.agency_id:
            return str(self.agency)
        if self.sent_back_by_id:
            return "Sent back, nobody’s"
        return "Nobody’s again" if self.sent_back_at else "Nobody’s yet"

    def is_overdue(self, now):
        return self.is_open and self.due_at is not None and self.due_at < now

    def get_absolute_url(self):
        return reverse("item", args=[self.incident.uuid, self.uuid])


class OfferedItem(models.Model):
    """A toolkit item that did not fit the incident's traits: shown as 'not needed here, add it'."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="offered_items")
    template_item = models.ForeignKey(TemplateItem, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "template_item"], name="offered_once"),
        ]
