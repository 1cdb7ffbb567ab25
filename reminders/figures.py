"""What an operator is paged on here: a sweep that does not come, messages that wait, messages given up."""

from datetime import timedelta

from django.db.models import Case, Min, Q, When

from reminders import holding
from reminders.models import Delivery, DeliveryState, Skipped, SweepMark
from svit import clock, metrics


def _age(moment):
    return (clock.now() - moment).total_seconds() if moment else 0.0


@metrics.gauge("svit_sweep_age_seconds", "Seconds since a sweep last ended.")
def sweep_age():
    mark = SweepMark.objects.filter(name="sweep").first()
    return _age(mark.at) if mark else float("inf")


@metrics.gauge("svit_deliveries_held", "1 while messages are held back after a restore.")
def deliveries_held():
    return float(holding.held())


@metrics.gauge("svit_jobs_failed", "Kinds of job of a worker that ended in an error within the last hour.")
def jobs_failed():
    return SweepMark.objects.filter(name__contains=".", at__gte=clock.now() - timedelta(hours=1)).count()


def _waiting():
    """What should have gone out by now: its hour has come, or it was tried before."""
    return Delivery.objects.filter(
        Q(attempts__gt=0) | Q(next_try_at__lte=clock.now()), state=DeliveryState.PENDING
    )


@metrics.gauge("svit_deliveries_waiting", "Messages that should have gone out and did not yet.")
def deliveries_waiting():
    return _waiting().count()


@metrics.gauge(
    "svit_deliveries_oldest_seconds", "How long the message that waits longest should have been out."
)
def deliveries_oldest():
    since = Case(When(attempts=0, then="next_try_at"), default="notification__said_at")
    return _age(_waiting().aggregate(oldest=Min(since))["oldest"])


@metrics.gauge(
    "svit_deliveries_dead",
    "Messages of the last day that were given up. Somebody has to be told by telephone.",
)
def deliveries_dead():
    lately = clock.now() - timedelta(days=1)
    return Delivery.objects.filter(state=DeliveryState.FAILED, notification__due_at__gte=lately).count()


@metrics.gauge(
    "svit_reminders_to_nobody",
    "Reminders of the last day that reached nobody at all: whoever was to be told is away, and all above them.",
)
def reminders_to_nobody():
    return Skipped.objects.filter(user=None, at__gte=clock.now() - timedelta(days=1)).count()
