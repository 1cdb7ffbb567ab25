"""What is done to a checklist: one function a verb, one transaction each, the log entry included."""

from checklists.actions.answered import answer_by_categorising
from checklists.actions.confirming import confirm_organisation, confirm_resource, withdraw_confirmation
from checklists.actions.contact import leave_contact_item, settle_contact_item
from checklists.actions.ending import (
    answer,
    confirm,
    end_by_record,
    mark_done,
    not_needed,
    record_check,
    who_did,
)
from checklists.actions.evidence import add_evidence
from checklists.actions.giving import assign, reassign, send_back, set_due
from checklists.actions.holding import seal_items
from checklists.actions.mobilising import end_lapsed, mobilise, record_told, stand_down
from checklists.actions.notes import add_local_item, add_note, mark_seen
from checklists.actions.opening import add_item, add_offered, open_for_traits, open_items
from checklists.actions.resting import quiet_phase
from checklists.actions.returning import reopen, undo
from checklists.actions.sharing import share_again, stop_sharing
from checklists.actions.templates import add_template, change_template, restore_template, retire_template
from checklists.actions.toolkit import load_toolkit

__all__ = [
    "add_evidence",
    "add_item",
    "add_local_item",
    "add_note",
    "add_offered",
    "add_template",
    "answer",
    "answer_by_categorising",
    "assign",
    "change_template",
    "confirm",
    "confirm_organisation",
    "confirm_resource",
    "end_by_record",
    "end_lapsed",
    "leave_contact_item",
    "load_toolkit",
    "mark_done",
    "mark_seen",
    "mobilise",
    "not_needed",
    "open_for_traits",
    "open_items",
    "quiet_phase",
    "reassign",
    "record_check",
    "record_told",
    "reopen",
    "restore_template",
    "retire_template",
    "seal_items",
    "send_back",
    "set_due",
    "settle_contact_item",
    "share_again",
    "stand_down",
    "stop_sharing",
    "undo",
    "who_did",
    "withdraw_confirmation",
]
