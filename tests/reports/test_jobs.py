"""A pack is a row: asked for once, made once, by whichever worker is there."""

import hashlib
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from incidents.access import get_sight, visible_log
from incidents.actions import stand_down
from incidents.models import AccessAct, AccessRecord, Engagement, LogEntry, LogKind, Sensitivity, StoredFile
from partners.models import Membership
from reports import actions, tasks
from reports.models import FILE_KIND, REPLACED_KIND, Audience, Pack, PackState
from reports.printing import NotPrinted
from svit import clock
from svit.refused import Refused

ASKED = {"audience": Audience.GOLD, "purpose": "Gold group at 9am", "recipients": "Chair\nand loggist"}


@pytest.fixture
def seen(incident, actors):
    return get_sight(actors["coordinator"], incident.uuid)


@pytest.fixture
def pack(seen):
    return actions.request_pack(seen=seen, **ASKED)


@pytest.fixture
def drawn(monkeypatch):
    """The pages are not drawn: the renderer has tests of its own. Keeps what it was given."""
    given = []

    def print_pdf(html):
        given.append(html)
        return b"%PDF-1.7 one", b"%PDF-1.7 replaced"

    monkeypatch.setattr(actions, "print_pdf", print_pdf)
    return given


def test_asking_records_the_disclosure_with_purpose_and_recipients(seen, pack):
    record = AccessRecord.objects.get(act=AccessAct.DISCLOSURE, subject_kind="pack")
    assert (record.subject_uuid, record.purpose, record.recipient) == (
        pack.uuid,
        ASKED["purpose"],
        "Chair and loggist",
    )
    entry = LogEntry.objects.get(kind=LogKind.PACK)
    assert (entry.about_uuid, entry.words.text) == (
        pack.uuid, "Pack asked for: gold group. Purpose: Gold group at 9am"
    )  # fmt: skip


def test_what_a_pack_is_for_stands_in_the_log_for_coordinators_and_whoever_asked(
    seen, pack, incident, actors
):
    theirs = get_sight(actors["agency_manager"], incident.uuid)
    own = actions.request_pack(seen=theirs, **ASKED | {"audience": Audience.PARTNERS})
    for who, told in (
        ("second_coordinator", {pack.uuid, own.uuid}), ("agency_manager", {own.uuid}), ("youth", set())
    ):  # fmt: skip
        log = visible_log(get_sight(actors[who], incident.uuid)).filter(
            words__text__contains=ASKED["purpose"]
        )
        assert {entry.about_uuid for entry in log} == told


def test_asking_twice_queues_one(seen, pack):
    assert actions.request_pack(seen=seen, **ASKED) == pack
    assert Pack.objects.count() == 1
    assert actions.request_pack(seen=seen, **ASKED | {"recipients": "Somebody else"}) != pack


def test_asking_wakes_the_worker_after_the_commit(seen, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(actions, "ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        actions.request_pack(seen=seen, **ASKED)
    assert "reports.render_packs" in rung


def test_a_real_pack_is_made_and_kept_with_its_hash(seen, pack):
    made = actions.render_next()
    assert (made.pk, made.state, made.failure) == (pack.pk, PackState.READY, "")
    stored = made.file
    with stored.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-1.7")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.about_kind, stored.about_uuid, stored.sensitivity) == (
        FILE_KIND,
        pack.uuid,
        Sensitivity.RESTRICTED,
    )
    assert stored.name == f"{pack.incident.reference}.pdf"
    assert LogEntry.objects.filter(kind=LogKind.PACK, words__text__contains=stored.sha256).count() == 1
    assert StoredFile.objects.filter(about_kind=REPLACED_KIND, about_uuid=pack.uuid).count() == 1
    assert actions.render_next() is None


def test_a_newer_pack_replaces_the_older_one_of_its_audience(seen, pack, drawn):
    other = actions.request_pack(seen=seen, **ASKED | {"audience": Audience.PARTNERS})
    newer = actions.request_pack(seen=seen, **ASKED | {"purpose": "Again"})
    tasks.render_packs()
    for row in (pack, other, newer):
        row.refresh_from_db()
        assert row.state == PackState.READY
    assert pack.replaced_at is not None
    assert other.replaced_at is newer.replaced_at is None


@pytest.mark.parametrize("why", ["membership ended", "account closed", "stood down"])
def test_whoever_lost_access_gets_no_pack(incident, actors, drawn, why):
    manager = actors["agency_manager"]
    seen = get_sight(manager, incident.uuid)
    pack = actions.request_pack(seen=seen, **ASKED | {"audience": Audience.PARTNERS})
    if why == "membership ended":
        Membership.objects.filter(pk=manager.membership.pk).update(until_at=clock.now())
    elif why == "account closed":
        type(manager.user).objects.filter(pk=manager.user.pk).update(is_active=False)
    else:
        engagement = Engagement.objects.current().get(incident=incident, agency=manager.agency)
        stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed any more")
    made = actions.render_next()
    assert (made.pk, made.state, made.failure) == (pack.pk, PackState.FAILED, actions.NO_ACCESS)
    assert drawn == []
    assert not StoredFile.objects.filter(about_uuid=pack.uuid).exists()


def test_an_agency_manager_has_no_gold_pack_made(incident, actors):
    seen = get_sight(actors["agency_manager"], incident.uuid)
    with pytest.raises(Refused):
        actions.request_pack(seen=seen, **ASKED)


def test_a_practitioner_has_no_pack_made(incident, actors):
    seen = get_sight(actors["partner"], incident.uuid)
    with pytest.raises(Refused):
        actions.request_pack(seen=seen, **ASKED | {"audience": Audience.PARTNERS})


def test_three_failed_attempts_are_enough(pack, monkeypatch):
    def fail(html):
        raise NotPrinted("It took longer than 60 seconds.")

    monkeypatch.setattr(actions, "print_pdf", fail)
    states = [actions.render_next().state for _ in range(3)]
    assert states == [PackState.QUEUED, PackState.QUEUED, PackState.FAILED]
    pack.refresh_from_db()
    assert pack.failure == "It took longer than 60 seconds."
    assert actions.render_next() is None


def test_an_error_tells_nothing_of_the_incident(pack, monkeypatch, caplog):
    def fail(html):
        raise ValueError("a secret")

    monkeypatch.setattr(actions, "print_pdf", fail)
    assert actions.render_next().failure == "Something went wrong while it was made."
    assert "secret" not in caplog.text


def test_after_a_failure_the_task_waits_for_the_next_wake_up(pack, monkeypatch):
    tried = []

    def fail(html):
        tried.append(1)
        raise NotPrinted("No.")

    monkeypatch.setattr(actions, "print_pdf", fail)
    tasks.render_packs()
    assert len(tried) == 1


def test_a_pack_whose_worker_went_away_is_made_by_the_next(pack, drawn):
    now = clock.now()
    assert actions.claim(now).pk == pack.pk
    assert actions.render_next(now + timedelta(minutes=2)) is None
    assert actions.render_next(now + timedelta(minutes=4)).state == PackState.READY


def test_a_pack_that_kills_its_workers_is_given_up(pack, drawn):
    now = clock.now()
    for minutes in (0, 4, 8):
        assert actions.claim(now + timedelta(minutes=minutes)).state == PackState.RENDERING
    given_up = actions.render_next(now + timedelta(minutes=12))
    assert (given_up.state, given_up.failure) == (PackState.FAILED, actions.GAVE_UP)


def test_a_worker_that_was_given_up_stores_nothing(pack, monkeypatch):
    """It comes back after the next one took over: the pack is the other's, and its file is not kept."""

    def slow(html):
        actions.claim(clock.now() + timedelta(minutes=4))
        return b"%PDF-1.7 late", b"%PDF-1.7 late"

    monkeypatch.setattr(actions, "print_pdf", slow)
    actions.render_next()
    pack.refresh_from_db()
    assert (pack.state, pack.attempts, pack.file) == (PackState.RENDERING, 2, None)
    assert not StoredFile.objects.filter(about_uuid=pack.uuid).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_a_pack_once(seen, pack, drawn):
    start, made = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            made.append(actions.render_next())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(row is None for row in made) == [False, True]
    assert StoredFile.objects.filter(about_kind=FILE_KIND, about_uuid=pack.uuid).count() == 1
    assert Pack.objects.get().attempts == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_draws_leaves_the_pack_to_the_next(seen, pack, monkeypatch):
    ready, wrote = os.pipe()
    connection.close()
    child = os.fork()
    if child == 0:  # the worker: begins, says so, and is killed

        def hang(html):
            os.write(wrote, b"x")
            time.sleep(60)

        actions.print_pdf = hang
        try:
            actions.render_next()
        finally:
            os._exit(1)
    os.read(ready, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(wrote)
    pack.refresh_from_db()
    assert pack.state == PackState.RENDERING
    monkeypatch.setattr(actions, "print_pdf", lambda html: (b"%PDF-1.7 one", b"%PDF-1.7 two"))
    made = actions.render_next(clock.now() + timedelta(minutes=4))
    assert (made.state, made.attempts) == (PackState.READY, 2)
    assert StoredFile.objects.filter(about_kind=FILE_KIND, about_uuid=pack.uuid).count() == 1
