"""A file goes with what told of it: withheld with its entry in the log, gone with a redacted one."""

import pytest
from django.urls import reverse

from checklists import actions
from checklists.actions.evidence import check_file
from incidents.actions import ask_redaction, redact, withhold
from incidents.models import LogEntry, StoredFile
from tests.checklists.conftest import picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def opens(client, cast, incident):
    """`opens("partner")`: the status of the file and of its preview, and whether the item's page names it."""

    def look(who):
        client.force_login(cast[who])
        stored = StoredFile.objects.get()
        answers = [
            client.get(reverse(route, args=[incident.uuid, stored.uuid]))
            for route in ("file", "file-preview")
        ]
        for answer in answers:
            answer.getvalue()
        return [answer.status_code for answer in answers], reverse(
            "file", args=[incident.uuid, stored.uuid]
        ) in client.get(reverse("item", args=[incident.uuid, stored.about_uuid])).content.decode()

    return look


def keep(how, seen, action):
    file = check_file(upload("scene.jpg", picture("JPEG")))
    if how == "added":
        return actions.add_evidence(seen=seen, item=action, file=file)
    if how == "second":
        actions.mark_done(seen=seen, item=action)
    return actions.mark_done(seen=seen, item=action, file=file)


HOW = pytest.mark.parametrize("how", ["added", "ticked", "second"])


def about_the_file():
    return LogEntry.objects.filter(files__isnull=False).get()


@HOW
def test_a_file_is_withheld_with_the_entry_that_tells_of_it(how, incident, action, seen, opens):
    keep(how, seen("coordinator"), action)
    assert opens("youth") == ([200, 200], True)
    assert "scene.jpg" in about_the_file().words.text
    withhold(seen=seen("coordinator"), entry=about_the_file(), reason="A bystander's face.")
    assert opens("youth") == ([404, 404], False)
    assert opens("coordinator") == ([200, 200], True)


@HOW
def test_a_file_of_a_redacted_entry_opens_for_nobody(how, incident, action, seen, opens):
    keep(how, seen("coordinator"), action)
    entry = about_the_file()
    ask_redaction(seen=seen("coordinator"), entry=entry, reason="Court order.")
    redact(seen=seen("second_coordinator"), entry=entry)
    assert opens("coordinator") == ([404, 404], False)
    assert StoredFile.objects.get().file.size, "kept for disclosure"
