"""Letters about accounts: written down in the transaction of the act, sent by a worker."""

import logging
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from partners import invitations
from partners.adapter import address
from partners.models import Invitation, Letter, LetterKind, User
from reminders import holding, ring
from reminders.actions import BACKOFF, LEASE
from svit import clock, engines

log = logging.getLogger(__name__)

FORGET_AFTER = timedelta(days=30)


def write(kind, *, address="", membership=None, onward=""):
    """A letter that waits from now on. To whom: the membership's person, or whoever reads `address`."""
    letter = Letter.objects.create(kind=kind, address=address, membership=membership, onward=onward)
    transaction.on_commit(partial(ring, "partners.send_letters"))
    return letter


def send_letters():
    """Send what waits, each marked after it went; how many went out. Killed in between, one is sent again."""
    if holding.held():
        return 0
    sent = 0
    while letter := _claim():
        sent += _send(letter)
    old = clock.now() - FORGET_AFTER
    Letter.objects.filter(made_at__lt=old).exclude(sent_at=None, failed_at=None).delete()
    return sent


@transaction.atomic
def _claim():
    """The letter that waits longest, taken for this worker for a while."""
    now = clock.now()
    waiting = Letter.objects.filter(sent_at=None, failed_at=None, next_try_at__lte=now).order_by(
        "next_try_at"
    )
    letter = engines.claim(waiting).first()
    if letter:
        letter.attempts, letter.next_try_at = letter.attempts + 1, now + LEASE
        letter.save(update_fields=["attempts", "next_try_at"])
    return letter


def _send(letter):
    """Whether it went. What nobody may receive any more is put away unsent."""
    try:
        to, words = _composed(letter)
        if to:
            _message(letter, to, words).send()
    except Exception as error:  # smtplib, sockets, a full disk: the attempt failed, whatever the reason
        log.warning("A letter was not taken (%s); it is tried again", type(error).__name__)
        _again(letter)
        return False
    letter.sent_at, letter.address, letter.onward = clock.now(), "", ""
    letter.save(update_fields=["sent_at", "address", "onward"])
    return bool(to)


def _message(letter, to, words):
    """Its identifier is the letter's own, so that one that is sent again is known to mail programs."""
    name = f"account/email/{words.pop('template', letter.kind)}"
    subject, body = (render_to_string(f"{name}_{part}.txt", words) for part in ("subject", "message"))
    number = salted_hmac("partners.letter", str(letter.pk)).hexdigest()
    headers = {
        "Message-ID": f"<letter-{number}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to], headers=headers)


def _again(letter):
    if letter.attempts > len(BACKOFF):
        letter.failed_at, letter.address = clock.now(), ""
        letter.save(update_fields=["failed_at", "address"])
        return
    letter.next_try_at = clock.now() + BACKOFF[letter.attempts - 1]
    letter.save(update_fields=["next_try_at"])


def _composed(letter):
    """(whom it goes to, what its words need), asked anew at each try; ("", {}) where it goes to nobody."""
    if letter.kind == LetterKind.PASSWORD:
        return _new_password(letter)
    if letter.kind == LetterKind.SECURITY:
        return letter.address, {"url": address("mfa_index")}
    membership = letter.membership
    if letter.kind in (LetterKind.JOINED, LetterKind.TO_CONFIRM):
        page = "roles-to-confirm" if letter.kind == LetterKind.TO_CONFIRM else "account"
        return letter.address, {"agency": membership.agency, "by": membership.added_for, "url": address(page)}
    if not membership.may_act(clock.now()):
        return "", {}
    words = {"agency": membership.agency, "role": membership.get_role_display().lower()}
    if letter.kind == LetterKind.OFFER:
        return membership.user.email, words | {"url": address("acting")}
    open_one = membership.invitations.filter(used_at=None, revoked_at=None).last()
    if open_one is None:
        return "", {}
    return membership.user.email, words | {"url": invitations.address_of(open_one, letter.onward)}


def _new_password(letter):
    """A way to a new password, for an account that has one; to whoever has not set up yet, the invitation again."""
    user = User.objects.filter(email__iexact=letter.address, is_active=True).first()
    if user is None:
        return "", {}
    if user.joined_at is None:
        rows = Invitation.objects.filter(membership__user=user, used_at=None, revoked_at=None)
        latest = rows.select_related("membership__user", "membership__agency").last()
        if latest is None or latest.state(clock.now()) not in ("open", "expired"):
            return "", {}
        return user.email, {
            "template": "renewable",
            "agency": latest.membership.agency,
            "url": invitations.address_of(latest, letter.onward),
        }
    if not user.has_usable_password():
        return user.email, {"template": "no_password", "url": address("account_login")}
    url = address(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(user),
        key=default_token_generator.make_token(user),
    )
    return user.email, {"url": url}
