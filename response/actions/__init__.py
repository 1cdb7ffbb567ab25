"""What is done in the phases, and the acts that span the rooms below."""

from response.actions.clocks import (
    assign_clock,
    explain_miss,
    mark_missed,
    move_start,
    resume_clocks,
    start_clock,
    stop_clocks,
)
from response.actions.contact import meet_golden_hour, record_contact
from response.actions.dates import add_date, change_date
from response.actions.join import join
from response.actions.log_incident import log_incident
from response.actions.people import add_person, change_person, learn, seal_person
from response.actions.remobilise import remobilise

__all__ = [
    "add_date",
    "add_person",
    "assign_clock",
    "change_date",
    "change_person",
    "explain_miss",
    "join",
    "learn",
    "log_incident",
    "mark_missed",
    "meet_golden_hour",
    "move_start",
    "record_contact",
    "remobilise",
    "resume_clocks",
    "seal_person",
    "start_clock",
    "stop_clocks",
]
