"""The picture on the overview, and a phase's own state."""

from django.db import transaction

from incidents import offers
from incidents.actions.log import log
from incidents.actions.saving import lock, merge, save
from incidents.models import LogKind, Sensitivity
from incidents.reminders import look_again
from svit import clock
from svit.refused import Refused

WORDS = {
    "situation": "Situation",
    "needs": "Needs",
    "biggest_risk": "Biggest risk",
    "area": "Ward or neighbourhood",
    "exact_place": "Exact place",
}
DESCRIBED = tuple(WORDS)
FOR_COORDINATORS = {"exact_place"}


@transaction.atomic
def describe(*, incident, by, version, choice=None, **texts):
    """Change the situation, the needs, the biggest risk or the area; two people's changes of different ones merge."""
    incident = lock(incident)
    if incident.at_rest:
        raise Refused(incident.at_rest)
    changed = merge(incident, by=by, version=version, changes=texts, choice=choice)
    if not changed:
        return incident
    for name, value in changed.items():
        setattr(incident, name, value)
    save(incident, by=by, fields=[*changed])
    for name, value in changed.items():
        level = Sensitivity.RESTRICTED if name in FOR_COORDINATORS else Sensitivity.STANDARD
        text = f"{WORDS[name]}: {value or 'cleared'}"
        log(incident, by=by, kind=LogKind.NOTE, text=text, about=incident, sensitivity=level)
    return incident


@transaction.atomic
def set_phase_lead(*, phase, by, lead_agency):
    """The agency that leads a phase, or none."""
    phase = lock(phase)
    phase.lead_agency = lead_agency
    save(phase, by=by, fields=["lead_agency"])
    who = lead_agency or "nobody"
    log(phase.incident, by=by, kind=LogKind.PHASE, text=f"{phase}: led by {who}.")
    return phase


@transaction.atomic
def set_not_applicable(*, phase, by, reason):
    """The phase has no place in this incident, and why; an empty reason brings it back."""
    phase = lock(phase)
    phase.not_applicable_reason = reason
    save(phase, by=by, reason=reason, fields=["not_applicable_reason"])
    if reason:
        offers.rest(phase)
    else:
        look_again(phase.incident, clock.now())
    text = f"{phase}: not applicable. {reason}" if reason else f"{phase}: applies again."
    log(phase.incident, by=by, kind=LogKind.PHASE, text=text)
    return phase


@transaction.atomic
def close_phase(*, phase, by, reason=""):
    """A coordinator closes a phase; its recurring checks end with it."""
    phase = lock(phase)
    if phase.closed_at:
        raise Refused(f"{phase} is closed already.")
    phase.closed_at, phase.closed_by = clock.now(), by.user
    save(phase, by=by, reason=reason, fields=["closed_at", "closed_by"])
    offers.rest(phase)
    log(phase.incident, by=by, kind=LogKind.PHASE, text=f"{phase} closed. {reason}".strip())
    return phase


@transaction.atomic
def reopen_phase(*, phase, by, reason):
    """The phase is worked on again."""
    phase = lock(phase)
    if not phase.closed_at:
        raise Refused(f"{phase} is open already.")
    phase.closed_at = phase.closed_by = None
    save(phase, by=by, reason=reason, fields=["closed_at", "closed_by"])
    look_again(phase.incident, clock.now())
    log(phase.incident, by=by, kind=LogKind.PHASE, text=f"{phase} reopened: {reason}")
    return phase
