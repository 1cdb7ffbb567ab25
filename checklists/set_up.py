"""What this room offers to the set-up: how the partnership reaches what the toolkit names, and its templates."""

from checklists.access import can_keep_templates
from checklists.mobilising import categories_in_words, items_in_full, kinds_in_words
from checklists.models import ConfirmedContact, MobilisationTemplate
from checklists.queries import not_confirmed, templates_of
from partners import changes
from partners.access import can_administer
from partners.offers import set_up_page


def _support(actor):
    open_ = not_confirmed(actor.partnership)
    return f"{open_} of the toolkit's support organisations not confirmed yet" if open_ else "All confirmed"


def _templates(actor):
    return f"Mobilise with: {', '.join(row.name for row in templates_of(actor.partnership).values())}"


set_up_page("support", text="Support", route="setup-support", may=can_administer, detail=_support)
set_up_page("templates", text="Templates", route="setup-templates", may=can_keep_templates, detail=_templates)
changes.offer(
    "support",
    changes.Source(
        "Support",
        ConfirmedContact,
        ("telephone", "address", "confirmed_at"),
        about=lambda row: f"{row.organisation or row.resource}, confirmation",
        seen_by=lambda actor: {"partnership": actor.partnership},
        related=("organisation",),
    ),
)
changes.offer(
    "templates",
    changes.Source(
        "Templates",
        MobilisationTemplate,
        ("name", "categories", "kinds", "items", "retired_at"),
        about=lambda row: f"{row.name}, mobilisation template",
        seen_by=lambda actor: {"partnership": actor.partnership},
        words={"categories": categories_in_words, "kinds": kinds_in_words, "items": items_in_full},
    ),
)
