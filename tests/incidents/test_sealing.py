"""Sealing with real transactions and real threads: no record is missed or sealed twice, and the chain has one end."""

import threading

import pytest
from django.db import connection, transaction

from incidents.actions import record_access, seal_access_record, sealing
from incidents.models import AccessAct, AccessDigest, AccessRecord, AccessSeal
from incidents.tasks import seal_access_record as task
from incidents.verifying import verify
from tests.checklists.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def act(incident, actors):
    return lambda: record_access(incident, by=actors["coordinator"], act=AccessAct.ALTERATION)


def test_sweeps_at_once_make_one_chain(act, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    for _ in range(60):
        act()
    results = at_once(*[seal_access_record] * 4, *[act] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    while seal_access_record():
        pass
    assert AccessDigest.objects.count() == AccessRecord.objects.count()
    seals = list(AccessSeal.objects.all())
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert [seal.previous for seal in seals[1:]] == [seal.digest for seal in seals[:-1]]
    assert verify().findings == []


def test_the_database_alone_keeps_the_chain_from_forking(act, monkeypatch):
    """Even where nothing holds a second sweep back, as in another release of the program."""
    monkeypatch.setattr(sealing.engines, "only_one", lambda work: True)
    monkeypatch.setattr(sealing, "BATCH", 7)
    for _ in range(40):
        act()
    results = at_once(*[seal_access_record] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    while seal_access_record():
        pass
    assert verify().findings == []
    assert AccessDigest.objects.count() == AccessRecord.objects.count()


@pytest.mark.postgres
def test_a_record_whose_transaction_ends_late_is_sealed_by_the_next_sweep(act):
    """Its number is lower than one that is sealed already."""
    inserted, go_on, early = threading.Event(), threading.Event(), []

    def slow():
        try:
            with transaction.atomic():
                early.append(act().pk)
                inserted.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    inserted.wait(30)
    late = act().pk
    seal_access_record()
    assert AccessDigest.objects.filter(pk=late).exists()
    assert not AccessDigest.objects.filter(pk=early[0]).exists()
    go_on.set()
    thread.join(30)
    assert early[0] < late
    assert seal_access_record() == 1
    assert AccessDigest.objects.get(pk=early[0]).seal.number > AccessDigest.objects.get(pk=late).seal.number
    assert verify().findings == []


def test_the_task_seals(act):
    act()
    task()
    assert verify().waiting == 0
