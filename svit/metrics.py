"""The figures that an operator is paged on: /metrics, in the text format of Prometheus.

It answers only who brings the token of SVIT_METRICS_TOKEN; to everybody else it does not exist. A figure is a count or
an age and names nobody. A room adds one of its own from its app's `ready`, because this floor knows no room:

    @metrics.gauge("svit_deliveries_waiting", "Messages that are due and were not sent yet.")
    def waiting():
        return Delivery.objects...count()
"""

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

logger = logging.getLogger(__name__)
requests = logging.getLogger("svit.requests")

_gauges: dict[str, tuple[str, Callable[[], float]]] = {}

RESPONSES = Counter(
    "svit_responses", "Answers of the web processes, by hundreds of their status.", ["status"]
)
SECONDS = Histogram(
    "svit_response_seconds", "How long an answer took.", buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
)


def gauge(name: str, help: str) -> Callable[[Callable[[], float]], Callable[[], float]]:
    """Register a figure that is read when somebody asks; one query."""

    def register(function: Callable[[], float]) -> Callable[[], float]:
        _gauges[name] = (help, function)
        return function

    return register


class Gauges(Collector):
    """The registered figures as they are now. One that cannot be read is left out, and the log says why."""

    def collect(self) -> Iterator[Metric]:
        for name, (help, function) in _gauges.items():
            try:
                value = function()
            except Exception:
                logger.exception("The figure %s cannot be read", name)
                continue
            yield GaugeMetricFamily(name, help, value=value)


def figures() -> bytes:
    """All figures: of every web process of this machine, and those of the database."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(REGISTRY)
    registry.register(Gauges())
    return generate_latest(registry)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for a monitor that brings the token; a 404 for anybody else."""
    token = settings.METRICS_TOKEN
    brought = request.headers.get("Authorization", "").encode()
    if not token or not secrets.compare_digest(brought, f"Bearer {token}".encode()):
        raise Http404
    return HttpResponse(figures(), content_type=CONTENT_TYPE_LATEST)


class Measured:
    """Each answer is counted, timed, and told in one line of the log: by its view's name, never by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        RESPONSES.labels(f"{response.status_code // 100}xx").inc()
        SECONDS.observe(took)
        match = request.resolver_match
        told = {
            "method": request.method if request.method in METHODS else "other",
            "view": match.view_name if match else "none",
            "status": response.status_code,
            "ms": round(took * 1000),
        }
        requests.info("%(method)s %(view)s %(status)s, %(ms)s ms", told, extra=told)
        return response


METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
