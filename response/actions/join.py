"""Joining a report to an incident that is known already, without losing a clock."""

from django.db import transaction

from incidents.access import current_agencies
from incidents.actions import engage, log, take_along
from incidents.actions.saving import lock, save, sign
from incidents.models import AccessAct, Engagement, EngagementRole, Entry, LogKind, ReportState
from incidents.models.incident import IncidentKind
from reminders.actions import over
from response.actions.items import KINDS, settle
from response.actions.people import draw_numbers, learn, numbers_of
from response.models import Person
from svit.refused import Refused


def can_join(incident):
    """Whether it may turn out to be part of another: a report, or a young person's case that came first."""
    return incident.unconfirmed or (incident.kind == IncidentKind.URGENT_RESPONSE and incident.live)


@transaction.atomic
def join(*, report, into, by, reason, bring=()):
    """The report's people move to `into` with their clocks as they run; both logs say so.

    The report keeps its log, notes and files, and stays readable by whoever sent it. `bring` are the agencies that
    come along: those who reported go on seeing the people they reported, in the sections that they had.
    """
    report, into = lock(report), lock(into)
    if report.pk == into.pk:
        raise Refused("An incident cannot be joined to itself.", "into")
    if not can_join(report):
        raise Refused(
            f"{report.reference} is neither an unconfirmed report nor an open urgent response, so it cannot be joined."
        )
    if not into.live:
        raise Refused(f"{into.reference} is closed. Reopen it first.", "into")
    if report.partnership_id != into.partnership_id or report.exercise != into.exercise:
        raise Refused("Both have to belong to one partnership, and both be real or both exercises.", "into")
    people = list(Person.objects.filter(entry__incident=report).select_related("entry").order_by("pk"))
    for person, number in zip(people, draw_numbers(len(people), numbers_of(into)), strict=True):
        was, person.number = person.entry.title, number
        sign(person, by=by).save(update_fields=["number"])
        person.entry.title = person.entry_title()
        person.entry.incident = into
        person.entry.save(update_fields=["title", "incident"])
        log(into, by=by, kind=LogKind.PERSON, section=person.section, about=person.entry,
            sensitivity=person.entry.sensitivity, act=AccessAct.COMBINATION,
            text=f"{person.entry.title} came from report {report.reference}, where it was {was}."
            " The clocks run on.")  # fmt: skip
    Entry.objects.filter(incident=report).update(incident=into)
    take_along(report, into)
    _bring(report, into, bring, by=by)
    report.report_state, report.state_reason, report.joined_to = ReportState.JOINED, reason, into
    report.remind_at = None
    save(report, by=by, reason=reason, fields=["report_state", "state_reason", "joined_to", "remind_at"])
    over(report.uuid)
    log(report, by=by, kind=LogKind.REPORT, act=AccessAct.COMBINATION,
        text=f"Joined to an incident that is known already: {reason}")  # fmt: skip
    log(into, by=by, kind=LogKind.REPORT, act=AccessAct.COMBINATION,
        text=f"Report {report.reference} was joined to this: {reason}")  # fmt: skip
    learn(incident=into, by=by, traits=[trait for trait in report.traits if not trait.endswith("?")])
    for kind in KINDS:
        settle(into, kind=kind, by=by)
    return into


def _bring(report, into, agencies, *, by):
    """Engage in `into` those of the report's agencies that are not engaged there yet."""
    wanted = {agency.pk for agency in agencies} - current_agencies(into)
    for part in (
        Engagement.objects.current().filter(incident=report, agency__in=wanted).select_related("agency")
    ):
        engage(
            incident=into, agency=part.agency, by=by, role=EngagementRole.REPORTER, sections=part.sections,
            people=Entry.objects.filter(named_by__engagement=part), until_at=part.until_at,
            reason=f"Reported it as {report.reference}.",
        )  # fmt: skip
