"""The renderer alone: tagged PDF, nothing fetched, and an end to everything that takes too long."""

import http.server
import io
import sys
import threading
import time

import pytest
from pypdf import PdfReader

from reports.printing import NotPrinted, print_pdf
from reports.render import render

PAGE = "<!doctype html><html lang=en-GB><title>NM-26-0001</title><body><h1>Kept</h1>{}</body></html>"
VECTORS = {
    "image": '<img src="{url}/1">',
    "stylesheet": '<link rel="stylesheet" href="{url}/2">',
    "import": "<style>@import url({url}/3);</style>",
    "background": '<div style="background: url({url}/4); width: 9pt; height: 9pt">x</div>',
    "attachment link": '<link rel="attachment" href="{url}/5">',
    "attachment anchor": '<a rel="attachment" href="{url}/6">x</a>',
    "font": "<style>@font-face {{ font-family: f; src: url({url}/7) }} p {{ font-family: f }}</style><p>x</p>",
    "object": '<object data="{url}/8"></object>',
    "embed": '<embed src="{url}/9">',
    "svg image": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}/10"/></svg>',
    "list style": '<ul style="list-style-image: url({url}/11)"><li>x</li></ul>',
    "content": "<style>p::before {{ content: url({url}/12) }}</style><p>x</p>",
    "input image": '<input type="image" src="{url}/13">',
    "base": '<base href="{url}/"><img src="14">',
    "local file": '<link rel="attachment" href="file:///etc/passwd"><img src="file:///etc/hostname">',
}


@pytest.fixture
def listener():
    """A server on this machine that writes down what is asked of it: (address, requests)."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


def test_there_are_fifteen_ways_to_make_a_page_fetch():
    assert len(VECTORS) == 15


@pytest.mark.parametrize("name", VECTORS)
def test_nothing_is_fetched_and_the_page_is_drawn(name, listener):
    url, asked = listener
    pdf = PdfReader(io.BytesIO(render(PAGE.format(VECTORS[name].format(url=url)))[0]))
    assert "Kept" in pdf.pages[0].extract_text()
    assert not pdf.attachments
    assert asked == []


def test_a_replaced_pack_says_so_on_its_first_page():
    style = "<style>.replaced { position: absolute; top: -7mm }</style>"
    page = PAGE.format(style + '<p class="replaced">Replaced.</p><p>Kept</p>' + "<p>Line</p>" * 90)
    files = [PdfReader(io.BytesIO(file)) for file in render(page)]
    as_made, marked = ([one.extract_text() for one in file.pages] for file in files)
    assert "Replaced" not in "".join(as_made)
    assert marked[0].replace("Replaced.", "").split() == as_made[0].split()
    assert marked[1:] == as_made[1:]
    assert len(as_made) > 1


def test_the_process_gives_both_files():
    first, second = print_pdf(PAGE.format("<p>x</p>"))
    assert first.startswith(b"%PDF-1.7")
    assert second.startswith(b"%PDF-1.7")


def test_what_takes_too_long_is_killed_with_all_that_it_started(tmp_path):
    trace = tmp_path / "pid"
    script = (
        "import subprocess, sys, time;"
        f"child = subprocess.Popen(['sleep', '60']); open({str(trace)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    before = time.monotonic()
    with pytest.raises(NotPrinted, match="longer than"):
        print_pdf("x", seconds=1.5, command=(sys.executable, "-c", script))
    assert time.monotonic() - before < 20
    assert not _alive(int(trace.read_text()))


def _alive(pid):
    """Whether a process still runs; one that nobody waited for yet does not."""
    for _ in range(50):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return False
        except FileNotFoundError:
            return False
        time.sleep(0.1)
    return True


def test_a_renderer_that_fails_tells_nothing_of_the_page():
    script = "import sys; sys.stderr.write(sys.stdin.read()); sys.exit(1)"
    with pytest.raises(NotPrinted) as failure:
        print_pdf("a secret", command=(sys.executable, "-c", script))
    assert "secret" not in str(failure.value)


def test_half_an_answer_is_no_pack():
    script = "import sys; sys.stdout.write('20 20\\n%PDF-1.7 cut')"
    with pytest.raises(NotPrinted):
        print_pdf("x", command=(sys.executable, "-c", script))


def test_the_renderer_gets_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:secret@db/svit")
    script = "import os, sys; found = 'DATABASE_URL' in os.environ; sys.exit(3 if found else 4)"
    started = []
    import reports.printing as printing

    real = printing.subprocess.Popen

    def popen(*args, **kwargs):
        started.append(kwargs["env"])
        return real(*args, **kwargs)

    monkeypatch.setattr(printing.subprocess, "Popen", popen)
    with pytest.raises(NotPrinted):
        print_pdf("x", command=(sys.executable, "-c", script))
    assert "DATABASE_URL" not in started[0]


def test_a_page_beyond_the_memory_is_given_up():
    script = "from reports.render import confine; confine(); x = bytearray(2 * 1024 ** 3)"
    with pytest.raises(NotPrinted):
        print_pdf("x", command=(sys.executable, "-c", script))
