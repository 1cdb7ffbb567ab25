"""Throw-away PostgreSQL and Redis for a run of tests, on sockets in a temporary folder.

It is a pytest plugin, named in pyproject.toml: before Django reads its settings, the servers are started
and named in the environment, so that tests run in full mode. With SVIT_TEST_ENGINE=sqlite nothing is
started and they run embedded. Where DATABASE_URL is set already (by another run of this module, or by
hand) the servers named there are used.

The servers belong to a keeper, a process of its own, that ends them when whoever started it is gone,
however that ended: its standard input is then closed. `python -m tests.servers -- command …` runs any
command beside them.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parent.parent
_keeper: subprocess.Popen | None = None


# --- For pytest -----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    """Name the servers, then quicken what a test need not wait for."""
    ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svit.settings")
    sys.path.insert(0, str(ROOT))

    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    if settings.EMBEDDED:
        # A file, as in use: SQLite in memory has neither WAL nor two writers.
        settings.DATABASES["default"]["TEST"] = {"NAME": str(Path(settings.DATA) / "test.sqlite3")}


def pytest_unconfigure(config):
    stop()


def ensure() -> None:
    """Start the servers unless the environment names some; leave everything that settings need in it."""
    global _keeper
    if os.environ.get("DATABASE_URL") or os.environ.get("SVIT_TEST_READY"):
        return
    if os.environ.get("SVIT_TEST_ENGINE") not in (None, "", "postgres", "sqlite"):
        raise pytest.UsageError("SVIT_TEST_ENGINE is postgres or sqlite.")
    _keeper = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "keep"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C at the terminal reaches the tests; the keeper waits for them
    )
    line = _keeper.stdout.readline()
    if not line:
        _keeper.wait()
        raise pytest.UsageError("The servers for the tests did not start; the reason stands above.")
    os.environ.update(json.loads(line))


def stop() -> None:
    """End what `ensure` started here, and wait until it is gone."""
    global _keeper
    if _keeper:
        _keeper.stdin.close()
        _keeper.stdout.close()
        _keeper.wait(timeout=30)
        _keeper = None


# --- The keeper -----------------------------------------------------------------------------------


def _keep() -> int:
    """Run the servers until standard input ends, saying on one line what the environment should hold."""
    sqlite = os.environ.get("SVIT_TEST_ENGINE") == "sqlite"
    # A short path: a socket's name may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="svit-", dir="/tmp" if Path("/tmp").is_dir() else None))
    servers: list[tuple[subprocess.Popen, int]] = []

    def leave(*_):
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        environment = {"SVIT_TEST_READY": "1", "SVIT_DATA": str(_folder(folder / "data"))}
        if not sqlite:
            folder.chmod(0o755)  # the postgres user must reach its own folder below
            options = json.loads(os.environ.get("SVIT_TEST_POSTGRES", "{}"))
            servers.append((start_postgres(folder, **options), signal.SIGINT))  # SIGINT: fast shutdown
            servers.append((_start_redis(folder), signal.SIGTERM))
            _wait_for_postgres(folder, servers[0][0])
            _wait_for(folder / "redis.sock", servers[1][0], "Redis")
            environment |= {
                "DATABASE_URL": f"postgres://postgres@{quote(str(folder / 'pg'), safe='')}/postgres",
                "CELERY_BROKER_URL": f"redis+socket://{folder}/redis.sock?virtual_host=0",
                "SVIT_SECRET_KEY": "a-key-for-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
                "SVIT_HOSTS": "testserver,localhost,127.0.0.1",
                "SVIT_BASE_URL": "http://localhost",
                "SVIT_FROM": "svit@example.org",
                "EMAIL_URL": "smtp://localhost:2525",
            }
        print(json.dumps(environment), flush=True)
        while os.read(0, 1024):
            pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for process, how in reversed(servers):
            end(process, how)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path


def _program(name: str, package: str) -> str:
    """The path of a server's program; Debian keeps PostgreSQL's out of PATH."""
    places = [*os.environ.get("PATH", "").split(os.pathsep)]
    versions = sorted(
        (p for p in Path("/usr/lib/postgresql").glob("*/bin")), key=lambda p: int(p.parent.name), reverse=True
    )
    found = shutil.which(name, path=os.pathsep.join([*map(str, versions), *places]))
    if not found:
        sys.exit(
            f"The tests need {name}: apt-get install {package} (or: brew install {package.split('-')[0]})."
        )
    return found


def start_postgres(folder: Path, *, auth_host: str = "trust", **more: object) -> subprocess.Popen:
    """A new cluster, running: see `run_postgres`."""
    make_cluster(folder, auth_host)
    return run_postgres(folder, **more)


def _of_postgres(folder: Path) -> dict:
    """How its programs are started: PostgreSQL refuses root, so the user `postgres` runs it."""
    home = folder / "pg"
    found: dict = {
        "cwd": home,
        "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(home)},
        "stdin": subprocess.DEVNULL,
    }
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            sys.exit("PostgreSQL does not run as root, and this machine has no user named postgres.")
        found |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return found


def make_cluster(folder: Path, auth_host: str = "trust") -> None:
    home = _folder(folder / "pg")
    how = _of_postgres(folder)
    if "user" in how:
        os.chown(home, how["user"], how["group"])
    made = subprocess.run(
        [
            _program("initdb", "postgresql"),
            *("--pgdata", home / "data", "--username", "postgres", "--no-sync"),
            *("--auth-local", "trust", "--auth-host", auth_host),
            *("--encoding", "UTF8", "--locale", "C.UTF-8" if sys.platform == "linux" else "C"),
        ],
        capture_output=True,
        text=True,
        **how,
    )
    if made.returncode:
        sys.exit(f"PostgreSQL could not make a cluster: {made.stderr.strip()}")
    home.chmod(0o711)  # its socket is reached by name; the cluster itself stays closed


def run_postgres(folder: Path, **more: object) -> subprocess.Popen:
    """The cluster in `folder`, without fsync, and without TCP unless `more` options say so."""
    home = folder / "pg"
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "unix_socket_permissions": "0777",  # root's tests speak to the postgres user's server
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "timezone": "UTC",
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "autovacuum": "off",  # it deadlocks with the truncation of a flushed test
        "log_min_messages": "fatal",
        "log_min_error_statement": "panic",
    } | more
    with (folder / "postgres.log").open("a") as log:
        return subprocess.Popen(
            [
                _program("postgres", "postgresql"),
                *("-D", home / "data"),
                *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
            ],
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            **_of_postgres(folder),
        )


def _wait_for_postgres(folder: Path, process: subprocess.Popen) -> None:
    """Until it answers: its socket exists a moment before it is ready."""
    import psycopg2

    limit = time.monotonic() + 30
    while True:
        try:
            psycopg2.connect(host=str(folder / "pg"), user="postgres", dbname="postgres").close()
            return
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > limit:
                sys.exit(f"PostgreSQL did not start: {(folder / 'postgres.log').read_text().strip()[-400:]}")
            time.sleep(0.03)


def _start_redis(folder: Path) -> subprocess.Popen:
    """A Redis without TCP that keeps nothing."""
    return subprocess.Popen(
        [
            _program("redis-server", "redis-server"),
            *("--port", "0", "--unixsocket", folder / "redis.sock", "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", folder, "--databases", "64"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_for(socket: Path, process: subprocess.Popen, name: str) -> None:
    limit = time.monotonic() + 10
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > limit:
            sys.exit(f"{name} did not start.")
        time.sleep(0.01)


def end(process: subprocess.Popen, how: int) -> None:
    """Ask, wait, and only then insist."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- By hand --------------------------------------------------------------------------------------


def _beside(command: list[str]) -> int:
    """Run `command` with the servers beside it, and end them with it."""
    ensure()
    child = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda n, _: child.send_signal(n))
    try:
        return child.wait()
    finally:
        stop()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["keep"]:
            sys.exit(_keep())
        case ["--", *command] if command:
            sys.exit(_beside(command))
        case _:
            sys.exit("Use: python -m tests.servers -- command …")
