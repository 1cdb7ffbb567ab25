"""Where a scanner is set up, its word counts."""

import pytest

from checklists.actions.evidence import check_file
from svit.refused import Refused
from tests.checklists.conftest import upload

pytestmark = pytest.mark.django_db


class Scanner:
    """A clamd of a test: says what it is told to."""

    def __init__(self, answer):
        self.answer = answer
        self.client = self

    def __call__(self, config):
        return self

    def instream(self, stream):
        stream.read()
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"stream": self.answer}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (("OK", None), None),
        (("FOUND", "Eicar"), "scanner refused"),
        (("ERROR", "limit"), "could not be checked"),
        (ConnectionRefusedError(), "could not be checked"),
    ],
)
def test_where_a_scanner_is_set_up_its_word_counts(settings, monkeypatch, answer, reason):
    settings.CLAMAV = "127.0.0.1:3310"
    monkeypatch.setattr("checklists.actions.evidence.ClamdScanner", Scanner(answer))
    if reason:
        with pytest.raises(Refused, match=reason):
            check_file(upload())
    else:
        assert check_file(upload()).scan == "clean"


def test_a_real_conversation_with_a_scanner(settings):
    """The client speaks clamd's own protocol with a server that answers as clamd does."""
    import socketserver
    import threading

    class Clamd(socketserver.BaseRequestHandler):
        def handle(self):
            command = b""
            while not command.endswith((b"\n", b"\0")):
                command += self.request.recv(1)
            assert b"INSTREAM" in command
            body = b""
            while size := int.from_bytes(self.request.recv(4, 256), "big"):
                while size:
                    part = self.request.recv(size)
                    body, size = body + part, size - len(part)
            word = b"Eicar-Test FOUND" if b"EICAR" in body else b"OK"
            self.request.sendall(b"stream: " + word + b"\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.CLAMAV = f"127.0.0.1:{server.server_address[1]}"
        try:
            assert check_file(upload("note.txt", b"harmless")).scan == "clean"
            with pytest.raises(Refused, match="scanner refused"):
                check_file(upload("note.txt", b"EICAR"))
        finally:
            server.shutdown()
            thread.join()
