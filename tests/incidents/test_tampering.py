"""The chain over the access record: a thousand random changes are made and a thousand are found; on both engines."""

import random
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from incidents import chain, verifying
from incidents.actions import erase_words, record_access, seal_access_record, sealing
from incidents.models import AccessAct, AccessDigest, AccessRecord, AccessSeal
from svit import clock, engines
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

RECORDS = 60
TEXTS = ("act", "subject_kind", "reference", "system", "regime", "purpose", "recipient", "sha256")


@pytest.fixture
def sealed(toolkit, actors, monkeypatch):
    """Sixty acts of this morning, sealed in small batches; the guards are lifted, as a thief would."""
    monkeypatch.setattr(sealing, "BATCH", 25)
    with clock.at(clock.now() - timedelta(hours=3), recorded=True):
        incident = log_one(actors["coordinator"])
        for number in range(RECORDS - AccessRecord.objects.count()):
            record_access(
                incident, by=actors["coordinator" if number % 2 else "partner"], act=AccessAct.DISCLOSURE,
                subject_kind="person", subject=uuid.uuid4(), purpose=f"For {number}", recipient=f"Agency {number}",
            )  # fmt: skip
    seal_access_record()
    engines.lift_guards()
    return incident


def findings(head=None):
    return verifying.verify(head).findings


def write(table, where, **values):
    names = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {names} WHERE {where}", list(values.values()))


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def edit_a_text(dice, pks):
    pk, column = dice.choice(pks), dice.choice(TEXTS)
    was = AccessRecord.objects.values_list(column, flat=True).get(pk=pk)
    AccessRecord.objects.filter(pk=pk).update(**{column: dice.choice(["", "x", "erasure"]) if was else "x"})


def edit_a_time(dice, pks):
    pk = dice.choice(pks)
    at = AccessRecord.objects.get(pk=pk).at + timedelta(milliseconds=dice.choice([-1, 1, 86_400_000]))
    AccessRecord.objects.filter(pk=pk).update(at=at)


def edit_whose(dice, pks):
    pk = dice.choice(pks)
    row = AccessRecord.objects.get(pk=pk)
    others = AccessRecord.objects.exclude(user=row.user_id).first()
    change = dice.choice(
        [{"user": None}, {"agency": None}, {"user": others.user_id, "agency": others.agency_id}]
    )
    AccessRecord.objects.filter(pk=pk).update(**change)


def edit_which(dice, pks):
    column = dice.choice(["subject_uuid", "incident_uuid"])
    AccessRecord.objects.filter(pk=dice.choice(pks)).update(**{column: uuid.UUID(int=dice.getrandbits(128))})


def swap(dice, pks):
    """Two records change places: all that stands in them but their numbers."""
    one, other = (AccessRecord.objects.get(pk=pk) for pk in dice.sample(pks, 2))
    one.pk, other.pk = other.pk, one.pk
    one.save(force_update=True)
    other.save(force_update=True)


def delete(dice, pks):
    for pk in dice.sample(pks, dice.choice([1, 1, 2, 30])):
        run("DELETE FROM incidents_accessrecord WHERE id = %s", pk)


def delete_with_digest(dice, pks):
    pk = dice.choice(pks)
    run("DELETE FROM incidents_accessrecord WHERE id = %s", pk)
    run("DELETE FROM incidents_accessdigest WHERE record_id = %s", pk)


def insert(dice, pks):
    """A record that claims an earlier time, in a gap or at the end; half of them are swept before anybody looks."""
    row = AccessRecord.objects.get(pk=dice.choice(pks))
    row.pk = None
    row.at -= timedelta(minutes=dice.randrange(90))
    row.save(force_insert=True)
    if dice.random() < 0.5:
        seal_access_record()


def edit_a_digest(dice, pks):
    """The record and its digest are changed together, and the seal is not."""
    pk = dice.choice(pks)
    AccessRecord.objects.filter(pk=pk).update(subject_kind="nothing")
    [row] = AccessRecord.objects.filter(pk=pk).values_list(*chain.COLUMNS)
    leaf = AccessDigest.objects.get(pk=pk)
    leaf.digest = chain.record_digest(row, chain.words_digest(leaf.salt, *row[chain.FIXED :]))
    leaf.save()


def empty_the_words(dice, pks):
    """As if they had been erased by the book, but for the record of it."""
    leaf = AccessDigest.objects.get(
        pk=dice.choice([pk for pk in pks if AccessRecord.objects.get(pk=pk).purpose])
    )
    row = AccessRecord.objects.get(pk=leaf.pk)
    leaf.words, leaf.salt = chain.words_digest(leaf.salt, row.purpose, row.recipient), ""
    leaf.save()
    AccessRecord.objects.filter(pk=leaf.pk).update(purpose="", recipient="")


def edit_a_seal(dice, pks):
    seal = dice.choice(list(AccessSeal.objects.all()))
    change = {"made_at": seal.made_at - timedelta(days=1), "count": seal.count + 1, "last": seal.last + 1,
              "records": "0" * 64, "digest": uuid.uuid4().hex * 2, "drained": not seal.drained}  # fmt: skip
    name = dice.choice(sorted(change))
    AccessSeal.objects.filter(pk=seal.pk).update(**{name: change[name]})


def cut_the_tail(dice, pks):
    """The last seals go, with their digests and their records; nothing is left to tell of them but the head."""
    first = AccessSeal.objects.count() - dice.randrange(3)
    rows = list(AccessDigest.objects.filter(seal__gte=first).values_list("pk", flat=True))
    for pk in rows:
        run("DELETE FROM incidents_accessrecord WHERE id = %s", pk)
    run("DELETE FROM incidents_accessdigest WHERE seal_id >= %s", first)
    run("DELETE FROM incidents_accessseal WHERE number >= %s", first)


def make_it_anew(dice, pks):
    """Somebody with the whole database edits a record and seals everything again."""
    AccessRecord.objects.filter(pk=dice.choice(pks)).update(subject_kind="nothing")
    run("DELETE FROM incidents_accessdigest")
    run("DELETE FROM incidents_accessseal")
    seal_access_record()


CHANGES = [
    edit_a_text, edit_a_time, edit_whose, edit_which, swap, delete, delete_with_digest, insert, edit_a_digest,
    empty_the_words, edit_a_seal, cut_the_tail, make_it_anew,
]  # fmt: skip


def test_a_thousand_random_changes_are_made_and_a_thousand_are_found(sealed):
    head = chain.read_head(verifying.verify().head)
    assert findings(head) == []
    pks = list(AccessDigest.objects.values_list("pk", flat=True))
    dice, missed = random.Random(62), []
    for number in range(1_000):
        change = CHANGES[number % len(CHANGES)]
        with transaction.atomic():
            change(dice, pks)
            if not findings(head):
                missed.append(f"{number} {change.__name__}")
            transaction.set_rollback(True)
    assert missed == []
    assert findings(head) == []


@pytest.mark.parametrize("change", [edit_a_text, edit_a_time, edit_whose, edit_which])
def test_an_edit_says_which_record(sealed, change):
    dice, pks = random.Random(1), [AccessDigest.objects.last().pk]
    change(dice, pks)
    assert findings() == [f"Record {pks[0]}: changed since it was sealed."]


def test_a_swap_says_both(sealed):
    pks = list(AccessDigest.objects.values_list("pk", flat=True)[3:5])
    swap(random.Random(1), pks)
    assert findings() == [f"Record {pk}: changed since it was sealed." for pk in sorted(pks)]


def test_a_deletion_says_which_record_is_gone(sealed):
    pk = AccessDigest.objects.all()[7].pk
    run("DELETE FROM incidents_accessrecord WHERE id = %s", pk)
    assert findings() == [f"Record {pk}: deleted."]


def test_a_tail_that_was_cut_is_found_by_the_head_alone(sealed):
    head = chain.read_head(verifying.verify().head)
    cut_the_tail(random.Random(1), [])
    assert findings() == []
    [found] = findings(head)
    assert "The chain was cut" in found


def test_what_waits_for_the_next_sweep_is_counted_and_is_no_finding(sealed, actors):
    record_access(sealed, by=actors["coordinator"], act=AccessAct.ALTERATION)
    report = verifying.verify()
    assert (report.waiting, report.findings) == (1, [])


def test_words_are_erased_and_the_chain_still_holds(sealed, actors):
    engines.install_guards()
    pk = AccessRecord.objects.exclude(purpose="").first().pk
    subject = AccessRecord.objects.get(pk=pk).subject_uuid
    assert (
        erase_words(incident=sealed, by=actors["governance"], subject=subject, purpose="It named a child")
        == 1
    )
    row, leaf = AccessRecord.objects.get(pk=pk), AccessDigest.objects.get(pk=pk)
    assert (row.purpose, row.recipient, leaf.salt) == ("", "", "")
    assert findings() == []
    assert erase_words(incident=sealed, by=actors["governance"], purpose="Disposed of") > 50
    assert findings() == []
    seal_access_record()
    assert findings() == []


def test_the_same_words_have_different_digests(sealed, actors):
    for _ in range(2):
        record_access(sealed, by=actors["coordinator"], act=AccessAct.DISCLOSURE, purpose="The same")
    seal_access_record()
    salts = AccessDigest.objects.values_list("salt", flat=True)
    assert len(set(salts)) == len(salts)


def test_the_command_says_which_and_ends_with_one(sealed, capsys, tmp_path):
    call_command("verify_access_record", write_head=str(tmp_path / "head"))
    head = (tmp_path / "head").read_text()
    call_command("verify_access_record", head=str(tmp_path / "head"))
    call_command("verify_access_record", head=head.strip())
    pk = AccessDigest.objects.first().pk
    AccessRecord.objects.filter(pk=pk).update(purpose="Nothing of note")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_access_record")
    assert refusal.value.returncode == 1
    assert f"Record {pk}: changed since it was sealed." in capsys.readouterr().out
    with pytest.raises(CommandError, match="This is no head"):
        call_command("verify_access_record", head="nonsense")


def test_a_second_sweep_seals_nothing_twice(sealed):
    seals = AccessSeal.objects.count()
    assert seal_access_record() == 0
    assert AccessSeal.objects.count() == seals
    assert AccessDigest.objects.count() == AccessRecord.objects.count()


def test_a_backlog_is_sealed_in_batches_and_the_rest_by_the_next_sweep(sealed, actors):
    for _ in range(60):
        record_access(sealed, by=actors["coordinator"], act=AccessAct.ALTERATION)
    assert seal_access_record(batches=2) == 50
    assert seal_access_record(batches=2) == 10
    assert findings() == []


def test_a_record_that_was_committed_late_is_sealed_by_a_later_sweep(sealed, actors):
    """Numbers are drawn before a transaction ends: a lower one may appear when a higher one is sealed already."""
    row = record_access(sealed, by=actors["coordinator"], act=AccessAct.ALTERATION)
    low = row.pk
    run("UPDATE incidents_accessrecord SET id = %s WHERE id = %s", low + 50, low)
    seal_access_record()
    late = AccessRecord.objects.get(pk=low + 50)
    late.pk = low
    late.save(force_insert=True)
    assert seal_access_record() == 1
    assert AccessDigest.objects.get(pk=low).seal.number > AccessDigest.objects.get(pk=low + 50).seal.number
    assert findings() == []


@pytest.mark.parametrize("table", [AccessSeal, AccessDigest])
def test_the_database_refuses_to_change_a_seal(sealed, table):
    engines.install_guards()
    rows = table.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(digest="0" * 64)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_the_database_lets_no_words_go_whose_erasure_is_not_recorded(sealed):
    engines.install_guards()
    rows = AccessRecord.objects.exclude(purpose="")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(purpose="", recipient="")
