"""What a request and beat wake: making packs that wait. It may run twice; the row says whose turn it is."""

from celery import shared_task

from reports import actions
from reports.models import PackState

AT_ONCE = 10


@shared_task(name="reports.render_packs")
def render_packs() -> None:
    """Make what waits; after a failure the next wake-up tries again."""
    for _ in range(AT_ONCE):
        pack = actions.render_next()
        if pack is None or pack.state not in (PackState.READY, PackState.FAILED):
            return
