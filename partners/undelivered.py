"""Messages that reached nobody: what those see of them who set up the agencies of the recipients.

The kind of message, to whom and why it failed; no reference and nothing of an incident, for an administrator sees none.
Of what concerns another partnership, not even the kind and the time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from partners import access
from partners.models import Membership, User
from reminders import outcomes, reach, registry
from reminders.models import BadAddress, Channel, Delivery, DeliveryState
from svit import clock, keys

PAGE = 25
SHOWN = timedelta(days=30)
AGAIN_SHOWN = timedelta(days=7)
MOST = 50
ELSEWHERE, GONE = "message of another partnership", "message about what is gone"
BY = {Channel.EMAIL: "by e-mail", Channel.SMS: "by text"}


@dataclass
class Line:
    """One delivery as the page shows it. `key` names it in the form."""

    key: str
    what: str
    by: str
    person: User
    agencies: str
    due_at: datetime | None
    attempts: int
    why: str
    state: str
    again_at: datetime | None
    again_by: User | None

    @property
    def hidden(self):
        """What the row's button adds for a screen reader."""
        return f": {self.what}, {self.person}"


def _people(actor):
    """Whose messages the actor looks after: who acts for an agency that the actor sets up, by primary key."""
    return Membership.objects.current().filter(agency__in=access.visible_agencies(actor)).values("user")


def failed(actor):
    """Deliveries of the last 30 days that failed, to people whom the actor looks after."""
    since = clock.now() - SHOWN
    rows = Delivery.objects.filter(state=DeliveryState.FAILED, due_at__gte=since)
    return rows.filter(notification__recipient__in=_people(actor))


def bad(actor):
    """The addresses of these people that take nothing, the latest first, each with the person's `agencies`."""
    rows = BadAddress.objects.filter(user__in=_people(actor)).select_related("user").order_by("-since", "-pk")
    found = reach.still(rows[:MOST])
    agencies = _agencies(actor, [row.user_id for row in found])
    for row in found:
        row.agencies = agencies.get(row.user_id, "")
        row.key, row.hidden = f"{row.user.uuid}_{row.channel}", f": {row.user}"
    return found


def page(actor, before):
    """(failed deliveries, the newest first; the key of the next page or None)."""
    rows = failed(actor).select_related("notification__recipient", "again_by").order_by("-pk")
    if (last := keys.number(before)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return _lines(actor, found[:PAGE]), older


def sent_again(actor):
    """What was sent again in the last week and has not failed since."""
    since = clock.now() - AGAIN_SHOWN
    rows = Delivery.objects.filter(again_at__gte=since, notification__recipient__in=_people(actor))
    rows = rows.exclude(state=DeliveryState.FAILED).select_related("notification__recipient", "again_by")
    return _lines(actor, list(rows.order_by("-again_at", "-pk")[:MOST]))


def _lines(actor, deliveries):
    agencies = _agencies(actor, [one.notification.recipient_id for one in deliveries])
    registry.attach(one.notification for one in deliveries)
    own = {actor.agency.csp_of_id} if actor.agency.csp_of_id else {one.pk for one in actor.serves}
    return [_line(one, agencies, own) for one in deliveries]


def _line(delivery, agencies, own):
    one = delivery.notification
    kind = registry.kind_of(one)
    ours = kind is not None and one.about is not None and kind.partnership(one.about) in {None, *own}
    gone = kind is None or one.about is None
    noun = GONE if gone else kind.noun[0] if ours else ELSEWHERE
    return Line(
        key=f"{one.uuid}_{delivery.channel}",
        what=noun[0].upper() + noun[1:],
        by=BY[delivery.channel],
        person=one.recipient,
        agencies=agencies.get(one.recipient_id, ""),
        due_at=delivery.due_at if ours else None,
        attempts=delivery.attempts,
        why=outcomes.in_words(delivery.outcome),
        state=delivery.get_state_display(),
        again_at=delivery.again_at,
        again_by=delivery.again_by,
    )


def _agencies(actor, users):
    """The names of the agencies, of those that the actor sets up, for which each of the users acts."""
    rows = Membership.objects.current().filter(agency__in=access.visible_agencies(actor), user__in=users)
    found = {}
    for user, name in rows.values_list("user", "agency__name").distinct().order_by("agency__name"):
        found[user] = f"{found[user]}, {name}" if user in found else name
    return found


def numbers(actor):
    """How many messages failed, and how many addresses take nothing."""
    return failed(actor).count(), len(bad(actor))
