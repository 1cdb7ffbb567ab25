"""What the tests of the checklist share: sights, one item a kind, and files to send."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from checklists.models import ChecklistItem
from incidents.access import sight


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
