"""What the pages of this room read. Each takes an Actor or a sight, and templates cause no query."""

from checklists.access import templates_of
from checklists.queries.items import (
    GIVEN,
    assignable,
    item_files,
    item_history,
    item_log,
    people_of,
    waiting_for,
    whom_to_ring,
)
from checklists.queries.mobilising import mobilised, mobilising, unassigned_items
from checklists.queries.phases import (
    incident_items,
    left_in_phase,
    most_overdue,
    offered_items,
    open_items,
    overdue_counts,
    phase_items,
    phase_progress,
)
from checklists.queries.templates import items_to_choose
from checklists.queries.toolkit import (
    confirmed_about,
    not_confirmed,
    organisations_to_confirm,
    resources,
    resources_to_confirm,
    support_organisations,
)
from checklists.queries.work import PAGE, SOON, TABS, my_work, next_for, overdue, team_items, work_counts

__all__ = [
    "GIVEN",
    "PAGE",
    "SOON",
    "TABS",
    "assignable",
    "confirmed_about",
    "incident_items",
    "item_files",
    "item_history",
    "item_log",
    "items_to_choose",
    "left_in_phase",
    "mobilised",
    "mobilising",
    "most_overdue",
    "my_work",
    "next_for",
    "not_confirmed",
    "offered_items",
    "open_items",
    "organisations_to_confirm",
    "overdue",
    "overdue_counts",
    "people_of",
    "phase_items",
    "phase_progress",
    "resources",
    "resources_to_confirm",
    "support_organisations",
    "team_items",
    "templates_of",
    "unassigned_items",
    "waiting_for",
    "whom_to_ring",
    "work_counts",
]
