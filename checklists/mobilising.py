"""The mobilisation templates: which open items are given out, by the category of the incident (UX journey C)."""

from collections.abc import Callable
from dataclasses import dataclass

from incidents.models.incident import LocalCategory

CONTACT = {"urgent_contact"}
SUPPORT_PHASES = {"health", "relationships"}
SUPPORT_KEYS = {"victim-support", "safeguarding", "mash-referral", "support-offered"}
DATES = {
    "tensions", "memorials", "retribution-risk", "social-media", "statement", "consistent-messaging",
    "therapeutic-services", "alert-schools", "trauma-signs", "key-dates",
}  # fmt: skip


@dataclass(frozen=True)
class Mobilisation:
    """One template: its words, and which of the incident's open items it gives out."""

    key: str
    name: str
    takes: Callable


def _support(item):
    key = item.template_item.key if item.template_item else ""
    return (
        bool(item.clock_kind)
        or item.phase in SUPPORT_PHASES
        or item.section == "people"
        or key in SUPPORT_KEYS
    )


def _dates(item):
    return item.template_item is None or item.template_item.key in DATES


TEMPLATES = {
    row.key: row
    for row in (
        Mobilisation("full", "Full response", lambda item: True),
        Mobilisation("support", "Contact and support", _support),
        Mobilisation("dates", "Anniversary or key date", _dates),
    )
}
BY_CATEGORY = {LocalCategory.BELOW: "support"}


def template_for(category):
    """The template that the category preselects; the full response before there is one."""
    return TEMPLATES[BY_CATEGORY.get(category or "", "full")]
