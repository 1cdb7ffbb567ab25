"""What the set-up pages do: one function a verb, each asks the rule again within its transaction."""

from partners.actions.acting import pick, remember
from partners.actions.agency import change_agency, close_agency, create_agency, reopen_agency, share_agency
from partners.actions.agreement import record_agreement
from partners.actions.contact import add_contact, change_contact, confirm_contact, remove_contact
from partners.actions.directory import import_directory
from partners.actions.member import add_member, end_membership
from partners.actions.on_call import end_on_call, put_on_call
from partners.actions.partnership import change_partnership, open_partnership

__all__ = [
    "add_contact",
    "add_member",
    "change_agency",
    "change_contact",
    "change_partnership",
    "close_agency",
    "confirm_contact",
    "create_agency",
    "end_membership",
    "end_on_call",
    "import_directory",
    "open_partnership",
    "pick",
    "put_on_call",
    "record_agreement",
    "remember",
    "remove_contact",
    "reopen_agency",
    "share_agency",
]
