"""Packs: asked for by a person, made by a worker. The row is the job; Celery only wakes."""

import hashlib
import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.http import Http404

from incidents.access import To, can
from incidents.actions import NotRecorded, log, record_access
from incidents.models import AccessAct, LogKind, Redaction, Section, Sensitivity, StoredFile
from partners.actor import actor_for
from partners.models import Membership
from reminders import ring
from reports import access, queries
from reports.due import old_packs
from reports.models import FILE_KIND, REPLACED_KIND, Audience, Pack, PackState
from reports.pack import document
from reports.printing import NotPrinted, print_pdf
from svit import clock, engines
from svit.refused import Refused

logger = logging.getLogger(__name__)

ATTEMPTS = 3
STUCK_AFTER = timedelta(minutes=3)
SENSITIVITY = {Audience.GOLD: Sensitivity.RESTRICTED, Audience.PARTNERS: Sensitivity.STANDARD}
NO_ACCESS = "Whoever asked for it may no longer export this incident."
GAVE_UP = "It could not be made in three attempts. Ask for a new one."


@transaction.atomic
def request_pack(*, seen, audience, purpose, recipients):
    """Queue a pack, and record the disclosure: what for, and to whom. The same request twice queues one.

    What somebody typed as its purpose is for coordinators, and for whoever asked: the log has it restricted.
    """
    if not can(seen.actor, To.EXPORT, seen.incident, seen) or audience not in access.audiences(seen):
        raise Refused("You cannot make a pack for this audience.", "audience")
    waiting = queries.same_request(seen, audience=audience, purpose=purpose, recipients=recipients)
    if waiting:
        return waiting
    pack = Pack.objects.create(
        incident=seen.incident,
        audience=audience,
        purpose=purpose,
        recipients=recipients,
        asked_by=seen.actor.user,
        asked_for=seen.actor.agency,
        membership=seen.actor.membership,
        asked_at=clock.now(),
    )
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.DISCLOSURE, subject_kind=FILE_KIND, subject=pack.uuid,
        purpose=purpose, recipient=" ".join(recipients.split()),
    )  # fmt: skip
    log(
        seen.incident, by=seen.actor, kind=LogKind.PACK, about=pack, act=None, sensitivity=Sensitivity.RESTRICTED,
        text=f"Pack asked for: {pack.get_audience_display().lower()}. Purpose: {purpose}",
    )  # fmt: skip
    transaction.on_commit(partial(ring, "reports.render_packs"))
    return pack


def take_pack(*, seen, pack, stored):
    """A pack leaves the application: recorded with its hash, for whom and what for, before a byte of it goes."""
    try:
        record_access(
            seen.incident, by=seen.actor, act=AccessAct.DISCLOSURE, subject_kind=FILE_KIND, subject=pack.uuid,
            purpose=pack.purpose, recipient=" ".join(pack.recipients.split()), sha256=stored.sha256,
        )  # fmt: skip
    except DatabaseError as error:
        raise NotRecorded from error


def render_next(now=None):
    """Make the pack that has waited longest; None where none waits. Two workers never make the same one."""
    pack = claim(now or clock.now())
    if pack is None or pack.state == PackState.FAILED:
        return pack
    stored = []
    try:
        seen = seen_again(pack)
        as_at = clock.now()
        files = print_pdf(document(seen, Audience(pack.audience), as_at, pack.recipients))
        stored = [
            keep(pack, file, kind) for file, kind in zip(files, (FILE_KIND, REPLACED_KIND), strict=True)
        ]
        done = finish(pack, seen, stored, as_at)
    except (Http404, PermissionDenied):
        done = give_up(pack, NO_ACCESS, final=True)
    except NotPrinted as failure:
        done = give_up(pack, str(failure))
    except Exception as error:  # whatever breaks is told by its kind alone: its words may quote the incident
        logger.error("Pack %s was not made (%s)", pack.uuid, type(error).__name__)
        done = give_up(pack, "Something went wrong while it was made.")
    if not done or pack.state != PackState.READY:
        discard(stored)
    return pack


@transaction.atomic
def claim(now):
    """The oldest pack that waits, or whose worker has been gone for three minutes, marked as this worker's."""
    waiting = Q(state=PackState.QUEUED) | Q(state=PackState.RENDERING, claimed_at__lte=now - STUCK_AFTER)
    pack = engines.claim(Pack.objects.filter(waiting).order_by("asked_at", "pk")).first()
    if pack is None:
        return None
    if pack.attempts >= ATTEMPTS:
        pack.state, pack.failure = PackState.FAILED, pack.failure or GAVE_UP
        pack.save(update_fields=["state", "failure"])
        return pack
    pack.state, pack.claimed_at, pack.attempts = PackState.RENDERING, now, pack.attempts + 1
    pack.save(update_fields=["state", "claimed_at", "attempts"])
    return pack


def seen_again(pack):
    """The incident as whoever asked sees it now: the membership, the engagement and the role are asked again."""
    membership = (
        Membership.objects.current()
        .select_related("user", "agency__csp_of")
        .filter(pk=pack.membership_id)
        .first()
    )
    if membership is None:
        raise PermissionDenied
    seen = access.get_pack_sight(actor_for(membership), pack.incident.uuid)
    if pack.audience not in access.audiences(seen):
        raise PermissionDenied
    return seen


def keep(pack, content, kind):
    """The PDF in the storage that web and worker share, with its door columns; the row is saved by `finish`."""
    stored = StoredFile(
        incident_id=pack.incident_id,
        section=Section.GENERAL,
        sensitivity=SENSITIVITY[pack.audience],
        about_kind=kind,
        about_uuid=pack.uuid,
        name=f"{pack.incident.reference}.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        by_id=pack.asked_by_id,
        agency_id=pack.asked_for_id,
        at=clock.now(),
    )
    stored.file.save("file", ContentFile(content), save=False)
    return stored


@transaction.atomic
def finish(pack, seen, stored, as_at):
    """The pack is ready, and those that it replaces say so.

    False where another worker took it over meanwhile, and where words were withheld since it was begun: then it is
    made anew.
    """
    since = Redaction.objects.filter(incident=pack.incident_id, asked_at__gte=pack.claimed_at)
    if not still_ours(pack) or since.exists():
        return False
    for one in stored:
        one.save(force_insert=True)
    pack.state, pack.file, pack.as_at, pack.failure = PackState.READY, stored[0], as_at, ""
    pack.sections, pack.people = sorted(seen.sections), access.people_named(seen)
    pack.save(update_fields=["state", "file", "as_at", "failure", "sections", "people"])
    older = Pack.objects.filter(
        incident=pack.incident_id, audience=pack.audience, asked_for=pack.asked_for_id,
        state=PackState.READY, replaced_at=None,
    )  # fmt: skip
    older.exclude(pk=pack.pk).update(replaced_at=clock.now())
    log(
        seen.incident, by=seen.actor, kind=LogKind.PACK, about=pack, act=AccessAct.COMBINATION,
        text=f"Pack made: {pack.get_audience_display().lower()}. SHA-256 {pack.file.sha256}",
    )  # fmt: skip
    return True


@transaction.atomic
def give_up(pack, failure, *, final=False):
    """This attempt failed: the pack waits for the next, or has failed for good."""
    if not still_ours(pack):
        return False
    over = final or pack.attempts >= ATTEMPTS
    pack.state, pack.failure = PackState.FAILED if over else PackState.QUEUED, failure[:200]
    pack.save(update_fields=["state", "failure"])
    return True


def still_ours(pack):
    """Whether the row is still held by this worker's claim; the row is locked."""
    row = engines.lock(Pack.objects.filter(pk=pack.pk)).get()
    return (row.state, row.claimed_at, row.attempts) == (PackState.RENDERING, pack.claimed_at, pack.attempts)


def discard(stored):
    """Files of an attempt that came to nothing."""
    for one in stored:
        with suppress(OSError):
            one.file.delete(save=False)


@transaction.atomic
def withdraw_old_packs(*, partnership, by):
    """The files of packs that are older than the schedule says go; purpose, recipients and hash stay."""
    if not access.keeps_records(by) or by.governs or by.partnership.pk != partnership.pk:
        raise PermissionDenied("Only a CSP manager of the partnership removes old packs.")
    packs = list(engines.lock(old_packs(partnership).select_related("incident")))
    for pack in packs:
        pack.withdrawn_at, pack.withdrawn_reason = clock.now(), "Its retention period has ended."
        pack.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        record_access(
            pack.incident, by=by, act=AccessAct.ERASURE, subject_kind=FILE_KIND, subject=pack.uuid,
            purpose="Retention period of packs",
        )  # fmt: skip
    transaction.on_commit(partial(ring, "reports.dispose"))
    return len(packs)
