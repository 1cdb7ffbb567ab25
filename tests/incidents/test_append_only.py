"""What the database itself refuses, whatever the code says; on both engines."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from incidents.access import sight
from incidents.actions import add_note
from incidents.models import AccessRecord, Disposal, LogEntry, LogText
from response.actions import record_contact, refer, take_to_meeting
from response.models import ContactAttempt, Person, Referral, RiskReview
from svit import clock, engines

pytestmark = pytest.mark.django_db

ROWS = ["entry", "words", "access", "attempt", "referral", "meeting"]
DONE = ["attempt", "referral", "meeting"]  # for a person


@pytest.fixture
def row(incident, actors, request):
    """A row of each table that is only ever appended to, as a queryset."""
    entry = add_note(seen=sight(actors["coordinator"], incident), text="Cordon lifted", section="general")
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    attempt = record_contact(person=person, by=actors["youth"], outcome="attempted", method="visit")
    referral = refer(person=person, by=actors["youth"], to="specialist", service="Ascent")
    take_to_meeting(people=[person], by=actors["coordinator"])
    return {
        "entry": LogEntry.objects.filter(pk=entry.pk),
        "words": LogText.objects.filter(pk=entry.pk),
        "access": AccessRecord.objects.filter(pk=AccessRecord.objects.first().pk),
        "attempt": ContactAttempt.objects.filter(pk=attempt.pk),
        "referral": Referral.objects.filter(pk=referral.pk),
        "meeting": RiskReview.objects.filter(person=person),
    }


def raw_delete(rows):
    """A deletion that asks the database alone."""
    rows._raw_delete(rows.db)


@pytest.mark.parametrize("name", ROWS)
def test_no_row_is_deleted(row, name):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw_delete(row[name])
    assert row[name].exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("entry", {"by_label": "Somebody else"}),
        ("entry", {"occurred_at": clock.now()}),
        ("words", {"text": "Something else"}),
        ("words", {"late_reason": "Something else"}),
        ("access", {"purpose": "Something else"}),
        ("attempt", {"outcome": "made"}),
        ("referral", {"service": "Something else"}),
        ("meeting", {"held_on": date(2026, 1, 1)}),
    ],
)
def test_no_row_is_changed(row, name, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row[name].update(**change)


def test_a_disposal_lets_rows_go_only_once_it_is_confirmed(row, incident, actors):
    by = actors["csp_manager"].user
    disposal = Disposal.objects.create(
        incident_id_was=incident.pk, reference=incident.reference, reason="Its time is over", proposed_by=by
    )
    for name in (*DONE, "words"):
        with pytest.raises(DatabaseError), transaction.atomic():
            raw_delete(row[name])
    Disposal.objects.filter(pk=disposal.pk).update(
        confirmed_at=clock.now(), confirmed_by=actors["governance"].user
    )
    for name in (*DONE, "words"):
        raw_delete(row[name])
    raw_delete(row["entry"])
    assert not row["entry"].exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        raw_delete(row["access"])


def test_a_disposal_of_another_incident_frees_nothing(row, incident, actors):
    by = actors["csp_manager"].user
    Disposal.objects.create(
        incident_id_was=incident.pk + 1, reference="NM-26-9999", reason="Its time is over", proposed_by=by,
        confirmed_by=actors["governance"].user, confirmed_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        raw_delete(row["words"])


def test_each_migrate_puts_the_guards_back(row):
    """SQLite drops the triggers of a table that a migration makes anew, and says nothing of it (seen)."""
    engines.lift_guards()
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        raw_delete(row["words"])


def test_the_time_of_recording_is_the_databases(row, incident, actors):
    """A clock that is held moves when something happened, and never when it was written down."""
    with clock.at(clock.now() - timedelta(days=300)):
        entry = add_note(seen=sight(actors["coordinator"], incident), text="Long ago", section="general")
    assert abs(clock.now() - LogEntry.objects.get(pk=entry.pk).recorded_at) < timedelta(minutes=5)
    assert abs(clock.now() - ContactAttempt.objects.get().recorded_at) < timedelta(minutes=5)
