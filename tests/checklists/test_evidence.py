"""Files: what is kept, what is refused, how it comes back."""

import hashlib
import time
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from checklists import actions
from checklists.actions.evidence import LARGEST, check_file, preview
from checklists.actions.pdf import check_pdf
from checklists.models import ChecklistItem
from incidents.models import AccessRecord, LogEntry, StoredFile
from svit.refused import Refused
from tests.checklists.conftest import picture, upload

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
ZIP = b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + b"word/document.xml" + b"\x00" * 400
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bomb():
    """A picture of few bytes and far too many pixels."""
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


KEPT = [
    ("scene.jpg", picture("JPEG"), "image/jpeg"),
    ("scene.JPEG", picture("JPEG"), "image/jpeg"),
    ("scene.png", picture("PNG"), "image/png"),
    ("scene.webp", picture("WEBP"), "image/webp"),
    ("phone.heic", HEIC, "image/heic"),
    ("letter.pdf", PDF, "application/pdf"),
    ("note.txt", "Café, 9am".encode(), "text/plain"),
]
REFUSED = [
    ("scene.jpg", b"", "empty"),
    ("big.txt", b"a" * (LARGEST + 1), "smaller than 10 MB"),
    ("page.html", b"<!doctype html><html><script>1</script></html>", "not kept"),
    ("page.txt", b"<html><script>1</script></html>", "not kept"),
    ("drawing.svg", SVG, "not kept"),
    ("drawing.png", SVG, "not kept"),
    ("minutes.docm", ZIP, "not kept"),
    ("minutes.doc", OLE, "not kept"),
    ("minutes.pdf", OLE, "not kept"),
    ("tool.exe", b"MZ" + b"\x00" * 100, "not kept"),
    ("scene.jpg", picture("PNG"), "do not agree"),
    ("letter.exe", PDF, "do not agree"),
    ("scene.jpg", picture("JPEG")[:60], "cannot be opened"),
    ("scene.png", picture("PNG")[:20] + b"\x00" * 50, "cannot be opened"),
    ("bomb.png", bomb(), "too many pixels"),
    ("note.txt", b"a\x00b", "not kept"),
    ("noending", picture("JPEG"), "do not agree"),
    ("active.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "holds scripts"),
    ("escaped.pdf", PDF.replace(b"/Catalog", b"/Catalog/X<</S/J#61vaScript>>"), "holds scripts"),
    (
        "packed.pdf",
        PDF
        + b"\n2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"
        + zlib.compress(b"<</S/JavaScript>>")
        + b"endstream",
        "holds scripts",
    ),
    ("carrier.pdf", PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 3 0 R>>"), "holds scripts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kind"), KEPT)
def test_what_is_kept_is_kept_as_it_came(action, seen, name, content, kind):
    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload(name, content)))
    stored.refresh_from_db()
    assert (stored.name, stored.content_type, stored.size) == (name, kind, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with stored.file.open("rb") as kept:
        assert kept.read() == content
    assert name not in stored.file.name
    assert (stored.section, stored.about_uuid, stored.scan) == (action.section, action.uuid, "not_scanned")
    assert LogEntry.objects.filter(kind="file", about_uuid=action.uuid).exists()


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED)
def test_what_is_refused_is_not_kept(action, name, content, reason):
    with pytest.raises(Refused, match=reason):
        check_file(upload(name, content))


def test_bytes_in_a_picture_of_a_pdf_mean_nothing():
    stream = b"\n2 0 obj<</Type/XObject>>stream\nxx/JS /JavaScript xx\nendstream"
    assert check_file(upload("scan.pdf", PDF + stream)).content_type == "application/pdf"


def objects(content, head=b"<</Type/ObjStm/Filter/FlateDecode>>"):
    return b"\n2 0 obj" + head + b"stream\n" + content + b"\nendstream endobj"


def hostile_pdfs():
    """One to two megabytes each, made so that a pattern which looks ahead looks over all of it again and again."""
    size = 1_500_000

    def fill(part):
        return b"%PDF-1.4\n" + part * (size // len(part))

    return {
        "words that open": fill(b"/ObjStm stream\n"),
        "dictionaries that open": fill(b"/ObjStm>>stream\n"),
        "names alone": fill(b"/ObjStm"),
        "slashes": fill(b"/"),
        "escapes": fill(b"/J#61"),
        "ends alone": fill(b"endstream "),
        "streams of nothing": fill(b"<</Type/ObjStm>>stream\n\nendstream "),
        "digits": fill(b"1"),
        "a bomb": PDF + objects(zlib.compress(b" " * 300_000_000)),
        "many bombs": PDF + objects(zlib.compress(b" " * 900_000)) * 1000,
    }


def test_no_pdf_holds_a_web_process():
    """Each is looked over in time that grows with its size; what was refused or kept matters less."""
    for name, content in hostile_pdfs().items():
        began = time.process_time()
        with suppress(Refused):
            check_pdf(content)
        assert time.process_time() - began < 1.5, name


@pytest.mark.parametrize(
    "content",
    [
        PDF + objects(zlib.compress(b" " * 300_000_000)),
        PDF + objects(zlib.compress(b" " * 900_000)) * 1000,
        PDF + objects(b"", b"<</Type/ObjStm>>") * 6000,
        PDF + objects(b"not deflated"),
        PDF + objects(zlib.compress(b"<</S/JavaScript>>"), b"<</Type/ObjStm/Filter/FlateDecode>>%\n"),
        PDF + objects(zlib.compress(b"<</S/JavaScript>>"))[:-20],
        PDF + b"\n%>>stream\n3 0 obj<</S/JavaScript>>endobj\nendstream",
    ],
)
def test_a_pdf_that_cannot_be_looked_into_is_refused(content):
    with pytest.raises(Refused, match=r"cannot be checked\. Print it to a new PDF"):
        check_pdf(content)


def test_what_is_padded_past_a_megabyte_is_found():
    with pytest.raises(Refused, match="holds scripts"):
        check_pdf(PDF + objects(zlib.compress(b" " * 2_000_000 + b"<</S/JavaScript>>")))


@pytest.mark.parametrize(
    "more",
    [
        objects(zlib.compress(b"1 0 2 20 <</Type/Page>> <</Type/Font>>")),
        b"\n2 0 obj<</Title(Upstream and downstream)>>endobj" + objects(b"xx", b"<</Type/XObject>>"),
        objects(b"\x00" * 5000, b"<</Type/XObject/First 3>>\r\n") * 300,
    ],
)
def test_an_ordinary_pdf_is_kept(more):
    assert check_file(upload("report.pdf", PDF + more)).content_type == "application/pdf"


def exif_picture():
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif)


def test_the_original_keeps_its_exif_and_the_preview_has_none(client, cast, action, seen):
    content = exif_picture()
    stored = actions.add_evidence(
        seen=seen("partner"), item=action, file=check_file(upload("a.jpg", content))
    )
    client.force_login(cast["partner"])
    answer = client.get(reverse("file-preview", args=[action.incident.uuid, stored.uuid]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    with Image.open(BytesIO(answer.content)) as shown:
        assert not shown.getexif()
        assert shown.size == (30, 40)
    assert b"Camera" not in answer.content
    original = b"".join(
        client.get(reverse("file", args=[action.incident.uuid, stored.uuid])).streaming_content
    )
    assert original == content


def stored_picture(action, seen, name, content):
    return actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload(name, content)))


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [("RGBA", (9, 9, 9, 99), "PNG"), ("P", 3, "PNG"), ("1", 1, "PNG"), ("RGB", 9, "WEBP"), ("CMYK", 9, "JPEG")],
)  # fmt: skip
def test_a_preview_is_small_whatever_the_picture_is(action, seen, mode, colour, kind):
    out = BytesIO()
    Image.new(mode, (3000, 2000), colour).save(out, kind)
    stored = stored_picture(action, seen, f"a.{kind.lower()}", out.getvalue())
    with Image.open(BytesIO(preview(stored))) as shown:
        assert max(shown.size) == 1600


def test_a_picture_that_would_take_much_memory_is_kept_without_a_preview(action, seen):
    out = BytesIO()
    Image.new("1", (7000, 7000)).save(out, "PNG")
    assert preview(stored_picture(action, seen, "plan.png", out.getvalue())) is None


def test_a_download_is_an_attachment(client, cast, action, seen):
    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload("Café “1”.jpg")))
    client.force_login(cast["coordinator"])
    answer = client.get(reverse("file", args=[action.incident.uuid, stored.uuid]))
    b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert AccessRecord.objects.filter(subject_uuid=stored.uuid, act="consultation").count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("partner", 200), ("colleague", 200), ("coordinator", 200), ("youth", 200), ("stranger", 404),
     ("other_coordinator", 404), ("administrator", 404), ("superuser", 404), ("governance", 302)],
)  # fmt: skip
@pytest.mark.parametrize("route", ["file", "file-preview"])
def test_a_file_follows_its_item(client, cast, action, seen, who, status, route):
    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload()))
    client.force_login(cast[who])
    answer = client.get(reverse(route, args=[action.incident.uuid, stored.uuid]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert answer.status_code == status


def test_a_file_of_a_restricted_item_is_as_restricted(client, cast, action, seen):
    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload()))
    ChecklistItem.objects.filter(pk=action.pk).update(sensitivity="restricted")
    client.force_login(cast["youth"])
    assert client.get(reverse("file", args=[action.incident.uuid, stored.uuid])).status_code == 403


def test_a_file_under_another_incident_is_unknown(client, cast, action, seen, actors):
    from tests.conftest import log_one

    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload()))
    other = log_one(actors["coordinator"])
    client.force_login(cast["coordinator"])
    assert client.get(reverse("file", args=[other.uuid, stored.uuid])).status_code == 404


def test_a_file_whose_content_went_missing_is_unknown(client, cast, action, seen):
    stored = actions.add_evidence(seen=seen("partner"), item=action, file=check_file(upload()))
    stored.file.storage.delete(stored.file.name)
    client.force_login(cast["partner"])
    for route in ("file", "file-preview"):
        assert client.get(reverse(route, args=[action.incident.uuid, stored.uuid])).status_code == 404


# --- The form


def post(client, item, file, **data):
    return client.post(reverse("item-done", args=[item.incident.uuid, item.uuid]), {"file": file, **data})


def test_a_tick_with_a_photo(client, cast, action):
    client.force_login(cast["partner"])
    assert post(client, action, upload(), note="Posters are up.").status_code == 302
    assert StoredFile.objects.get(about_uuid=action.uuid).by == cast["partner"]
    page = client.get(action.get_absolute_url()).content.decode()
    assert "scene.jpg" in page


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED[:8])
def test_a_refused_photo_keeps_what_was_typed(client, cast, action, name, content, reason):
    client.force_login(cast["partner"])
    answer = post(client, action, SimpleUploadedFile(name, content), note="Posters are up.")
    assert answer.status_code == 200
    assert "Posters are up." in answer.content.decode()
    assert reason in answer.content.decode()
    action.refresh_from_db()
    assert action.state == "open"
    assert not StoredFile.objects.exists()


# --- The scanner


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
