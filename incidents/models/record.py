"""The one shape for what the phases record: `Record` is the base of each kind, `Entry` the index of all."""

from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import models

from incidents.models.entry import Entry, Section, Sensitivity
from partners.actor import Actor
from partners.models import Membership
from reminders.times import MORNING, on_the_wall
from svit.values import in_words

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


class Concerns(models.TextChoices):
    """Whether a kind is about one of the people of the incident."""

    NOBODY = "", "Nobody"
    MAY = "may", "May be about one person"
    MUST = "must", "Is about one person"


class Record(models.Model):
    """The base of every kind of record. docs/records.md shows how a kind is made.

    A kind declares its phase, section, default sensitivity and fields, in `groups` of (heading, names). Which of them
    are `restricted` is masked for a reader who has the section and no more. Its index row is `entry`.
    """

    phase = ""
    section = Section.GENERAL
    sensitivity = Sensitivity.STANDARD
    concerns = Concerns.NOBODY
    restricted: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fields: tuple[str, ...] = ()
    # {field: {answer: the fields that this answer alone asks for}}; of another answer they are emptied
    asked_for: dict[str, dict[str, tuple[str, ...]]] = {}
    missing: dict[str, str] = {}  # what is said where nothing was entered, by field
    past: tuple[str, ...] = ()  # moments and days that are over when they are written down
    brief: tuple[str, ...] = ()  # what a list says of each record; everything where it is empty
    gold: tuple[
        str, ...
    ] = ()  # what the pack of gold group prints; the kind is in no pack where this is empty
    partners: tuple[str, ...] = ()  # what the pack of partners prints
    completes: tuple[str, ...] = ()  # keys of the toolkit's items that such a record may end
    due = ""  # the field by which somebody has to act
    due_words = ""  # what a reminder of that says: fixed words
    checked = False  # whether the answers are shown once more before they are saved
    guidance = ""  # what to know before the form is filled in
    page = "record"
    tab = "checklist"
    empty = "Nothing recorded yet."

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __init_subclass__(cls, *, kind=True, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.groups and not cls.__dict__.get("fields"):
            cls.fields = tuple(name for _, names in cls.groups for name in names)
        if kind:  # a base of several kinds says kind=False
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

    @classmethod
    def texts(cls):
        """The names of the fields in which somebody types words."""
        typed = (models.CharField, models.TextField)
        return tuple(
            name
            for name in cls.fields
            if isinstance(field := cls._meta.get_field(name), typed) and not field.choices
        )

    @classmethod
    def wrong(cls, values):
        """Pairs of a field and the words for what is wrong with it beside the others; `values` are all of them."""
        return ()

    @property
    def is_over(self):
        """Whether nobody has to act on it any more, so that it falls due no longer."""
        return False

    def due_at(self):
        """By when somebody has to act on it; a day means nine in the morning. None where nobody has to."""
        value = getattr(self, self.due) if self.due and not self.is_over else None
        if isinstance(value, date) and not isinstance(value, datetime):
            return on_the_wall(value, MORNING)
        return value

    def search_words(self):
        """What of it a search may find: the title, and the words that are not restricted."""
        said = [getattr(self, name) for name in self.texts() if name not in self.restricted]
        return "\n".join(one for one in (self.entry_title(), *said) if one)

    def rows(self, names, masked=()):
        """Label, value in words and name of each of these fields that has a value, as the summary list takes them.

        Those that are `masked` are left out.
        """
        rows = []
        for name in (name for name in names if name not in masked):
            field = self._meta.get_field(name)
            if words := in_words(field, getattr(self, name)):
                label = str(field.verbose_name)
                rows.append({"key": label[0].upper() + label[1:], "value": words, "name": name})
        return rows

    def summary(self, seen):
        """The rows of all fields that have a value."""
        return self.rows(self.fields)

    def in_brief(self, masked=()):
        """The rows for a list of records."""
        return self.rows(self.brief or self.fields, masked)

    def in_groups(self, masked=()):
        """(heading, rows) of each group in which something stands."""
        groups = self.groups or (("", self.fields),)
        return [(heading, rows) for heading, names in groups if (rows := self.rows(names, masked))]

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
                field = self._meta.get_field(name)
                before, after = getattr(old, field.attname), getattr(new, field.attname)
                if before != after:
                    label = str(field.verbose_name).capitalize()
                    if name in masked or field.is_relation:
                        words.append(f"{label} changed")
                        continue
                    was, now = in_words(field, before) or "empty", in_words(field, after) or "empty"
                    words.append(f"{label}: {was} → {now}")
            rows.append({"title": "; ".join(words) if old else "Added", "at": new.history_date, "by": who})
        return [row for row in rows if row["title"]]
