"""When people are away: nobody writes to them, and they are not on duty."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners import access
from partners.history import sign
from partners.models import Leave, User
from partners.reminders import look_at_rotas
from reminders import wake
from svit import clock, engines
from svit.refused import Refused

LONGEST = timedelta(days=400)


@transaction.atomic
def enter_leave(*, user, by, from_at, until_at):
    """`user` is away in this span, from every agency that they act for."""
    user = _held(user, by)
    if until_at <= from_at:
        raise Refused("The end must be after the beginning", "until_at")
    if until_at <= clock.now():
        raise Refused("The end must be in the future", "until_at")
    if until_at - from_at > LONGEST:
        raise Refused("A leave can last 400 days at most", "until_at")
    if Leave.objects.filter(user=user, from_at__lt=until_at, until_at__gt=from_at).exists():
        raise Refused("There is a leave at that time already", "from_at")
    leave = Leave(user=user, from_at=from_at, until_at=until_at, entered_by=by.user)
    sign(leave, by=by).save()
    _look(user)
    return leave


@transaction.atomic
def end_leave(*, leave, by):
    """The person is back from this minute; a leave that has not begun goes."""
    user, now = _held(leave.user, by), clock.now()
    leave = Leave.objects.filter(pk=leave.pk).first()
    if leave is None or leave.until_at <= now:
        raise Refused("This leave has ended already.")
    sign(leave, by=by)
    if leave.from_at >= now:
        leave.delete()
    else:
        leave.until_at = now
        leave.save(update_fields=["until_at"])
    _look(user)


def _held(user, by):
    """The person, held until the transaction ends; go on only if `by` says when they are away."""
    if not access.can_enter_leave(by, user):
        raise PermissionDenied(access.MANAGERS_TOO)
    return engines.lock(User.objects.filter(pk=user.pk)).get()


def _look(user):
    look_at_rotas(clock.now(), places__user=user)
    wake()
