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
from django.db.models import QuerySet, Subquery

from reminders import mail, registry
from reminders.access import visible_messages
from reminders.models import Notification, Skipped

PAGE = 25
MAILS_MOST = 50
DEMONSTRATION = "coordinator@northmere.example"  # who is there where the demonstration was made
BETWEEN = b"-" * 79  # what Django's file backend writes after each message


def unseen(user: Any) -> QuerySet[Notification]:
    """Messages to `user` (or to an outer query's) that nobody opened and whose matter is not over."""
    return Notification.objects.filter(recipient=user, seen_at=None, over_at=None)


@dataclass
class Line:
    """One message as the inbox shows it; `open` is false where its matter is closed to the reader now."""

    message: Notification
    words: str
    reference: str = ""
    deadline: datetime | None = None
    exercise: bool = False
    open: bool = False

    @property
    def unseen(self) -> bool:
        return self.open and self.message.seen_at is None and self.message.over_at is None

    @property
    def hidden(self) -> str:
        """What a button of this row adds for a screen reader."""
        return f": {self.words} {self.reference}"


def inbox(user: Any, *, before: str = "") -> tuple[list[Line], str]:
    """One page of messages, newest first, and the key of the next ("" when there is none)."""
    rows = visible_messages(user)
    if key := _uuid(before):
        rows = rows.filter(pk__lt=Subquery(visible_messages(user).filter(uuid=key).values("pk")[:1]))
    page = registry.attach(rows[: PAGE + 1])
    older = str(page[PAGE - 1].uuid) if len(page) > PAGE else ""
    open_to_them = registry.may_list(user, page)
    return [_line(one, one.uuid in open_to_them) for one in page[:PAGE]], older


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _line(one: Notification, is_open: bool) -> Line:
    kind = registry.kind_of(one)
    if not is_open or kind is None:
        return Line(one, "A message about something that is no longer open to you.")
    words = " ".join(filter(None, [kind.words(one), one.get_unreached_display()]))
    return Line(one, words, kind.reference(one), kind.deadline(one), kind.exercise(one), True)


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
