"""E-mail by a mail server, or by whatever Django's mail is set to. One connection serves a whole run."""

import logging
import re
import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection

from reminders import mail
from reminders.channels.line import Down, Line, Message, Undeliverable
from reminders.models import BadAddress, Channel

logger = logging.getLogger(__name__)

# RFC 5321 and 3463. These speak of the command, of how we signed in, or of a policy against our server, and so not of
# the address: 5.7 is what a blocklist answers for everybody.
ABOUT_US = {500, 502, 503, 504, 530, 534, 535, 538}
CLOSING = 421
POLICY = b"5.7."
# What a server that looks at addresses late answers to the whole message.
ABOUT_THE_ADDRESS = {550, 551, 553, 556}
ENHANCED = re.compile(rb"\s*(5\.\d{1,3}\.)\d{1,3}\b")


class Smtp(Line):
    channel = Channel.EMAIL

    def __init__(self) -> None:
        self.connection, self.used = get_connection(), False

    def open(self) -> None:
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:  # no answer, no greeting, no way to sign in
            raise Down(type(error).__name__) from None

    def send(self, message: Message) -> str:
        letter = mail.compose(message.notifications, message_id=message.message_id, now=message.now)
        letter.connection = self.connection
        try:
            self._hand_over(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            for code, said in refusal.recipients.values():
                _look_at(code, said, at_the_end=False)
            raise
        except smtplib.SMTPDataError as refusal:
            _look_at(refusal.smtp_code, refusal.smtp_error, at_the_end=True)
            raise
        except (OSError, smtplib.SMTPException):
            self.close()  # whatever broke, the next message begins on a connection of its own
            raise
        return ""

    def _hand_over(self, letter: EmailMessage) -> None:
        """A server may end a connection that served others well; then once more on a new one."""
        used, self.used = self.used, True
        try:
            letter.send()
        except smtplib.SMTPException as error:
            if not (used and _hung_up(error)):
                raise
            self.close()
            self.open()
            letter.send()

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.connection.close()


def _hung_up(error: smtplib.SMTPException) -> bool:
    refused = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ()
    codes = {getattr(error, "smtp_code", None), *(code for code, _ in refused)}
    return isinstance(error, smtplib.SMTPServerDisconnected) or CLOSING in codes


def _look_at(code: int, said: bytes | str, *, at_the_end: bool) -> None:
    """Raise where a refusal is for good and of the address alone."""
    found = ENHANCED.match(said.encode("ascii", "replace") if isinstance(said, str) else said)
    subject = found[1] if found else b""
    of_the_address = subject == b"5.1." or (
        subject != POLICY and (code in ABOUT_THE_ADDRESS if at_the_end else code not in ABOUT_US)
    )
    if 500 <= code <= 599 and of_the_address:
        raise Undeliverable(BadAddress.Why.REFUSED, str(code)) from None
