"""Whether this process could do its work now: /healthz, for a load balancer or a monitor.

It is public, so it names what is unwell and tells neither version, address nor number. A room adds a check of
its own from its app's `ready`, because this floor knows no room:

    @health.check("sweep")
    def swept_lately():
        if ...:
            raise health.Unwell("the last sweep is too long ago")
"""

import logging
import os
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

_checks: dict[str, Callable[[], None]] = {}
_migrated = False


class Unwell(Exception):
    """What is wrong, in fixed words that anybody may read."""


def check(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a check under `name`. It returns when all is well, and raises Unwell when it is not."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        if _checks.get(name, function) is not function:
            raise ValueError(f"There are two health checks named {name}.")
        _checks[name] = function
        return function

    return register


def ask() -> dict[str, str]:
    """Every check's answer, 'well' or what is wrong. One that breaks is unwell, and the log says how."""
    answers = {}
    for name, function in _checks.items():
        try:
            function()
        except Unwell as reason:
            answers[name] = str(reason)
        except Exception:
            logger.exception("The health check %s broke", name)
            answers[name] = "not reachable"
        else:
            answers[name] = "well"
    return answers


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503, with each check's answer."""
    answers = ask()
    well = all(answer == "well" for answer in answers.values())
    return JsonResponse({"status": "well" if well else "unwell", **answers}, status=200 if well else 503)


@check("database")
def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@check("broker")
def _broker_answers() -> None:
    """Redis within a second; or the folder that stands for it can be written."""
    if settings.EMBEDDED:
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Unwell("not writable")
        return
    from redis import Redis

    client = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=None, protocol=2
    )
    try:
        client.ping()
    finally:
        client.close()


@check("migrations")
def _migrations_are_applied() -> None:
    """Asked until it is true once: what this process needs does not change while it runs."""
    global _migrated
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unwell("not applied")
    _migrated = True
