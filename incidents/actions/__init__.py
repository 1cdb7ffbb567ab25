"""What is done to incidents: one function a verb, one transaction each, the log entry included."""

from incidents.actions.access_record import consult, consult_all, record_access
from incidents.actions.categorise import categorise
from incidents.actions.engagement import change_engagement, engage, lead, mark_seen, record_told, stand_down
from incidents.actions.log import add_note, ask_redaction, correct, log, log_all, redact, withhold
from incidents.actions.opening import open_incident
from incidents.actions.records import change_record, create_record, give_reason, reveal, seal
from incidents.actions.reports import accept, decline
from incidents.actions.situation import (
    close_phase,
    describe,
    reopen_phase,
    set_not_applicable,
    set_phase_lead,
)
from incidents.actions.stage import close, reopen, respond, scale_down

__all__ = [
    "accept",
    "add_note",
    "ask_redaction",
    "categorise",
    "change_engagement",
    "change_record",
    "close",
    "close_phase",
    "consult",
    "consult_all",
    "correct",
    "create_record",
    "decline",
    "describe",
    "engage",
    "give_reason",
    "lead",
    "log",
    "log_all",
    "mark_seen",
    "open_incident",
    "record_access",
    "record_told",
    "redact",
    "reopen",
    "reopen_phase",
    "respond",
    "reveal",
    "scale_down",
    "seal",
    "set_not_applicable",
    "set_phase_lead",
    "stand_down",
    "withhold",
]
