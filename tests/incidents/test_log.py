"""The log: appended to by everything, changed by nothing."""

from datetime import timedelta

import pytest

from incidents import access, queries
from incidents.actions import add_note, ask_redaction, correct, redact, withhold
from incidents.models import LogEntry, LogText, Section
from response.actions import record_contact, seal_person
from response.models import Person
from svit import clock
from svit.refused import Refused


@pytest.fixture
def seen(incident, actors):
    return access.sight(actors["coordinator"], incident)


@pytest.fixture
def entry(seen):
    return add_note(seen=seen, text="A name that should not be here", section=Section.GENERAL)


def test_a_late_entry_says_why(seen):
    long_ago = clock.now() - timedelta(hours=3)
    with pytest.raises(Refused) as refusal:
        add_note(seen=seen, text="Cordon lifted", section=Section.GENERAL, occurred_at=long_ago)
    assert refusal.value.field == "late_reason"
    made = add_note(
        seen=seen,
        text="Cordon lifted",
        section=Section.GENERAL,
        occurred_at=long_ago,
        late_reason="No signal",
    )
    assert made.words.late_reason == "No signal"


def test_nothing_happens_in_the_future(seen):
    with pytest.raises(Refused):
        add_note(seen=seen, text="x", section=Section.GENERAL, occurred_at=clock.now() + timedelta(hours=1))


def test_a_correction_points_at_what_it_corrects(seen, entry):
    made = correct(seen=seen, entry=entry, text="It was ten past two")
    assert made.corrects == entry
    assert entry.words.text == "A name that should not be here"


def test_withheld_words_are_shown_to_coordinators_alone(seen, entry, actors):
    withhold(seen=seen, entry=entry, reason="It names somebody")
    for who, shown in (("partner", False), ("csp_manager", True)):
        reader = access.sight(actors[who], seen.incident)
        found, _ = queries.log_page(reader)
        texts = " ".join(one.shown for one in found)
        assert ("A name that should not be here" in texts) is shown


def test_withheld_words_are_not_found_by_searching(seen, entry, actors):
    reader = access.sight(actors["partner"], seen.incident)
    assert queries.log_page(reader, words="should not be here")[0]
    withhold(seen=seen, entry=entry, reason="It names somebody")
    assert not queries.log_page(reader, words="should not be here")[0]


def test_a_redaction_takes_two_people(seen, entry, actors):
    ask_redaction(seen=seen, entry=entry, reason="It names somebody")
    with pytest.raises(Refused):
        redact(seen=seen, entry=entry)
    second = access.sight(actors["second_coordinator"], seen.incident)
    redact(seen=second, entry=entry)
    words = LogText.objects.get(pk=entry.pk)
    assert words.text == "Redacted."
    for who in ("coordinator", "partner"):
        found, _ = queries.log_page(access.sight(actors[who], seen.incident))
        assert "A name" not in " ".join(one.shown for one in found)


def test_a_partner_cannot_withhold(incident, entry, actors):
    with pytest.raises(Refused):
        withhold(seen=access.sight(actors["partner"], incident), entry=entry, reason="x")


def test_a_correction_of_what_was_sealed_since_is_sealed_with_it(incident, seen, actors):
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    record_contact(person=person, by=actors["coordinator"], outcome="attempted", method="visit")
    first = LogEntry.objects.get(incident=incident, kind="contact")
    correct(seen=seen, entry=first, text="It was the day after")
    reader = access.sight(actors["youth"], incident)
    assert access.visible_log(reader).filter(kind="correction").exists()
    seal_person(seen=seen, person=person, holders=[actors["csp_manager"].user], reason="At risk")
    assert not access.visible_log(reader).filter(kind="correction").exists()
