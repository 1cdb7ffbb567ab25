"""What an operator is paged on here: letters about accounts that wait, and those that were given up."""

from datetime import timedelta

from partners.models import Letter
from svit import clock, metrics


@metrics.gauge("svit_letters_waiting", "Letters about accounts that should have gone out and did not yet.")
def letters_waiting():
    return Letter.objects.filter(sent_at=None, failed_at=None, next_try_at__lte=clock.now()).count()


@metrics.gauge("svit_letters_failed", "Letters about accounts of the last day that were given up.")
def letters_failed():
    return Letter.objects.filter(failed_at__gte=clock.now() - timedelta(days=1)).count()
