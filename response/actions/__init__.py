"""What is done in the phases, and the acts that span the rooms below."""

from response.actions.clocks import (
    explain_miss,
    mark_missed,
    move_start,
    resume_clocks,
    start_clock,
    stop_clocks,
)
from response.actions.contact import meet_by_word, record_contact
from response.actions.dates import add_date, change_date
from response.actions.giving import assign_clock, hand_over
from response.actions.join import can_join, join
from response.actions.log_incident import log_incident, open_urgent_response
from response.actions.pausing import answer_pause, ask_pause, end_pause
from response.actions.people import add_person, change_person, learn, seal_person
from response.actions.referring import refer, take_to_meeting
from response.actions.remobilise import remobilise
from response.actions.rules import (
    add_clock_rule,
    change_clock_rule,
    keep_mash_rule,
    keep_working_hours,
    retire_clock_rule,
)

__all__ = [
    "add_clock_rule",
    "add_date",
    "add_person",
    "answer_pause",
    "ask_pause",
    "assign_clock",
    "can_join",
    "change_clock_rule",
    "change_date",
    "change_person",
    "end_pause",
    "explain_miss",
    "hand_over",
    "join",
    "keep_mash_rule",
    "keep_working_hours",
    "learn",
    "log_incident",
    "mark_missed",
    "meet_by_word",
    "move_start",
    "open_urgent_response",
    "record_contact",
    "refer",
    "remobilise",
    "resume_clocks",
    "retire_clock_rule",
    "seal_person",
    "start_clock",
    "stop_clocks",
    "take_to_meeting",
]
