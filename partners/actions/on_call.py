"""Who is on call for an agency, and from when until when."""

from datetime import timedelta

from django.db import transaction

from partners import queries
from partners.actions.rule import managing
from partners.history import sign
from partners.models import OnCall
from partners.reminders import look_at_rotas
from reminders import wake
from svit import clock
from svit.refused import Refused

LONGEST = timedelta(days=92)


@transaction.atomic
def put_on_call(*, agency, by, user, from_at, until_at):
    """`user` answers for the agency in this span. Several people may at once; one person not twice."""
    agency = managing(by, agency)
    if user not in queries.people_of(agency):
        raise Refused(f"{user} does not work for {agency}, so cannot be on call for it", "user")
    if until_at <= from_at:
        raise Refused("The end must be after the beginning", "until_at")
    if until_at <= clock.now():
        raise Refused("The end must be in the future", "until_at")
    if until_at - from_at > LONGEST:
        raise Refused("A span of duty can last 92 days at most", "until_at")
    if OnCall.objects.filter(agency=agency, user=user, from_at__lt=until_at, until_at__gt=from_at).exists():
        raise Refused(f"{user} is on call at that time already", "from_at")
    span = OnCall(agency=agency, user=user, from_at=from_at, until_at=until_at)
    sign(span, by=by).save()
    _look(agency)
    return span


def _look(agency):
    """A rota of the agency may have a gap more or less."""
    look_at_rotas(clock.now(), agency=agency)
    wake()


def end_span(span, *, by, at, reason=""):
    """The span ends at this minute; one that has not begun goes."""
    sign(span, by=by, reason=reason)
    if span.from_at >= at:
        span.delete()
        return
    span.until_at = at
    span.save(update_fields=["until_at"])


@transaction.atomic
def end_on_call(*, span, by):
    """The span ends now; one that has not begun goes."""
    agency = managing(by, span.agency)
    span, now = OnCall.objects.filter(pk=span.pk).first(), clock.now()
    if span is None or span.until_at <= now:
        raise Refused("This span of duty has ended already.")
    end_span(span, by=by, at=now)
    _look(agency)
