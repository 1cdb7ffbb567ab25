"""People: who there is, what is known of them, and who may know."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access as incident_access
from incidents import actions as incident_actions
from incidents.access import To, reads_restricted
from incidents.frame import frame
from incidents.models import Section
from incidents.queries import people_who_may_hold
from incidents.sharing import sharing_of
from reminders.queries import told_about
from response import access, actions, queries
from response.forms import PARTS, HoldersForm, NewPersonForm, SealForm
from svit import clock
from svit.refused import perform


@require_safe
def people(request, uuid):
    """Who is uncontacted, and how much time is left; restricted content masked."""
    seen = incident_access.get_sight(request.actor, uuid)
    if not seen.sees_people:
        raise PermissionDenied
    found = queries.people_cards(seen, clock.now())
    incident_actions.consult_all(
        seen.incident, by=request.actor, subject_kind="person", subjects=[person.uuid for person in found]
    )
    page = frame(request, seen, active="people") | {
        "people": found,
        "contributes": seen.works_people and seen.incident.live,
        "adds": seen.contributes(Section.PEOPLE) and not seen.reading and seen.incident.live,
    }
    return render(request, "response/people.html", page)


def get_person(request, uuid, entry_uuid, *, work=False):
    """The person through the door, with the sight; 403 to who may not `work` with them."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.CONTRIBUTE if work else To.VIEW)
    person = access.get_person(seen, entry_uuid)
    if work and not access.may_work(seen, person):
        raise PermissionDenied
    return seen, person


@require_safe
def person(request, uuid, entry_uuid):
    """Due time, last attempt, outcome; what is restricted only to who may read it."""
    seen, found = get_person(request, uuid, entry_uuid)
    now = clock.now()
    opened = reads_restricted(seen, found.entry)
    incident_actions.consult(seen.incident, by=request.actor, subject_kind="person", subject=found.uuid)
    attempts = queries.attempts_at(seen, found)
    masked = () if opened else found.restricted
    works = access.may_work(seen, found)
    cards = queries.person_cards(seen, found, attempts, now)
    page = frame(request, seen, active="people") | {
        "person": found,
        "opened": opened,
        "groups": _groups(seen, found, opened),
        "cards": cards,
        "told": told_about([card["clock"].uuid for card in cards]) if seen.coordinates else [],
        "attempts": attempts[::-1],
        "history": found.changes(seen, masked),
        "works": works,
        "alive": works and found.died_at is None,
        "hands_over": access.may_hand_over(seen, found),
        "lead": queries.lead_in_words(seen, found),
        "pause": queries.pause_of(seen, found),
        "consents": queries.consent_history(found),
        "referrals": queries.referrals_of(seen, found),
        "meetings": found.risk_reviews.order_by("-held_on").values_list("held_on", flat=True),
        "may_reveal": not opened,
        **sharing_of(seen, found.entry),
        "hears_reveals": incident_access.may_stop_reveals(seen, found.entry),
        "holds_restricted": any(getattr(found, name) for name in found.restricted),
    }
    return render(request, "response/person.html", page)


GROUPS = (("details", "Who they are", "change-person"), ("support", "Support", "change-support"),
          ("family", "Family", "change-family"))  # fmt: skip


def _groups(seen, person, opened):
    """What is known in the parts in which it is changed: title, rows, and the address of the change."""
    rows = {
        row["name"]: row for row in person.summary(seen) if opened or row["name"] not in person.restricted
    }
    found = []
    for part, title, route in GROUPS:
        form, _ = PARTS[part]
        mine = [rows[name] for name in form.base_fields if name in rows]
        mine = [row for row in mine if row["name"] != "clocks_chosen" or person.clocks_chosen]
        found.append(
            {"title": title, "rows": mine, "url": reverse(route, args=[seen.incident.uuid, person.uuid])}
        )
    return found


@require_http_methods(["GET", "POST"])
def add_person(request, uuid):
    """One more person; a child or young adult gets clocks."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.CONTRIBUTE)
    if not seen.contributes(Section.PEOPLE) or not seen.incident.live:
        raise PermissionDenied
    form = NewPersonForm(request.POST or None)
    if form.is_valid() and form.cleaned_data["sealed"]:
        return _add_sealed(request, seen, form)
    if form.is_valid() and perform(form, actions.add_person, seen=seen):
        messages.success(request, f"{form.result.label} added.")
        return redirect("person", uuid=uuid, entry_uuid=form.result.uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": "Add person",
        "submit": "Add person",
    }
    return render(request, "response/person_form.html", page | {"cancel_url": reverse("people", args=[uuid])})


def _add_sealed(request, seen, details):
    """The second step: who holds the record. The answers wait in the page, so that nobody is ever added unsealed."""
    asked = request.POST if "holders_asked" in request.POST else None
    form = HoldersForm(asked, people=people_who_may_hold(seen))
    if form.is_valid():
        form.cleaned_data |= details.cleaned_data
        if perform(form, actions.add_person, seen=seen):
            messages.success(request, f"{form.result.label} added and sealed.")
            return redirect("person", uuid=seen.incident.uuid, entry_uuid=form.result.uuid)
    kept = [(name, value) for name, values in request.POST.lists() for value in values
            if name not in ("csrfmiddlewaretoken", "holders", "holders_asked")]  # fmt: skip
    page = frame(request, seen, active="people") | {
        "form": form,
        "kept": [*kept, ("holders_asked", "yes")],
        "title": "Seal the new person",
        "lead": "Nothing is saved yet. You and those you choose alone will know that the record exists.",
        "submit": "Add and seal",
        "cancel_url": reverse("people", args=[seen.incident.uuid]),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def change_person(request, uuid, entry_uuid, part):
    """Change one part of what is known; restricted fields only for who may read them."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    hide = () if reads_restricted(seen, found.entry) else found.restricted
    build, words = PARTS[part]
    fields = [name for name in build.base_fields if name in found.fields]
    initial = {name: getattr(found, name) for name in fields} | {"version": found.version}
    form = build(request.POST or None, initial=initial, hide=hide)
    if form.is_valid() and perform(form, actions.change_person, seen=seen, person=found):
        messages.success(request, queries.change_words(found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Change {found.label}: {words}",
        "submit": "Save",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def seal(request, uuid, entry_uuid):
    """From now on named people alone know that the record exists."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if not seen.coordinates:
        raise PermissionDenied
    form = SealForm(request.POST or None, people=people_who_may_hold(seen))
    if form.is_valid() and perform(form, actions.seal_person, seen=seen, person=found):
        messages.success(request, f"{found.label} is sealed.")
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="people") | {
        "form": form,
        "title": f"Seal {found.label}",
        "submit": "Seal the record",
        "cancel_url": reverse("person", args=[uuid, entry_uuid]),
    }
    return render(request, "response/person_form.html", page)
