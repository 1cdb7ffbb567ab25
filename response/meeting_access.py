"""Who may know of meetings, take their notes, sign them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from incidents.access import get_entry, is_masked, visible_entries
from incidents.models import Section, Sensitivity
from response.models.meetings import Meeting


def visible_meetings(seen):
    """The meetings of an incident that the actor may know of, the latest first."""
    entries = visible_entries(seen).filter(kind=Meeting.kind())
    rows = Meeting.objects.filter(entry__in=entries).select_related("entry__owner", "chaired_by")
    return rows.order_by("-planned_at", "-pk")


def get_meeting(seen, uuid):
    """One meeting, through the door of its entry; 403 where it is restricted to others."""
    entry = get_entry(seen, uuid, kind=Meeting.kind())
    meeting = Meeting.objects.select_related("chaired_by", "signed_by").filter(pk=entry.pk).first()
    if meeting is None:
        raise Http404
    if is_masked(seen, entry):
        raise PermissionDenied("This meeting is restricted. Ask whoever chairs it.")
    meeting.entry = entry
    return meeting


def may_set_up(seen):
    """Whether the actor may set a meeting up: the coordinators, and whoever contributes to meetings."""
    return seen.incident.live and not seen.only_reads and seen.contributes(Section.MEETINGS)


def may_take_notes(seen, meeting):
    """Whether the actor writes down what a meeting decides: the coordinators and the agency that chairs it."""
    chairs = meeting.chaired_by_id == seen.actor.agency.pk
    return may_set_up(seen) and (seen.coordinates or chairs)


def may_sign(seen, meeting):
    """Whether the actor signs the minutes: a coordinator or manager of the agency that chairs."""
    chairs = meeting.chaired_by_id == seen.actor.agency.pk
    return chairs and may_take_notes(seen, meeting) and (seen.coordinates or seen.actor.manages_agency)


def reads_restricted_of(seen, meeting):
    """Whether the actor reads the restricted decisions of a meeting: whoever takes its notes, and every holder."""
    if seen.only_reads:
        return False
    chairs = meeting.chaired_by_id == seen.actor.agency.pk
    return seen.coordinates or chairs or meeting.entry.sensitivity == Sensitivity.SEALED
