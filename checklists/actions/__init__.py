"""What is done to a checklist: one function a verb, one transaction each, the log entry included."""

from checklists.actions.evidence import add_evidence
from checklists.actions.mobilising import mobilise, record_told, stand_down
from checklists.actions.opening import add_item, add_offered, open_for_traits, open_items
from checklists.actions.toolkit import load_toolkit
from checklists.actions.working import (
    add_local_item,
    add_note,
    answer,
    assign,
    confirm,
    leave_contact_item,
    mark_done,
    mark_seen,
    not_needed,
    reassign,
    record_check,
    reopen,
    send_back,
    set_due,
    settle_contact_item,
    undo,
    who_did,
)

__all__ = [
    "add_evidence",
    "add_item",
    "add_local_item",
    "add_note",
    "add_offered",
    "answer",
    "assign",
    "confirm",
    "leave_contact_item",
    "load_toolkit",
    "mark_done",
    "mark_seen",
    "mobilise",
    "not_needed",
    "open_for_traits",
    "open_items",
    "reassign",
    "record_check",
    "record_told",
    "reopen",
    "send_back",
    "set_due",
    "settle_contact_item",
    "stand_down",
    "undo",
    "who_did",
]
