"""script/server starts everything with one command, and leaves nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest
from django.conf import settings

ROOT = settings.BASE_DIR


def environment(folder):
    """This machine's, without what the tests themselves run on."""
    kept = {"PATH", "HOME", "LANG", "TMPDIR"}
    return {key: value for key, value in os.environ.items() if key in kept} | {"SVIT_DATA": str(folder)}


def serve(folder, *words):
    return subprocess.Popen(
        [sys.executable, "script/serve.py", *words],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_served(process, port, seconds=60):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        assert process.poll() is None, process.stdout.read()
        try:
            urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not answer.")


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_ends_every_process_within_ten_seconds(tmp_path, port, how):
    process = serve(tmp_path, "--host", "localhost", "--port", str(port))
    try:
        wait_until_served(process, port)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        assert len(family) >= 5  # supervisor, web and its processes, worker and its beat
        told = time.monotonic()
        process.send_signal(how)
        out, _ = process.communicate(timeout=20)
        assert time.monotonic() - told < 10
        assert process.returncode == 0, out
        assert [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=20)


@pytest.mark.long
@pytest.mark.alone
def test_a_second_start_serves_within_eight_seconds_and_a_second_server_is_refused(tmp_path, port):
    for start in ("first", "second"):
        began = time.monotonic()
        process = serve(tmp_path, "--host", "localhost", "--port", str(port))
        try:
            wait_until_served(process, port)
            took = time.monotonic() - began
            if start == "second":
                assert took < 8
                other = serve(tmp_path, "--host", "localhost", "--port", str(port + 1))
                assert "running already" in other.communicate(timeout=20)[0]
        finally:
            process.terminate()
            process.communicate(timeout=20)


TALKATIVE = """
import signal, sys, threading, time
sys.path.insert(0, "script")
import serve
serve.hang_up_is_a_stop()
supervisor = serve.Supervisor()
lines = "import time; [print('a line') for _ in range(20_000)]; time.sleep(60)"
for name in ("one", "two"):
    supervisor.add_process(name, serve.command("python", "-u", "-c", lines))
def begun():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.001)
    print("begun", flush=True)
threading.Thread(target=begun, daemon=True).start()
supervisor.loop()
print("ended", supervisor.returncode)
"""


# Before a process has its number, while they start, and in the middle of a line: nobody reads, the pipe is full.
@pytest.mark.parametrize("moment", [0, 0.05, 0.1, 1.5])
def test_a_stop_at_any_moment_ends_all_even_while_lines_are_printed(moment):
    process = subprocess.Popen(
        [sys.executable, "-c", TALKATIVE],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while "begun" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(moment)
    process.terminate()
    family = psutil.Process(process.pid).children(recursive=True)
    try:
        out, _ = process.communicate(timeout=20)
    finally:
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.kill()
    assert out.endswith("ended 143\n"), out[-2000:]
    assert "Traceback" not in out


def test_a_taken_port_is_one_sentence(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        process = serve(tmp_path, "--host", "127.0.0.1", "--port", str(port))
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == f"Port {port} is taken: choose another with --port.\n"
    assert not (tmp_path / "svit.sqlite3").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "70000"], "There is no port 70000."),
        (["--host", "203.0.113.9", "--port", "8000"], "203.0.113.9 port 8000 cannot be opened"),
    ],
)
def test_an_impossible_address_is_one_sentence(tmp_path, words, sentence):
    process = serve(tmp_path, *(["--host", "localhost"] if "--host" not in words else []), *words)
    out, _ = process.communicate(timeout=20)
    assert out.startswith(sentence)
    assert out.count("\n") == 1


@pytest.mark.parametrize("word", ["--bogus", "--port"])
def test_an_unknown_word_is_answered_with_the_usage(tmp_path, word):
    done = subprocess.run(
        ["script/server", word], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Use: script/server")


def test_the_scripts_are_whole():
    for name in ("lib.sh", "server", "setup", "test", "lint", "lock", "styles"):
        subprocess.run(["bash", "-n", f"script/{name}"], cwd=ROOT, check=True)
