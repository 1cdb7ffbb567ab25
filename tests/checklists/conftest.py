"""What the tests of the checklist share: sights, one item a kind, its pages, and files to send."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.models import LogEntry

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def seen(incident, actors):
    """`seen("partner")`: what a part of the cast may see of the incident."""
    return lambda who: sight(actors[who], incident)


@pytest.fixture
def item_of(incident):
    """`item_of("cctv")`: the item that the toolkit calls so."""

    def find(key, phase=None):
        rows = ChecklistItem.objects.filter(incident=incident, template_item__key=key)
        return (rows.filter(phase=phase) if phase else rows).select_related("incident", "template_item").get()

    return find


@pytest.fixture
def action(item_of):
    """An action that the police hold."""
    return item_of("witness-appeals")


def picture(format="JPEG", **save):
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, format, **save)
    return out.getvalue()


def upload(name="scene.jpg", content=None, kind="image/jpeg"):
    return SimpleUploadedFile(name, picture() if content is None else content, content_type=kind)


def page(client, url, status=200, **data):
    answer = client.get(url, data)
    assert answer.status_code == status
    return answer.content.decode()


def at(name, item):
    return reverse(name, args=[item.incident.uuid, item.uuid])


def log_of(item):
    return [entry.words.text for entry in LogEntry.objects.filter(about_uuid=item.uuid).order_by("pk")]


def fresh(item):
    return ChecklistItem.objects.select_related("incident").get(pk=item.pk)


def post(client, item, file, **data):
    """Tick the item off with a file."""
    return client.post(at("item-done", item), {"file": file, **data})
