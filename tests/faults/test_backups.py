"""The drill: everything is backed up while in use, made again elsewhere, the same to the last row, and stays silent."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.long, pytest.mark.alone]

ROOT = settings.BASE_DIR
INCIDENTS = 10_000


class System:
    """An installation of its own: a database, a folder of data, and the commands that an operator has."""

    def __init__(self, folder, name):
        self.data = folder / name
        self.data.mkdir(mode=0o700)
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("SVIT_DATA", "PYTEST"))
        } | {"SVIT_DATA": str(self.data)}
        self.database = None
        if connection.vendor == "postgresql":
            self.database = f"drill_{name}_{uuid.uuid4().hex[:8]}"
            self.ask(f"CREATE DATABASE {self.database}", database="postgres")
            url = os.environ["DATABASE_URL"].rpartition("/")[0]
            self.environment["DATABASE_URL"] = f"{url}/{self.database}"

    def ask(self, query, database=None):
        """The rows of a query, asked of the database itself."""
        params = connection.get_connection_params()
        server = psycopg2.connect(host=params["host"], user=params["user"], dbname=database or self.database)
        server.autocommit = True
        try:
            with server.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else None
        finally:
            server.close()

    def run(self, *command, **how):
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            timeout=900,
            **how,
        )

    def manage(self, *command, **how):
        return self.run("manage.py", *command, **how)

    def python(self, code):
        """What a line of Python prints within this installation."""
        done = self.manage("shell", "--no-imports", "--command", code)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def drop(self):
        if self.database:
            self.ask(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)", database="postgres")


@pytest.fixture(scope="module")
def make(tmp_path_factory, django_db_setup, django_db_blocker):
    """`make("first")`: an installation, gone when the file is done."""
    folder, made = tmp_path_factory.mktemp("drill"), []

    def system(name):
        with django_db_blocker.unblock():
            made.append(System(folder, f"{name}{len(made)}"))
        return made[-1]

    yield system
    with django_db_blocker.unblock():
        for one in made:
            one.drop()


@pytest.fixture(scope="module")
def first(make):
    """A system with little in it, a stored file, and a message that waits."""
    system = make("first")
    done = system.run("-m", "tests.bench.fill", "3")
    assert done.returncode == 0, done.stderr.decode()
    keep_something(system)
    return system


def keep_something(system):
    """A file that somebody kept, a session, and e-mails that are due."""
    system.python(
        "from django.core.files.uploadedfile import SimpleUploadedFile as U;"
        "from django.contrib.sessions.backends.db import SessionStore;"
        "from checklists.actions import add_evidence; from checklists.actions.evidence import check_file;"
        "from checklists.models import ChecklistItem; from incidents.access import sight;"
        "from partners.actor import actor_for; from partners.models import Membership;"
        "from reminders.actions import sweep;"
        "m = Membership.objects.get(user__email='coordinator@northmere.example');"
        "i = ChecklistItem.objects.filter(state='open').first();"
        "add_evidence(seen=sight(actor_for(m), i.incident), item=i, file=check_file(U('plan.txt', b'Seen at 9am')));"
        "SessionStore().save(must_create=True); sweep()"
    )


@pytest.fixture(scope="module")
def archive(first, tmp_path_factory):
    place = tmp_path_factory.mktemp("backups") / "svit.tar.gz"
    done = first.manage("backup", str(place))
    assert done.returncode == 0, done.stderr.decode()
    assert place.stat().st_mode & 0o777 == 0o600
    return place


def test_a_restored_system_has_all_that_the_first_had(first, archive, make):
    second = make("second")
    done = second.manage("restore", str(archive))
    assert done.returncode == 0, done.stderr.decode()
    assert "all counts and hashes agree" in done.stdout.decode()
    count = (
        "import os; from incidents.models import Incident, LogEntry, StoredFile; from partners.models import User;"
        "from django.contrib.sessions.models import Session;"
        "print(Incident.objects.count(), LogEntry.objects.count(), User.objects.count(),"
        " [(f.name, f.file.read(), oct(os.stat(f.file.path).st_mode)) for f in StoredFile.objects.all()])"
    )
    assert first.python(count) == second.python(count)
    assert "Seen at 9am" in second.python(count)
    sessions = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    assert (first.python(sessions), second.python(sessions)) == ("1", "0")
    assert second.manage("prepare").returncode == 0
    assert second.manage("check").returncode == 0
    refused = second.manage("restore", str(archive))
    assert refused.returncode == 1
    assert "Restore into an empty" in refused.stderr.decode()


def test_a_restored_system_sends_nothing_until_it_is_released(archive, make):
    system = make("silent")
    assert system.manage("restore", str(archive)).returncode == 0
    deliver = "from reminders.actions import deliver, sweep; sweep(); print('sent', deliver())"
    waiting = "from reminders.models import Delivery; print('waits', Delivery.objects.filter(state='pending').count())"
    assert system.python(deliver).endswith("sent 0")
    before = int(system.python(waiting).split()[1])
    assert before > 0
    asked = system.manage("release_deliveries")
    assert f"{before} messages wait" in asked.stdout.decode()
    assert system.python(deliver).endswith("sent 0")
    released = system.manage("release_deliveries", "--drop").stdout.decode()
    left, dropped = map(
        int, re.search(r"Released. (\d+) messages go out, (\d+) were dropped", released).groups()
    )
    assert left + dropped == before
    assert dropped > 0, "what is past is not sent again; what lies ahead is"
    assert "Nothing is held back" in system.manage("release_deliveries", "--send").stderr.decode()
    inbox = "from reminders.models import Notification; print(Notification.objects.count() > 0)"
    assert system.python(inbox) == "True", "what was dropped stays in the inbox"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda content: content[: len(content) // 2], "not a whole backup"),
        (lambda content: b"not a backup at all", "not a whole backup"),
        (lambda content: gzip.compress(b"nor this"), "not a whole backup"),
        (lambda content: changed(content, lambda manifest: manifest | {"engine": "oracle"}), "is of oracle"),
        (lambda content: changed(content, lambda manifest: manifest | {"format": 2}), "another version"),
        (
            lambda content: changed(content, lambda one: one | {"migrations": ["incidents.9999_later"]}),
            "newer version of SVIT: it has incidents.9999_later",
        ),
        (
            lambda content: changed(
                content, lambda one: one | {"files": dict.fromkeys(one["files"], "0" * 64)}
            ),
            "a stored file is not",
        ),
        (lambda content: changed(content, miscounted), "not the same: incidents_incident"),
        (lambda content: changed(content, dict, tarfile.TarInfo("../outside")), "not a whole backup"),
        (lambda content: changed(content, dict, tarfile.TarInfo("/tmp/outside")), "not a whole backup"),
        (lambda content: changed(content, dict, link()), "not a whole backup"),
    ],
    ids=["cut", "text", "gzip", "engine", "format", "newer", "file", "rows", "above", "absolute", "link"],
)
def test_what_is_no_good_backup_is_refused_in_words(archive, make, tmp_path, spoil, words):
    spoiled = tmp_path / "spoiled.tar.gz"
    spoiled.write_bytes(spoil(archive.read_bytes()))
    done = make("spoiled").manage("restore", str(spoiled))
    assert done.returncode == 1
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def link():
    member = tarfile.TarInfo("files/link")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
    return member


def changed(content, change, *more):
    """The archive with another manifest, and with `more` members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old.getmembers():
            stream = old.extractfile(member)
            if member.name == "manifest.json":
                told = json.dumps(change(json.load(stream))).encode()
                member.size, stream = len(told), io.BytesIO(told)
            new.addfile(member, stream)
        for member in more:
            new.addfile(member)
    return out.getvalue()


def miscounted(manifest):
    rows, digest = manifest["tables"]["incidents_incident"]
    return manifest | {"tables": manifest["tables"] | {"incidents_incident": [rows + 1, digest]}}


def test_a_backup_goes_through_a_pipe(first, make):
    done = first.manage("backup", "-")
    assert done.returncode == 0
    assert b"Backed up" in done.stderr
    restored = make("piped").manage("restore", "-", input=done.stdout)
    assert restored.returncode == 0, restored.stderr.decode()


def test_where_it_cannot_be_written_it_says_so(first):
    done = first.manage("backup", "/nowhere/at/all.tar.gz")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_nothing_in_between_stays_behind(first, archive):
    assert [path.name for path in first.data.glob("backup-*")] == []
    assert not archive.with_name(f"{archive.name}.part").exists()


def test_the_secret_key_is_not_in_it(archive):
    with tarfile.open(archive) as content:
        names = content.getnames()
    assert {name.split("/")[0] for name in names} == {"database", "files", "manifest.json"}


def test_the_drill_with_ten_thousand_incidents(make, tmp_path):
    """A partnership's years, backed up and made again; every table the same by count and hash."""
    system, place = make("large"), tmp_path / "large.tar.gz"
    done = system.run("-m", "tests.bench.fill", str(INCIDENTS), "5")
    assert done.returncode == 0, done.stderr.decode()
    keep_something(system)
    assert system.manage("backup", str(place)).returncode == 0
    restored = make("again")
    done = restored.manage("restore", str(place))
    assert done.returncode == 0, done.stderr.decode()
    count = "from incidents.models import Incident; print(Incident.objects.count())"
    assert restored.python(count) == str(INCIDENTS + 1)
    assert restored.python("from reminders.actions import deliver; print('sent', deliver())").endswith(
        "sent 0"
    )
    with tarfile.open(place) as content:
        manifest = json.load(content.extractfile("manifest.json"))
    assert manifest["tables"]["incidents_incident"][0] == INCIDENTS + 1
    assert manifest["tables"]["checklists_checklistitem"][0] > 50 * INCIDENTS
    assert Path(place).stat().st_size > 1_000_000
