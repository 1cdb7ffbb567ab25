"""Opening with a reason what is restricted, and the owner's no to it."""

from datetime import timedelta

from django.db import transaction

from incidents.access import may_stop_reveals, stop_of
from incidents.actions.access_record import record_access
from incidents.actions.log import log
from incidents.actions.saving import lock
from incidents.models import AccessAct, LogKind, Reveal, RevealStop, Sensitivity
from reminders import wake
from svit import clock
from svit.refused import Refused

REVEALED_FOR = timedelta(minutes=15)
READ_FOR = timedelta(hours=1)


def _log(seen, entry, text):
    log(
        seen.incident, by=seen.actor, kind=LogKind.RECORD, section=entry.section, about=entry, text=text, act=None,
        sensitivity=Sensitivity.SEALED if entry.sensitivity == Sensitivity.SEALED else Sensitivity.RESTRICTED,
    )  # fmt: skip


def _row(seen, entry, reason, text, **more):
    return Reveal(
        incident=seen.incident, entry=entry, user=seen.actor.user, agency=seen.actor.agency, reason=reason, text=text,
        **more,
    )  # fmt: skip


def reveal(*, seen, entry, reason, text):
    """A reason opens this record's restricted content to this person for 15 minutes; recorded, and the owner told.

    Where the owner said no to this person before, it stays shut; that they asked, and why, is recorded as well.
    """
    if stop := stop_of(entry, seen.actor.user):
        _record_refusal(seen, entry, reason, text, why=stop.reason)
        whom = f"{entry.owner}, {entry.owner.telephone}" if entry.owner.telephone else str(entry.owner)
        raise Refused(f"The owner said no: {stop.reason} If somebody is in danger, ring {whom}.")
    return _open(seen, entry, reason, text)


@transaction.atomic
def _open(seen, entry, reason, text):
    lock(entry)
    if stop_of(entry, seen.actor.user):  # said while this was typed
        raise Refused("The owner said no.")
    now = clock.now()
    row = _row(seen, entry, reason, text, at=now, until_at=now + REVEALED_FOR, remind_at=now)
    row.save()
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.CONSULTATION, subject_kind=entry.kind, subject=entry.uuid,
        purpose=reason,
    )  # fmt: skip
    _log(seen, entry, f"{entry.title}: restricted content opened for 15 minutes.")
    wake()
    return row


@transaction.atomic
def _record_refusal(seen, entry, reason, text, *, why):
    now = clock.now()
    _row(seen, entry, reason, text, at=now, until_at=now, refused=why).save()
    _log(seen, entry, f"{entry.title}: asked to open restricted content, and refused.")


@transaction.atomic
def stop_reveals(*, seen, row, reason):
    """The owner's no: what this person opened closes now, and opens to them no more until somebody lifts it."""
    lock(row.entry)
    row = lock(row)
    if not may_stop_reveals(seen, row.entry):
        raise Refused("Only the record's owner, or a coordinator, refuses this.")
    if stop_of(row.entry, row.user):
        raise Refused("This person was refused already.")
    now = clock.now()
    row.until_at, row.refused, row.refused_by = min(row.until_at, now), reason, seen.actor.user
    row.save(update_fields=["until_at", "refused", "refused_by"])
    open_now = Reveal.objects.filter(entry=row.entry, user=row.user, until_at__gt=now)
    open_now.update(until_at=now, refused=reason, refused_by=seen.actor.user)
    _log(seen, row.entry, f"{row.entry.title}: refused to one person of {row.agency} from now on. {reason}")
    return RevealStop.objects.create(entry=row.entry, user=row.user, reason=reason, by=seen.actor.user)


@transaction.atomic
def allow_reveals(*, seen, row):
    """The owner takes the no back: this person may give a reason again."""
    stop = stop_of(row.entry, row.user)
    if not may_stop_reveals(seen, row.entry):
        raise Refused("Only the record's owner, or a coordinator, allows this.")
    if stop is None:
        return
    stop = lock(stop)
    stop.lifted_at, stop.lifted_by = clock.now(), seen.actor.user
    stop.save(update_fields=["lifted_at", "lifted_by"])
    _log(seen, row.entry, f"{row.entry.title}: one person of {row.agency} may give a reason again.")


@transaction.atomic
def give_reason(*, incident, by, reason, text):
    """A governance officer says why before reading an incident; it holds for an hour."""
    now = clock.now()
    row = Reveal.objects.create(
        incident=incident, user=by.user, agency=by.agency, reason=reason, text=text, at=now, until_at=now + READ_FOR,
    )  # fmt: skip
    record_access(incident, by=by, act=AccessAct.CONSULTATION, purpose=reason)
    return row
