"""Files of an item: what is kept as it came, how it comes back, and to whom."""

import hashlib
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from checklists import actions
from checklists.actions.evidence import check_file, preview
from checklists.models import ChecklistItem
from incidents.models import AccessRecord, LogEntry, StoredFile
from tests.checklists.conftest import PDF, picture, post, upload

pytestmark = pytest.mark.django_db

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64

KEPT = [
    ("scene.jpg", picture("JPEG"), "image/jpeg"),
    ("scene.JPEG", picture("JPEG"), "image/jpeg"),
    ("scene.png", picture("PNG"), "image/png"),
    ("scene.webp", picture("WEBP"), "image/webp"),
    ("phone.heic", HEIC, "image/heic"),
    ("letter.pdf", PDF, "application/pdf"),
    ("note.txt", "Café, 9am".encode(), "text/plain"),
]


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


def test_a_tick_with_a_photo(client, cast, action):
    client.force_login(cast["partner"])
    assert post(client, action, upload(), note="Posters are up.").status_code == 302
    assert StoredFile.objects.get(about_uuid=action.uuid).by == cast["partner"]
    page = client.get(action.get_absolute_url()).content.decode()
    assert "scene.jpg" in page
