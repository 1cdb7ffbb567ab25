"""What the benchmark drives and reads: a web server of two workers, a client that keeps connections, CPU seconds."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


class Web:
    """gunicorn as the full mode runs it, with two workers, on a port of the loopback address."""

    def __init__(self, name, app="svit.wsgi"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{self.port}", app],
            cwd=ROOT,
            stderr=subprocess.DEVNULL if not os.environ.get("BENCH_SHOW") else None,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self):
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if len(self.workers()) == 2:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"The web server of {self.name} did not start.")

    def workers(self):
        return children(self.process.pid)

    def cpu(self):
        """CPU seconds of the workers so far."""
        return sum(used(pid) for pid in self.workers())

    def memory(self):
        """The resident memory of the largest worker, in MB, what it shares with the other included."""
        return max(resident(pid) for pid in self.workers())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)


class Client:
    """A browser's part: cookies, and one connection to each worker that is kept open and used in turn."""

    def __init__(self, port, cookies):
        self.port = port
        self.headers = {
            "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies.get("csrftoken", ""),
            "Accept-Encoding": "gzip",
        }
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2)]
        self.turn = 0

    def get(self, path, **headers):
        return self._ask("GET", path, None, headers)

    def post(self, path, fields):
        body = urlencode(fields, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method, path, body, headers):
        self.turn = 1 - self.turn
        connection = self.connections[self.turn]
        try:
            return self._over(connection, method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            connection.close()  # kept open longer than the server keeps it
            return self._over(connection, method, path, body, headers)

    def _over(self, connection, method, path, body, headers):
        began = time.perf_counter()
        connection.request(method, path, body, self.headers | headers)
        found = connection.getresponse()
        content = found.read()
        return Answer(found.status, found.headers, content, time.perf_counter() - began)


class Database:
    """The CPU of PostgreSQL: the server, the processes that serve connections, and those that have ended."""

    def __init__(self, a_backend):
        self.server = int(Path(f"/proc/{a_backend}/stat").read_text().rpartition(")")[2].split()[1])

    def cpu(self):
        return used(self.server, with_ended=True) + sum(used(pid) for pid in children(self.server))


def children(pid):
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def used(pid, with_ended=False):
    """CPU seconds of a process, with those of its children that have ended where that is asked."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / TICK


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
