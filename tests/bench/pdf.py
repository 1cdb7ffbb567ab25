"""What a pack costs, beside WeasyPrint alone on the same HTML."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from tests.bench.machine import ROOT
from tests.bench.report import Measured

BARE = (
    "import sys; from weasyprint import HTML; HTML(string=sys.stdin.read()).write_pdf(pdf_variant='pdf/ua-1')"
)
OURS = (sys.executable, "-m", "reports.render")


def measure_pdf(rounds):
    """The gold group's pack of the whole response: ours and bare, each CPU, time, and MB at the most."""
    found = {"SVIT": [], "bare WeasyPrint": []}
    with tempfile.TemporaryFile() as page:
        page.write(_pack().encode())
        for _ in range(rounds):
            for name, command in (("SVIT", OURS), ("bare WeasyPrint", (sys.executable, "-c", BARE))):
                found[name].append(_run(command, page))
    return {
        name: (
            Measured(
                cpu=statistics.median(cpu for cpu, _, _ in turns) * 1000,
                web=0,
                latency=statistics.median(took for _, took, _ in turns) * 1000,
            ),
            max(memory for _, _, memory in turns),
        )
        for name, turns in found.items()
    }


def _pack():
    from incidents.access import get_sight
    from incidents.models import Incident
    from partners.actor import actor_for
    from partners.models import Membership, Role
    from reports.models import Audience
    from reports.pack import document
    from svit import clock

    post = Membership.objects.filter(role=Role.COORDINATOR, agency__csp_of__code="NM").order_by("pk")[0]
    seen = get_sight(actor_for(post), Incident.objects.get(reference__endswith="-0001").uuid)
    return document(seen, Audience.GOLD, clock.now(), "Gold group")


def _run(command, page):
    """(CPU seconds with those of its own children, seconds, MB of the largest process)."""
    page.seek(0)
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdin=page, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("The pages were not drawn.")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024
