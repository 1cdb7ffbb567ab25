"""Who may see people, and work their clocks."""

from django.db.models import Q
from django.http import Http404

from checklists.models import ClockKind
from incidents.access import (
    get_entry,
    held_entries,
    named_people,
    not_kept,
    stops_on,
    visible_entries,
    visible_incidents,
    with_mark,
)
from incidents.models import LIVE, Engagement, Section, Sensitivity
from partners.access import get_partnership
from partners.models import Agency, Role
from response.models import ClockRule, ContactClock, Person, SafetyPause


def visible_people(seen):
    """The people of an incident that the actor may know of, in the order in which they were added."""
    entries = visible_entries(seen).filter(kind=Person.kind())
    rows = with_mark(Person.objects.filter(entry__in=entries), "entry__")
    return rows.select_related("entry").order_by("pk")


def get_person(seen, uuid):
    """One person, through the door of their entry."""
    entry = get_entry(seen, uuid, kind=Person.kind())
    person = Person.objects.filter(pk=entry.pk).select_related("lead_agency", "lead_worker").first()
    if person is None:
        raise Http404
    person.entry = entry
    return person


def visible_clocks(seen):
    """The clocks of people that the actor may know of. A sealed person's clocks are the holders' alone."""
    sealed = Q(person__entry__sensitivity=Sensitivity.SEALED)
    opened = Q(sealed, person__entry__in=held_entries(seen.actor.user))
    if seen.sees(Section.PEOPLE):
        opened |= ~sealed
    elif seen.names:
        opened |= Q(~sealed, person__entry__in=named_people(seen))
    kept = not_kept(seen, stops_on("person__entry__uuid", incident="person__entry__incident"))
    return ContactClock.objects.filter(opened, kept, person__entry__incident=seen.incident)


def may_work(seen, person):
    """Whether the actor may record contact with a person that they see: whoever works with people, sealed holders."""
    if seen.only_reads or not seen.incident.live:
        return False
    return seen.works_people or person.entry.sensitivity == Sensitivity.SEALED


def may_manage(seen, row):
    """Whether the actor may move a clock's start and explain its miss: coordinators, and the agency that holds it."""
    holds = row.agency_id is not None and row.agency_id == seen.actor.agency.pk
    return may_work(seen, row.person) and (seen.coordinates or holds)


def may_assign(seen, row):
    """Whether the actor may say who makes contact: coordinators; others where the clock is theirs or nobody's."""
    return may_work(seen, row.person) and (seen.coordinates or row.agency_id in (None, seen.actor.agency.pk))


def may_hand_over(seen, person):
    """Whether the actor may hand a person over: coordinators; others whom their own agency leads for, or nobody."""
    return may_work(seen, person) and (
        seen.coordinates or person.lead_agency_id in (None, seen.actor.agency.pk)
    )


def may_answer_pause(seen, pause):
    """Whether the actor approves or refuses a pause: the managers of the agency that asked for it, and of the CSP."""
    if not may_work(seen, pause.person):
        return False
    if seen.owner and seen.actor.role == Role.CSP_MANAGER:
        return True
    return seen.actor.manages_agency and seen.actor.agency.pk == pause.agency_id


def may_end_pause(seen, pause):
    """Whether the actor may say that contact is safe again: whoever may answer for it, and the agency that asked."""
    own = seen.actor.agency is not None and seen.actor.agency.pk == pause.agency_id
    return may_answer_pause(seen, pause) or (may_work(seen, pause.person) and (seen.coordinates or own))


def may_take_to_meeting(seen, person):
    """Whether the actor records that a person was taken to the daily meeting, which the coordinators run."""
    return seen.coordinates and may_work(seen, person)


def owes_cause(seen, row):
    """Whether the actor says why a missed clock was missed: whoever may explain it, anybody where it is nobody's."""
    return not row.missed_cause and (row.agency_id is None or may_manage(seen, row))


def agencies_for_clocks(seen):
    """The agencies that the actor may give a clock to.

    A coordinator chooses among the partnership's own and those that contribute to people; others have their own.
    """
    if not seen.coordinates:
        return Agency.objects.filter(pk=seen.actor.agency.pk)
    engaged = Engagement.objects.current().filter(incident=seen.incident, sections__people="contribute")
    own = Q(csp_of=seen.incident.partnership_id)
    return Agency.objects.filter(own | Q(pk__in=engaged.values("agency")), active=True).order_by("name")


def maskable_people(seen):
    """The people whose restricted fields may be masked in what this actor takes away: none that is sealed to others."""
    sealed = Q(entry__sensitivity=Sensitivity.SEALED)
    return Person.objects.filter(
        ~sealed | Q(entry__in=held_entries(seen.actor.user)), entry__incident=seen.incident
    )


def can_run_daily_list(actor):
    """Whether the actor runs the Daily Risk Management list: the coordinators and CSP managers of a partnership."""
    return actor.coordinates and actor.partnership is not None


def get_listed(actor, uuids):
    """The people of these records whom the actor may take to the daily meeting; others are left out."""
    people = Person.objects.filter(
        ~Q(entry__sensitivity=Sensitivity.SEALED) | Q(entry__in=held_entries(actor.user)),
        entry__uuid__in=uuids,
        entry__incident__in=visible_incidents(actor).filter(LIVE, partnership=actor.partnership).values("pk"),
    )
    return list(people.select_related("entry__incident__partnership").order_by("pk"))


def is_team(actor, partnership):
    """Whether the actor is of the team, who see every figure: the owning coordinators and CSP managers."""
    return actor.coordinates and actor.agency.csp_of_id == partnership.pk


def boroughs_of_figures(actor):
    """The partnerships whose figures the actor may read. Practitioners read none.

    Whoever works for a CSP reads the own partnership's, an agency's manager those of the boroughs that it serves.
    """
    if actor.agency is None:
        return []
    if actor.agency.csp_of_id:
        return [actor.partnership]
    return list(actor.serves) if actor.manages_agency else []


def knows(seen, person):
    """Whether the actor may know of this person of the incident in sight."""
    return visible_people(seen).filter(pk=person.pk).exists()


def others_held_by(seen, person):
    """The other living people whom the same worker or agency leads for, in incidents like this one that are live.

    Like it: of the same partnership, real or an exercise alike. A coordinator knows of all of them but those that
    are sealed to others; somebody else of those of this incident that they may know of.
    """
    incident = seen.incident
    rows = Person.objects.filter(
        lead_agency=person.lead_agency_id, lead_worker=person.lead_worker_id, died_at=None,
        entry__incident__partnership=incident.partnership_id, entry__incident__exercise=incident.exercise,
    )  # fmt: skip
    if person.lead_agency_id is None:
        return rows.none()
    if not seen.coordinates:
        return rows.filter(pk__in=visible_people(seen).order_by().values("pk")).exclude(pk=person.pk)
    live = visible_incidents(seen.actor).filter(LIVE, partnership=incident.partnership_id).values("pk")
    open_to_them = ~Q(entry__sensitivity=Sensitivity.SEALED) | Q(entry__in=held_entries(seen.actor.user))
    return rows.filter(open_to_them, entry__incident__in=live).exclude(pk=person.pk)


def get_pause(seen, person, uuid):
    """A pause of this person's contact, its reason as this reader gets it."""
    rows = SafetyPause.objects.filter(person=person, uuid=uuid)
    pause = rows.select_related("logged__words").first()
    if pause is None:
        raise Http404
    pause.person = person
    return hide_withheld(seen, pause, "reason")


def hide_withheld(seen, row, first, *others):
    """`row` with its words (names of fields) as this reader gets them: what the log withholds is withheld here.

    `row` was written along with the log entry `logged`, which comes with its words.
    """
    said = row.logged.words if row.logged else None
    if said and (said.redacted_at or (said.withheld_at and not seen.coordinates)):
        setattr(row, first, "Redacted." if said.redacted_at else "Withheld by a coordinator.")
        for name in others:
            setattr(row, name, "")
    return row


def rules_of(partnership):
    """The kinds of clock that a partnership added and that are in use, for whoever works with people there."""
    return ClockRule.objects.filter(partnership=partnership, kind=ClockKind.LOCAL, retired_at=None)


def visible_rules(actor):
    """The clocks that the actor's partnership keeps."""
    return ClockRule.objects.filter(partnership=get_partnership(actor))


def get_rule(actor, uuid):
    """One of the partnership's own kinds of clock, for an administrator."""
    rule = visible_rules(actor).filter(uuid=uuid, kind=ClockKind.LOCAL).first()
    if rule is None:
        raise Http404
    return rule
