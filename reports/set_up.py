"""What this room offers to the set-up: the schedule of retention, and its history."""

from incidents.models import RetentionRule
from incidents.retention import may_keep_schedule, rules_of
from partners import changes
from partners.offers import set_up_page


def _retention(actor):
    open_ = sum(not rule.confirmed for rule in rules_of(actor.partnership).values())
    return f"{open_} of the periods are defaults, not confirmed yet" if open_ else "All periods confirmed"


set_up_page("retention", text="Retention", route="setup-retention", may=may_keep_schedule, detail=_retention)
changes.offer(
    "retention",
    changes.Source(
        "Retention",
        RetentionRule,
        ("length", "unit", "runs_from", "source"),
        about=lambda row: f"{row.get_kind_display()}, retention",
        seen_by=lambda actor: {"partnership": actor.partnership},
    ),
)
