"""Working an item: tick, answer, confirm, check, hand on, hand back, undo.

Each locks the item, asks the rule again in the query that locks, saves with history and appends to the log.
Where rows of several kinds are locked, items come first and in the order of their primary keys.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Subquery

from checklists import access
from checklists.actions.evidence import keep_file
from checklists.actions.holding import hold, said, store
from checklists.actions.opening import add_item
from checklists.actions.reminding import remind, wake
from checklists.durations import duration
from checklists.models import ChecklistItem, ItemKind, ItemSource, ItemState
from incidents.actions.log import log
from incidents.actions.saving import as_of, conflict, derive, merge, save
from incidents.models import Engagement, LogKind, Sensitivity
from partners.models import AGENCY_ROLES, Membership, Role
from svit import clock, engines
from svit.conflicts import THEIRS
from svit.refused import Refused
from svit.templatetags.svit import when

NOT_KNOWN_YET = "Not known yet"
WORKS = (*AGENCY_ROLES, Role.COORDINATOR, Role.CSP_MANAGER)
ENDING = (
    "state", "answer", "done_at", "done_by", "done_for", "done_recorded_at", "told_by", "not_needed_reason",
    "checked_at", "due_at",
)  # fmt: skip


@dataclass
class Outcome:
    """What became of an act: the item as it stands, and, where somebody else was first, who and when."""

    item: ChecklistItem
    already: str = ""


# --- Done, answered, confirmed, checked


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
    """Who ended the item, as this reader may hear it: the name among colleagues and coordinators, else the agency."""
    if item.done_by_id == seen.actor.user.pk:
        return "you"
    agency = str(item.done_for or "the coordinator")
    if item.done_by and (seen.coordinates or item.done_for_id == seen.actor.agency.pk):
        return f"{item.done_by}, {agency}"
    return agency


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


def _note(seen, item, words):
    """Keep `words`, where there are any, as a note of the locked item."""
    if words.strip():
        item.noted_at = clock.now()
        store(item, seen=seen, fields=["noted_at"], text=said("Note", item, words))
    return item


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
        _note(seen, item, f"{as_well}\n{words}")
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
        late_reason=late,
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
    return _end(seen, item, kind=ItemKind.QUESTION, verb="Answered", answer=answer.strip(), **said)


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
        _note(seen, item, as_well)
        return Outcome(item, _already(seen, item, as_well=as_well))
    now = clock.now()
    item.state, item.not_needed_reason = ItemState.NOT_NEEDED, reason
    item.done_at = item.done_recorded_at = now
    item.done_by, item.done_for, item.told_by = seen.actor.user, seen.actor.agency, ""
    store(item, seen=seen, fields=ENDING, text=said("Not needed", item, reason), reason=reason)
    return Outcome(item)


# --- Back again


@transaction.atomic
def undo(*, seen, item):
    """Take one's own tick back within ten minutes; the log keeps both."""
    item = hold(seen, item, access.can_work)
    if not access.can_undo(seen, item):
        raise Refused("This can no longer be undone. Reopen the item and say why.")
    ticked = item.history.filter(done_recorded_at=item.done_recorded_at).order_by("history_id")
    before = (
        item.history.filter(history_id__lt=Subquery(ticked.values("history_id")[:1]))
        .order_by("-history_id")
        .first()
    )
    if before is None:
        raise Refused("This can no longer be undone. Reopen the item and say why.")
    for name in ENDING:
        field = ChecklistItem._meta.get_field(name).attname
        setattr(item, field, getattr(before, field))
    store(item, seen=seen, fields=ENDING, text=said("Undone", item), reason="Undone")
    return item


@transaction.atomic
def reopen(*, seen, item, reason):
    """A finished item is worked on again, and why; the log keeps both."""
    item = hold(seen, item, access.can_work)
    if item.is_open:
        raise Refused("This item is open already.")
    if not access.can_reopen(seen, item):
        raise Refused("This item is open again when a contact clock runs.")
    _clear(item)
    store(item, seen=seen, fields=ENDING, text=said("Reopened", item, reason), reason=reason)
    return item


def _clear(item):
    item.state, item.answer, item.told_by, item.not_needed_reason = ItemState.OPEN, "", "", ""
    item.done_at = item.done_by = item.done_for = item.done_recorded_at = None


# --- Whose it is, and by when


def _check_whom(incident, agency, assignee):
    """Refuse an agency that has no part in the incident, and a person who does not work items there."""
    if not agency.active:
        raise Refused(f"{agency} is no longer active.", "whom")
    owner = agency.csp_of_id == incident.partnership_id
    if not owner and not Engagement.objects.current().filter(incident=incident, agency=agency).exists():
        raise Refused(f"{agency} is not engaged in {incident.reference}. Mobilise it first.", "whom")
    if assignee is None:
        return
    if not Membership.objects.current().filter(user=assignee, agency=agency, role__in=WORKS).exists():
        raise Refused(f"{assignee} does not work items for {agency}.", "whom")


def _give(item, *, agency, assignee, by, now):
    item.agency, item.assignee = agency, assignee
    item.assigned_at, item.assigned_by = now, by.user
    item.seen_at = item.seen_by = None
    item.sent_back_at, item.sent_back_by, item.sent_back_reason = None, None, ""
    item.tell_at = now


GIVING = (
    "agency", "assignee", "assigned_at", "assigned_by", "seen_at", "seen_by", "sent_back_at", "sent_back_by",
    "sent_back_reason", "tell_at",
)  # fmt: skip


def _whom(agency, assignee):
    return f"{agency or 'nobody'}" + (f", {assignee.name}" if assignee else "")


def _assigned_since(item, version):
    """Whether somebody else passed the item on since the page with `version` was drawn."""
    base = None if version in (None, item.version) else as_of(item, version)
    return base is not None and (base.agency_id, base.assignee_id) != (item.agency_id, item.assignee_id)


@transaction.atomic
def assign(*, seen, item, agency, assignee=None, note="", version=None, choice=None):
    """Give the item to an agency, and to a person in it where one is named; they are told at once."""
    item = hold(seen, item, access.can_assign)
    if not item.is_open:
        raise Refused("This item is finished. Reopen it before you pass it on.")
    if not seen.coordinates and agency.pk != seen.actor.agency.pk:
        raise Refused("Only a coordinator gives an item to another agency. Send it back instead.", "whom")
    _check_whom(item.incident, agency, assignee)
    if _assigned_since(item, version) and (item.agency, item.assignee) != (agency, assignee):
        kept = choice.keep.get("whom") if choice and choice.against == item.version else None
        if kept is None:
            raise conflict(item, {"whom": _whom(item.agency, item.assignee)}, "who does it")
        if kept == THEIRS:
            return item
    _give(item, agency=agency, assignee=assignee, by=seen.actor, now=clock.now())
    if note.strip():
        item.noted_at = clock.now()
    words = f"To {_whom(agency, assignee)}."
    store(
        item, seen=seen, fields=[*GIVING, "noted_at"], reason="Assigned",
        text=said("Assigned", item, f"{words}\n{note}"),
    )  # fmt: skip
    return item


@transaction.atomic
def reassign(*, actor, items, assignee):
    """Give several items of one agency to one colleague, over all incidents: all of them, or none.

    `items` come through the door. Closed ones are left as they are. Returns how many moved.
    """
    agency = actor.agency
    if (
        assignee is not None
        and not Membership.objects.current().filter(user=assignee, agency=agency, role__in=WORKS).exists()
    ):
        raise Refused(f"{assignee} does not work items for {agency}.", "whom")
    wanted = access.visible_items(actor).filter(pk__in=[item.pk for item in items], agency=agency)
    rows = engines.lock(wanted.select_related("incident__partnership").order_by("pk"))
    now, moved = clock.now(), 0
    for item in rows:
        if not item.is_open or not item.incident.live:
            continue
        _give(item, agency=agency, assignee=assignee, by=actor, now=now)
        item.remind_at = remind(item)
        save(item, by=actor, reason="Reassigned", fields=[*GIVING, "remind_at"])
        whom = assignee.name if assignee else "anybody there"
        log(
            item.incident, by=actor, kind=LogKind.ITEM, section=item.section, sensitivity=item.sensitivity,
            about=item, text=said("Assigned", item, f"To {agency}, {whom}."),
        )  # fmt: skip
        moved += 1
    wake()
    return moved


@transaction.atomic
def send_back(*, seen, item, reason):
    """Not ours: the item goes back to the coordinator, who is told at once. It is nobody's until given again."""
    item = hold(seen, item, access.can_work)
    if not access.can_send_back(seen, item):
        raise Refused("Only the agency that holds an open item can send it back.")
    now = clock.now()
    item.sent_back_by = item.agency
    item.agency = item.assignee = item.seen_at = item.seen_by = None
    item.sent_back_at, item.sent_back_reason, item.tell_at = now, reason, now
    store(
        item, seen=seen, reason=reason, text=said("Sent back", item, reason),
        fields=[
            "agency", "assignee", "seen_at", "seen_by", "sent_back_at", "sent_back_by", "sent_back_reason", "tell_at",
        ],
    )  # fmt: skip
    return item


@transaction.atomic
def set_due(*, seen, item, due_at, reason, version=None, choice=None):
    """Move the due time, and why. Somebody else's move in between is shown and not overwritten."""
    item = hold(seen, item, access.can_work)
    if not access.can_reschedule(seen, item):
        raise Refused("The due time of this item is not yours to move.")
    changed = merge(item, version=version, changes={"due_at": due_at}, choice=choice)
    if not changed:
        return item
    was = f"Was {when(item.due_at)}. " if item.due_at else ""
    item.due_at = due_at
    store(
        item, seen=seen, fields=["due_at"], reason=reason,
        text=said(f"Due time moved to {when(due_at)}", item, f"{was}{reason}"),
    )  # fmt: skip
    return item


# --- Notes, local items, what is seen


@transaction.atomic
def add_note(*, seen, item, note):
    """A note about the item. It stands in the log, where it can be withheld."""
    return _note(seen, hold(seen, item, access.can_work), note)


@transaction.atomic
def add_local_item(
    *, seen, phase, title, section, kind=ItemKind.ACTION, details="", agency=None, assignee=None, due_at=None,
    every="", sensitivity=Sensitivity.STANDARD,
):  # fmt: skip
    """An item of the partnership's own."""
    if not access.can_add(seen):
        raise Refused("Only a coordinator of the owning partnership adds an item.")
    if kind == ItemKind.RECURRING and not every:
        raise Refused("Choose how often it is checked.", "every")
    if sensitivity == Sensitivity.SEALED:
        raise Refused("An item is sealed only with the record that it is about.", "sensitivity")
    if agency is not None:
        _check_whom(seen.incident, agency, assignee)
    return add_item(
        incident=seen.incident, by=seen.actor, phase=phase, title=title, section=section, kind=kind, details=details,
        agency=agency, assignee=assignee, due_at=due_at, every=every if kind == ItemKind.RECURRING else "",
        sensitivity=sensitivity, source=ItemSource.LOCAL,
    )  # fmt: skip


def mark_seen(*, seen, item):
    """Somebody of the agency that holds the item opened it for the first time; nobody else's look counts."""
    if item.seen_at is None and access.holds(seen, item):
        derive(item, seen_at=clock.now(), seen_by=seen.actor.user)


# --- The contact clocks, from the room above


@transaction.atomic
def leave_contact_item(*, incident, kind, running):
    """A clock left the contact item, and nobody may learn that it did: no state, version or log entry moves.

    Where none runs any longer the item is one like any other, without a due time.
    """
    rows = ChecklistItem.objects.filter(incident=incident, clock_kind=kind, state=ItemState.OPEN)
    for item in engines.lock(rows):
        item.follows_clocks, item.due_at = bool(running), min(running, default=None)
        derive(item, follows_clocks=item.follows_clocks, due_at=item.due_at, remind_at=remind(item))


@transaction.atomic
def settle_contact_item(*, incident, kind, clocks, running, by):
    """A contact item follows the clocks of its kind: done once each young person's is met, open again otherwise.

    `clocks` is how many there are, `running` when those that run fall due. Where there is none the item stands as
    it is, an item like any other. None where the incident has no such item, or where it was marked not needed.
    """
    rows = ChecklistItem.objects.filter(incident=incident, clock_kind=kind).exclude(
        state=ItemState.NOT_NEEDED
    )
    item = engines.lock(rows.exclude(sensitivity=Sensitivity.SEALED).order_by("pk")).first()
    if item is None:
        return None
    item.incident = incident
    now, fields, verb = clock.now(), [], ""
    if item.follows_clocks != bool(clocks):
        item.follows_clocks = bool(clocks)
        fields = ["follows_clocks"]
    if running and min(running) != item.due_at:
        item.due_at = min(running)
        fields += ["due_at"]
    if clocks and not running and item.is_open:
        item.state, item.done_at, item.done_recorded_at = ItemState.DONE, now, now
        item.done_by, item.done_for = by.user, by.agency
        fields, verb = [*fields, *ENDING], "Done, because each young person's clock is met"
    elif running and item.state == ItemState.DONE:
        _clear(item)
        fields, verb = [*fields, *ENDING], "Open again, because a contact clock is running"
    if not fields:
        return item
    item.remind_at = remind(item)
    save(item, by=by, reason=verb or "Follows the clocks", fields=[*fields, "remind_at"])
    if verb:
        log(incident, by=by, kind=LogKind.ITEM, section=item.section, about=item, text=said(verb, item))
    wake()
    return item
