"""What an operator is paged on here: a sweep that does not come, messages that wait, messages given up."""

from datetime import timedelta

from django.db.models import Min

from reminders.models import Delivery, DeliveryState, SweepMark
from svit import clock, metrics


def _age(moment):
    return (clock.now() - moment).total_seconds() if moment else 0.0


@metrics.gauge("svit_sweep_age_seconds", "Seconds since a sweep last ended.")
def sweep_age():
    mark = SweepMark.objects.filter(name="sweep").first()
    return _age(mark.at) if mark else float("inf")


def _waiting():
    return Delivery.objects.filter(state=DeliveryState.PENDING, notification__due_at__lte=clock.now())


@metrics.gauge("svit_deliveries_waiting", "Messages that are due and were not sent yet.")
def deliveries_waiting():
    return _waiting().count()


@metrics.gauge("svit_deliveries_oldest_seconds", "How long the message that waits longest has been due.")
def deliveries_oldest():
    return _age(_waiting().aggregate(oldest=Min("notification__due_at"))["oldest"])


@metrics.gauge(
    "svit_deliveries_dead",
    "Messages of the last day that were given up. Somebody has to be told by telephone.",
)
def deliveries_dead():
    lately = clock.now() - timedelta(days=1)
    return Delivery.objects.filter(state=DeliveryState.FAILED, notification__due_at__gte=lately).count()
