"""What the benchmark and the drill stand on: a copy is whole, and points at what belongs to it."""

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import sight, visible_incidents
from incidents.models import Incident, LogEntry
from response.models import ContactClock, Person
from response.models.meetings import Decision
from tests.bench.grow import multiply
from tests.test_routes import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(incident):
    written = multiply(30, batch=7)
    return written, Incident.objects.exclude(pk=incident.pk)


def test_each_copy_has_all_that_the_original_has(incident, many):
    written, copies = many
    assert copies.count() == 30
    assert written["checklists_checklistitem"] == 30 * incident.items.count()
    for copy in copies:
        for model in (ChecklistItem, LogEntry):
            assert (
                model.objects.filter(incident=copy).count() == model.objects.filter(incident=incident).count()
            )
        assert ContactClock.objects.filter(person__entry__incident=copy).count() == 6
        item = copy.items.first()
        assert item.history.count() == 1
        assert item.history.first().incident_id == copy.pk


def test_whatever_points_at_something_points_at_what_is_there(actors, incident):
    make_meeting(sight(actors["coordinator"], incident))
    multiply(3, batch=2)
    assert Decision.objects.count() == 4
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.remote_field and model._meta.managed:
                there = field.remote_field.model._base_manager.values(field.target_field.attname)
                lost = model._base_manager.exclude(**{field.attname: None}).exclude(
                    **{f"{field.attname}__in": there}
                )
                assert not lost.exists(), f"{model.__name__}.{field.name} points at nothing"


def test_what_is_about_something_is_about_the_copy_of_it(incident, many):
    for copy in many[1][:3]:
        engaged = LogEntry.objects.filter(incident=copy, about_kind="engagement")
        mine = set(copy.engagements.values_list("uuid", flat=True))
        assert engaged.count() == 2
        assert set(engaged.values_list("about_uuid", flat=True)) == mine


def test_the_door_opens_as_it_does_for_the_original(client, cast, actors, incident, many):
    copy = many[1].order_by("-logged_at").first()
    assert visible_incidents(actors["partner"]).count() == 31
    assert not visible_incidents(actors["stranger"]).exists()
    client.force_login(cast["partner"])
    assert client.get(copy.get_absolute_url()).status_code == 200
    client.force_login(cast["stranger"])
    assert client.get(copy.get_absolute_url()).status_code == 404


def test_what_is_written_afterwards_gets_keys_of_its_own(client, cast, many):
    copy = many[1].order_by("-logged_at").first()
    client.force_login(cast["coordinator"])
    words = {"text": "Afterwards.", "section": "general", "sensitivity": "standard"}
    assert client.post(reverse("add-note", args=[copy.uuid]), words).status_code == 302
    assert Person.objects.filter(entry__incident=copy).count() == 2
    connection.check_constraints()
