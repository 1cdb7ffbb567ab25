"""Words that have to go: found in every copy, withheld by one person, redacted by two, sealed for disclosure."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from checklists import actions as checklists
from checklists.models import ChecklistItem
from incidents import actions
from incidents.access import get_sight
from incidents.models import AccessRecord, Entry, Incident, LogEntry, LogText, Redaction, SealedOriginal
from partners.models import KeptAnswers
from reports import actions as packs
from reports import disposing, redacting
from reports.models import Pack
from response.actions import record_contact, refer
from response.models import ContactAttempt, Person, Referral
from svit.refused import Refused
from tests.reports.test_disposal import scan, stored

WORDS = "Barnaby Foxglove"


@pytest.fixture
def said(incident, actors, printed):
    """A name in the situation and its history, a note, an item, a contact, reasons, a pack and a draft."""
    by = actors["coordinator"]
    actions.describe(
        incident=incident, by=by, version=incident.version, situation=f"{WORDS} is safe.",
        biggest_risk="barnaby  foxglove",
    )  # fmt: skip
    incident.refresh_from_db()
    actions.describe(incident=incident, by=by, version=incident.version, situation=f"{WORDS} went home.")
    seen = get_sight(by, incident.uuid)
    note = actions.add_note(seen=seen, text=f"Rang {WORDS} at nine. He is well.", section="general")
    item = ChecklistItem.objects.filter(incident=incident, kind="question", state="open").first()
    checklists.answer(seen=seen, item=item, answer=f"Yes, {WORDS}")
    person = Person.objects.filter(entry__incident=incident).first()
    person.entry.incident = incident
    record_contact(person=person, by=by, outcome="made", method="visit", what_happened=f"Sat with {WORDS}.")
    refer(person=person, by=by, to="specialist", note=f"{WORDS} agreed.")
    Person.objects.filter(pk=person.pk).update(name=WORDS)
    actions.categorise(
        incident=incident, by=by, police_called="yes", police_declared="no", category="serious", serious="yes",
        response="gold_group", of_note=[], lead_agency=by.agency, lead_person="", other_boroughs="",
        rationale=f"{WORDS} is known to many.",
    )  # fmt: skip
    packs.request_pack(seen=seen, audience="gold", purpose="Gold group", recipients="The chair")
    packs.render_next()
    KeptAnswers.objects.create(
        user=by.user, path=f"/incidents/{incident.uuid}/log/new/", answers={"text": [f"{WORDS} rang"]}
    )
    incident.refresh_from_db()
    incident.note, incident.person = note, person
    return incident


def sees(actors, incident, who="coordinator"):
    return get_sight(actors[who], incident.uuid)


def ask(actors, incident, **more):
    seen = sees(actors, incident)
    chosen = [place.key for place in redacting.places(seen, WORDS) if not place.belongs]
    return redacting.ask(seen=seen, **{"words": WORDS, "reason": "He asked us.", "chosen": chosen} | more)


def where(words=WORDS):
    return {(table, column) for table, column, _ in scan([words], set())}


def test_every_copy_is_found_and_the_place_where_a_name_belongs_is_told_apart(said, actors):
    found = {place.key: place for place in redacting.places(sees(actors, said), WORDS)}
    assert set(found) >= {
        "incidents.incident.situation", "incidents.incident.biggest_risk", "incidents.logtext.text",
        "checklists.checklistitem.answer", "response.contactattempt.what_happened", "response.person.name",
        "response.referral.note",
        "incidents.categorisation.rationale",
    }  # fmt: skip
    assert found["incidents.incident.situation"].count == 3  # as it stands, and twice in its history
    assert [key for key, place in found.items() if place.belongs] == ["response.person.name"]


def test_one_coordinator_withholds_them_at_once_and_no_partner_reads_them(said, actors, client, cast):
    redaction = ask(actors, said)
    said.refresh_from_db()
    assert said.situation == "[withheld] went home."
    assert said.biggest_risk == "[withheld]"
    note = LogText.objects.get(entry=said.note)
    assert note.text.startswith(
        "Rang Barnaby"
    )  # withheld as an entry: nothing in the log changes before two agree
    assert note.withheld_at
    for model in (ContactAttempt, Referral):
        assert model.objects.get(person=said.person).logged.words.withheld_at
    assert not KeptAnswers.objects.exists()
    assert redaction.counts["packs"] == 1
    client.force_login(cast["partner"])
    for page in ("incident", "incident-log", "people"):
        assert "Foxglove" not in client.get(reverse(page, args=[said.uuid])).content.decode()


def test_the_second_person_redacts_them_everywhere_and_the_originals_are_sealed(said, actors):
    before = where()
    redaction = ask(actors, said)
    with pytest.raises(Refused, match="takes two people"):
        redacting.confirm(seen=sees(actors, said), redaction=redaction)
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    assert ("incidents_historicalincident", "situation") in before
    assert where() == {("incidents_sealedoriginal", "original"), ("response_person", "name")}
    assert LogText.objects.get(entry=said.note).text == "Rang [redacted] at nine. He is well."
    assert LogText.objects.get(entry=said.note).withheld_at is None
    assert ContactAttempt.objects.get(person=said.person).what_happened == "Sat with [redacted]."
    assert Referral.objects.get(person=said.person).note == "[redacted] agreed."
    said.refresh_from_db()
    assert said.situation == "[redacted] went home."


def test_a_pack_that_was_made_is_withdrawn_and_its_file_goes_when_two_agreed(said, actors, client, cast):
    pack = Pack.objects.get()
    key = pack.file.file.name
    redaction = ask(actors, said)
    client.force_login(cast["coordinator"])
    assert client.get(reverse("pack-download", args=[said.uuid, pack.uuid])).status_code == 404
    assert (
        "Words in the incident were withheld"
        in client.get(reverse("pack", args=[said.uuid, pack.uuid])).content.decode()
    )
    disposing.carry_out()
    assert key in stored()  # one person may still be wrong
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    disposing.carry_out()
    assert key not in stored()
    assert len(Pack.objects.get().file.sha256) == 64


def test_what_is_refused_stands_again_as_it_was(said, actors):
    before = where()
    drafts = {("partners_keptanswers", "answers")}
    redaction = ask(actors, said)
    redacting.refuse(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    assert where() == before - drafts
    assert not LogText.objects.filter(withheld_at__isnull=False).exists()
    assert Pack.objects.get().withdrawn_at is None
    assert not SealedOriginal.objects.exists()


def test_the_database_lets_no_contact_or_log_entry_change_before_or_after(said, actors):
    redaction = ask(actors, said)
    for _ in range(2):
        for rows, change in (
            (ContactAttempt.objects.filter(person=said.person), {"what_happened": "x"}),
            (Referral.objects.filter(person=said.person), {"note": "x"}),
            (LogText.objects.filter(entry=said.note), {"text": "x"}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**change)
        if not redaction.confirmed_at:
            redaction = redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)


def test_the_database_wants_two_people(said, actors):
    redaction = ask(actors, said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).update(
            confirmed_at="2026-06-06T00:00Z", decided_by=redaction.asked_by
        )


def test_what_is_sealed_is_not_looked_through(said, actors):
    from response.actions import add_person

    seen = sees(actors, said)
    Person.objects.filter(pk=said.person.pk).update(name="")
    sealed = add_person(
        seen=seen, event="", started_at=None, sealed=True, holders=[actors["csp_manager"].user],
        role="witness", name="Ottoline Heron", age_band="child", setting="home",
    )  # fmt: skip
    LogEntry.objects.all()
    assert redacting.places(seen, "Ottoline Heron") == []
    with pytest.raises(Refused, match="stand nowhere"):
        redacting.ask(
            seen=seen, words="Ottoline Heron", reason="x", chosen=["response.person.name"],
        )  # fmt: skip
    assert Person.objects.get(pk=sealed.pk).name == "Ottoline Heron"


def test_the_officer_alone_discloses_what_was_redacted_and_it_is_recorded(said, actors, client, cast):
    redaction = ask(actors, said)
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    url = reverse("disclose", args=[said.uuid])
    client.force_login(cast["coordinator"])
    assert client.get(url).status_code == 403
    client.force_login(cast["governance"])
    assert client.get(url).status_code == 302  # a reason to read the incident first
    actions.give_reason(incident=said, by=actors["governance"], reason="disclosure", text="A court order.")
    assert WORDS not in client.get(url).content.decode()
    page = client.post(url, {"reason": "Order of the Crown Court", "recipient": "Crown Court"})
    assert f"Rang {WORDS} at nine" in page.content.decode()
    row = AccessRecord.objects.filter(act="disclosure", subject_kind="redaction").get()
    assert (row.purpose, row.recipient) == ("Order of the Crown Court", "Crown Court")


def test_the_pages_of_the_act(said, client, cast):
    client.force_login(cast["coordinator"])
    url = reverse("redact-words", args=[said.uuid])
    page = client.post(url, {"words": WORDS, "reason": "He asked us."}).content.decode()
    assert "Incident: situation (3)" in page
    assert not Redaction.objects.exists()
    chosen = ["incidents.incident.situation", "incidents.logtext.text"]
    client.post(url, {"words": WORDS, "reason": "He asked us.", "chosen": chosen, "confirmed": "1"})
    redaction = Redaction.objects.get()
    own = reverse("redaction", args=[said.uuid, redaction.uuid])
    assert "somebody else" in client.get(own).content.decode()
    client.force_login(cast["second_coordinator"])
    assert WORDS in client.get(own).content.decode()
    client.post(own, {"decision": "confirm"})
    redaction.refresh_from_db()
    assert (redaction.state, redaction.words) == ("confirmed", "")
    assert Incident.objects.get(pk=said.pk).situation == "[redacted] went home."


def test_a_pack_that_was_being_made_meanwhile_is_made_anew(said, actors, monkeypatch):
    seen = sees(actors, said)
    packs.request_pack(seen=seen, audience="partners", purpose="Meeting", recipients="All")
    real = packs.document

    def meanwhile(*args):
        monkeypatch.setattr(packs, "document", real)
        html = real(*args)
        ask(actors, said)
        return html

    monkeypatch.setattr(packs, "document", meanwhile)
    pack = packs.render_next()
    pack.refresh_from_db()
    assert (pack.state, pack.file) == ("rendering", None)


def test_other_words_wait_until_it_is_decided_on_those_before(said, actors):
    first = ask(actors, said)
    other = {"words": "went home", "chosen": ["incidents.incident.situation"]}
    with pytest.raises(Refused, match="wait for a second person"):
        ask(actors, said, **other)
    redacting.refuse(seen=sees(actors, said, "second_coordinator"), redaction=first)
    assert ask(actors, said, **other).counts["places"]


def test_an_entry_that_is_to_be_redacted_itself_stays_withheld(said, actors):
    redaction = ask(actors, said)
    actions.ask_redaction(seen=sees(actors, said), entry=said.note, reason="All of it has to go.")
    redacting.refuse(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    assert LogText.objects.get(entry=said.note).withheld_at
    assert not ContactAttempt.objects.get(person=said.person).logged.words.withheld_at


def test_what_was_sealed_since_is_not_disclosed(said, actors):
    person = Person.objects.get(pk=said.person.pk)
    for address in (f"With {WORDS}", "Elsewhere"):
        person.address = address
        person.save()
    chosen = [
        "incidents.incident.situation",
        "response.contactattempt.what_happened",
        "response.person.address",
    ]
    redaction = ask(actors, said, chosen=chosen)
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    actions.give_reason(incident=said, by=actors["governance"], reason="disclosure", text="A court order.")

    def disclosed():
        seen = sees(actors, said, "governance")
        return {text for _, text in redacting.disclose(seen=seen, reason="An order", recipient="The court")}

    theirs = {f"Sat with {WORDS}.", f"With {WORDS}"}
    assert disclosed() > theirs
    Entry.objects.filter(pk=person.entry_id).update(sensitivity="sealed")
    assert f"{WORDS} went home." in disclosed()
    assert not disclosed() & theirs


def test_words_that_an_open_form_brought_back_go_when_the_second_person_confirms(said, actors):
    redaction = ask(actors, said)
    actions.describe(
        incident=said, by=actors["coordinator"], version=said.version, situation=f"{WORDS} is home."
    )
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    assert Incident.objects.get(pk=said.pk).situation == "[redacted] is home."
    assert where() == {("incidents_sealedoriginal", "original"), ("response_person", "name")}


def test_that_the_words_went_for_good_is_recorded_as_an_erasure(said, actors):
    redaction = ask(actors, said)
    redacting.confirm(seen=sees(actors, said, "second_coordinator"), redaction=redaction)
    rows = AccessRecord.objects.filter(subject_uuid=redaction.uuid).order_by("pk")
    assert [row.act for row in rows] == ["alteration", "erasure"]
    erased = AccessRecord.objects.filter(act="erasure", user=actors["second_coordinator"].user)
    assert {row.subject_kind for row in erased} == {"incident", "redaction"}
