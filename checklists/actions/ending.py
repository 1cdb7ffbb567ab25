"""How an item ends: done, answered, confirmed, checked, not needed.

Each act locks the item, asks the rule again in the query that locks, saves with history and appends to the log.
Where rows of several kinds are locked, the incident comes first and items in the order of their primary keys.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from checklists import access
from checklists.actions.evidence import keep_file
from checklists.actions.holding import hold, said, store
from checklists.actions.notes import keep_note
from checklists.durations import duration
from checklists.models import ChecklistItem, ItemKind, ItemState
from incidents import offers
from incidents.access import as_told
from incidents.actions.saving import lock
from incidents.models import Trait
from svit import clock
from svit.merging import as_of
from svit.refused import Refused
from svit.templatetags.svit import when

NOT_KNOWN_YET = "Not known yet"
ENDING = (
    "state", "answer", "done_at", "done_by", "done_for", "done_recorded_at", "told_by", "not_needed_reason",
    "checked_at", "due_at",
)  # fmt: skip


@dataclass
class Outcome:
    """What became of an act: the item as it stands, and, where somebody else was first, who and when."""

    item: ChecklistItem
    already: str = ""


def _ended_since(item, version):
    """Whether the item was ticked, confirmed or checked since the page with `version` was drawn."""
    if version is None or version == item.version or item.done_recorded_at is None:
        return False
    base = as_of(item, version)
    return base is None or base.done_recorded_at != item.done_recorded_at


def _beaten(item, version):
    """Whether somebody else was first."""
    if item.kind == ItemKind.RECURRING:
        return _ended_since(item, version)
    if item.kind == ItemKind.ASSURANCE and item.state == ItemState.DONE:
        return version is None or _ended_since(item, version)
    return not item.is_open


def who_did(seen, item):
    """Who ended the item, as this reader may hear it: beside the name stands the agency for which it was done."""
    if item.done_by_id == seen.actor.user.pk:
        return "you"
    agency = str(item.done_for or "the coordinator")
    name = as_told(seen, item.done_by, acted_for=item.done_for_id, otherwise="")
    return f"{name}, {agency}" if name else agency


def _as_well(item, answer, told_by, done_at):
    """What whoever came second says beyond what stands already, as a note: their answer, who told them and when."""
    words = []
    if answer and answer != item.answer:
        first = f"{item.done_for or 'the coordinator'} answered {item.answer}"
        if item.state == ItemState.NOT_NEEDED:
            first = "it was marked not needed"
        words.append(f"Answered {answer} as well, after {first}.")
    if told_by:
        words.append(f"Told by {told_by}.")
    if done_at:
        words.append(f"Done {when(done_at)}.")
    return "\n".join(words)


def _already(seen, item, note="", kept=None, as_well=""):
    """The words for whoever came second."""
    word = {
        ItemKind.QUESTION: "answered",
        ItemKind.ASSURANCE: "confirmed",
        ItemKind.RECURRING: "checked",
    }.get(item.kind, "marked done")
    if item.state == ItemState.NOT_NEEDED:
        word = "marked not needed"
    at = when(item.done_recorded_at, clock.now())
    added = (
        " What you entered was kept as a note."
        if as_well
        else " Your note was added."
        if note.strip()
        else ""
    )
    added += " Your file was kept." if kept else ""
    return f"Already {word} by {who_did(seen, item)}, {at}.{added}"


def _next_check(item, now):
    """When a recurring check is due again; where its source says so, more rarely after a while."""
    every, source = item.every, item.template_item
    if source and source.relaxes_after and now - item.opened_at >= duration(source.relaxes_after):
        every = source.relaxes_every
    return now + (duration(every) if every else timedelta(days=7))


def _end(seen, item, *, kind, verb, note="", version=None, told_by="", done_at=None, file=None, answer=None):
    """Record that the item is done in the way of its kind; whoever comes second keeps the note they typed."""
    item = hold(seen, item, access.can_work)
    now = clock.now()
    if item.kind != kind:
        raise Refused(f"This item is a {item.get_kind_display().lower()}, and ends in another way.")
    if item.follows_clocks:
        raise Refused("This item is done when the clock of each young person is met.")
    if told_by and not access.can_record_for(seen, item):
        raise Refused("Only a coordinator records what another agency did.", "told_by")
    if clock.in_future(done_at):
        raise Refused("When it was done must be now or in the past.", "done_at")
    kept = keep_file(seen=seen, item=item, checked=file) if file else None
    words = "\n".join(part for part in (note.strip(), f"File: {kept.name}" if kept else "") if part)
    if _beaten(item, version):
        as_well = _as_well(item, answer, told_by, done_at)
        keep_note(seen, item, f"{as_well}\n{words}", kept)
        return Outcome(item, _already(seen, item, note, kept, as_well))
    open_still = kind == ItemKind.RECURRING or answer == NOT_KNOWN_YET
    if not open_still:
        item.state = ItemState.DONE
    if answer is not None:
        item.answer = answer
    if kind == ItemKind.RECURRING:
        item.checked_at = done_at or now
        item.due_at = _next_check(item, item.checked_at)
    if answer != NOT_KNOWN_YET:
        item.done_at, item.done_by, item.done_recorded_at = done_at or now, seen.actor.user, now
        item.done_for = item.agency if told_by else seen.actor.agency
        item.done_for_id = item.agency_id if told_by else seen.actor.agency.pk
        item.told_by = told_by
    if words:
        item.noted_at = now
    words = f"{answer or ''}\n{words}".strip()
    if told_by:
        words = f"{words}\nTold by {told_by}.".strip()
    late = (f"Recorded for {item.agency}." if item.agency else "Recorded later.") if done_at else ""
    store(
        item, seen=seen, fields=[*ENDING, "noted_at"], text=said(verb, item, words), occurred_at=done_at,
        late_reason=late, file=kept,
    )  # fmt: skip
    return Outcome(item)


@transaction.atomic
def mark_done(*, seen, item, **said):
    """An action was done. `said`: note, file, version, and for a partner's act told_by and done_at."""
    return _end(seen, item, kind=ItemKind.ACTION, verb="Marked done", **said)


@transaction.atomic
def answer(*, seen, item, answer, **said):
    """A question has its answer. 'Not known yet' is written down too, and leaves the question open."""
    if not answer.strip():
        raise Refused("Enter the answer.", "answer")
    crosses = item.template_item and item.template_item.key == "cross-borough" and answer.strip() == "Yes"
    if crosses:
        lock(item.incident)
    outcome = _end(seen, item, kind=ItemKind.QUESTION, verb="Answered", answer=answer.strip(), **said)
    if crosses and not outcome.already:
        offers.learn(incident=outcome.item.incident, by=seen.actor, traits=[Trait.CROSS_BOROUGH.value])
    return outcome


@transaction.atomic
def confirm(*, seen, item, **said):
    """Somebody confirms that it is so, and confirms again when things have changed."""
    verb = "Confirmed again" if item.state == ItemState.DONE else "Confirmed"
    return _end(seen, item, kind=ItemKind.ASSURANCE, verb=verb, **said)


@transaction.atomic
def record_check(*, seen, item, **said):
    """A recurring check was made; the next falls due after its interval."""
    return _end(seen, item, kind=ItemKind.RECURRING, verb="Checked", **said)


@transaction.atomic
def not_needed(*, seen, item, reason, version=None):
    """The item has no place in this incident, and why; whoever comes second keeps the reason as a note."""
    item = hold(seen, item, access.can_work)
    if not item.is_open:
        as_well = f"Not needed, somebody else said: {reason}"
        keep_note(seen, item, as_well)
        return Outcome(item, _already(seen, item, as_well=as_well))
    now = clock.now()
    item.state, item.not_needed_reason = ItemState.NOT_NEEDED, reason
    item.done_at = item.done_recorded_at = now
    item.done_by, item.done_for, item.told_by = seen.actor.user, seen.actor.agency, ""
    store(item, seen=seen, fields=ENDING, text=said("Not needed", item, reason), reason=reason)
    return Outcome(item)


def end_by_record(seen, item):
    """What the item asked for was recorded, by a form that said so: it is done, confirmed or checked."""
    acts = {ItemKind.ASSURANCE: confirm, ItemKind.RECURRING: record_check}
    acts.get(item.kind, mark_done)(seen=seen, item=item)
