"""Key dates: those of an incident, those of all incidents, and one by itself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access as incident_access
from incidents import actions as incident_actions
from incidents.access import To, is_masked
from incidents.forms import RecordExtras
from incidents.frame import frame
from incidents.models import Sensitivity
from incidents.queries import people_who_may_hold
from incidents.sharing import sharing_of
from response import actions, date_access, date_queries
from response.bringing_back import brought_back
from response.date_forms import DateForm, NewDateForm
from svit import clock
from svit.refused import perform

HIDDEN = ("what", "on", "at", "told", "dropped", "public", "yearly", "plan_ready")


@require_safe
def coming_dates(request):
    """The key dates of the next twelve months over all incidents that the actor may read."""
    if not request.actor.works_items:
        raise PermissionDenied
    after = date_queries.read_key(request.GET.get("after"))
    rows, older = date_queries.coming_dates(request.actor, after=after)
    incident_actions.consult_each(
        by=request.actor, subject_kind="keydate", subjects={row.date.uuid: row.incident for row in rows}
    )
    page = {
        "rows": rows,
        "older_url": f"?after={older}" if older else "",
        "first": after is None,
        "picture": date_queries.strip(rows, 760, more=bool(older)),
        "narrow": date_queries.strip(rows, 320, more=bool(older)),
        "now": clock.now(),
    }
    return render(request, "response/key_dates.html", page)


@require_safe
def dates(request, uuid):
    """The key dates of one incident: the next, the days left, and whether the plan is ready."""
    seen = incident_access.get_sight(request.actor, uuid)
    found = date_queries.dates_of(seen)
    incident_actions.consult_all(
        seen.incident, by=request.actor, subject_kind="keydate",
        subjects=[row.date.uuid for row in (*found.coming, *found.over) if row.date],
    )  # fmt: skip
    page = frame(request, seen, active="dates") | {
        "dates": found,
        "picture": date_queries.strip(found.coming, 620),
        "narrow": date_queries.strip(found.coming, 320),
        "adds": date_access.may_add(seen),
    }
    return render(request, "response/dates.html", page)


def get_date(request, uuid, entry_uuid, *, to=To.VIEW):
    """The date through the door, with the sight; 403 to who may not do it."""
    seen = incident_access.get_sight(request.actor, uuid, to=to)
    found = date_access.get_date(seen, entry_uuid)
    if to == To.CONTRIBUTE and not date_access.may_change(seen, found):
        raise PermissionDenied
    return seen, found


@require_safe
def date(request, uuid, entry_uuid):
    """One date: what the family wishes, what is prepared, who is reminded; and the way to bring the group back."""
    seen, found = get_date(request, uuid, entry_uuid)
    masked = is_masked(seen, found.entry)
    if not masked:
        incident_actions.consult(seen.incident, by=request.actor, subject_kind="keydate", subject=found.uuid)
    next_on = found.next_on(clock.today())
    labels = {str(found._meta.get_field(name).verbose_name).capitalize() for name in HIDDEN}
    page = frame(request, seen, active="dates") | {
        "date": found,
        "masked": masked,
        "next_on": next_on,
        "days": (next_on - clock.today()).days if next_on else None,
        "rows": [] if masked else [row for row in found.summary(seen) if row["key"] not in labels],
        "told": [] if masked else date_queries.told_words(seen, found),
        "history": [] if masked else found.changes(seen),
        "changes": date_access.may_change(seen, found),
        "brought_back": None if masked or not next_on else brought_back(seen.incident, next_on),
        "brings_back": next_on and date_access.may_bring_back(seen, found),
        **sharing_of(seen, found.entry),
        "hears_reveals": found.entry.sensitivity == Sensitivity.RESTRICTED
        and incident_access.may_stop_reveals(seen, found.entry),
    }
    return render(request, "response/date.html", page)


@require_http_methods(["GET", "POST"])
def add_date(request, uuid):
    """Write a date down."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.CONTRIBUTE, live=True)
    if not date_access.may_add(seen):
        raise PermissionDenied
    form = NewDateForm(
        request.POST or None,
        told=date_queries.people_to_remind(seen),
        whom=date_queries.people_to_choose(seen),
    )
    extras = RecordExtras(request.POST or None, people=people_who_may_hold(seen))
    if form.is_valid() & extras.is_valid():
        form.cleaned_data |= extras.cleaned_data
        if perform(form, actions.add_date, seen=seen):
            messages.success(request, "Key date added.")
            return redirect("key-date", uuid=uuid, entry_uuid=form.result.uuid)
    page = frame(request, seen, active="dates") | {
        "form": form,
        "forms": [form, extras],
        "title": "Add a key date",
        "submit": "Add date",
        "cancel_url": reverse("dates", args=[uuid]),
    }
    return render(request, "incidents/_form_page.html", page)


@require_http_methods(["GET", "POST"])
def change_date(request, uuid, entry_uuid):
    """Change a date, what is wished or what is prepared; two people's changes merge or are asked about."""
    seen, found = get_date(request, uuid, entry_uuid, to=To.CONTRIBUTE)
    initial = {name: getattr(found, name) for name in found.fields} | {"version": found.version}
    form = DateForm(request.POST or None, initial=initial, told=date_queries.people_to_remind(seen))
    if form.is_valid() and perform(form, actions.change_date, seen=seen, record=found):
        messages.success(request, "Saved.")
        return redirect("key-date", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="dates") | {
        "form": form,
        "title": "Change the key date",
        "submit": "Save",
        "cancel_url": reverse("key-date", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/_form_page.html", page)
