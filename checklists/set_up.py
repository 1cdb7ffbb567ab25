"""What this room offers to the set-up: how the partnership reaches what the toolkit names."""

from checklists.queries import not_confirmed
from partners.access import can_administer
from partners.offers import set_up_page


def _support(actor):
    open_ = not_confirmed(actor.partnership)
    return f"{open_} of the toolkit's support organisations not confirmed yet" if open_ else "All confirmed"


set_up_page("support", text="Support", route="setup-support", may=can_administer, detail=_support)
