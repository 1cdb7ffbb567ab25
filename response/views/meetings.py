"""Meetings: the list, one meeting, its live page, the end, the signature, and what is added afterwards."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import actions as incident_actions
from incidents.access import To, get_sight, is_masked, revealed_entries
from incidents.forms import ChangeForm, form_of
from incidents.frame import frame
from incidents.queries import agencies_of
from incidents.sharing import sharing_of
from response import meeting_access, meeting_queries
from response.actions import meetings as actions
from response.codes import coded
from response.meeting_forms import ActionForm, AddendumForm, AttendanceForm, DecisionForm, MeetingForm
from response.models.meetings import Meeting
from svit import clock
from svit.refused import Refused, perform

TABS = {"decision": "Add decision", "action": "Add action"}


def _meeting(request, uuid, entry_uuid, *, to=To.VIEW, live=False, notes=False):
    seen = get_sight(request.actor, uuid, to=to, live=live)
    meeting = meeting_access.get_meeting(seen, entry_uuid)
    if notes and not meeting_access.may_take_notes(seen, meeting):
        raise PermissionDenied("The notes of this meeting are taken by the agency that chairs it.")
    return seen, meeting


def _consult(seen, meeting):
    incident_actions.consult(seen.incident, by=seen.actor, subject_kind=Meeting.kind(), subject=meeting.uuid)


@require_safe
def meetings(request, uuid):
    """The meetings of an incident, the latest first."""
    seen = get_sight(request.actor, uuid)
    if not seen.sees(Meeting.section):
        raise PermissionDenied
    rows = list(meeting_access.visible_meetings(seen)[:100])
    opened = revealed_entries(seen.actor, seen.incident)
    for row in rows:
        row.masked = is_masked(seen, row.entry, opened)
    suggested = meeting_queries.suggested(seen.incident)
    empty = f"No meeting held. The category asks for: {suggested.label}." if suggested else "No meeting held."
    page = frame(request, seen, active="meetings") | {
        "meetings": rows,
        "empty": empty,
        "sets_up": meeting_access.may_set_up(seen),
    }
    return render(request, "response/meetings/list.html", page)


@require_http_methods(["GET", "POST"])
def new_meeting(request, uuid):
    """Set a meeting up: everything is filled in that is usually so."""
    seen = get_sight(request.actor, uuid, to=To.CONTRIBUTE, live=True)
    if not meeting_access.may_set_up(seen):
        raise PermissionDenied
    hour = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    initial = {
        "what": meeting_queries.suggested(seen.incident),
        "planned_at": hour,
        "chaired_by": seen.actor.agency,
    }
    data = request.POST if request.method == "POST" else None
    form = form_of(Meeting, MeetingForm, data, seen=seen, initial=initial)
    if form.is_valid() and perform(form, actions.set_up, seen=seen):
        messages.success(request, "Meeting set up.")
        return redirect("meeting", uuid=uuid, entry_uuid=form.result.uuid)
    page = frame(request, seen, active="meetings") | {
        "form": form,
        "title": "Set up a meeting",
        "submit": "Set up meeting",
        "cancel_url": reverse("meetings", args=[uuid]),
    }
    return render(request, "incidents/record_form.html", page)


@require_safe
def meeting(request, uuid, entry_uuid):
    """One meeting: who was there, what was decided and why, what is to be done; its minutes."""
    seen, found = _meeting(request, uuid, entry_uuid)
    _consult(seen, found)
    attendance = meeting_queries.attendance_of(found)
    page = frame(request, seen, active="meetings") | {
        "meeting": found,
        "rows": found.summary(seen),
        "agenda": list(found.agenda.all()),
        "attendance": meeting_queries.present(attendance),
        "taken": meeting_queries.taken(seen, found),
        "addenda": list(found.addenda.all()),
        "takes_notes": meeting_access.may_take_notes(seen, found),
        "signs": meeting_access.may_sign(seen, found),
        "history": found.changes(seen),
        **sharing_of(seen, found.entry),
    }
    return render(request, "response/meetings/meeting.html", page)


@require_http_methods(["GET", "POST"])
def change_meeting(request, uuid, entry_uuid):
    """When, where and who chairs, until it has ended."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    form = form_of(
        Meeting, ChangeForm, request.POST if request.method == "POST" else None, seen=seen, instance=found,
        masked=("what",), initial={"version": found.version},
    )  # fmt: skip
    fresh = meeting_access.get_meeting(seen, entry_uuid)
    if form.is_valid() and perform(form, actions.change_meeting, seen=seen, record=fresh):
        messages.success(request, "Saved.")
        return redirect("meeting", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="meetings") | {
        "form": form,
        "title": f"Change {found.entry.title}",
        "cancel_url": reverse("meeting", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/record_form.html", page)


def _live_form(request, seen, attendance, tab):
    """The form of the tab that is open."""
    data = request.POST if request.method == "POST" else None
    form = ActionForm if tab == "action" else DecisionForm
    return form(data, agencies=meeting_queries.deciding(attendance))


@require_http_methods(["GET", "POST"])
def live_meeting(request, uuid, entry_uuid):
    """The page on which notes are taken: a decision or an action in a few fields, then the focus is back."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    if not found.is_live:
        if request.method == "POST":
            messages.info(request, f"{found.entry.title} is not running: nothing was added.")
        return redirect("meeting", uuid=uuid, entry_uuid=entry_uuid)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "decision"
    attendance = meeting_queries.attendance_of(found)
    form = _live_form(request, seen, attendance, tab)
    act = actions.raise_action if tab == "action" else actions.decide
    if form.is_valid() and perform(form, act, seen=seen, meeting=found):
        words = "Action" if tab == "action" else "Decision"
        messages.success(request, f"{words} {form.result.number} added.")
        return redirect(f"{reverse('live-meeting', args=[uuid, entry_uuid])}?tab={tab}")
    _consult(seen, found)
    here = reverse("live-meeting", args=[uuid, entry_uuid])
    taken = meeting_queries.taken(seen, found)
    page = frame(request, seen, active="meetings") | {
        "meeting": found,
        "agenda": [{"text": point.title, "url": f"#point-{point.order}"} for point in found.agenda.all()],
        "form": form,
        "tab": tab,
        "submit": TABS[tab],
        "note_tabs": page_tabs(here, tab),
        "taken": taken,
        "counts": _counts(taken),
        "attending": AttendanceForm(attendance=attendance, agencies=agencies_of(seen)),
        "answered": meeting_queries.answered(attendance),
        "here": here,
    }
    return render(request, "response/meetings/live.html", page)


def page_tabs(here, tab):
    return [{"text": words, "url": f"{here}?tab={key}", "active": key == tab} for key, words in TABS.items()]


def _counts(taken):
    decisions = sum(row["what"] == "Decision" for row in taken)
    return decisions, len(taken) - decisions


@require_http_methods(["GET", "POST"])
def attendance(request, uuid, entry_uuid):
    """Who is there, by agency."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    rows = meeting_queries.attendance_of(found)
    data = request.POST if request.method == "POST" else None
    form = AttendanceForm(data, attendance=rows, agencies=agencies_of(seen))
    if form.is_valid() and perform(form, actions.attend, seen=seen, meeting=found):
        messages.success(request, "Attendance saved.")
        return redirect("live-meeting" if found.is_live else "meeting", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="meetings") | {
        "form": form,
        "meeting": found,
        "title": f"Attendance: {found.entry.title}",
        "cancel_url": reverse("meeting", args=[uuid, entry_uuid]),
    }
    return render(request, "response/meetings/attendance.html", page)


@require_POST
def start_meeting(request, uuid, entry_uuid):
    """The meeting begins."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    try:
        actions.start(seen=seen, meeting=found)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("live-meeting", uuid=uuid, entry_uuid=entry_uuid)


@require_http_methods(["GET", "POST"])
def end_meeting(request, uuid, entry_uuid):
    """Everything that stands there, to be checked; then nothing is added any more."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    if request.method == "POST" or not found.is_live:
        try:
            actions.end(seen=seen, meeting=found)
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("meeting", uuid=uuid, entry_uuid=entry_uuid)
    rows = meeting_queries.attendance_of(found)
    page = frame(request, seen, active="meetings") | {
        "meeting": found,
        "attendance": meeting_queries.present(rows),
        "answered": meeting_queries.answered(rows),
        "taken": meeting_queries.taken(seen, found),
    }
    return render(request, "response/meetings/end.html", page)


@require_POST
def sign_meeting(request, uuid, entry_uuid):
    """The chair signs the minutes in the version that was read."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True)
    if not meeting_access.may_sign(seen, found):
        raise PermissionDenied("The minutes are signed by the agency that chairs the meeting.")
    read = request.POST.get("version", "")
    try:
        actions.sign_minutes(
            seen=seen, meeting=found, read=int(read) if read.isascii() and read.isdigit() else None
        )
        messages.success(request, "Minutes signed. From now on there are addenda alone.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("meeting", uuid=uuid, entry_uuid=entry_uuid)


@require_http_methods(["GET", "POST"])
def add_addendum(request, uuid, entry_uuid):
    """Something that has to stand beside signed minutes."""
    seen, found = _meeting(request, uuid, entry_uuid, to=To.CONTRIBUTE, live=True, notes=True)
    form = AddendumForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and perform(form, actions.add_addendum, seen=seen, meeting=found):
        messages.success(request, "Addendum added.")
        return redirect("meeting", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="meetings") | {
        "form": form,
        "title": f"Add to the minutes of {found.entry.title}",
        "submit": "Add addendum",
        "cancel_url": reverse("meeting", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/_form_page.html", page)


@require_safe
def share_meeting(request, uuid, entry_uuid):
    """What may stand on a screen that everybody in the room sees: codes for names, nothing that is restricted."""
    seen, found = _meeting(request, uuid, entry_uuid)
    _consult(seen, found)
    incident_actions.consult(seen.incident, by=seen.actor)
    code = coded(seen)
    taken = [row for row in meeting_queries.taken(seen, found) if not row["restricted"]]
    for row in taken:
        row["text"], row["why"] = code(row["text"]), code(row["why"])
    page = {
        "incident": seen.incident,
        "meeting": found,
        "agenda": list(found.agenda.all()),
        "taken": taken,
        "now": clock.now(),
        "marking": seen.incident.marking,
        "exercise": seen.incident.exercise,
        "back_text": "Back to the meeting",
        "back_url": reverse("live-meeting" if found.is_live else "meeting", args=[uuid, entry_uuid]),
    }
    return render(request, "response/meetings/share.html", page)
