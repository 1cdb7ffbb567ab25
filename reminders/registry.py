"""The kinds of reminder, registered from above: what each is due for, to whom, and in which words.

A reminder is the difference between what is due and what was said. A row that will be due carries the moment at
which to look at it next, in a derived and indexed column; so a sweep costs what is due, however much there is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from svit import engines

# A step that fell due this long ago was not missed by anybody's clock: the write and its sweep lie between.
GRACE = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=10)


class Step(NamedTuple):
    """One of the moments at which a row speaks."""

    name: str
    at: datetime


class Level(NamedTuple):
    """Who is told at once where nobody below can be reached, or is let through the door.

    `who` names them in fixed words (`Unreached`) to the level after. `step` is said to them instead of the step itself.
    """

    people: tuple[int, ...]
    who: str = ""
    step: str = ""


@dataclass(frozen=True)
class Due:
    """Something to say now. `otherwise` are the levels above the recipients, gone through one by one.

    `due_at` tells this deadline from an earlier one of the same row, so that a moved deadline speaks again.
    An urgent message waits for the morning for those in `can_wait`: somebody else is on call.
    """

    step: str
    due_at: datetime
    recipients: tuple[int, ...]
    otherwise: Iterable[Level] = ()
    who: str = ""
    can_wait: frozenset[int] = frozenset()
    late: bool = False

    def levels(self) -> Iterator[Level]:
        """The recipients and the levels above them; a generator asks for a level when its turn has come."""
        yield Level(self.recipients, self.who)
        yield from self.otherwise


def reached(steps: Iterable[Step], since: datetime | None, now: datetime) -> Step | None:
    """The latest step due by `now`, of those that came after the look before: one alone, however many passed."""
    due = [step for step in steps if step.at <= now and (since is None or step.at >= since - GRACE)]
    return max(due, key=lambda step: step.at, default=None)


def upcoming(steps: Iterable[Step], now: datetime) -> datetime | None:
    """When the next step after `now` comes."""
    return min((step.at for step in steps if step.at > now), default=None)


def look_at(steps: Sequence[Step], pending: datetime | None, now: datetime) -> datetime | None:
    """When to look at a row that was just written. A look that is already due stays due: nothing is forgotten."""
    if not steps:
        return None
    if pending is not None and pending <= now:
        return pending
    return upcoming(steps, now - GRACE)


def is_late(step: Step, now: datetime) -> bool:
    """Whether a step is said well after its time."""
    return now - step.at > LATE_AFTER


class Kind:
    """One kind of reminder. A room declares it and registers one of it.

    A notification carries its subject row as `about` (None when it is gone) wherever a kind is asked about one.
    """

    key: ClassVar[str] = ""
    noun: ClassVar[tuple[str, str]] = ("message", "messages")
    matters: ClassVar[str] = "matters"  # what several references of this kind are called
    model: ClassVar[type[Model]]
    column: ClassVar[str] = "remind_at"
    named: ClassVar[str] = "uuid"  # the look-up of the UUID that a message names a row by
    only: ClassVar[Q] = Q()  # which rows of the model are of this kind
    speaking: ClassVar[Q] = Q()  # which of them may speak again once their incident is open again
    of_incident: ClassVar[str] = ""  # the look-up of a row's incident, where reopening makes it speak again
    apart: ClassVar[bool] = False  # several deadlines of one row stand side by side, as gaps of a rota do
    related: ClassVar[tuple[str, ...]] = ()  # what words, door and recipients touch

    # --- What is due

    def subjects(self) -> QuerySet:
        """Rows of the model with what is asked of them; a notification may be about one that is no longer `only`."""
        return self.model._default_manager.select_related(*self.related)

    def rows(self, now: datetime) -> QuerySet:
        """What is to be looked at by `now`, first due first."""
        return self.subjects().filter(self.only, **{f"{self.column}__lte": now}).order_by(self.column, "pk")

    def say(self, row: Any, now: datetime) -> list[Due]:
        """What is to be said of `row`: the latest step alone."""
        raise NotImplementedError

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        """When to look at `row` again: after `now`, or never."""
        raise NotImplementedError

    def reach(self, row: Any, now: datetime) -> None:
        """What a deadline itself does to the row, besides being said. Nothing, mostly."""

    def settle(self, rows: Sequence[Any], now: datetime) -> None:
        """Write down when to look again: a derived column, so without version or history."""
        found = {row.pk: self.next_at(row, now) for row in rows}
        if any(at is not None and at <= now for at in found.values()):
            raise ValueError(f"{self.key}: a row would be looked at for ever.")
        engines.set_each(self.model, self.column, found)

    def look_again(self, incident: Any, now: datetime) -> None:
        """The incident is open again: what fell silent with it is looked at by the next sweep."""
        if self.of_incident:
            sleeping = Q(**{self.of_incident: incident, f"{self.column}__isnull": True})
            found = self.model._default_manager.filter(self.only, self.speaking, sleeping)
            self.model._default_manager.filter(pk__in=found.values("pk")).update(**{self.column: now})

    # --- Asked again before a message goes out or is opened

    def urgent(self, step: str) -> bool:
        """Whether it goes out at night."""
        return False

    def still_due(self, notification: Any) -> bool:
        """Whether there is anything left to say."""
        raise NotImplementedError

    def allowed(self, row: Any, users: Collection[int]) -> set[int]:
        """Those of `users` whom the door lets know of `row`, by primary key."""
        raise NotImplementedError

    def foresee(self, rows: Sequence[Any], users: Collection[int]) -> None:
        """Ask together what `allowed` will ask about each of these rows and users (`svit.once`). Nothing, mostly."""

    def may_receive(self, notification: Any) -> bool:
        """Whether the door still lets the recipient know of the subject."""
        who = notification.recipient_id
        return notification.about is not None and who in self.allowed(notification.about, [who])

    # --- What its recipient may do with it, and who asks about it

    def may_snooze(self, step: str) -> bool:
        """Whether somebody may put it off for themselves with a reason. Never what has to be acted on now."""
        return False

    def moved(self, notification: Any) -> bool:
        """Whether the deadline that it speaks of was moved since, which ends a snooze."""
        return False

    def write_log(self, row: Any, *, by: Any, what: str, words: str = "") -> bool:
        """Write into the log of what `row` belongs to, within the transaction of the act; False where there is none.

        `what` are fixed words, `words` what somebody typed.
        """
        return False

    def rows_of(self, matter: str) -> QuerySet:
        """The rows that belong to the matter with this reference or UUID, such as an incident's."""
        return self.subjects().none()

    # --- Words: fixed for each kind, never what somebody typed

    def words(self, notification: Any) -> str:
        """One sentence."""
        raise NotImplementedError

    def deadline(self, notification: Any) -> datetime | None:
        """The time by which something is wanted."""
        return None

    def url(self, notification: Any) -> str:
        """The page of the thing itself."""
        raise NotImplementedError

    def reference(self, notification: Any) -> str:
        """What the recipient knows the matter by, such as NM-26-0142."""
        raise NotImplementedError

    def exercise(self, notification: Any) -> bool:
        return False

    def partnership(self, row: Any) -> int | None:
        """Whose matter the row belongs to, by primary key; None where it belongs to no incident."""
        return None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """A room registers its kinds when the application starts."""
    if type(_kinds.get(kind.key, kind)) is not type(kind):
        raise ValueError(f"There are two kinds of reminder named {kind.key}.")
    _kinds[kind.key] = kind
    return kind


def kinds() -> list[Kind]:
    """Those that go out at night first: a sweep that has much to catch up on speaks of them before all else."""
    return sorted(_kinds.values(), key=lambda kind: not kind.urgent(""))


def as_uuid(text: str) -> UUID | None:
    """`text` as a UUID, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def kind_of(notification: Any) -> Kind | None:
    """Its kind, or None where a room no longer offers it."""
    return _kinds.get(notification.kind)


def attach(notifications: Iterable[Any]) -> list[Any]:
    """Give each notification its subject as `about`: one query a kind."""
    notifications = list(notifications)
    wanted: dict[str, set[UUID]] = {}
    for notification in notifications:
        wanted.setdefault(notification.kind, set()).add(notification.subject)
    found: dict[tuple[str, UUID], Any] = {}
    for key, uuids in wanted.items():
        if kind := _kinds.get(key):
            for row in kind.subjects().filter(**{f"{kind.named}__in": uuids}):
                found[key, row.uuid] = row
    for notification in notifications:
        notification.about = found.get((notification.kind, notification.subject))
    return notifications
