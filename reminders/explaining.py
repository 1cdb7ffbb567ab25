"""Why a reminder was said or not, to whom and when: gathered for an operator, from the rows and from the kinds.

What was said stands in the rows. What is said next, and who is left out, the kinds are asked live: as the thing, the
door and the rota are now. Nothing is written. No title and no name of a person of an incident is in it, but the names
of the staff who were told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from reminders import holding, registry, rooms
from reminders.models import DailyDigest, Delivery, DeliveryState, Notification, Snooze, SweepMark
from svit import clock

LONG_AGO = timedelta(days=365)
DOOR = "the door does not let them know of it"
SINCE = "they would be told today: a membership, the rota or the door has changed since"
PAST = "it was past when it was first written down, or the next sweep says it"


class Unknown(Exception):
    """Nothing goes by that name."""


def explain(ref: str) -> dict[str, Any]:
    """All that is known of an incident's reference, a Message-ID, or the UUID of a message or of what it is about."""
    ref, now = ref.strip(), clock.now()
    asked = _asked(ref)
    matters = [found for kind in registry.kinds() for found in _of_kind(kind, ref, asked, now)]
    if not matters and not any(_rows(kind, ref).exists() for kind in registry.kinds()):
        raise Unknown(ref)
    swept = SweepMark.objects.filter(name="sweep").first()
    return {
        "asked": ref,
        "at": now,
        "last_sweep": swept.at if swept else None,
        "held_back": holding.held(),
        "matters": sorted(matters, key=_first_moment),
    }


def _rows(kind: registry.Kind, ref: str, *subjects: UUID) -> QuerySet:
    """The rows of a kind that go by the name: a row's own UUID, or its incident's; and those of `subjects`."""
    uuid = registry.as_uuid(ref)
    own = kind.subjects().filter(**{f"{kind.named}__in": [*subjects, *([uuid] if uuid else [])]})
    return own | kind.rows_of(ref)


def _asked(ref: str) -> set[tuple[str, UUID]]:
    """The kinds and subjects of the messages that the reference names."""
    rows = Notification.objects.filter(deliveries__message_id__in=[ref, f"<{ref}>"]) if "@" in ref else None
    if uuid := registry.as_uuid(ref):
        rows = Notification.objects.filter(uuid=uuid) | Notification.objects.filter(subject=uuid)
    return set(rows.values_list("kind", "subject")) if rows is not None else set()


def _of_kind(
    kind: registry.Kind, ref: str, asked: set[tuple[str, UUID]], now: datetime
) -> Iterator[dict[str, Any]]:
    """What there is of one kind: each subject that is looked at, or of which anything was said or should have been."""
    subjects = {subject for key, subject in asked if key == kind.key}
    rows = {row.uuid: row for row in _rows(kind, ref, *subjects)}
    keys = [row.pk for row in rows.values()]
    speaking = set(kind.subjects().filter(kind.only, pk__in=keys).values_list(kind.named, flat=True))
    said = defaultdict(list)
    for one in _said(kind, {*rows, *subjects}):
        one.about = rows.get(one.subject)
        said[one.subject].append(one)
    for subject in {*rows, *subjects}:
        found = _matter(kind, subject, rows.get(subject), said[subject], speaks=subject in speaking, now=now)
        if found["said"] or found["next"] or found["not_said"]:
            yield found


def _said(kind: registry.Kind, subjects: Collection[UUID]) -> Iterable[Notification]:
    rows = Notification.objects.filter(kind=kind.key, subject__in=subjects).order_by("said_at", "pk")
    return rows.select_related("recipient").prefetch_related("deliveries", "snoozes")


def _matter(
    kind: registry.Kind, subject: UUID, row: Any, said: list[Notification], *, speaks: bool, now: datetime
) -> dict[str, Any]:
    """One subject of one kind: what was said, in order of time, and what comes."""
    found: dict[str, Any] = {
        "kind": kind.key,
        "subject": subject,
        "reference": None,
        "next": None,
        "not_said": None,
    }
    if row is not None:
        found["reference"] = kind.reference(_example(kind, row, "", now))
    found["said"] = [
        _step(kind, row, list(group))
        for _, group in groupby(said, key=lambda one: (one.step, one.due_at, one.said_at))
    ]
    if row is None or not speaks:
        return found
    if at := getattr(row, kind.column):
        found["next"] = {"look_at": at, **_would_say(kind, row, max(at, now), at)}
    if at is None or at > now:
        found["not_said"] = _not_said(kind, row, {(one.step, one.due_at) for one in said}, now)
    return found


def _not_said(
    kind: registry.Kind, row: Any, said: set[tuple[str, datetime]], now: datetime
) -> dict[str, Any] | None:
    """The step that the kind would say now if it was never looked at, where that was said to nobody."""
    live = _would_say(kind, row, now, now - LONG_AGO)
    live["steps"] = [one for one in live["steps"] if (one["step"], one["due_at"]) not in said]
    for one in live["steps"]:
        one["why"] = PAST if one["to"] else "nobody could be told"
    return live if live["steps"] or "breaks" in live else None


def _example(kind: registry.Kind, row: Any, step: str, at: datetime, who: int = 0) -> Notification:
    """A message of the step as it would be: for its words, and never saved."""
    one = Notification(kind=kind.key, step=step, subject=row.uuid, recipient_id=who, due_at=at, said_at=at)
    one.about = row
    return one


# --- What the kind says when it is asked


def _ask(kind: registry.Kind, row: Any, at: datetime, since: datetime) -> list[registry.Due]:
    """What the kind says of the row at a moment, if it was to be looked at since another."""
    row = copy(row)
    setattr(row, kind.column, since)
    with clock.at(at):
        return kind.say(row, at)


def _would_say(kind: registry.Kind, row: Any, at: datetime, since: datetime) -> dict[str, Any]:
    try:
        dues = _ask(kind, row, at, since)
    except Exception as error:  # a row that breaks its kind is a reason to ask
        return {"steps": [], "breaks": type(error).__name__}
    return {"steps": [_would_tell(kind, row, due, at) for due in dues]}


def _would_tell(kind: registry.Kind, row: Any, due: registry.Due, at: datetime) -> dict[str, Any]:
    going, left_out = _people(kind, row, due, at)
    names = rooms.named({*going, *left_out})
    words = kind.words(_example(kind, row, due.step, due.due_at, going[0])) if going else ""
    return {
        "step": due.step,
        "words": words,
        "due_at": due.due_at,
        "to": [_name(names, user) for user in going],
        "not_to": [{"who": _name(names, user), "why": why} for user, why in left_out.items()],
    }


def _people(
    kind: registry.Kind, row: Any, due: registry.Due, at: datetime
) -> tuple[list[int], dict[int, str]]:
    """Whom the step would be said to, level by level until one is let in; and who of them is left out, and why."""
    snoozed = {
        one.notification.recipient_id: one
        for one in Snooze.objects.filter(
            notification__kind=kind.key, notification__subject=row.uuid, notification__due_at=due.due_at, at__lte=at
        ).select_related("notification")
        if one.ended_at is None or one.ended_at >= at
    }  # fmt: skip
    left_out: dict[int, str] = {}
    for level in due.levels():
        people = [user for user in dict.fromkeys(level.people) if user not in left_out]
        allowed = kind.allowed(row, people) if people else set()
        away = rooms.unreachable(people, at) if people else {}
        left_out |= {user: DOOR for user in people if user not in allowed}
        left_out |= {
            user: f"they cannot be reached: {getattr(why, 'label', why)}"
            for user, why in away.items()
            if user in allowed
        }
        reached = [user for user in people if user in allowed and user not in away]
        left_out |= {
            user: f"they snoozed it until {_iso(snoozed[user].until)}" for user in reached if user in snoozed
        }
        if reached:
            return [user for user in reached if user not in left_out], left_out
    return [], left_out


# --- What was said


def _step(kind: registry.Kind, row: Any, said: list[Notification]) -> dict[str, Any]:
    """One step that was said, to each of whom, and who was left out."""
    first = said[0]
    names = rooms.named([one.recipient_id for one in said])
    return {
        "step": first.step,
        "words": kind.words(first) if row is not None else "",
        "due_at": first.due_at,
        "said_at": first.said_at,
        "late": first.late,
        "came_back": first.again,
        "to": [_told(one, names) for one in said],
        "not_to": _left_out(kind, row, first, {one.recipient_id for one in said}) if row is not None else [],
    }


def _left_out(kind: registry.Kind, row: Any, said: Notification, told: set[int]) -> list[dict[str, str]]:
    """Who is meant and was not told, as far as the kind still says that step of the row."""
    for since in (said.said_at, said.said_at - LONG_AGO):
        try:
            dues = _ask(kind, row, said.said_at, since)
        except Exception:
            return []
        for due in dues:
            if (due.step, due.due_at) == (said.step, said.due_at):
                going, why = _people(kind, row, due, said.said_at)
                why = {user: words for user, words in why.items() if user not in told}
                why |= {user: SINCE for user in going if user not in told}
                names = rooms.named(why)
                return [{"who": _name(names, user), "why": words} for user, words in why.items()]
    return []


def _told(one: Notification, names: dict[int, str]) -> dict[str, Any]:
    return {
        "who": _name(names, one.recipient_id),
        "message": one.uuid,
        "seen_at": one.seen_at,
        "in_hand_at": one.acknowledged_at,
        "over_at": one.over_at,
        "snoozed": [
            {"at": snooze.at, "until": snooze.until, "ended_at": snooze.ended_at, "ended_as": snooze.ended_as}
            for snooze in one.snoozes.all()
        ],
        "deliveries": [_delivery(one, delivery) for delivery in one.deliveries.all()],
    }


def _delivery(one: Notification, delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "sent_at": delivery.sent_at,
        "next_try_at": delivery.next_try_at if delivery.state == DeliveryState.PENDING else None,
        "waits_for": _waits_for(one, delivery),
        "outcome": delivery.outcome,
        "message_id": delivery.message_id,
    }


def _waits_for(one: Notification, delivery: Delivery) -> str:
    """What a delivery waits for that was not tried yet."""
    if delivery.state != DeliveryState.PENDING or delivery.attempts:
        return ""
    if delivery.message_id:
        return "sending"
    at = clock.local(delivery.next_try_at).hour
    if at == 8 and DailyDigest.objects.filter(user=one.recipient_id).exists():
        return "daily"
    return "morning" if at == 7 else "moment"


def _name(names: dict[int, str], user: int) -> str:
    return names.get(user, "somebody who is no member any more")


def _iso(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="minutes")


def _first_moment(found: dict[str, Any]) -> tuple[datetime, str]:
    """By what was said first; then by what is looked at first."""
    first = found["said"][0]["said_at"] if found["said"] else found["next"] and found["next"]["look_at"]
    return (first or clock.now(), found["kind"])
