"""The two messages that set-up sends: a link to set a password, and word of a further role."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from partners.adapter import address

log = logging.getLogger(__name__)


def set_password_address(user):
    """The address at which `user` sets a password: good for three days and for one use."""
    return address(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(user),
        key=default_token_generator.make_token(user),
    )


def welcome(membership):
    """Tell a person of the membership. False where the message could not be sent: the membership stands."""
    user = membership.user
    words = {"user": user, "agency": membership.agency, "role": membership.get_role_display().lower()}
    if user.has_usable_password():
        template, words["url"] = "account/email/added", address("account")
    else:
        template, words["url"] = "account/email/welcome", set_password_address(user)
    try:
        get_adapter().send_mail(template, user.email, words)
    except (OSError, SMTPException):
        log.exception("A message about a new membership was not sent")
        return False
    return True


def joined(membership, addresses):
    """Tell those who answer for the agency in another borough that somebody was added to it; without a name."""
    if membership.added_for_id is None or membership.agency.csp_of_id:
        return
    words = {"agency": membership.agency, "by": membership.added_for, "url": address("account")}
    for one in addresses:
        try:
            get_adapter().send_mail("account/email/joined", one, words)
        except (OSError, SMTPException):
            log.exception("A message about a member of a shared agency was not sent")
