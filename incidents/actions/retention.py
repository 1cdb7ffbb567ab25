"""The schedule, holds, and the two halves of the decision that an incident is disposed of."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from incidents import retention
from incidents.actions.access_record import record_access
from incidents.actions.log import log
from incidents.actions.saving import lock
from incidents.models import (
    AccessAct,
    Disposal,
    DisposalState,
    Incident,
    LegalHold,
    LogKind,
    ReportState,
    Sensitivity,
)
from partners.actions.saving import merge
from partners.history import sign
from partners.models import Partnership
from svit import clock, engines
from svit.refused import Refused

OPEN = (DisposalState.PROPOSED, DisposalState.CONFIRMED)
RULE = ("length", "unit", "runs_from", "source")


@transaction.atomic
def set_rule(*, partnership, kind, by, version=None, choice=None, **values):
    """The partnership decides how long it keeps one kind of record; what has ended is looked at again."""
    if not retention.may_keep_schedule(by) or by.partnership.pk != partnership.pk:
        raise PermissionDenied(
            "Only an administrator or a CSP manager of the partnership keeps its schedule."
        )
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()
    rule = retention.rules_of(partnership)[kind]
    if values["runs_from"] not in retention.CHOICES[kind]:
        raise Refused("This kind of record has no such event.", "runs_from")
    changes = {name: values[name] for name in RULE}
    changed = merge(rule, version=version, changes=changes, choice=choice) if rule.pk else changes
    if not changed:
        return rule
    for name, value in changed.items():
        setattr(rule, name, value)
    rule.version += rule.pk is not None
    sign(rule, by=by).save()
    ended = Incident.objects.filter(retention.AT_REST, partnership=partnership)
    ended.update(retention_at=clock.now())
    return rule


def _say(incident, *, by, text):
    """In the log for those who coordinate: what a hold or a disposal is for may itself tell of somebody."""
    log(incident, by=by, kind=LogKind.RETENTION, sensitivity=Sensitivity.RESTRICTED, text=text)


@transaction.atomic
def hold(*, incident, by, reason):
    """From now on nothing of the incident is disposed of. A disposal that waits is refused by it."""
    incident = lock(incident)
    if not retention.may_hold(by, incident):
        raise PermissionDenied("Only a CSP manager or the governance officer places a legal hold.")
    found = LegalHold.objects.create(incident=incident, by=by.user, reason=reason, from_at=clock.now())
    waiting = Disposal.objects.filter(incident_id_was=incident.pk, state__in=OPEN).first()
    if waiting:
        _refuse(waiting.along or waiting, by=by, reason="A legal hold was placed.")
    _say(incident, by=by, text=f"Legal hold placed by {by.user.name}: {reason}")
    return found


@transaction.atomic
def lift(*, found, by, reason):
    """The hold ends, and the retention period counts again."""
    incident = lock(found.incident)
    found = engines.lock(LegalHold.objects.filter(pk=found.pk)).get()
    if not retention.may_hold(by, incident):
        raise PermissionDenied("Only a CSP manager or the governance officer lifts a legal hold.")
    if found.lifted_at:
        raise Refused("This hold was lifted already.")
    found.lifted_at, found.lifted_by, found.lifted_reason = clock.now(), by.user, reason
    found.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    Incident.objects.filter(pk=incident.pk).update(retention_at=clock.now())
    _say(incident, by=by, text=f"Legal hold lifted by {by.user.name}: {reason}")
    return found


@transaction.atomic
def propose(*, incident, by, ground, reason):
    """A CSP manager reviewed the incident and proposes that it goes; nothing goes before somebody else confirms it."""
    incident = lock(incident)
    if not retention.may_propose(by, incident):
        raise PermissionDenied("Only a CSP manager of the partnership proposes a disposal.")
    if incident.report_state == ReportState.JOINED:
        raise Refused(f"It goes together with {incident.joined_to.reference}, to which it was joined.")
    if incident.live:
        raise Refused(f"{incident.reference} is not closed. Close it first.")
    parts = retention.whole(incident)
    if retention.holds_on(parts).exists():
        raise Refused("It is under a legal hold, so it cannot be disposed of.")
    due, now, whole = retention.due_of(incident), clock.now(), None
    for part in parts:
        row = Disposal(
            partnership_id=incident.partnership_id, incident_id_was=part.pk, incident_uuid_was=part.uuid,
            reference=part.reference, kind=retention.kind_of(part), along=whole, ground=ground, reason=reason,
            due_at=due, proposed_by=by.user, at=now,
        )  # fmt: skip
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise Refused("Its disposal was proposed already.") from None
        whole = whole or row
    _say(incident, by=by, text=f"Disposal proposed by {by.user.name}.")
    record_access(incident, by=by, act=AccessAct.CONSULTATION, purpose="Review before disposal")
    return whole


def _incident_of(disposal):
    """The incident of a proposal, held; a worker may have carried out an earlier answer, and then it is gone."""
    incident = engines.lock(Incident.objects.filter(pk=disposal.incident_id_was)).first()
    if incident is None:
        raise Refused("This proposal was decided already.")
    return incident


def _open(disposal, *, by):
    """The proposal as it stands now, held; only the governance officer of the partnership, not who proposed it."""
    disposal = engines.lock(Disposal.objects.filter(pk=disposal.pk)).get()
    if not by.governs or by.agency.csp_of_id != disposal.partnership_id:
        raise PermissionDenied("Only the governance officer of the partnership decides on a disposal.")
    if not retention.may_decide(by, disposal):
        raise Refused("A disposal takes two people: somebody else has to decide on it.")
    if disposal.state != DisposalState.PROPOSED or disposal.along_id:
        raise Refused("This proposal was decided already.")
    return disposal


@transaction.atomic
def confirm_disposal(*, disposal, by):
    """The governance officer confirms: a worker carries it out. A hold that was placed meanwhile goes before it."""
    incident = _incident_of(disposal)
    disposal = _open(disposal, by=by)
    parts = retention.whole(incident)
    if retention.holds_on(parts).exists():
        raise Refused("It is under a legal hold, so it cannot be disposed of.")
    if incident.live:
        raise Refused(f"{incident.reference} was opened again. Refuse the proposal.")
    proposed = {disposal.incident_id_was, *disposal.parts.values_list("incident_id_was", flat=True)}
    if {part.pk for part in parts} != proposed:
        raise Refused("A report was joined to it since. Refuse the proposal, so that it is made anew.")
    for row in (disposal, *disposal.parts.all()):
        row.state, row.confirmed_by, row.confirmed_at = DisposalState.CONFIRMED, by.user, clock.now()
        row.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    return disposal


def _refuse(disposal, *, by, reason):
    for row in (disposal, *disposal.parts.all()):
        row.state, row.refused_by, row.refused_at = DisposalState.REFUSED, by.user, clock.now()
        row.confirmed_by = row.confirmed_at = None
        row.refused_reason = reason
        row.save(update_fields=[
            "state", "refused_by", "refused_at", "refused_reason", "confirmed_by", "confirmed_at",
        ])  # fmt: skip
    Incident.objects.filter(pk=disposal.incident_id_was).update(retention_at=clock.now())


@transaction.atomic
def refuse_disposal(*, disposal, by, reason):
    """The governance officer refuses, and says why; the incident stays."""
    incident = _incident_of(disposal)
    disposal = _open(disposal, by=by)
    _refuse(disposal, by=by, reason=reason)
    _say(incident, by=by, text=f"Disposal refused by {by.user.name}: {reason}")
    return disposal
