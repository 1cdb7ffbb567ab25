"""The ways out of the application: each channel is a module of one shape, and the environment alone chooses.

`Delivery.channel` names what a person gets (an e-mail, a text), and `lines` the module that sends it here. A module
that is not chosen is not imported.
"""

import logging
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.utils.module_loading import import_string

from reminders.channels.line import Down, Line, Message, Undeliverable
from reminders.models import Channel

__all__ = ["Down", "Line", "Lines", "Message", "Undeliverable", "address", "chosen", "texting"]

logger = logging.getLogger(__name__)


def chosen(channel: str) -> str:
    """The class that sends by a channel here, by its path; "" where the channel is off."""
    if channel == Channel.EMAIL:
        by_notify = settings.NOTIFY_EMAIL_TEMPLATE
        return "reminders.channels." + ("notify_email.NotifyEmail" if by_notify else "smtp.Smtp")
    if channel == Channel.SMS and settings.NOTIFY_SMS_TEMPLATE:
        return "reminders.channels.notify_sms.NotifySms"
    return ""


def texting() -> bool:
    """Whether texts are sent here."""
    return bool(chosen(Channel.SMS))


def address(user: Any, channel: str) -> str:
    """Where a channel reaches somebody; "" where it does not."""
    return user.mobile if channel == Channel.SMS else user.email


class Lines:
    """The channels of one run of a worker: each is made once, and one that is down is left alone until the next."""

    def __init__(self) -> None:
        self.opened: dict[str, Line] = {}
        self.down: set[str] = set()

    def open(self, channel: str) -> Line:
        """The line of a channel that is on, ready to send."""
        line = self.opened.get(channel)
        if line is None:
            line = self.opened[channel] = import_string(chosen(channel))()
        line.open()
        return line

    def give_up(self, channel: str, why: Down) -> None:
        """Nothing more goes by this channel in this run."""
        self.down.add(channel)
        logger.warning("No %s goes out now (%s); the next run tries again", channel, why)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self.opened.values():
            line.close()
