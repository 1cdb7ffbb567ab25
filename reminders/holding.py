"""Messages held back after a restore: what the restored system believes unsent may have been sent long ago."""

from django.db import transaction

from reminders.models import Delivery, DeliveryState, SweepMark
from svit import clock

MARK = "held"  # also known to the restore, which writes it together with the data


def held() -> bool:
    """Whether nothing goes out until somebody releases it."""
    return SweepMark.objects.filter(name=MARK).exists()


def hold() -> None:
    SweepMark.objects.update_or_create(name=MARK, defaults={"at": clock.now()})


@transaction.atomic
def release(*, drop: bool) -> tuple[int, int]:
    """Let messages go out again; (how many wait, how many were dropped).

    `drop` gives up the e-mails of what was due before this moment. Their messages stay in the inbox.
    """
    dropped = 0
    if drop:
        dropped = Delivery.objects.filter(
            state=DeliveryState.PENDING, notification__due_at__lte=clock.now()
        ).update(state=DeliveryState.NOT_DUE, outcome="Dropped after a restore")
    SweepMark.objects.filter(name=MARK).delete()
    return Delivery.objects.filter(state=DeliveryState.PENDING).count(), dropped
