"""The name of a file is words for people: it chooses no place, ends no header, and opens nothing."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from checklists.actions.evidence import add_evidence, check_file, clean_name
from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.models import StoredFile
from incidents.models.files import random_key, stored_files
from tests.checklists.conftest import PDF, picture

HOSTILE = [
    "../../../etc/passwd.jpg", "..\\..\\..\\windows\\win.jpg", "/etc/cron.d/x.jpg", "C:\\fakepath\\scene.jpg",
    "....//x.jpg", "%2e%2e%2fx.jpg", "a\x00.html.jpg", "x\r\nX-Evil: 1.jpg", 'x"; filename=evil.html; y=".jpg',
    "\u202egpj.exe.jpg", "<script>alert(1)</script>.jpg", "x" * 400 + ".jpg", "~/.ssh/id.jpg", "CON.jpg", ".jpg",
    "..jpg", "x.html;.jpg", "\u2024\u2024/x.jpg", "-rf.jpg", "'; DROP TABLE x;--.jpg", "x.php%00.jpg", "x.jpg/../y.jpg",
    "$(id).jpg", "|id.jpg",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_left_without_folders_and_what_nobody_sees(name):
    clean = clean_name(name)
    assert clean
    assert len(clean) <= 171
    assert not set("/\\\0\r\n\u202e") & set(clean)
    assert clean not in (".", "..")


@pytest.mark.parametrize("name", [*HOSTILE, ""])
def test_the_place_of_a_file_has_nothing_of_its_name(name):
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", random_key(None, name))


@pytest.mark.django_db
def test_whatever_a_file_is_called_it_is_kept_in_its_place_and_given_back_as_an_attachment(
    client, cast, actors, incident
):
    seen = sight(actors["partner"], incident)
    item = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency, kind="action")[0]
    root = Path(stored_files().location).resolve()
    before = {path for path in root.parent.rglob("*") if path.is_file() and root not in path.parents}
    client.force_login(cast["partner"])
    for name in HOSTILE:
        photo = SimpleUploadedFile("scene.jpg", picture("JPEG"))
        photo._name = name  # past what Django itself takes away
        stored = add_evidence(seen=seen, item=item, file=check_file(photo))
        assert root in Path(stored.file.path).resolve().parents
        answer = client.get(reverse("file", args=[incident.uuid, stored.uuid]))
        b"".join(answer)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "image/jpeg"
        assert "X-Evil" not in answer.headers
        item.refresh_from_db()
    assert {path for path in root.parent.rglob("*") if path.is_file() and root not in path.parents} == before
    page = client.get(reverse("item", args=[incident.uuid, item.uuid])).content.decode()
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_what_a_browser_says_of_a_file_counts_for_nothing(client, cast, actors, incident):
    """Its declared type neither lets an active file in nor comes back with a good one."""
    item = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency, kind="action")[0]
    client.force_login(cast["partner"])
    url = reverse("item-evidence", args=[incident.uuid, item.uuid])
    page = SimpleUploadedFile("page.jpg", b"<html><script>1</script></html>", content_type="image/jpeg")
    client.post(url, {"file": page, "note": ""})
    assert not StoredFile.objects.exists()
    letter = SimpleUploadedFile("letter.pdf", PDF, content_type="text/html")
    client.post(url, {"file": letter, "note": ""})
    assert [stored.content_type for stored in StoredFile.objects.all()] == ["application/pdf"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/static/../svit/settings.py", "/static/%2e%2e/svit/settings.py", "/static/..%2fsvit/settings.py",
        "/static/..%5csvit/settings.py", "/static//etc/passwd", "/static/./../manage.py", "/static/js/../../manage.py",
        "/.git/config", "/.env", "/var/svit.sqlite3", "/secret_key", "/static/css/svit.scss%00.css", "/.svn/entries",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_static_files(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"SECRET_KEY" not in answer.content
