"""One item: its page, and everything that is done to it."""

from checklists.views.items.acts import ACTS, act, add_offered, end, undo
from checklists.views.items.page import END_ACTIONS, END_URLS, end_url, item

__all__ = [
    "ACTS",
    "END_ACTIONS",
    "END_URLS",
    "act",
    "add_offered",
    "end",
    "end_url",
    "item",
    "undo",
]
