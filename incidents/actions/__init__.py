"""What is done to incidents: one function a verb, one transaction each, the log entry included."""

from incidents.actions.access_record import (
    NotRecorded,
    consult,
    consult_all,
    consult_each,
    erase_words,
    oversee,
    record_access,
    record_each,
    record_oversight,
)
from incidents.actions.break_glass import break_glass
from incidents.actions.categorise import categorise
from incidents.actions.engagement import (
    ask_again,
    change_engagement,
    engage,
    lead,
    mark_seen,
    record_told,
    stand_down,
)
from incidents.actions.handover import accept_handover, offer_handover, refuse_handover, withdraw_handover
from incidents.actions.log import add_note, ask_redaction, correct, log, log_all, redact, withhold
from incidents.actions.opening import open_incident
from incidents.actions.records import change_record, create_record, seal
from incidents.actions.reports import accept, decline
from incidents.actions.retention import (
    confirm_disposal,
    hold,
    lift,
    propose,
    refuse_disposal,
    set_rule,
)
from incidents.actions.reveals import allow_reveals, give_reason, reveal, stop_reveals
from incidents.actions.sealing import seal_access_record
from incidents.actions.sharing import (
    NO_FURTHER,
    check_may_have,
    share_again,
    share_all,
    stop_sharing,
    take_along,
)
from incidents.actions.situation import (
    DESCRIBED,
    close_phase,
    describe,
    reopen_phase,
    set_not_applicable,
    set_phase_lead,
)
from incidents.actions.stage import close, reopen, respond, scale_down
from incidents.actions.visits import visit

__all__ = [
    "DESCRIBED",
    "NO_FURTHER",
    "NotRecorded",
    "accept",
    "accept_handover",
    "add_note",
    "allow_reveals",
    "ask_again",
    "ask_redaction",
    "break_glass",
    "categorise",
    "change_engagement",
    "change_record",
    "check_may_have",
    "close",
    "close_phase",
    "confirm_disposal",
    "consult",
    "consult_all",
    "consult_each",
    "correct",
    "create_record",
    "decline",
    "describe",
    "engage",
    "erase_words",
    "give_reason",
    "hold",
    "lead",
    "lift",
    "log",
    "log_all",
    "mark_seen",
    "offer_handover",
    "open_incident",
    "oversee",
    "propose",
    "record_access",
    "record_each",
    "record_oversight",
    "record_told",
    "redact",
    "refuse_disposal",
    "refuse_handover",
    "reopen",
    "reopen_phase",
    "respond",
    "reveal",
    "scale_down",
    "seal",
    "seal_access_record",
    "set_not_applicable",
    "set_phase_lead",
    "set_rule",
    "share_again",
    "share_all",
    "stand_down",
    "stop_reveals",
    "stop_sharing",
    "take_along",
    "visit",
    "withdraw_handover",
    "withhold",
]
