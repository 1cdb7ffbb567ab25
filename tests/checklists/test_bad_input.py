"""Rubbish in every form and address of the checklist: an answer, and never a broken page."""

import uuid

import pytest
from django.urls import reverse

from incidents.models import Engagement
from tests.checklists.conftest import at

pytestmark = pytest.mark.django_db

RUBBISH = ["\x00", "a" * 10_000, "99999999999999999999"]
# `test_hostile` throws the like of these at each form as a coordinator; here a partner and the other acts meet them.
MORE = [
    "", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "\N{GRINNING FACE}", "-1", "None",
    "11111111-2222-4333-8444-555555555555",
]  # fmt: skip
LONG = [pytest.param(value, marks=pytest.mark.long) for value in MORE]


@pytest.mark.parametrize("rubbish", [*RUBBISH, *LONG])
def test_no_form_breaks_on_rubbish(client, cast, incident, action, item_of, rubbish):
    every = (
        "note", "reason", "version", "whom", "answer", "unknown", "told_by", "told_how", "done_at_0", "done_at_3",
        "due_at_0", "due_at_1", "due_at_2", "due_at_3", "title", "details", "phase", "kind", "every",
        "section", "item", "items",
        "agencies", "template", "find", "who", "how", "lead_agency", "file", "next", "restricted",
    )  # fmt: skip
    data = dict.fromkeys(every, rubbish)
    engagement = Engagement.objects.get(
        incident=incident, agency=item_of("consent").agency_id or action.agency_id
    )
    question, check = item_of("imm-required"), item_of("review-plan")
    for who in ("coordinator", "partner"):
        client.force_login(cast[who])
        for item in (action, question, check):
            for name in (
                "item-done", "item-answer", "item-confirm", "item-check", "item-not-needed", "item-assign", "item-due",
                "item-note", "item-evidence", "item-reopen", "item-undo", "item-send-back",
            ):  # fmt: skip
                assert client.post(at(name, item), data).status_code in (200, 302, 403), name
        for name in ("phase-lead", "phase-not-applicable", "phase-close", "phase-reopen"):
            assert client.post(reverse(name, args=[incident.uuid, "health"]), data).status_code in (
                200,
                302,
                403,
            )
        for name in ("new-item", "add-offered", "mobilise"):
            assert client.post(reverse(name, args=[incident.uuid]), data).status_code in (200, 302, 403)
        assert client.post(reverse("team-work"), data).status_code in (200, 302)
        told = reverse("record-told", args=[incident.uuid, engagement.uuid])
        assert client.post(told, data).status_code in (200, 302, 403)
        for name in ("my-work", "team-work"):
            assert client.get(reverse(name), {"tab": rubbish, "after": rubbish}).status_code == 200
            assert client.get(reverse(name), {"after": f"{rubbish}_1"}).status_code == 200
        assert client.get(reverse("checklist", args=[incident.uuid]), {"show": rubbish}).status_code == 200
        got = client.get(reverse("mobilise", args=[incident.uuid]), {"template": rubbish})
        assert got.status_code in (200, 403)


@pytest.mark.parametrize("name", ["item", "item-done", "file", "file-preview", "stand-down", "record-told"])
def test_an_identifier_that_is_nobodys_is_unknown(client, cast, incident, name):
    client.force_login(cast["coordinator"])
    assert client.get(reverse(name, args=[incident.uuid, uuid.uuid4()])).status_code == 404
    assert client.get(reverse(name, args=[uuid.uuid4(), uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    "path", ["phases/nowhere/", "phases/response_plan/", "checklist/not-a-uuid/", "files/1/"]
)
def test_an_address_that_is_none_is_unknown(client, cast, incident, path):
    client.force_login(cast["coordinator"])
    assert client.get(f"/incidents/{incident.uuid}/{path}").status_code == 404


def test_another_incidents_item_is_unknown_here(client, cast, incident, actors):
    from tests.conftest import log_one

    other = log_one(actors["coordinator"]).items.first()
    client.force_login(cast["coordinator"])
    assert client.get(reverse("item", args=[incident.uuid, other.uuid])).status_code == 404
