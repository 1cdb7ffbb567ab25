"""Handing an incident over to another partnership: offered, then accepted, refused or withdrawn."""

from django.db import transaction

from incidents.actions.access_record import record_access
from incidents.actions.engagement import engage, name_people, withdraw
from incidents.actions.log import log
from incidents.actions.saving import lock, save
from incidents.actions.sharing import share_all
from incidents.gateways import HANDED_OVER, NONE
from incidents.models import (
    AccessAct,
    Engagement,
    EngagementRole,
    Entry,
    Handover,
    HandoverAnswer,
    LogKind,
    ReportState,
    Sensitivity,
)
from incidents.sections import default_sections
from partners.models import Agency
from reminders import wake
from reminders.actions import over
from svit import clock
from svit.refused import Refused


def _tell(incident, *, by, text):
    log(incident, by=by, kind=LogKind.ENGAGEMENT, text=text)
    wake()


@transaction.atomic
def offer_handover(*, incident, by, to_partnership, reason):
    """Offer the ownership to a partnership whose CSP agency is engaged: it knows what it is asked to take on."""
    incident = lock(incident)
    if incident.at_rest or incident.report_state != ReportState.ACCEPTED:
        raise Refused(incident.at_rest or "Accept the report before you hand it over.")
    if Handover.objects.filter(incident=incident, answer="").exists():
        raise Refused("It is offered already. Withdraw that offer first.")
    part = Engagement.objects.responding().filter(incident=incident, agency__csp_of=to_partnership).first()
    if part is None:
        raise Refused(f"Engage {to_partnership} first.", "to_partnership")
    if part.gateway == NONE.key:  # who owns it reads all of it
        raise Refused(
            f"{to_partnership} was alerted without personal data. Say first what they are shared under, on the page of"
            " agencies.",
            "to_partnership",
        )
    now = clock.now()
    offer = Handover.objects.create(
        incident=incident, from_partnership=incident.partnership, to_partnership=to_partnership, reason=reason,
        offered_at=now, offered_by=by.user, offered_for=by.agency, remind_at=now,
    )  # fmt: skip
    _tell(incident, by=by, text=f"Ownership offered to {to_partnership}: {reason}")
    return offer


def _answer(offer, *, by, answer, reason):
    offer = lock(offer)
    if offer.answer:
        raise Refused(f"This offer was answered already: {offer.get_answer_display().lower()}.")
    offer.answer, offer.answer_reason = answer, reason
    offer.answered_at, offer.answered_by = clock.now(), by.user
    offer.remind_at = clock.now() if answer != HandoverAnswer.WITHDRAWN else None
    offer.save(update_fields=["answer", "answer_reason", "answered_at", "answered_by", "remind_at"])
    return offer


@transaction.atomic
def withdraw_handover(*, offer, by):
    """The owner keeps it after all."""
    offer = _answer(offer, by=by, answer=HandoverAnswer.WITHDRAWN, reason="")
    over(offer.uuid)
    _tell(offer.incident, by=by, text=f"The offer of ownership to {offer.to_partnership} was withdrawn.")


@transaction.atomic
def refuse_handover(*, offer, by, reason):
    """The other partnership says no, and why; the owner stays."""
    offer = _answer(offer, by=by, answer=HandoverAnswer.REFUSED, reason=reason)
    _tell(offer.incident, by=by, text=f"{offer.to_partnership} refused the ownership: {reason}")


@transaction.atomic
def accept_handover(*, offer, by, reason):
    """From now on it belongs to the other partnership; the old one stays engaged, with all that it knew.

    The reference stays, because everybody knows the incident by it.
    """
    incident = lock(offer.incident)
    offer = _answer(offer, by=by, answer=HandoverAnswer.ACCEPTED, reason=reason)
    current = Engagement.objects.current().filter(incident=incident)
    taking = current.filter(agency__csp_of=offer.to_partnership).first()
    if taking is None or incident.at_rest:
        raise Refused("The offer no longer stands: your agency is not engaged, or the incident is closed.")
    incident.partnership = offer.to_partnership
    save(incident, by=by, reason=reason, fields=["partnership"])
    _become_owner(taking, by=by)
    share_all(incident, taking.agency)
    _stay_engaged(incident, offer, by=by)
    record_access(
        incident, by=by, act=AccessAct.DISCLOSURE, purpose="Ownership handed over",
        recipient=str(offer.to_partnership),
    )  # fmt: skip
    _tell(incident, by=by, text=f"{offer.to_partnership} took the incident over: {reason}")
    return incident


def _become_owner(engagement, *, by):
    """The new owner sees by the incident's own column; only a lead keeps its engagement, which says that it leads."""
    engagement = lock(engagement)
    if engagement.role == EngagementRole.LEAD:
        return
    engagement.until_at, engagement.stand_down_reason = clock.now(), "It took the incident over."
    engagement.remind_at = None
    save(engagement, by=by, fields=["until_at", "stand_down_reason", "remind_at"])
    over(engagement.uuid)
    withdraw(engagement)


def _stay_engaged(incident, offer, *, by):
    agency = Agency.objects.get(csp_of=offer.from_partnership)
    people = list(
        Entry.objects.filter(incident=incident, kind="person").exclude(sensitivity=Sensitivity.SEALED)
    )
    part = Engagement.objects.current().filter(incident=incident, agency=agency).first()
    if part is None:
        part = engage(
            incident=incident, agency=agency, by=by, reason="It handed the incident over.", people=people,
            gateway=HANDED_OVER.key,
        )  # fmt: skip
    else:
        part.sections, part.gateway = default_sections(agency.kind), HANDED_OVER.key
        save(part, by=by, fields=["sections", "gateway"])
        name_people(engagement=part, people=people)
    part.seen_at, part.seen_by, part.remind_at = clock.now(), offer.offered_by, None
    save(part, by=by, fields=["seen_at", "seen_by", "remind_at"])
