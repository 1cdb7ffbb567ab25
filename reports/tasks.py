"""What a request and beat wake: making packs that wait. It may run twice; the row says whose turn it is."""

from celery import shared_task

from reports import actions, disposing, gathering
from reports.models import PackState

AT_ONCE = 10


@shared_task(name="reports.render_packs")
def render_packs() -> None:
    """Make what waits; after a failure the next wake-up tries again."""
    for _ in range(AT_ONCE):
        pack = actions.render_next()
        if pack is None or pack.state not in (PackState.READY, PackState.FAILED):
            return


@shared_task(name="reports.dispose")
def dispose() -> None:
    """Carry out the disposals that were confirmed, and remove files that are left of any."""
    disposing.carry_out()


@shared_task(name="reports.gather")
def gather() -> None:
    """Make the subject access files that wait."""
    for _ in range(AT_ONCE):
        request = gathering.make_next()
        if request is None or request.state not in (PackState.READY, PackState.FAILED):
            return
