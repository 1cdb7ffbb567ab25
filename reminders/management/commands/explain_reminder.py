"""Says why a reminder was said or not, to whom and when."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from reminders.explaining import Unknown, explain
from reminders.models import DeliveryState, SnoozeEnd
from svit.templatetags.svit import when

CHANNELS = {"email": "e-mail", "sms": "text"}
WAITS_FOR = {
    "daily": "for the daily e-mail",
    "morning": "for the morning",
    "moment": "for what may come with it",
    "sending": "and is being sent",
}


class Command(BaseCommand):
    help = (
        "Says of an incident (NM-26-0142), of a message or of what it is about (UUID), or of an e-mail (Message-ID):"
        " what was said, when, to whom and by which way; who was left out, and why; and what comes next."
    )

    def add_arguments(self, parser):
        parser.add_argument("ref", metavar="REF", help="a reference, a UUID or a Message-ID")
        parser.add_argument("--json", action="store_true", help="the same for a program")

    def handle(self, *, ref, **options):
        try:
            found = explain(ref)
        except Unknown as error:
            raise CommandError(
                f"Nothing is known as {ref}. Give an incident's reference such as NM-26-0142, the UUID of a message or"
                " of what it is about, or the Message-ID of an e-mail."
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, indent=2))
            return
        for line in _lines(found):
            self.stdout.write(line)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """The whole in plain words; times are London's."""
    swept = (
        f"the last whole sweep was on {when(found['last_sweep'])}" if found["last_sweep"] else "no sweep yet"
    )
    yield f"{found['asked']}, asked on {when(found['at'])}; {swept}."
    if found["held_back"]:
        yield "E-mails are held back after a restore: manage.py release_deliveries."
    if not found["matters"]:
        yield "Nothing was said of it, and nothing is to be looked at."
    for matter in found["matters"]:
        yield ""
        yield f"{matter['kind']}, {matter['reference'] or 'of something that is gone'}, subject {matter['subject']}"
        for step in matter["said"]:
            yield from _said(step)
        yield from _next(matter)


def _said(step: dict[str, Any]) -> Iterator[str]:
    late = ", late" if step["late"] else ""
    back = ", back after a snooze" if step["came_back"] else ""
    yield f"  {when(step['said_at'])}: said “{step['step']}”{late}{back}, due {when(step['due_at'])}. {step['words']}"
    for one in step["to"]:
        yield f"    to {one['who']}: {', '.join(_state(one))}. Message {one['message']}"
        for delivery in one["deliveries"]:
            yield f"      {_delivery(delivery)}"
    for one in step["not_to"]:
        yield f"    not to {one['who']}: {one['why']}"


def _state(one: dict[str, Any]) -> Iterator[str]:
    yield f"seen {when(one['seen_at'])}" if one["seen_at"] else "not seen"
    if one["in_hand_at"]:
        yield f"in hand {when(one['in_hand_at'])}"
    for snooze in one["snoozed"]:
        ended = (
            f" ({SnoozeEnd(snooze['ended_as']).label} {when(snooze['ended_at'])})"
            if snooze["ended_at"]
            else ""
        )
        yield f"snoozed {when(snooze['at'])} until {when(snooze['until'])}{ended}"
    if one["over_at"]:
        yield f"over {when(one['over_at'])}"


def _delivery(one: dict[str, Any]) -> str:
    way = CHANNELS.get(one["channel"], one["channel"])
    tried = f"{one['attempts']} {'attempt' if one['attempts'] == 1 else 'attempts'}"
    words = {
        DeliveryState.SENT: lambda: f"sent {when(one['sent_at'])}, {tried}",
        DeliveryState.PENDING: lambda: _waiting(one, tried),
        DeliveryState.NOT_DUE: lambda: f"not sent: {one['outcome'].lower() or 'no longer due'}",
        DeliveryState.REFUSED: lambda: "not sent: refused by the door, or the account is closed",
        DeliveryState.FAILED: lambda: f"given up after {tried}: {one['outcome']}",
    }
    said = words[one["state"]]() if one["state"] in words else one["state"]
    return f"{way} {said}" + (f" {one['message_id']}" if one["message_id"] else "")


def _waiting(one: dict[str, Any], tried: str) -> str:
    if one["attempts"]:
        return f"failed, {tried} ({one['outcome']}); tried again {when(one['next_try_at'])}"
    return f"waits until {when(one['next_try_at'])} {WAITS_FOR[one['waits_for']]}"


def _next(matter: dict[str, Any]) -> Iterator[str]:
    if matter["not_said"]:
        yield from _would(matter["not_said"], "not said:")
    if matter["next"]:
        yield f"  looked at next: {when(matter['next']['look_at'])}"
        yield from _would(matter["next"], "then")
    else:
        yield "  not looked at again until it changes"


def _would(found: dict[str, Any], begin: str) -> Iterator[str]:
    if "breaks" in found:
        yield f"    the kind breaks on it: {found['breaks']}"
    for step in found["steps"]:
        why = f" ({step['why']})" if "why" in step else ""
        yield f"    {begin} “{step['step']}”, due {when(step['due_at'])}, to {'; '.join(step['to']) or 'nobody'}{why}"
        for one in step["not_to"]:
            yield f"      not to {one['who']}: {one['why']}"
