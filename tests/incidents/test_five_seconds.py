"""The overview says what a tired coordinator needs first: what came since the last visit, and what falls due next."""

from datetime import timedelta

import pytest

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note, create_record
from incidents.models import AccessRecord, Visit
from response.models import ContactClock
from response.models.plan import IntelligenceReport
from response.models.reporting import Scene
from svit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, cast, incident):
    def look(who="coordinator"):
        client.force_login(cast[who])
        return " ".join(client.get(incident.get_absolute_url()).content.decode().split())

    return look


def note(actors, incident, who):
    add_note(seen=sight(actors[who], incident), text="Calm.", section="general")


def test_the_first_visit_says_nothing_of_an_earlier_one(look):
    assert "since your last visit" not in look()


def test_what_others_wrote_since_the_last_visit_is_counted(look, actors, incident):
    now = clock.now()
    with clock.at(now, recorded=True):
        look()
    with clock.at(now + timedelta(hours=1), recorded=True):
        note(actors, incident, "partner")
        note(actors, incident, "coordinator")  # one's own is nothing new
    with clock.at(now + timedelta(hours=2), recorded=True):
        said = look()
        assert "1 entry is new in the log</a> since your last visit" in said
        assert "1 entry is new in the log</a> since your last visit" in look(), (
            "within the same visit it stays"
        )
    with clock.at(now + timedelta(hours=4), recorded=True):
        assert "Nothing new in the log since your last visit" in look()


def test_what_a_reader_may_not_see_is_not_counted(look, actors, incident):
    now = clock.now()
    with clock.at(now, recorded=True):
        look("youth")
    with clock.at(now + timedelta(hours=1), recorded=True):
        add_note(seen=sight(actors["coordinator"], incident), text="The ward rang.", section="health")
    with clock.at(now + timedelta(hours=2), recorded=True):
        assert "Nothing new in the log since your last visit" in look("youth")


def test_a_visit_is_kept_apart_from_the_access_record(look, cast, incident):
    look()
    assert Visit.objects.get(incident=incident).user == cast["coordinator"]
    assert not any(field.related_model is AccessRecord for field in Visit._meta.fields)


def test_the_next_deadline_is_the_first_of_clocks_items_and_records(look, actors, incident):
    now = clock.now()
    ContactClock.objects.filter(person__entry__incident=incident).update(due_at=now + timedelta(hours=9))
    ChecklistItem.objects.filter(incident=incident).update(due_at=now + timedelta(hours=8))
    assert ", an item of the checklist" in look()
    ChecklistItem.objects.filter(incident=incident).update(due_at=None)
    assert ", contact clock of Person" in look()
    create_record(
        seen=sight(actors["coordinator"], incident), model=Scene, place="The market", cordon="none",
        review_at=now + timedelta(hours=2),
    )  # fmt: skip
    assert ", a record of the phases" in look()


def test_when_a_restricted_record_falls_due_is_not_told(look, actors, incident):
    ContactClock.objects.filter(person__entry__incident=incident).update(met_at=clock.now())
    ChecklistItem.objects.filter(incident=incident).update(due_at=None)
    create_record(
        seen=sight(actors["coordinator"], incident), model=IntelligenceReport, sensitivity="restricted", subject="x",
        text="x", known_at=clock.now(), source="1", information="a", handling="p",
        use_by_at=clock.now() + timedelta(hours=2),
    )  # fmt: skip
    assert ", a record of the phases" in look()
    assert "a record of the phases" not in look("partner")
