"""That somebody came back to an incident."""

from django.db import transaction

from incidents.models import Visit
from svit import clock, engines


@transaction.atomic
def visit(*, seen):
    """Begin a visit: what came since the one before it is new to this reader."""
    _, first = Visit.objects.get_or_create(incident=seen.incident, user=seen.actor.user)
    if first:
        return
    row = engines.lock(Visit.objects.filter(incident=seen.incident, user=seen.actor.user)).get()
    row.before_at, row.at = row.at, clock.now()
    row.save(update_fields=["before_at", "at"])
