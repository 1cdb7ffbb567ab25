"""The end of script/server: prepares the data, then runs web and worker under one supervisor until it is
told to stop.

Embedded mode alone. A full installation gives each process to its own container (docker-compose.yml).
"""

import argparse
import errno
import fcntl
import io
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from honcho import manager, printer

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SVIT_DATA") or ROOT / "var").resolve()
# After the first process has ended, the others have this long before they are killed. What they did is in
# the database.
manager.KILL_WAIT = 5


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # until the supervisor takes over

    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = hold(DATA / "server.lock")
    free(options.host, options.port)
    address = f"http://{bracketed(shown(options.host))}:{options.port}"
    os.environ |= {
        "SVIT_DATA": str(DATA),
        "SVIT_BASE_URL": os.environ.get("SVIT_BASE_URL") or address,
        "SVIT_HOSTS": os.environ.get("SVIT_HOSTS") or ",".join(names(options.host)),
        # Celery warns a root of pickled tasks; ours are JSON.
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }

    prepared = subprocess.run(
        [sys.executable, "manage.py", "prepare", *(["--demo"] if options.demo else [])], cwd=ROOT
    )
    if prepared.returncode:
        return prepared.returncode

    hang_up_is_a_stop()
    supervisor = Supervisor()
    supervisor.add_process(
        "web", command("gunicorn", "--bind", f"{bracketed(options.host)}:{options.port}"), cwd=ROOT
    )
    # Threads, because a pool of processes hung on a second TERM; the beat runs inside, one machine needs
    # one.
    supervisor.add_process(
        "worker",
        command(
            "celery",
            "-q",
            "-A",
            "svit",
            "worker",
            "-B",
            "-P",
            "threads",
            "-c",
            "2",
            "--without-gossip",
            "--without-mingle",
        ),
        cwd=ROOT,
    )
    threading.Thread(target=announce, args=(address,), daemon=True).start()
    supervisor.loop()
    lock.close()
    # Told to stop, it has done what it should.
    return 0 if supervisor.returncode in (130, 143) else supervisor.returncode or 0


class Supervisor(manager.Manager):
    """honcho's, which does all its work of stopping inside the signal's handler: made safe to be told at any
    moment."""

    def __init__(self) -> None:
        # Unbuffered: a handler that prints while a line is being printed would be refused by a buffer.
        output = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)
        super().__init__(printer.Printer(output))
        self._me = os.getpid()

    def terminate(self) -> None:
        if os.getpid() != self._me:
            return  # a helper that was told before it could say that it will not listen
        if self._all_started():
            super().terminate()
        else:  # what has not said its number cannot be told yet
            threading.Timer(0.1, os.kill, (self._me, signal.SIGTERM)).start()


def hang_up_is_a_stop() -> None:
    """A closed terminal stops the server. Its helpers share the terminal, and wait."""
    me = os.getpid()
    signal.signal(signal.SIGHUP, lambda *_: os.kill(me, signal.SIGTERM) if os.getpid() == me else None)


def command(program: str, *words: str) -> str:
    """A command of the virtual environment, as one line for the supervisor's shell."""
    line = shlex.join([str(Path(sys.executable).with_name(program)), *words])
    # macOS takes this variable away from its own shell, so it is given again behind it.
    folder = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH")
    return f"DYLD_FALLBACK_LIBRARY_PATH={shlex.quote(folder)} exec {line}" if folder else f"exec {line}"


def hold(path: Path):
    """Only one server works on a data folder."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"SVIT is running already with the data in {path.parent}.")
    return lock


def free(host: str, port: int) -> None:
    """Refuse a port that somebody holds, before anything is prepared."""
    if not 0 < port < 65536:
        sys.exit(f"There is no port {port}.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        sys.exit(f"{host} port {port} is no address of this machine.")
    for family, kind, protocol, _, place in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(place)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    sys.exit(f"Port {port} is taken: choose another with --port.")
                if error.errno == errno.EACCES:
                    sys.exit(f"Port {port} is not open to you: choose one above 1023 with --port.")
                if error.errno == errno.EADDRNOTAVAIL and len(found) > 1:
                    continue  # localhost has an IPv6 address that is switched off
                sys.exit(f"{host} port {port} cannot be opened: {error.strerror}.")


def shown(host: str) -> str:
    """A host that a browser here can open, where the server listens on all addresses."""
    return "localhost" if host in ("0.0.0.0", "::", "") else host


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def names(host: str) -> list[str]:
    """The host names that are answered: this machine's own."""
    known = ["localhost", "127.0.0.1", "[::1]"]
    if shown(host) == host:
        return list(dict.fromkeys([*known, bracketed(host)]))
    own = socket.gethostname()
    try:
        addresses = {bracketed(str(found[4][0]).split("%")[0]) for found in socket.getaddrinfo(own, None)}
    except OSError:
        addresses = set()
    try:  # the address that leads out; nothing is sent
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            addresses.add(probe.getsockname()[0])
    except OSError:
        pass
    return list(dict.fromkeys([*known, own, *sorted(addresses)]))


def announce(address: str) -> None:
    """Say where it is and who can sign in, once the first page is there."""
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            break
        except urllib.error.HTTPError:
            break  # it answers, and says what is not well yet
        except OSError:
            time.sleep(0.1)
    people = DATA / "demonstration.txt"
    told = f"\n{people.read_text(encoding='utf-8').strip()}\n" if people.exists() else "\n"
    print(f"\nSVIT is at {address}{told}Ctrl-C ends it.\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
