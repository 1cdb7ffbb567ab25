"""People and contact with them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from checklists.models import ClockKind
from incidents import access as incident_access
from incidents import actions as incident_actions
from incidents.access import To, reads_restricted
from incidents.frame import frame
from incidents.models import Section
from incidents.views.records import people_who_may_hold
from partners.models import Agency
from response import access, actions, queries
from response.forms import (
    AssignClockForm,
    ClockKindForm,
    ContactForm,
    GoldenForm,
    MissForm,
    NewPersonForm,
    PersonForm,
    SealForm,
    StartForm,
)
from response.models import AttemptOutcome, Person
from svit import clock
from svit.refused import perform


@require_safe
def people(request, uuid):
    """Who is uncontacted, and how much time is left; restricted content masked."""
    seen = incident_access.get_sight(request.actor, uuid)
    if not seen.sees(Section.PEOPLE):
        raise PermissionDenied
    found = queries.people_cards(seen, clock.now())
    incident_actions.consult_all(
        seen.incident, by=request.actor, subject_kind="person", subjects=[person.uuid for person in found]
    )
    page = frame(request, seen, active="people") | {
        "people": found,
        "contributes": seen.contributes(Section.PEOPLE) and not seen.reading and seen.incident.live,
    }
    return render(request, "response/people.html", page)


def _person(request, uuid, entry_uuid, *, work=False):
    seen = incident_access.get_sight(request.actor, uuid, to=To.CONTRIBUTE if work else To.VIEW)
    person = access.get_person(seen, entry_uuid)
    if work and not access.may_work(seen, person):
        raise PermissionDenied
    return seen, person


@require_safe
def person(request, uuid, entry_uuid):
    """Due time, last attempt, outcome; what is restricted only to who may read it."""
    seen, found = _person(request, uuid, entry_uuid)
    now = clock.now()
    opened = reads_restricted(seen, found.entry)
    incident_actions.consult(seen.incident, by=request.actor, subject_kind="person", subject=found.uuid)
    attempts = queries.attempts_at(seen, found)
    clocks = []
    for row in found.clocks.select_related("agency"):
        row.person = found
        clocks.append(queries.card(row, attempts, now, seen.incident))
    masked = () if opened else found.restricted
    page = frame(request, seen, active="people") | {
        "person": found,
        "opened": opened,
        "rows": [row for row in found.summary(seen) if opened or row["key"] not in _labels(found.restricted)],
        "cards": clocks,
        "attempts": attempts[::-1],
        "history": found.changes(seen, masked),
        "works": access.may_work(seen, found),
        "may_reveal": not opened and not seen.reading,
        "holds_restricted": any(getattr(found, name) for name in found.restricted),
    }
    return render(request, "response/person.html", page)


def _labels(names):
    return {str(Person._meta.get_field(name).verbose_name).capitalize() for name in names}


@require_http_methods(["GET", "POST"])
def add_person(request, uuid):
    """One more person; a child or young adult gets clocks."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.CONTRIBUTE)
    if not seen.contributes(Section.PEOPLE) or not seen.incident.live:
        raise PermissionDenied
    form = NewPersonForm(request.POST or None, people=people_who_may_hold(seen))
    if form.is_valid() and perform(form, actions.add_person, seen=seen):
        return redirect("person", uuid=uuid, entry_uuid=form.result.uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": "Add person",
        "submit": "Add person",
    }
    return render(request, "response/person_form.html", page | {"cancel_url": reverse("people", args=[uuid])})


@require_http_methods(["GET", "POST"])
def change_person(request, uuid, entry_uuid):
    """Change what is known; restricted fields only for who may read them."""
    seen, found = _person(request, uuid, entry_uuid, work=True)
    hide = () if reads_restricted(seen, found.entry) else found.restricted
    initial = {name: getattr(found, name) for name in found.fields} | {"version": found.version}
    form = PersonForm(request.POST or None, initial=initial, hide=hide)
    if form.is_valid() and perform(form, actions.change_person, seen=seen, person=found):
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Change {found.label}",
        "submit": "Save",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def record_contact(request, uuid, entry_uuid):
    """An attempt, or contact made; a miss also asks for its cause and a new plan."""
    seen, found = _person(request, uuid, entry_uuid, work=True)
    now = clock.now()
    missed = any(
        row.state(now) == "missed" and row.kind != ClockKind.GOLDEN_HOUR for row in found.clocks.all()
    )
    outcome = request.GET.get("outcome")
    initial = {"outcome": outcome} if outcome in AttemptOutcome.values else {}
    form = ContactForm(request.POST or None, missed=missed, initial=initial)
    if form.is_valid() and perform(form, actions.record_contact, person=found, by=request.actor):
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Record contact with {found.label}",
        "submit": "Record contact",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
        "family_contact": found.family_contact if reads_restricted(seen, found.entry) else "",
    }
    return render(request, "response/person_form.html", page)


def _clock(request, uuid, entry_uuid, clock_uuid):
    seen, found = _person(request, uuid, entry_uuid, work=True)
    row = found.clocks.filter(uuid=clock_uuid).first()
    if row is None:
        raise Http404
    row.person = found
    return seen, found, row


@require_http_methods(["GET", "POST"])
def clock_act(request, uuid, entry_uuid, clock_uuid, act):
    """Move the start, explain a miss, assign, or say that MASH was told."""
    seen, found, row = _clock(request, uuid, entry_uuid, clock_uuid)
    agencies = Agency.objects.filter(pk__in=incident_access.current_agencies(seen.incident))
    form, action, title, submit = {
        "start": lambda: (
            StartForm(request.POST or None, initial={"event": row.event, "started_at": row.started_at}),
            actions.move_start, "Put the start right", "Save the start",
        ),
        "miss": lambda: (
            MissForm(request.POST or None, initial={"missed_cause": row.missed_cause, "new_plan": row.new_plan}),
            actions.explain_miss, "Why it was missed, and the new plan", "Save",
        ),
        "assign": lambda: (
            AssignClockForm(request.POST or None, agencies=agencies, initial={"agency": row.agency_id}),
            actions.assign_clock, "Who makes contact", "Assign",
        ),
        "golden": lambda: (
            GoldenForm(request.POST or None), actions.meet_golden_hour, "MASH or the emergency duty team was told",
            "Record it",
        ),
    }[act]()  # fmt: skip
    if form.is_valid() and perform(form, action, clock_row=row, by=request.actor):
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"{found.label}, {row.get_kind_display()}: {title.lower() if act != 'golden' else title}",
        "submit": submit,
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def add_clock(request, uuid, entry_uuid):
    """One more clock, such as the golden hour of a child that was booked in."""
    seen, found = _person(request, uuid, entry_uuid, work=True)
    form = ClockKindForm(request.POST or None)
    if form.is_valid() and perform(form, actions.start_clock, person=found, by=request.actor):
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Start a clock for {found.label}",
        "submit": "Start the clock",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def seal(request, uuid, entry_uuid):
    """From now on named people alone know that the record exists."""
    seen, found = _person(request, uuid, entry_uuid, work=True)
    if not seen.coordinates:
        raise PermissionDenied
    form = SealForm(request.POST or None, people=people_who_may_hold(seen))
    if form.is_valid() and perform(form, actions.seal_person, seen=seen, person=found):
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Seal {found.label}",
        "submit": "Seal the record",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)
