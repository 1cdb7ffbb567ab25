"""What this room offers to the set-up: the clocks that a partnership keeps, and their history."""

from partners import changes
from partners.access import can_administer
from partners.models import WorkingHours
from partners.offers import set_up_page
from response.models import ClockRule
from response.queries import mash_rule_of
from response.terms import hours_in_words
from svit.templatetags.svit import DAYS


def _clocks(actor):
    mash = mash_rule_of(actor.partnership)
    return f"Referral to MASH: {hours_in_words(mash.hours, working=mash.working)}"


set_up_page("clocks", text="Clocks", route="setup-clocks", may=can_administer, detail=_clocks)
changes.offer(
    "clocks",
    changes.Source(
        "Clocks",
        ClockRule,
        ("name", "event", "hours", "working", "calendar", "met_by", "ages", "settings", "retired_at"),
        about=lambda row: f"{row.name}, clock",
        seen_by=lambda actor: {"partnership": actor.partnership},
        related=("calendar",),
        labels={"retired_at": "retired"},
        words={"ages": ", ".join, "settings": ", ".join},
    ),
)
changes.offer(
    "working_hours",
    changes.Source(
        "Working hours",
        WorkingHours,
        ("days", "opens", "closes", "bank_holidays"),
        about=lambda row: f"Working hours of {row.agency}",
        seen_by=lambda actor: {"agency__in": actor.partnership.agencies.values("pk")},
        related=("agency",),
        words={"days": lambda days: ", ".join(DAYS[day] for day in days)},
    ),
)
