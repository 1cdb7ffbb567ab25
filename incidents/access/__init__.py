"""The one door: who may see and do what with an incident and what hangs on it.

Roles, in prose. A coordinator or CSP manager sees and runs all incidents of the partnership. Anybody else
sees an incident while the agency is engaged in it, in the sections and the people that the engagement grants. What
is about a person shows to whoever sees its section and may know of the person: with the section of people all of
them, else those whom the engagement names. A governance officer reads the partnership's incidents after giving a
reason. An administrator sees none; being a superuser opens nothing.
"""

from django.core.exceptions import PermissionDenied

from incidents.access.engagements import (
    can_break_glass,
    current_agencies,
    get_engagement,
    get_offer,
    get_offered,
    lead_of,
)
from incidents.access.log import (
    as_told,
    concerns_sealed,
    may_confirm_redaction,
    may_correct,
    may_write,
    visible_log,
)
from incidents.access.records import (
    get_entry,
    get_reveal,
    held_entries,
    is_masked,
    knows_person,
    may_stop_reveals,
    named_people,
    named_uuids,
    of_known_people,
    reads_restricted,
    revealed_entries,
    stop_of,
    visible_entries,
)
from incidents.access.sights import (
    CONSULTED_FOR,
    OF_AN_ENGAGEMENT,
    SECTIONS,
    ReasonNeeded,
    Sight,
    To,
    can,
    can_report,
    engaged_incident_ids,
    get_sight,
    has_reason,
    own_engagements,
    recent_consultations,
    sight,
    sight_of,
    visible_incidents,
    with_engagement,
)

__all__ = [
    "CONSULTED_FOR",
    "OF_AN_ENGAGEMENT",
    "SECTIONS",
    "PermissionDenied",
    "ReasonNeeded",
    "Sight",
    "To",
    "as_told",
    "can",
    "can_break_glass",
    "can_report",
    "concerns_sealed",
    "current_agencies",
    "engaged_incident_ids",
    "get_engagement",
    "get_entry",
    "get_offer",
    "get_offered",
    "get_reveal",
    "get_sight",
    "has_reason",
    "held_entries",
    "is_masked",
    "knows_person",
    "lead_of",
    "may_confirm_redaction",
    "may_correct",
    "may_stop_reveals",
    "may_write",
    "named_people",
    "named_uuids",
    "of_known_people",
    "own_engagements",
    "reads_restricted",
    "recent_consultations",
    "revealed_entries",
    "sight",
    "sight_of",
    "stop_of",
    "visible_entries",
    "visible_incidents",
    "visible_log",
    "with_engagement",
]
