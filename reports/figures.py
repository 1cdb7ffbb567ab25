"""What an operator is paged on here: packs that wait, and packs that could not be made."""

from datetime import timedelta

from reports.models import Pack, PackState
from svit import clock, metrics


@metrics.gauge("svit_packs_waiting", "Packs that were asked for and are not made yet.")
def packs_waiting():
    return Pack.objects.filter(state__in=(PackState.QUEUED, PackState.RENDERING)).count()


@metrics.gauge("svit_packs_failed", "Packs of the last day that could not be made.")
def packs_failed():
    return Pack.objects.filter(state=PackState.FAILED, asked_at__gte=clock.now() - timedelta(days=1)).count()
