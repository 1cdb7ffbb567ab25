"""Logging an incident: the whole of it in one transaction, once however often the form is sent."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from checklists.actions.opening import open_items
from incidents.actions import engage, log_all, open_incident, record_each
from incidents.actions.saving import derive
from incidents.models import AccessAct, EngagementRole, Entry, Incident, LogKind, ReportState, Trait
from incidents.models.incident import Happened, IncidentKind, Injury, Precision, Source
from incidents.sections import default_sections
from partners.models import Role
from reminders import wake
from response.actions.people import open_people
from response.actions.writing import misses_before
from response.models import Noticed, Person
from response.models.person import PersonRole, Setting
from response.terms import Terms, of_person, terms_of
from svit import clock
from svit.refused import Refused

REPORTED_LATE_AFTER = timedelta(hours=6)
LATE_ROUTES = (Source.CCTV,)


def traits_of(*, young_people, custody, hospital, source, occurred_at, known_at):
    """What the answers say about the incident. A trait with `?` is not known: its items open too.

    `young_people` counts children and young adults or is None; `custody` and `hospital` are True, False or None.
    """
    traits = []
    if young_people is None:
        traits.append(f"{Trait.YOUNG_PERSON}?")
    elif young_people:
        traits.append(Trait.YOUNG_PERSON.value)
    if custody is not False and young_people != 0:
        traits.append(f"{Trait.CHILD_IN_CUSTODY}?")
    if custody or hospital:
        traits.append(Trait.HOSPITAL_OR_CUSTODY.value)
    elif custody is None or hospital is None:
        traits.append(f"{Trait.HOSPITAL_OR_CUSTODY}?")
    if occurred_at is None:
        traits.append(f"{Trait.REPORTED_LATE}?")
    elif source in LATE_ROUTES or known_at - occurred_at > REPORTED_LATE_AFTER:
        traits.append(Trait.REPORTED_LATE.value)
    return sorted(traits)


def log_incident(*, by, submission, partnership=None, exercise=False, young_people, **answers):
    """Open an incident with its phases, items, people and clocks. The same `submission` opens one, once.

    A partner's report is unconfirmed and its clocks run already; its agency keeps sight of it.
    """
    young = None if young_people is None else [{} for _ in range(young_people)]
    return _once(
        by=by, submission=submission, partnership=partnership, exercise=exercise, young=young, **answers
    )


def open_urgent_response(
    *, by, submission, partnership=None, exercise=False, noticed, age_band, setting, place, source, summary="",
    occurred_at=None,
):  # fmt: skip
    """A case of its own for a young person who came to notice without an incident: an arrest, a return, a disclosure.

    It can be joined to an incident later. Only what concerns contact with people and keeping them safe opens; the
    rest of the checklist is offered.
    """
    person = {"role": PersonRole.NOT_KNOWN, "noticed": noticed, "age_band": age_band, "setting": setting}
    at = occurred_at or clock.now()
    return _once(
        by=by, submission=submission, partnership=partnership, exercise=exercise, young=[person],
        kind=IncidentKind.URGENT_RESPONSE, happened=Happened.NOT_KNOWN, place=place, source=source, summary=summary,
        injury=Injury.NOT_KNOWN, occurred_at=at, occurred_precision=Precision.EXACT, known_at=at,
        custody=_known(setting, Setting.CUSTODY), hospital=_known(setting, Setting.HOSPITAL),
        event=Noticed(noticed).label,
    )  # fmt: skip


def _known(setting, wanted):
    return None if setting == Setting.NOT_KNOWN else setting == wanted


def _once(*, by, submission, **answers):
    """A new case; or the one that this submission opened already, as the database says when it is sent again."""
    try:
        return _log_incident(by=by, submission=submission, **answers)
    except IntegrityError:
        known = Incident.objects.filter(submission=submission).first()
        if known is None:
            raise
        if known.logged_by_id != by.user.pk:
            raise Refused("This form was sent by somebody else already. Open a new one.") from None
        return known


def _clocks(incident, young, event):
    """What the partnership gives its clocks, and those of the young people of a new case.

    With an incident they are estimated, until the time of each one's own `event` is known.
    """
    if not young:
        return Terms(), []
    terms, known = terms_of(incident.partnership), event != ""
    event = event or ("When it happened" if incident.occurred_at else "When it became known")
    return terms, of_person(
        Person(**young[0]), terms, event=event, started_at=incident.starts_at if known else None,
        known_at=incident.known_at, fallback=incident.starts_at,
    )  # fmt: skip


@transaction.atomic
def _log_incident(*, by, submission, partnership, exercise, young, custody, hospital, event="", **answers):
    if not by.works_items:
        raise Refused("Your role does not log incidents.")
    partnership = partnership or by.partnership
    if partnership is None:
        raise Refused("Choose the borough.", "partnership")
    if exercise and by.role not in (Role.COORDINATOR, Role.CSP_MANAGER):
        raise Refused("Only a coordinator starts an exercise.")
    owner = by.coordinates and by.agency.csp_of_id == partnership.pk
    now = clock.now()
    answers.setdefault("known_at", now)
    if clock.in_future(answers["known_at"]):
        raise Refused("When it became known must be now or in the past.", "known_at")
    if clock.in_future(answers.get("occurred_at")):
        raise Refused("When it happened must be now or in the past.", "occurred_at")
    traits = traits_of(
        young_people=None if young is None else len(young), custody=custody, hospital=hospital,
        source=answers["source"], occurred_at=answers.get("occurred_at"), known_at=answers["known_at"],
    )  # fmt: skip
    incident = open_incident(
        by=by,
        partnership=partnership,
        exercise=exercise,
        report_state=ReportState.ACCEPTED if owner else ReportState.UNCONFIRMED,
        submission=submission,
        traits=traits,
        **answers,
    )
    terms, wanted = _clocks(incident, young, event)
    opened = open_items(
        incident=incident, traits=traits, by=by, at=incident.logged_at,
        clocks={one.kind: terms.due(one) for one in wanted},
    )  # fmt: skip
    word = "Exercise logged" if exercise else "Logged" if owner else "Reported, unconfirmed"
    text = f"{word}: {incident.title}. Told by: {incident.get_source_display()}. {opened}"
    rows = open_people(incident, people=young or (), by=by, wanted=wanted, terms=terms)
    people = {row.person.entry for row in rows}
    record_each(
        incident, by=by, act=AccessAct.COLLECTION,
        subjects=[("incident", incident.uuid), *((entry.kind, entry.uuid) for entry in people)],
    )  # fmt: skip
    logged = {"kind": LogKind.LOGGED, "about": incident, "text": text}
    log_all(incident, by=by, entries=[logged, *misses_before(rows)], act=None)
    if not owner:
        sections = default_sections(by.agency.kind) | {"people": "contribute"}
        engagement = engage(
            incident=incident, agency=by.agency, by=by, reason="It reported the incident.",
            role=EngagementRole.REPORTER, sections=sections, people=Entry.objects.filter(incident=incident),
        )  # fmt: skip
        derive(engagement, seen_at=now, seen_by=by.user)
    wake()
    return incident
