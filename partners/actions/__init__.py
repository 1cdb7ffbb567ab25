"""What the set-up pages do: one function a verb, each asks the rule again within its transaction."""

from partners.actions.account import text_me
from partners.actions.acting import pick, remember
from partners.actions.agency import change_agency, close_agency, create_agency, reopen_agency, share_agency
from partners.actions.agreement import record_agreement
from partners.actions.contact import add_contact, change_contact, confirm_contact, remove_contact
from partners.actions.directory import import_directory
from partners.actions.invitation import accept, invite, invite_again, renew
from partners.actions.leave import end_leave, enter_leave
from partners.actions.letter import send_letters, write
from partners.actions.member import (
    add_member,
    confirm_member,
    decline_member,
    end_membership,
    invite_all,
)
from partners.actions.on_call import end_on_call, put_on_call
from partners.actions.partnership import change_partnership, open_partnership
from partners.actions.rota import remove_rota, set_rota
from partners.actions.security import renew_secrets, reset_second_factor
from partners.actions.undelivered import send_again, try_address

__all__ = [
    "accept",
    "add_contact",
    "add_member",
    "change_agency",
    "change_contact",
    "change_partnership",
    "close_agency",
    "confirm_contact",
    "confirm_member",
    "create_agency",
    "decline_member",
    "end_leave",
    "end_membership",
    "end_on_call",
    "enter_leave",
    "import_directory",
    "invite",
    "invite_again",
    "invite_all",
    "open_partnership",
    "pick",
    "put_on_call",
    "record_agreement",
    "remember",
    "remove_contact",
    "remove_rota",
    "renew",
    "renew_secrets",
    "reopen_agency",
    "reset_second_factor",
    "send_again",
    "send_letters",
    "set_rota",
    "share_agency",
    "text_me",
    "try_address",
    "write",
]
