"""The pages of packs: who gets them, what they say, and what they cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import get_sight
from incidents.actions import add_note, change_engagement
from incidents.models import AccessRecord, Engagement, Entry
from partners.actor import actor_for
from partners.models import Role
from reports import actions
from reports.models import Audience, Pack, PackState
from reports.pack import document
from svit import clock
from tests.conftest import log_one, make_member

ASKED = {"audience": "gold", "purpose": "Gold group at 9am", "recipients": "The chair"}


@pytest.fixture
def url(incident):
    def make(name, *args):
        return reverse(name, args=[incident.uuid, *args])

    return make


@pytest.fixture
def ask(incident, actors, monkeypatch):
    """Have a pack made, without drawing it."""
    monkeypatch.setattr(actions, "print_pdf", lambda html: (b"%PDF-1.7 as made", b"%PDF-1.7 replaced"))

    def make(who, audience=Audience.GOLD, purpose="Gold group", render=True):
        seen = get_sight(actors[who], incident.uuid)
        pack = actions.request_pack(seen=seen, audience=audience, purpose=purpose, recipients="The chair")
        if render:
            actions.render_next()
            pack.refresh_from_db()
        return pack

    return make


def body(response):
    """The content of a download. Reading it to its end closes the file."""
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("csp_manager", 200), ("agency_manager", 200), ("partner", 403), ("youth", 403),
     ("stranger", 404), ("other_coordinator", 404), ("administrator", 404), ("superuser", 404), ("governance", 302)],
)  # fmt: skip
def test_who_may_open_the_packs(client, cast, url, who, status):
    client.force_login(cast[who])
    for name in ("packs", "new-pack"):
        assert client.get(url(name)).status_code == status


def test_the_list_says_when_there_is_none(client, cast, url):
    client.force_login(cast["coordinator"])
    assert "No packs yet." in client.get(url("packs")).content.decode()


def test_from_audience_over_preview_to_the_job(client, cast, url):
    """Create pack, audience, preview, Create: the answers travel along, and nothing is made before the last."""
    client.force_login(cast["coordinator"])
    preview = client.post(url("new-pack"), ASKED)
    page = preview.content.decode()
    for words in (
        "What is in the pack",
        "Contact clocks",
        "Sealed records, whoever holds them",
        "Create pack",
    ):
        assert words in page
    assert not Pack.objects.exists()
    created = client.post(url("new-pack"), ASKED | {"confirmed": "1"})
    pack = Pack.objects.get()
    assert created["Location"] == url("pack", pack.uuid)
    assert (pack.audience, pack.purpose, pack.recipients) == ("gold", "Gold group at 9am", "The chair")
    assert "Refresh" in client.get(created["Location"]).content.decode()


def test_what_is_missing_is_asked_for(client, cast, url):
    client.force_login(cast["coordinator"])
    page = client.post(url("new-pack"), {"confirmed": "1"}).content.decode()
    for words in (
        "Choose who the pack is for.",
        "Enter what the pack is needed for.",
        "Enter who will get the pack.",
    ):
        assert words in page
    assert not Pack.objects.exists()


def test_an_agency_manager_is_offered_the_partners_pack_alone(client, cast, url):
    client.force_login(cast["agency_manager"])
    assert "Gold group" not in client.get(url("new-pack")).content.decode()
    client.post(url("new-pack"), ASKED | {"confirmed": "1"})
    assert not Pack.objects.exists()
    client.post(url("new-pack"), ASKED | {"audience": "partners", "confirmed": "1"})
    assert Pack.objects.get().asked_for == cast["agency_manager"].memberships.get().agency


def test_an_agency_manager_knows_of_no_pack_but_the_agencys_own(client, cast, url, ask):
    gold, shared = ask("coordinator"), ask("coordinator", Audience.PARTNERS)
    own = ask("agency_manager", Audience.PARTNERS)
    client.force_login(cast["agency_manager"])
    listed = client.get(url("packs")).content.decode()
    assert str(own.uuid) in listed
    for pack in (gold, shared):
        assert str(pack.uuid) not in listed
        assert client.get(url("pack", pack.uuid)).status_code == 404
        assert client.get(url("pack-download", pack.uuid)).status_code == 404
    assert client.get(url("pack", own.uuid)).status_code == 200
    client.force_login(cast["coordinator"])
    assert str(own.uuid) in client.get(url("packs")).content.decode()


def test_a_ready_pack_is_downloaded_under_reference_and_audience(client, cast, url, ask, incident):
    pack = ask("coordinator")
    client.force_login(cast["coordinator"])
    page = client.get(url("pack", pack.uuid)).content.decode()
    assert pack.file.sha256 in page
    assert "Download PDF" in page
    response = client.get(url("pack-download", pack.uuid))
    assert response["Content-Disposition"] == f'attachment; filename="{incident.reference}-gold.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert body(response) == b"%PDF-1.7 as made"
    acts = AccessRecord.objects.filter(subject_kind="pack", subject_uuid=pack.uuid)
    assert acts.filter(act="consultation").count() == 1
    taken = acts.filter(act="disclosure").latest("pk")
    assert (taken.sha256, taken.recipient, taken.purpose) == (pack.file.sha256, pack.recipients, pack.purpose)


def test_an_old_pack_is_downloaded_with_the_word_replaced(client, cast, url, ask):
    old, new = ask("coordinator"), ask("coordinator", purpose="Again")
    client.force_login(cast["coordinator"])
    page = client.get(url("pack", old.uuid)).content.decode()
    assert "Replaced" in page
    assert url("pack", new.uuid) in page
    assert body(client.get(url("pack-download", old.uuid))) == b"%PDF-1.7 replaced"
    assert body(client.get(url("pack-download", new.uuid))) == b"%PDF-1.7 as made"


def test_a_pack_that_is_not_ready_has_no_file(client, cast, url, ask):
    pack = ask("coordinator", render=False)
    client.force_login(cast["coordinator"])
    assert client.get(url("pack-download", pack.uuid)).status_code == 404


def test_a_pack_that_failed_says_why(client, cast, url, ask):
    pack = ask("coordinator", render=False)
    Pack.objects.filter(pk=pack.pk).update(state=PackState.FAILED, failure="It took longer than 60 seconds.")
    client.force_login(cast["coordinator"])
    assert "It took longer than 60 seconds." in client.get(url("pack", pack.uuid)).content.decode()


def test_the_state_alone_is_fetched_while_it_waits(client, cast, url, ask):
    pack = ask("coordinator", render=False)
    client.force_login(cast["coordinator"])
    part = client.get(url("pack", pack.uuid), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-get" in part
    actions.render_next()
    part = client.get(url("pack", pack.uuid), headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in part


def test_a_pack_is_not_taken_away_by_who_no_longer_sees_what_it_holds(
    client, cast, url, ask, actors, incident
):
    pack = ask("agency_manager", Audience.PARTNERS)
    assert "people" in pack.sections
    client.force_login(cast["agency_manager"])
    assert body(client.get(url("pack-download", pack.uuid)))
    own = Engagement.objects.get(incident=incident, agency=actors["agency_manager"].agency)
    change_engagement(
        engagement=own,
        by=actors["coordinator"],
        sections={"general": "see"},
        people=[],
        reason="It needs no more",
    )
    answer = client.get(url("pack-download", pack.uuid))
    assert answer.status_code == 403
    assert "Make a new one" in answer.content.decode()
    assert "Download" not in client.get(url("pack", pack.uuid)).content.decode()


def test_a_pack_is_not_taken_away_by_who_no_longer_sees_the_people_in_it(
    client, cast, url, ask, actors, incident
):
    own = Engagement.objects.get(incident=incident, agency=actors["agency_manager"].agency)
    people = list(Entry.objects.filter(incident=incident, kind="person"))
    sections = {"general": "see"}
    given = {"engagement": own, "by": actors["coordinator"], "reason": "It works with them"}
    change_engagement(sections=sections, people=people, **given)
    pack = ask("agency_manager", Audience.PARTNERS)
    client.force_login(cast["agency_manager"])
    taken = url("pack-download", pack.uuid)
    assert body(client.get(taken))
    change_engagement(sections=sections, people=people[:1], **given)
    assert client.get(taken).status_code == 403
    change_engagement(sections=sections | {"people": "see"}, people=[], **given)
    assert body(client.get(taken))


def test_a_withheld_entry_tells_of_packs_that_were_made_since(client, cast, url, ask, actors, incident):
    seen = get_sight(actors["coordinator"], incident.uuid)
    entry = add_note(seen=seen, text="A name", section="general")
    ask("coordinator")
    client.force_login(cast["coordinator"])
    client.post(url("withhold-entry", entry.uuid), {"reason": "It names somebody"})
    assert "1 pack made since" in client.get(url("log-entry", entry.uuid)).content.decode()


def test_an_agencys_preview_promises_nothing_that_it_withholds(client, cast, url, actors, incident):
    own = Engagement.objects.get(incident=incident, agency=actors["agency_manager"].agency)
    change_engagement(
        engagement=own,
        by=actors["coordinator"],
        sections={"general": "see"},
        people=[],
        reason="It needs no more",
    )
    page = html_of(get_sight(actors["agency_manager"], incident.uuid))
    for words in ("young people contacted", "Agreed lines", "No agreed line yet", "Contact clocks"):
        assert words not in page
    assert "Not shown to your agency" in page
    assert "that your agency sees" in page


def html_of(seen):
    return document(seen, Audience.PARTNERS, clock.now(), "Everybody")


def test_no_figure_of_the_landing_page_counts_an_exercise(client, cast, actors, toolkit):
    with clock.at(clock.now() - timedelta(days=9)):
        exercise = log_one(actors["coordinator"], exercise=True)
        real = log_one(actors["coordinator"])
    client.force_login(cast["coordinator"])
    counted = {row["text"]: row["figure"] for row in client.get("/").context["numbers"]}
    overdue = ChecklistItem.objects.filter(incident=real, due_at__lt=clock.now(), state="open").count()
    assert ChecklistItem.objects.filter(incident=exercise, due_at__lt=clock.now()).exists()
    assert counted["items overdue"] == overdue > 0
    assert counted["reported, not mobilised"] == 1


def test_a_pack_of_another_incident_is_not_found_here(client, cast, ask, actors):
    pack, other = ask("coordinator"), log_one(actors["coordinator"])
    client.force_login(cast["coordinator"])
    assert client.get(reverse("pack", args=[other.uuid, pack.uuid])).status_code == 404


def test_a_file_that_is_gone_is_not_found(client, cast, url, ask):
    pack = ask("coordinator")
    pack.file.file.storage.delete(pack.file.file.name)
    client.force_login(cast["coordinator"])
    assert client.get(url("pack-download", pack.uuid)).status_code == 404


@pytest.fixture
def count(client):
    def run(method, *args):
        with CaptureQueriesContext(connection) as found:
            getattr(client, method)(*args)
        return [row["sql"] for row in found if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    return run


def grow(incident, actors, number):
    """Many more items, agencies' people and log entries."""
    seen = get_sight(actors["coordinator"], incident.uuid)
    for one in range(number):
        ChecklistItem.objects.create(
            incident=incident, phase="review", title=f"Item {one}", agency=actors["partner"].agency
        )
        add_note(seen=seen, text=f"Note {one}", section="general")


def test_asking_costs_the_same_at_two_sizes(client, cast, url, count, incident, actors):
    client.force_login(cast["coordinator"])
    client.get(url("packs"))
    small = count("post", url("new-pack"), ASKED | {"confirmed": "1"})
    grow(incident, actors, 30)
    large = count("post", url("new-pack"), ASKED | {"confirmed": "1", "purpose": "Again"})
    assert len(small) == len(large) <= 12, "\n".join(large)


def test_the_preview_costs_the_same_at_two_sizes(client, cast, url, count, incident, actors):
    client.force_login(cast["coordinator"])
    client.get(url("packs"))
    small = count("post", url("new-pack"), ASKED)
    grow(incident, actors, 30)
    large = count("post", url("new-pack"), ASKED)
    assert len(small) == len(large) <= 40, "\n".join(large)


def test_the_list_costs_the_same_at_two_sizes(client, cast, url, count, ask):
    client.force_login(cast["coordinator"])
    client.get(url("packs"))
    ask("coordinator")
    small = count("get", url("packs"))
    for number in range(5):
        ask("coordinator", purpose=f"Again {number}")
    large = count("get", url("packs"))
    assert len(small) == len(large), "\n".join(large)


def test_a_manager_of_another_engaged_agency_sees_none_of_the_first_ones_packs(client, url, ask, actors):
    pack = ask("agency_manager", Audience.PARTNERS)
    other = make_member("youth.manager@northmere.example", actors["youth"].agency, Role.AGENCY_MANAGER)
    assert actor_for(other).manages_agency
    client.force_login(other.user)
    assert client.get(url("pack", pack.uuid)).status_code == 404
