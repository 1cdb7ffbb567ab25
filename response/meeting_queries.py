"""What the pages of meetings read."""

from itertools import chain

from checklists.access import items_seen
from checklists.queries.phases import dress
from partners.models import Agency
from response.meeting_access import reads_restricted_of
from response.models.meetings import Answer, Attendance, MeetingKind

SUGGESTED = {
    "gold_group": MeetingKind.GOLD_GROUP,
    "partners_meeting": MeetingKind.PARTNERS,
    "incident_management": MeetingKind.INCIDENT_MANAGEMENT,
}


def suggested(incident):
    """The kind of meeting that the latest categorisation asks for, or None."""
    return SUGGESTED.get(incident.response_now)


def attendance_of(meeting):
    return list(
        Attendance.objects.filter(meeting=meeting).select_related("agency").order_by("agency__name", "pk")
    )


def deciding(attendance):
    """The agencies that may own a decision: those that are not there as independent advisers."""
    pks = [row.agency_id for row in attendance if not row.adviser]
    return Agency.objects.filter(pk__in=pks).order_by("name")


def answered(attendance):
    """How many said whether they come, of how many, and who did not: in words."""
    missing = [str(row.agency) for row in attendance if not row.answer]
    words = f"{len(attendance) - len(missing)} of {len(attendance)} answered."
    return f"{words} Missing: {', '.join(missing)}." if missing else words


def present(attendance):
    """Names of the agencies by their answer: [(words, names)]."""
    groups = [*Answer.choices, ("", "Not answered")]
    return [
        (label, ", ".join(f"{row.agency}{' (adviser)' if row.adviser else ''}" for row in rows))
        for key, label in groups
        if (rows := [row for row in attendance if row.answer == key])
    ]


def decisions_of(seen, meeting):
    """The decisions that the reader gets, the latest first; restricted ones for those who take the notes."""
    rows = meeting.decisions.select_related("by_agency")
    return list(rows if reads_restricted_of(seen, meeting) else rows.filter(restricted=False))


def actions_of(seen, meeting):
    """The items that the meeting raised, as far as the reader may know of them, the latest first."""
    raised = {row.item_id: row for row in meeting.raised.all()}
    if not raised:
        return []
    items = dress(
        seen, list(items_seen(seen).filter(pk__in=raised).select_related("agency", "assignee", "about"))
    )
    for item in items:
        item.number, item.raised_at = raised[item.pk].number, raised[item.pk].at
    return sorted((item for item in items if not item.masked), key=lambda item: -item.number)


def taken(seen, meeting):
    """Decisions and actions of a meeting together, the latest first, as rows of a table."""
    decisions = [
        {
            "what": "Decision", "number": row.number, "at": row.at, "text": row.text, "why": row.why,
            "whose": str(row.by_agency), "when": None, "url": "", "restricted": row.restricted, "decision": row,
        }
        for row in decisions_of(seen, meeting)
    ]  # fmt: skip
    actions = [
        {
            "what": "Action", "number": item.number, "at": item.raised_at, "text": item.title, "why": "",
            "whose": item.whose, "when": item.due_at, "url": item.get_absolute_url(), "restricted": False,
            "item": item,
        }
        for item in actions_of(seen, meeting)
    ]  # fmt: skip
    return sorted(chain(decisions, actions), key=lambda row: row["at"], reverse=True)
