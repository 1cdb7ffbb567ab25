"""GOV.UK Notify: what its e-mail and its texts share. Its client is imported when a key is set, and not before.

Notify keeps what it takes and does not look whether it has it already, so what was in hand before is asked for by its
reference. Nothing that Notify says is kept or logged: its words can repeat an address.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings

from reminders.channels.line import Down, Line, Message, Undeliverable
from reminders.models import BadAddress

TIMEOUT = 20  # seconds; asking and sending stay well within a worker's lease
# What became of a message. Whatever else Notify answers (created, sending, pending) is no end.
ARRIVED = frozenset({"delivered", "sent"})
BAD = "permanent-failure"
NOT_ARRIVED = frozenset({"temporary-failure", "technical-failure"})
UNKNOWN = "unknown"  # to Notify: older than the seven days that it keeps
FAILED = NOT_ARRIVED | {BAD}


class DidNotTake(Exception):
    """Notify refused this message, for a reason that is not the address. Named by Notify's own kind of error."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Notify(Line):
    recipient_field: ClassVar[str]  # how Notify calls the address

    def __init__(self) -> None:
        from notifications_python_client.notifications import NotificationsAPIClient

        own_address = {"base_url": settings.NOTIFY_URL} if settings.NOTIFY_URL else {}
        self.client = NotificationsAPIClient(settings.NOTIFY_KEY, timeout=TIMEOUT, **own_address)

    def send(self, message: Message) -> str:
        if message.again and (taken := self.taken_before(message.reference)):
            return taken
        with self._in_our_words():
            return str(self.post(message)["id"])

    def post(self, message: Message) -> dict[str, Any]:
        """Hand it to Notify; its answer."""
        raise NotImplementedError

    def taken_before(self, reference: str) -> str:
        """The number of a message of this reference that Notify has and that did not fail; "" where there is none."""
        with self._in_our_words():
            answer = self.client.get_all_notifications(reference=reference)
        going = [one for one in answer["notifications"] if one["status"] not in FAILED]
        return str(going[0]["id"]) if going else ""

    def state(self, provider_id: str) -> str:
        try:
            with self._in_our_words():
                return str(self.client.get_notification_by_id(provider_id)["status"])
        except DidNotTake as refusal:
            if refusal.kind == "NoResultFound":
                return UNKNOWN
            raise

    def close(self) -> None:
        self.client.request_session.close()

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        """Notify's errors as ours, by status and kind; its messages may change, and are looked at for one thing."""
        from notifications_python_client.errors import HTTPError

        try:
            yield
        except HTTPError as error:
            status, (kind, said) = error.status_code, _kind(error.message)
        else:
            return
        if status in (403, 429) or status > 500:  # the key, too many, away
            raise Down(kind or f"HTTP {status}")
        if kind == "ValidationError" and said.startswith(self.recipient_field):
            raise Undeliverable(BadAddress.Why.IMPOSSIBLE, str(status))
        raise DidNotTake(kind or f"HTTP {status}")


KINDS = {
    "BadRequestError", "ValidationError", "AuthError", "RateLimitError", "TooManyRequestsError", "Exception",
    "NoResultFound",
}  # fmt: skip


def _kind(errors: Any) -> tuple[str, str]:
    """(the kind of error, what Notify says of it); no kind where the answer is not Notify's own."""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict) or first.get("error") not in KINDS:
        return "", ""
    return first["error"], str(first.get("message", ""))
