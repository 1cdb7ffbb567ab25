"""The web server, in both modes. gunicorn reads this file from the folder in which it starts."""

import os
import shutil
import sys
import tempfile

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

# Where the processes count together what /metrics tells; read by prometheus_client when it is imported.
if os.environ.get("SVIT_METRICS_TOKEN") or os.environ.get("SVIT_METRICS_TOKEN_FILE"):
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="svit-metrics-"))


class Worker(ThreadWorker):
    """A process that was told to stop takes what has already come to its door, and shuts the door.

    gunicorn's own leaves it open while the last requests are answered: whoever knocks meanwhile is let in by the
    kernel, and thrown out unanswered a moment later. At a shut door the proxy goes to the next process.
    """

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            listener.setblocking(False)
            while self._take(listener):
                pass
            listener.close()

    def _take(self, listener):
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before


wsgi_app = "svit.wsgi"
worker_class = Worker
workers = int(os.environ.get("SVIT_WEB_PROCESSES") or 2)
threads = int(os.environ.get("SVIT_WEB_THREADS") or 8)
preload_app = True  # loaded once and shared: the processes start in the time of one
timeout = 60
# A request that is under way may finish; a stop as a whole takes less than ten seconds.
graceful_timeout = 4
keepalive = 5
# A process is replaced now and then, so that a leak somewhere stays small.
max_requests = 20_000
max_requests_jitter = 2_000
# Heartbeats in memory: on a slow disk a worker would seem dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  gunicorn makes its own there
control_socket_disable = True
# No access log: it would hold people's addresses, and who saw what is recorded in the application.
accesslog = None
errorlog = "-"


class Lines(Logger):
    """Its own messages like ours: one line an event, and of an error its kind and place, never what somebody sent."""

    def setup(self, cfg):
        super().setup(cfg)
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        from svit.logs import Line

        for handler in self.error_log.handlers:
            handler.setFormatter(Line())


logger_class = Lines
loglevel = "warning"


def child_exit(server, worker):
    """What a process that ended has counted stays in the sum."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server):
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if os.path.basename(folder).startswith("svit-metrics-"):
        shutil.rmtree(folder, ignore_errors=True)
