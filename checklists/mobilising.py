"""The mobilisation templates that every partnership begins with, and how any of them reads (UX journey C).

A partnership that changes one keeps what it made of it in a row of its own, under the same key; the others stay as
they are here.
"""

from checklists.models import MobilisationTemplate
from incidents.models import PHASES
from incidents.models.incident import LocalCategory
from partners.models import AgencyKind

NOT_YET = "none"
ALL, PEOPLE, LOCAL = "all", "section:people", "local"
CATEGORIES = [(NOT_YET, "Not categorised yet"), *LocalCategory.choices]
PARTS = [
    (ALL, "Every open item"),
    *((f"phase:{key}", f"All of {name}") for key, name in PHASES),
    (PEOPLE, "Everything about contact with people"),
    (LOCAL, "Items that were added here"),
]


def _items(*keys):
    return [f"item:{key}" for key in keys]


TEMPLATES = {
    row.key: row
    for row in (
        MobilisationTemplate(
            key="full",
            name="Full response",
            categories=[NOT_YET, LocalCategory.CRITICAL, LocalCategory.OF_NOTE, LocalCategory.SERIOUS],
            items=[ALL],
        ),
        MobilisationTemplate(
            key="support",
            name="Contact and support",
            categories=[LocalCategory.BELOW],
            items=[
                "phase:health", "phase:relationships", PEOPLE,
                *_items("victim-support", "safeguarding", "mash-referral", "support-offered"),
            ],
        ),
        MobilisationTemplate(
            key="dates",
            name="Anniversary or key date",
            items=[
                LOCAL,
                *_items(
                    "tensions", "memorials", "retribution-risk", "social-media", "statement",
                    "consistent-messaging", "therapeutic-services", "alert-schools", "trauma-signs", "key-dates",
                ),
            ],
        ),
    )
}  # fmt: skip


def template_for(category, templates=TEMPLATES):
    """The template that the category preselects; the first where none does."""
    rows = list(templates.values())
    return next((row for row in rows if (category or NOT_YET) in row.categories), rows[0])


def categories_in_words(keys):
    return ", ".join(name for key, name in CATEGORIES if key in keys)


def kinds_in_words(keys):
    return ", ".join(kind.label for kind in AgencyKind if kind in keys) or "Every kind of agency"


def items_in_words(selectors):
    """Whole parts by name, single items by number."""
    if ALL in selectors:
        return dict(PARTS)[ALL]
    words = [name for key, name in PARTS if key in selectors]
    if single := sum(one.startswith("item:") for one in selectors):
        words.append("1 single item" if single == 1 else f"{single} single items")
    return ", ".join(words)


def items_in_full(selectors):
    """The same with each single item by the toolkit's key for it."""
    parts = [name for key, name in PARTS if key in selectors]
    single = [one.removeprefix("item:").replace("-", " ") for one in selectors if one.startswith("item:")]
    return ", ".join([*parts, *single])
