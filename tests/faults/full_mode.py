"""The full mode without a container engine: what docker-compose.yml runs, as processes of this machine.

Commands, environment, secrets and health checks are read from docker-compose.yml and the Dockerfile, so that the
tests prove those and no copy of them. What one machine cannot have as containers have it is exchanged in one
place, `FullMode.here`: each web listens at a loopback address of its own, PostgreSQL and Redis at ports of their
own, and folders of a container (/data, /tmp, /run/secrets) lie below one temporary folder. The name `web` is
answered by a name server that knows which webs run, as the engine's own does.
"""

import json
import os
import random
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import yaml

from tests import servers

ROOT = servers.ROOT
COMPOSE = ROOT / "docker-compose.yml"
HOST = "localhost"
WEBS = {"web1": "127.0.0.11", "web2": "127.0.0.12"}
WORKERS = ("worker1", "worker2")
PROGRAMS = f"{os.environ['PATH']}:/usr/sbin"
# The images of others bring their command themselves.
CADDY = ["caddy", "run", "--config", "docker/Caddyfile", "--adapter", "caddyfile"]

# Ends what is left of a run that was itself killed: standard input closes with whoever started this.
KEEPER = """
import os, shutil, signal, sys, time
groups = []
for line in sys.stdin:
    groups.append(int(line))
for number in (signal.SIGINT, signal.SIGKILL):
    for group in reversed(groups):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            pass
        else:
            time.sleep(0.5)
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


# --- What the files say ---------------------------------------------------------------------------


def interpolated(value, variables):
    """A value of docker-compose.yml as Compose reads it: ${NAME}, ${NAME:?why}, ${NAME:-else} and $$."""
    if isinstance(value, dict):
        return {key: interpolated(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one, variables) for one in value]
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\$(?:\$|\{(\w+)(?::\?[^}]*|:-([^}]*))?\})",
        lambda found: "$" if not found[1] else _chosen(variables, found[1], found[2]),
        value,
    )


def _chosen(variables, name, otherwise):
    """What a variable stands for; one that may be left out stands for what is written instead."""
    return variables[name] if otherwise is None else variables.get(name) or otherwise


def compose(**variables):
    """docker-compose.yml with these variables of the shell."""
    return interpolated(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")), variables)


def image_environment():
    """What the Dockerfile's last ENV sets for every process of the image."""
    *_, last = re.findall(r"^ENV ((?:.*\\\n)*.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return dict(word.split("=", 1) for word in shlex.split(last.replace("\\\n", " ")))


def image(folder):
    """The tree as the image has it: without what .dockerignore leaves out, with the built styles, compiled."""
    left_out = [line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text().split()]
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*left_out))
    shutil.copytree(ROOT / "build", folder / "build")
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "0", folder], check=True)
    return folder


def free_port(address="127.0.0.1", kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


# --- The processes --------------------------------------------------------------------------------


class Process:
    """One container's main process, in a group of its own, its output in a file."""

    def __init__(self, house, name, command, *, tree, environment):
        self.house, self.name, self.command = house, name, command
        self.tree, self.environment = tree, environment
        self.log = house.folder / f"{name}.log"
        self.began = time.time()
        with self.log.open("a") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=tree,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        house.keep(self.popen.pid)

    def stop(self, within=30):
        """What `docker stop` does: SIGTERM to the first process; the exit code, or None where it had to be killed."""
        self.popen.terminate()
        try:
            return self.popen.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        """What becomes of a container whose memory runs out: all of its processes are gone at once."""
        children = []
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.popen.pid).children(recursive=True)
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        until(lambda: all(map(over, children)))

    def running(self):
        return self.popen.poll() is None


class FullMode:
    """All services on this machine. `start()` brings everything up as `docker compose up` does; `end()` ends it."""

    postgres_options: dict = {}

    def __init__(self, mail_port):
        self.folder = Path(tempfile.mkdtemp(prefix="svit-"))
        self.folder.chmod(0o755)  # the user of PostgreSQL must reach its own folder below
        self.keeper = subprocess.Popen(
            [sys.executable, "-c", KEEPER, self.folder],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.postgres_port, self.redis_port = free_port(), free_port()
        self.http_port, self.https_port = free_port(), free_port()
        self.web_port = free_port(WEBS["web1"])
        self.names = NameServer(self)
        self.file = compose(SVIT_HOST=HOST, SVIT_FROM="svit@northmere.example")
        self.services = self.file["services"]
        self.processes = {}
        self.tree = None
        self.mail_port = mail_port

    def keep(self, group):
        self.keeper.stdin.write(f"{group}\n")
        self.keeper.stdin.flush()

    # --- what differs from containers

    def here(self, text, name):
        """A word of a command or a value, as it is on this machine for the process `name`."""
        own = self.folder / "run" / name
        address = f"{WEBS.get(name, '127.0.0.1')}:{self.web_port}"
        folders = {"/data": self.folder / "data", "/static": self.folder / "static"}
        if text in folders:
            return str(folders[text])
        differs = {
            "/run/secrets/": f"{own}/secrets/",
            "/tmp/": f"{own}/tmp/",
            "/venv/bin": str(Path(sys.executable).parent),
            "$PATH": os.environ["PATH"],
            "0.0.0.0:8000": address,
            "127.0.0.1:8000": address,
            "redis://redis:6379": f"redis://127.0.0.1:{self.redis_port}",
            "$(hostname)": name,
        }
        return re.sub("|".join(map(re.escape, differs)), lambda found: differs[found[0]], text)

    def command(self, name, words):
        """A command of docker-compose.yml; a node of Celery is named after its container."""
        words = [self.here(word, name) for word in words]
        if "worker" in words:
            words += ["--hostname", f"celery@{name}"]
        if words[0] == "redis-server":
            words += ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return words

    def environment(self, service, name):
        """What the container's process finds: of the image, of the service, and nothing else; its secrets alone."""
        own = self.folder / "run" / name
        (own / "secrets").mkdir(parents=True, exist_ok=True)
        for secret in self.services[service].get("secrets", []):
            content = self.secret(secret)
            if secret.endswith("database_url"):
                content = content.replace("@postgres/", f"@127.0.0.1:{self.postgres_port}/")
            (own / "secrets" / secret).write_text(content)
        return self.of_the_image(name) | {
            key: self.here(value, name)
            for key, value in self.services[service].get("environment", {}).items()
        }

    def of_the_image(self, name):
        (self.folder / "run" / name / "tmp").mkdir(parents=True, exist_ok=True)
        return {key: self.here(value, name) for key, value in image_environment().items()} | {
            "TMPDIR": str(self.folder / "run" / name / "tmp"),
            "HOME": "/nonexistent",
            "LANG": "C.UTF-8",
        }

    def caddy_environment(self):
        """The hooks of docker/Caddyfile, which are empty in a container."""
        (self.folder / "caddy").mkdir(exist_ok=True)
        return {
            "PATH": PROGRAMS,
            **self.services["caddy"]["environment"],
            "CADDY_GLOBAL_OPTIONS": f"http_port {self.http_port}\nhttps_port {self.https_port}\n"
            "default_bind 127.0.0.1\nskip_install_trust",
            "CADDY_LOOKUP": f"resolvers udp/127.0.0.1:{self.names.port}",
            "CADDY_WEB_PORT": str(self.web_port),
            "XDG_DATA_HOME": str(self.folder / "caddy"),
            "XDG_CONFIG_HOME": str(self.folder / "caddy"),
            "HOME": "/nonexistent",
        }

    # --- secrets and servers

    def secret(self, name):
        path = self.folder / self.file["secrets"][name]["file"]
        return path.read_text().strip()

    def make_secrets(self):
        """By the product's own script, below the temporary folder; the mail server's address is the operator's."""
        docker = self.folder / "docker"
        docker.mkdir()
        shutil.copy(ROOT / "docker" / "make-secrets", docker)
        done = subprocess.run([docker / "make-secrets"], check=True, capture_output=True, text=True)
        (self.folder / "secrets" / "email_url").write_text(f"smtp://127.0.0.1:{self.mail_port}\n")
        return done.stdout

    def start_postgres(self):
        """A cluster that asks for passwords over TCP, and the roles as the container makes them when it is new."""
        popen = servers.start_postgres(
            self.folder,
            auth_host="scram-sha-256",
            listen_addresses="127.0.0.1",
            port=self.postgres_port,
            **self.postgres_options,
        )
        self.keep(popen.pid)
        self.processes["postgres"] = popen
        until(self.postgres_answers, popen)
        environment = {
            "PATH": os.environ["PATH"],
            "PGHOST": str(self.folder / "pg"),
            "PGPORT": str(self.postgres_port),
            "SECRETS": str(self.folder / "secrets"),
        }
        subprocess.run(
            ["bash", ROOT / "docker" / "postgres" / "roles.sh"],
            env=environment,
            check=True,
            capture_output=True,
        )

    def postgres_answers(self):
        try:
            self.connect("postgres", database="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, user="postgres", database="svit"):
        """The superuser comes by the socket, as inside the container; the others by TCP, with their password."""
        if user == "postgres":
            where = {"host": str(self.folder / "pg")}
        else:
            password = self.secret({"svit_owner": "owner_password", "svit_app": "app_password"}[user])
            where = {"host": "127.0.0.1", "password": password}
        connection = psycopg2.connect(user=user, dbname=database, port=self.postgres_port, **where)
        connection.autocommit = True
        return connection

    def ask(self, query, *values, user="postgres"):
        """The rows of a query, asked of the database itself."""
        connection = self.connect(user)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    # --- the services

    def launch(self, service, name=None, *, tree=None):
        """Start a service's command from docker-compose.yml as the process `name`."""
        name = name or service
        process = Process(
            self,
            name,
            self.command(name, self.services[service]["command"]),
            tree=tree or self.tree,
            environment=self.environment(service, name),
        )
        self.processes[name] = process
        return process

    def run(self, service, *words, tree=None, check=True):
        """`docker compose run --rm SERVICE WORDS…`, or the service's own command where there are none."""
        command = self.command(service, list(words) or self.services[service]["command"])
        done = subprocess.run(
            command,
            cwd=tree or self.tree,
            env=self.environment(service, service),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        if check:
            assert done.returncode == 0, f"{words or service}: {done.stdout[-2000:]} {done.stderr[-4000:]}"
        return done

    def healthy(self, service, name=None):
        """Whether the service's health check, run as it stands in docker-compose.yml, says well."""
        name = name or service
        how, *words = self.services[service]["healthcheck"]["test"]
        words = [self.here(word, name) for word in words]
        if service == "redis":
            words[1:1] = ["-p", str(self.redis_port)]
        if service == "postgres":
            words = [words[0].replace("pg_isready", f"pg_isready --port {self.postgres_port}")]
        done = subprocess.run(
            words if how == "CMD" else ["sh", "-c", *words],
            cwd=self.tree,
            env=self.environment(service, name),
            capture_output=True,
            timeout=60,
        )
        return done.returncode == 0

    def launch_web(self, name, *, tree=None):
        """Start one, and wait until it listens."""
        process = self.launch("web", name, tree=tree)
        until(lambda: self.listens(name), process.popen)
        return process

    def listens(self, name):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((WEBS[name], self.web_port)) == 0

    def start(self):
        """As `docker compose up`: servers, the migration, then everything else."""
        self.tree = image(self.folder / "one")
        self.make_secrets()
        self.start_postgres()
        self.launch("redis")
        until(lambda: self.healthy("redis"))
        self.collect()
        (self.folder / "data").mkdir(mode=0o700)
        self.run("migrate")
        for name in WEBS:
            self.launch_web(name)
        for name in WORKERS:
            self.launch("worker", name)
        self.launch("beat")
        self.processes["caddy"] = Process(
            self, "caddy", CADDY, tree=ROOT, environment=self.caddy_environment()
        )
        until(self.authority.exists, self.processes["caddy"].popen)

    def collect(self):
        """The static files, as the Dockerfile's last step leaves them in the image."""
        subprocess.run(
            ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            cwd=self.tree,
            env=self.of_the_image("build") | {"SVIT_DATA": str(self.folder / "embedded")},
            check=True,
        )

    @property
    def authority(self):
        """The certificate of the proxy's own authority, which a client here must believe."""
        return self.folder / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def end(self):
        """Everything ends, the last started first; what will not is killed."""
        postgres = self.processes.pop("postgres", None)
        for process in reversed(self.processes.values()):
            process.kill()
        if postgres:
            servers.end(postgres, signal.SIGINT)
        self.names.close()
        self.keeper.stdin.close()
        self.keeper.wait(30)


def over(process):
    """Whether a process is gone, or waits for nothing but to be counted as gone."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(condition, popen=None, seconds=60):
    """Wait for what another process does, so polled; `popen` must not end meanwhile."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := condition():
            return found
        assert popen is None or popen.poll() is None, f"{popen.args} ended with {popen.returncode}"
        time.sleep(0.1)
    raise AssertionError("It did not happen in time.")


class NameServer:
    """Answers the name `web` with the addresses of the webs that run, as a container engine does."""

    def __init__(self, house):
        self.house = house
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.more = []  # addresses at which nobody answers
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                asked, client = self.socket.recvfrom(512)
                self.socket.sendto(self._answer(asked), client)
            except OSError:
                return

    def _answer(self, asked):
        end = asked.index(b"\0", 12) + 5
        name, (kind,) = asked[13 : 13 + asked[12]], struct.unpack(">H", asked[end - 4 : end - 2])
        addresses = []
        if name == b"web" and kind == 1:
            running = self.house.processes
            addresses = [ip for web, ip in WEBS.items() if web in running and running[web].running()]
            addresses += self.more
            random.shuffle(addresses)
        head = asked[:2] + struct.pack(">HHHHH", 0x8180, 1, len(addresses), 0, 0)
        rows = (struct.pack(">HHHIH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton(ip) for ip in addresses)
        return head + asked[12:end] + b"".join(rows)

    def close(self):
        self.socket.close()


# --- What watches ---------------------------------------------------------------------------------


class LockWatch:
    """Looks every 50 ms who waits for a lock; `longest` is the longest wait in seconds, `seen` what waited."""

    def __init__(self, house):
        self.connection = house.connect()
        self.longest, self.seen = 0.0, {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.connection.close()

    def _watch(self):
        query = (
            "SELECT a.usename, l.locktype, l.mode, coalesce(l.relation::regclass::text, ''),"
            " extract(epoch FROM clock_timestamp() - l.waitstart)::float"
            " FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND l.waitstart IS NOT NULL"
        )
        with self.connection.cursor() as cursor:
            while not self.over.wait(0.05):
                cursor.execute(query)
                for *what, seconds in cursor.fetchall():
                    self.longest = max(self.longest, seconds)
                    self.seen[tuple(what)] = max(self.seen.get(tuple(what), 0), seconds)


def told(house, name):
    """The lines of a process's log that are JSON."""
    lines = house.processes[name].log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]
