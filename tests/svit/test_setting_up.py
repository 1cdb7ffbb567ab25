"""What goes wrong while the scripts set up is one clear sentence; and what a first start prepares."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings

from tests.svit.test_scripts import environment

ROOT = settings.BASE_DIR


@pytest.fixture
def bare(tmp_path):
    """`bare("npm", "exit 1")`: a PATH that holds the usual tools, and this one behaving as it is told."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in (
        "bash",
        "cat",
        "cut",
        "dirname",
        "env",
        "grep",
        "id",
        "mktemp",
        "rm",
        "sed",
        "sha256sum",
        "tail",
        "uname",
    ):
        found = next(
            f"{folder}/{name}" for folder in ("/bin", "/usr/bin") if os.path.exists(f"{folder}/{name}")
        )
        (tools / name).symlink_to(found)

    def add(name, script):
        tool = tools / name
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        return tool

    add.path = str(tools)
    return add


def said(bare, command, **more):
    """What a command of the scripts' library says, and that it failed."""
    done = subprocess.run(
        ["/bin/bash", "-c", f"source script/lib.sh; {command}"], cwd=ROOT, capture_output=True, text=True,
        env={"PATH": bare.path, "HOME": "/nonexistent"} | more,
    )  # fmt: skip
    assert done.returncode == 1, done
    return done.stderr.strip().splitlines()


def test_without_python_it_says_which_one_it_needs(bare):
    [line] = said(bare, "PY=/nonexistent VENV=/nonexistent; make_venv")
    assert line.startswith("SVIT needs Python 3.11 or newer")


def test_without_a_network_packages_are_one_sentence(bare):
    python = bare(
        "fakepython",
        'case "$*" in *pip*) echo "NewConnectionError: Connection refused" >&2; exit 1;; *) echo digest;; esac',
    )
    [line] = said(bare, f"PY={python} VENV=/nonexistent; install base")
    assert line.startswith("The Python packages could not be fetched: is there a network?")


def test_without_node_it_takes_the_one_of_the_package_index(bare):
    [line] = said(
        bare, 'set -euo pipefail; VENV=/nonexistent; install() { die "installs requirements/$1"; }; need_node'
    )
    assert line == "installs requirements/styles"


def test_a_missing_native_library_is_one_sentence(bare):
    [line] = said(bare, "has_pango() { return 1; }; need_pango")
    assert line == (
        "Pango is missing, without which no PDF can be drawn: install"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
    )


def test_what_the_system_does_not_give_is_one_sentence_with_the_command(bare):
    bare("apt-get", "echo E: Unable to fetch some archives >&2; exit 100")
    [line] = said(bare, 'as_root() { echo env; }; apt_install "Redis is missing." redis-server')
    assert line.startswith("Redis is missing. apt-get could not install it (is there a network?")
    assert line.endswith("Run: apt-get install redis-server")


@pytest.mark.long
@pytest.mark.alone
def test_a_first_start_makes_the_demonstration_and_says_who_can_sign_in(tmp_path):
    """An empty folder becomes a demonstration; a second start leaves it as it is, and still says who."""

    def prepare():
        """Who can sign in, as the start announces it."""
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare", "--demo"], cwd=ROOT, capture_output=True, text=True,
            env=environment(tmp_path) | {"SVIT_DEMO_PASSWORD": "a pass phrase of the tests"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (tmp_path / "demonstration.txt").read_text()

    def incidents():
        with sqlite3.connect(tmp_path / "svit.sqlite3") as database:
            return [row[0] for row in database.execute("SELECT reference FROM incidents_incident ORDER BY 1")]

    first = prepare()
    for who in ("coordinator@northmere.example", "police@eastbrook.example", "governance@northmere.example"):
        assert who in first
    made = incidents()
    assert len(made) >= 3
    assert "coordinator@northmere.example" in prepare()
    assert incidents() == made


@pytest.mark.long
@pytest.mark.alone
def test_without_the_demonstration_nothing_is_invented(tmp_path):
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=environment(tmp_path),
    )
    with sqlite3.connect(tmp_path / "svit.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM partners_user").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM checklists_templateitem").fetchone()[0] > 60
