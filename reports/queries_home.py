"""The badges of every page, in one query."""

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from checklists.access import visible_work
from partners.models import User
from reminders.models import Notification
from svit import clock


def badges(actor):
    """(overdue items that are the actor's, messages not opened yet): one query for both."""
    unseen = (
        Notification.objects.filter(recipient=OuterRef("pk"), seen_at__isnull=True, over_at__isnull=True)
        .order_by()
        .values("recipient")
        .annotate(count=Count("pk"))
        .values("count")
    )
    columns = {"unseen": Coalesce(Subquery(unseen, output_field=IntegerField()), 0)}
    if actor.works_items:
        overdue = (
            visible_work(actor)
            .filter(
                Q(assignee=actor.user) | Q(assignee__isnull=True), agency=actor.agency, due_at__lt=clock.now()
            )
            .order_by()
            .annotate(one=Value(1))
            .values("one")
            .annotate(count=Count("pk"))
            .values("count")
        )
        columns["overdue"] = Coalesce(Subquery(overdue, output_field=IntegerField()), 0)
    row = User.objects.filter(pk=actor.user.pk).annotate(**columns).values(*columns).first()
    return row.get("overdue", 0), row["unseen"]
