"""The one shape for what the phases record: `Entry` is the index of all, `Record` the base of each kind."""

import uuid
from datetime import timedelta
from functools import cached_property

from django.db import models
from django.db.models import Q

from partners.actor import Actor
from partners.models import Agency, Membership, Partnership, User
from svit import clock
from svit.values import in_words


class Section(models.TextChoices):
    """The sections that an engagement grants."""

    GENERAL = "general", "General"
    PEOPLE = "people", "People"
    RELATIONSHIPS = "relationships", "Relationships"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    HEALTH = "health", "Health"
    EDUCATION = "education", "Education"
    COMMUNICATIONS = "communications", "Communications"
    COMMUNITY = "community", "Community"
    MEETINGS = "meetings", "Meetings"


class Sensitivity(models.TextChoices):
    """Standard; restricted (it shows that it exists); sealed (nobody but the holders learns of it)."""

    STANDARD = "standard", "Standard"
    RESTRICTED = "restricted", "Restricted"
    SEALED = "sealed", "Sealed"


class Entry(models.Model):
    """One row for each record of whatever kind: the door, counts, search and log read this table alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, null=True, blank=True, related_name="entries"
    )
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=40)
    phase = models.CharField(max_length=20, blank=True)
    section = models.CharField(max_length=20, choices=Section)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.STANDARD)
    title = models.CharField(max_length=200)
    about = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="concerning"
    )
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)  # its record's, so that a list needs no other table

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["incident", "kind"], name="entry_of_incident")]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False) | Q(partnership__isnull=False),
                name="an_entry_belongs_somewhere",
            ),
        ]

    def __str__(self):
        return self.title


class RecordGrant(models.Model):
    """A named holder of a sealed record."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="one_grant_a_holder")]


class RevealReason(models.TextChoices):
    """Why somebody needs to read what is restricted."""

    SAFEGUARDING = "safeguarding", "To keep somebody safe"
    CONTACT = "contact", "To make contact with this person"
    TASK = "task", "For an item that I am doing"
    OTHER = "other", "Another reason"


class Reveal(models.Model):
    """A reason given to read something for a while: a restricted record, or an incident by the governance officer.

    The page of a record's reveals puts on each `who` it was, and whether it `decides`: the latest of that person.
    """

    who: str
    decides: bool

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="reveals")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, blank=True, related_name="reveals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reveals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField()
    # Why it was not opened, or was closed again by the owner; empty of one that ran its time.
    refused = models.TextField(blank=True, default="", db_default="")
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["-at"]

    @property
    def is_open(self):
        return self.until_at > clock.now()

    @property
    def reason_words(self):
        return dict(RevealReason.choices).get(self.reason, self.reason)


class RevealStop(models.Model):
    """The owner's no: one person is shown one record's restricted content no more, until the stop is lifted."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="stops")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "user"], condition=Q(lifted_at__isnull=True), name="one_stop_at_a_time"
            ),
        ]


KINDS: dict[str, type["Record"]] = {}
SAME_ACT = timedelta(minutes=1)  # a change and its entry in the log are written in one transaction


def authors(record, rows):
    """Agency and role of whoever wrote each row of a record's history, as the log has them; never a name."""
    from incidents.models.log import LogEntry  # it stands on this module

    users = {row.history_user_id for row in rows}
    said = list(
        LogEntry.objects.filter(about_uuid=record.uuid, by__in=users).values_list(
            "by_id", "occurred_at", "by_label"
        )
    )
    posts = list(Membership.objects.filter(user__in=users).select_related("agency").order_by("from_at", "pk"))

    def author(user, at):
        near = [(abs(moment - at), label) for by, moment, label in said if by == user]
        if near and min(near)[0] < SAME_ACT:
            return min(near)[1]
        mine = [post for post in posts if post.user_id == user]
        then = [post for post in mine if post.from_at <= at and (not post.until_at or post.until_at > at)]
        post = (then or mine or [None])[-1]
        return Actor(membership=post, agency=post.agency).label if post else "SVIT"

    return [author(row.history_user_id, row.history_date) for row in rows]


class Record(models.Model):
    """The base of every kind of record.

    A kind declares its phase, section, default sensitivity, fields, and which of its fields are
    `restricted`: those are masked for a reader who has the section and no more. Its index row is `entry`.
    """

    phase = ""
    section = Section.GENERAL
    sensitivity = Sensitivity.STANDARD
    restricted: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    page = "record"
    tab = "overview"
    empty = "Nothing recorded yet."

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not (meta := cls.__dict__.get("Meta")) or not getattr(meta, "abstract", False):
            KINDS[cls.__name__.lower()] = cls

    def __str__(self):
        return self.entry.title

    @property
    def uuid(self):
        return self.entry.uuid

    @property
    def incident(self):
        return self.entry.incident

    def entry_title(self):
        """What the index row is called; never a name of a person."""
        raise TypeError(f"{type(self).__name__} says no entry_title")

    @classmethod
    def kind(cls):
        return cls._meta.model_name

    def summary(self, seen):
        """Label, value in words and name of each field that has a value, as the summary list takes them."""
        rows = []
        for name in self.fields:
            field = self._meta.get_field(name)
            if words := in_words(field, getattr(self, name)):
                label = str(field.verbose_name)
                rows.append({"key": label[0].upper() + label[1:], "value": words, "name": name})
        return rows

    @cached_property
    def versions(self):
        """Each row of the history, newest first, with the agency and role of whoever wrote it."""
        history = list(self.history.all())
        return list(zip(history, authors(self, history), strict=True))

    def changes(self, seen, masked=()):
        """The history, newest first: who, by agency and role, changed which field from what to what, in words.

        `masked` fields say only that they changed.
        """
        rows = []
        versions = self.versions
        for (new, who), (old, _) in zip(versions, [*versions[1:], (None, "")], strict=True):
            words = []
            for name in self.fields if old else ():
                before, after = getattr(old, name), getattr(new, name)
                if before != after:
                    field = self._meta.get_field(name)
                    label = str(field.verbose_name).capitalize()
                    was, now = in_words(field, before) or "empty", in_words(field, after) or "empty"
                    words.append(f"{label} changed" if name in masked else f"{label}: {was} → {now}")
            rows.append({"title": "; ".join(words) if old else "Added", "at": new.history_date, "by": who})
        return [row for row in rows if row["title"]]
