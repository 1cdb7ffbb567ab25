"""Reads for the inbox, the badge and the demonstration's mail page."""

import email
import email.policy
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

from reminders import mail, registry, rooms
from reminders.access import visible_messages
from reminders.models import DailyDigest, Notification, Skipped, Snooze

PAGE = 25
MAILS_MOST = 50
DEMONSTRATION = "coordinator@northmere.example"  # who is there where the demonstration was made
BETWEEN = b"-" * 79  # what Django's file backend writes after each message


def unseen(user: Any) -> QuerySet[Notification]:
    """Messages to `user` (or to an outer query's) that nobody opened and whose matter is not over."""
    return Notification.objects.filter(recipient=user, seen_at=None, over_at=None)


def has_digest(user: Any) -> bool:
    """Whether the person gets what is not urgent once a day."""
    return DailyDigest.objects.filter(user=user).exists()


def with_snooze(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """Messages, each with the moment until which it is snoozed as `snoozed_until`."""
    going_on = Snooze.objects.filter(notification=OuterRef("pk"), ended_at=None)
    return rows.annotate(snoozed_until=Subquery(going_on.values("until")[:1]))


@dataclass
class Line:
    """One message as the inbox shows it; `open` is false where its matter is closed to the reader now."""

    message: Notification
    words: str
    reference: str = ""
    deadline: datetime | None = None
    exercise: bool = False
    open: bool = False
    stands: bool = True  # its deadline was not moved since
    can_be_put_off: bool = False  # by its kind

    @property
    def goes_on(self) -> bool:
        """Whether its reader may do something with it."""
        return self.open and self.message.over_at is None

    @property
    def snoozed_until(self) -> datetime | None:
        return getattr(self.message, "snoozed_until", None) if self.goes_on and self.stands else None

    @property
    def can_snooze(self) -> bool:
        return self.goes_on and self.stands and self.can_be_put_off and not self.snoozed_until

    @property
    def acts(self) -> bool:
        """Whether anything is offered that its reader may do with it."""
        return self.goes_on and bool(
            self.snoozed_until or self.can_snooze or not self.message.acknowledged_at
        )

    @property
    def unseen(self) -> bool:
        return self.open and self.message.seen_at is None and self.message.over_at is None

    @property
    def hidden(self) -> str:
        """What a button of this row adds for a screen reader."""
        return f": {self.words} {self.reference}"


def inbox(user: Any, *, before: str = "") -> tuple[list[Line], str]:
    """One page of messages, newest first, and the key of the next ("" when there is none)."""
    rows = with_snooze(visible_messages(user))
    if key := registry.as_uuid(before):
        rows = rows.filter(pk__lt=Subquery(visible_messages(user).filter(uuid=key).values("pk")[:1]))
    page = registry.attach(rows[: PAGE + 1])
    older = str(page[PAGE - 1].uuid) if len(page) > PAGE else ""
    open_to_them = rooms.may_list(user, page)
    return [line_of(one, is_open=one.uuid in open_to_them) for one in page[:PAGE]], older


def line_of(one: Notification, *, is_open: bool = True) -> Line:
    """A message that carries its subject, in words."""
    kind = registry.kind_of(one)
    if not is_open or kind is None:
        return Line(one, "A message about something that is no longer open to you.")
    return Line(
        one,
        " ".join(filter(None, [kind.words(one), one.get_unreached_display()])),
        kind.reference(one),
        kind.deadline(one),
        kind.exercise(one),
        open=True,
        stands=not kind.moved(one),
        can_be_put_off=kind.may_snooze(one.step),
    )


@dataclass
class Told:
    """One person who was told of a thing, and what they did with the latest message about it."""

    name: str
    state: str  # of the component
    text: str
    at: datetime


TOLD_MOST = 200  # of the latest messages


def told_about(subjects: Collection[UUID]) -> list[Told]:
    """Who was told of these rows, the latest told first, each once; one query. For whoever coordinates."""
    rows = with_snooze(Notification.objects.filter(subject__in=subjects)).select_related("recipient")
    latest: dict[int, Notification] = {}
    for one in rows.order_by("-pk")[:TOLD_MOST]:
        latest.setdefault(one.recipient_id, one)
    return [_told(one) for one in latest.values()]


def _told(one: Any) -> Told:
    name = one.recipient.name
    if one.snoozed_until and not one.over_at:
        return Told(name, "open", "Snoozed until", one.snoozed_until)
    if one.acknowledged_at:
        return Told(name, "done", "In hand", one.acknowledged_at)
    if one.seen_at:
        return Told(name, "seen", "Seen", one.seen_at)
    return Told(name, "open", "Told", one.said_at)


def reached_nobody(kind: str, step: str, subjects: Collection[UUID]) -> set[UUID]:
    """The rows of which the level above was told in the step's own words, because nobody below was reached."""
    rows = Notification.objects.filter(kind=kind, step=step, subject__in=subjects)
    return set(rows.values_list("subject", flat=True))


def skipped_of(kind: str, step: str, subjects: Collection[UUID]) -> dict[UUID, list[Skipped]]:
    """Whom a step about each of these rows could not reach, by row; one query."""
    found: dict[UUID, list[Skipped]] = {}
    rows = Skipped.objects.filter(kind=kind, step=step, subject__in=subjects, user__isnull=False)
    for row in rows.select_related("user").order_by("user__name"):
        found.setdefault(row.subject, []).append(row)
    return found


@dataclass
class Mail:
    """An e-mail that was written to a file. A line of the text is (text, path of the link or "")."""

    to: str
    subject: str
    at: datetime
    lines: list[tuple[str, str]]


def demonstration_made() -> bool:
    """Whether this is an embedded copy with the invented boroughs. A partnership's own shows nobody's mail."""
    people = get_user_model()._default_manager
    return settings.EMBEDDED and people.filter(email=DEMONSTRATION).exists()


def written_mails(to: Collection[str]) -> list[Mail]:
    """The reminders in the mail folder to these addresses, newest first.

    Other mail, such as a link for a new password, is left out.
    """
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[
        : 10 * MAILS_MOST
    ]
    found = []
    for path in files:
        parts = re.split(rb"^" + BETWEEN + rb"\r?\n?", path.read_bytes(), flags=re.MULTILINE)
        read = [_read(part) for part in reversed(parts) if part.strip()]
        found += [one for one in read if one and one.to in to]
    return found[:MAILS_MOST]


def _read(raw: bytes) -> Mail | None:
    message = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
    if message[mail.HEADER] != "reminder":
        return None
    text = message.get_content()
    at = parsedate_to_datetime(message["Date"]).replace(tzinfo=UTC)  # Django writes UTC, as -0000
    return Mail(message["To"], message["Subject"], at, [(line, _path(line)) for line in text.splitlines()])


def _path(line: str) -> str:
    """The path of a line that is a link to here, and to nowhere else."""
    base = f"{settings.BASE_URL}/"
    return line[len(base) - 1 :] if line.startswith(base) and not line[len(base) :].startswith("/") else ""
