"""The shape that every channel has: a line that is opened for one run, sends, and is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from reminders.models import BadAddress, Notification


class Down(Exception):
    """Nobody can be reached by this channel now: the run goes on without it, and no attempt counts."""


class Undeliverable(Exception):
    """The address itself takes nothing, now or later. `code` is the server's number for it, never its words."""

    def __init__(self, why: BadAddress.Why, code: str) -> None:
        super().__init__(f"{why} {code}".strip())
        self.why, self.code = why, code


@dataclass(frozen=True)
class Message:
    """What goes to one person in one piece. `again` says that a worker had it in hand before."""

    notifications: Sequence[Notification]
    message_id: str
    now: datetime
    again: bool

    @property
    def recipient(self) -> Any:
        return self.notifications[0].recipient

    @property
    def reference(self) -> str:
        """The Message-ID's digest: tells nothing to whoever reads it."""
        return self.message_id.strip("<>").partition("@")[0]


class Line:
    """One channel. Anything but `Down` and `Undeliverable` that it raises is an attempt that failed."""

    channel: ClassVar[str]

    def open(self) -> None:
        """Be ready to send; `Down` where that cannot be."""

    def send(self, message: Message) -> str:
        """Hand it over; the number under which the provider can be asked what became of it, "" where there is none."""
        raise NotImplementedError

    def state(self, provider_id: str) -> str:
        """What the provider says became of a message: one of `channels.notify`'s words."""
        raise NotImplementedError

    def close(self) -> None:
        """The run is over."""
