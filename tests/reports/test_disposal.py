"""Disposal: after it, nothing of the incident is left in any table or file but the decision and the access record."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from checklists import actions as checklists
from checklists.actions.evidence import check_file
from checklists.models import ChecklistItem
from incidents import actions
from incidents.access import get_sight, sight
from incidents.models import AccessRecord, Disposal, DisposalState, Incident, LogEntry, Section
from partners.models import KeptAnswers, Letter, Membership
from reminders.actions import sweep
from reminders.models import Notification
from reports import actions as packs
from reports import disposing
from reports.models import PackState
from response.actions import join
from response.models import Person
from svit import clock, privacy
from svit.refused import Refused
from tests.conftest import log_one
from tests.reports.conftest import GOLD_ONLY, NEVER

MARKERS = [*NEVER.values(), *GOLD_ONLY.values(), "XDRAFTX", "XHOLDX", "XFILEX", "XREPORTX", "XOLDNAMEX"]
# What may name the incident afterwards: by reference, number and UUID, and nothing of what stood in it.
LEFT = {"incidents_disposal", "incidents_accessrecord"}


@pytest.fixture
def everything(full, actors, cast, printed):
    """The incident of the packs, and besides: files, a pack, a joined report, drafts, messages, holds, reasons."""
    incident, by = full.incident, full.by
    report = log_one(actors["youth"], summary="XREPORTX seen by a neighbour")
    actions.add_note(seen=sight(actors["youth"], report), text="XREPORTX", section=Section.PEOPLE)
    join(
        report=report,
        into=incident,
        by=by,
        reason="The same night, XREPORTX.",
        bring=[actors["youth"].agency],
    )
    person = Person.objects.filter(entry__incident=incident).order_by("number").first()
    person.name = "XOLDNAMEX"
    person.save()
    person.name = "XOLDNAMEX Junior"
    person.save()
    item = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency).first()
    upload = SimpleUploadedFile("XFILEX.txt", b"XFILEX words", "text/plain")
    checklists.add_evidence(seen=sight(actors["partner"], incident), item=item, file=check_file(upload))
    packs.request_pack(
        seen=get_sight(by, incident.uuid), audience="gold", purpose="Gold group", recipients="The chair"
    )
    pack = packs.render_next()
    assert pack.state == PackState.READY, pack.failure
    address = f"/incidents/{incident.uuid}/log/new/"
    KeptAnswers.objects.create(user=by.user, path=address, answers={"text": ["XDRAFTX"]})
    post = Membership.objects.get(user=by.user)
    Letter.objects.create(kind="password", membership=post, onward=address)
    actions.give_reason(incident=incident, by=actors["governance"], reason="audit", text="XHOLDX")
    actions.consult(incident, by=by)
    sweep(clock.now() + timedelta(days=3))
    assert Notification.objects.filter(subject=incident.uuid).exists() or Notification.objects.exists()
    actions.close(incident=incident, by=by, reason="XHOLDX All is done.")
    held = actions.hold(incident=incident, by=actors["governance"], reason="XHOLDX")
    actions.lift(found=held, by=actors["governance"], reason="XHOLDX")
    incident.refresh_from_db()
    return SimpleNamespace(incident=incident, report=report, by=by, pack=pack)


def propose(things, actors, **more):
    found = {"ground": "period", "reason": "Six years have gone by."} | more
    return actions.propose(incident=things.incident, by=actors["csp_manager"], **found)


def identifiers(incidents):
    """Every number and UUID by which rows of these incidents are known."""
    pks = [incident.pk for incident in incidents]
    uuids = set()
    for one in privacy.holdings():
        if any(column.name == "uuid" for column in one.model._meta.concrete_fields):
            uuids |= set(one.rows(pks).values_list("uuid", flat=True))
    return {text for one in uuids for text in (str(one), one.hex)}


def scan(words, pks):
    """(table, column, what) of every cell of the database that holds one of `words`, or points at an incident."""
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    match = pattern.search(str(value)) if value is not None else None
                    if match:
                        found.append((table, name, match.group()))
                    if name in {"incident_id", "joined_to_id", "content_object_id"} and value in pks:
                        found.append((table, name, value))
    return found


def stored():
    folder = Path(settings.STORAGES["stored_files"]["OPTIONS"]["location"])
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_left_in_any_table_or_file_but_the_decision_and_who_saw_what(everything, actors):
    parts = [everything.incident, everything.report]
    known, pks = identifiers(parts), {part.pk for part in parts}
    files = set(everything.incident.files.values_list("file", flat=True))
    assert len(files) == 3  # the evidence, the pack and the same pack marked as replaced
    assert files <= stored()
    tables = {table for table, *_ in scan([*MARKERS, *known], pks)}
    assert {"incidents_logtext", "response_historicalperson", "reminders_notification", "partners_keptanswers",
            "partners_letter", "reports_pack", "incidents_legalhold"} <= tables  # fmt: skip
    disposal = propose(everything, actors)
    actions.confirm_disposal(disposal=disposal, by=actors["governance"])

    assert disposing.carry_out() == 1

    left = scan([*MARKERS, *known], pks)
    assert {table for table, *_ in left} <= LEFT, left
    assert not [cell for cell in left if cell[2] in MARKERS], left
    assert not files & stored()
    disposal.refresh_from_db()
    assert disposal.state == DisposalState.DONE
    assert disposal.files == []
    assert disposal.counts["log entries"] > 10
    assert disposal.parts.get().reference == everything.report.reference


def test_the_erasure_is_in_the_access_record_by_whoever_confirmed_it(everything, actors):
    actions.confirm_disposal(disposal=propose(everything, actors), by=actors["governance"])
    disposing.carry_out()
    rows = AccessRecord.objects.filter(act="erasure", incident_uuid=everything.incident.uuid)
    assert rows.filter(subject_kind="incident").get().user == actors["governance"].user
    assert rows.filter(subject_kind="person").count() >= 2
    assert rows.first().purpose == "Disposal: Its retention period has ended"


def test_another_incident_keeps_all_that_it_has(everything, actors):
    other = log_one(actors["coordinator"])
    before = {one.model: one.rows([other.pk]).count() for one in privacy.holdings()}
    actions.confirm_disposal(disposal=propose(everything, actors), by=actors["governance"])
    disposing.carry_out()
    assert {one.model: one.rows([other.pk]).count() for one in privacy.holdings()} == before
    assert before[Incident] == 1
    assert log_one(actors["coordinator"]).reference > other.reference  # references go on where they were


def test_the_job_may_run_twice_and_nothing_is_left_to_do(everything, actors):
    actions.confirm_disposal(disposal=propose(everything, actors), by=actors["governance"])
    assert disposing.carry_out() == 1
    assert disposing.carry_out() == 0


def test_a_worker_that_dies_in_the_middle_has_done_nothing(everything, actors, monkeypatch):
    disposal = propose(everything, actors)
    actions.confirm_disposal(disposal=disposal, by=actors["governance"])
    entries = LogEntry.objects.count()
    real = disposing._delete

    def dies(model, *args):
        if model is Incident:
            raise MemoryError
        return real(model, *args)

    monkeypatch.setattr(disposing, "_delete", dies)
    with pytest.raises(RuntimeError):
        disposing.carry_out()
    assert LogEntry.objects.count() == entries
    monkeypatch.setattr(disposing, "_delete", real)
    assert disposing.carry_out() == 1


def test_files_that_a_dead_worker_left_are_removed_by_the_next(everything, actors, monkeypatch):
    disposal = propose(everything, actors)
    actions.confirm_disposal(disposal=disposal, by=actors["governance"])
    disposing.dispose(disposal.pk)  # and no more: the database is done, the files are not
    disposal.refresh_from_db()
    keys = set(disposal.files)
    assert keys
    assert keys <= stored()
    disposing.carry_out()
    disposal.refresh_from_db()
    assert (disposal.files, keys & stored()) == ([], set())


def test_a_hold_goes_before_a_disposal_at_every_step(everything, actors):
    disposal = propose(everything, actors)
    held = actions.hold(incident=everything.incident, by=actors["governance"], reason="An inquest.")
    disposal.refresh_from_db()
    assert disposal.state == DisposalState.REFUSED
    with pytest.raises(Refused, match="legal hold"):
        propose(everything, actors)
    actions.lift(found=held, by=actors["csp_manager"], reason="The inquest is over.")
    disposal = propose(everything, actors)
    actions.confirm_disposal(disposal=disposal, by=actors["governance"])
    actions.hold(incident=everything.report, by=actors["governance"], reason="An inquest.")
    assert disposing.carry_out() == 0
    assert Incident.objects.filter(pk=everything.incident.pk).exists()


def test_what_is_about_to_go_is_not_reopened_before_a_hold_stops_it(everything, actors):
    incident, by = everything.incident, everything.by
    actions.confirm_disposal(disposal=propose(everything, actors), by=actors["governance"])
    with pytest.raises(Refused, match="Place a legal hold first"):
        actions.reopen(incident=incident, by=by, reason="It goes on.")
    actions.hold(incident=incident, by=actors["governance"], reason="It goes on.")
    assert actions.reopen(incident=incident, by=by, reason="It goes on.").live
    assert disposing.carry_out() == 0


def test_what_goes_on_again_is_not_erased(everything, actors):
    actions.confirm_disposal(disposal=propose(everything, actors), by=actors["governance"])
    Incident.objects.filter(pk=everything.incident.pk).update(stage="responding")
    assert disposing.carry_out() == 0
    assert Incident.objects.filter(pk=everything.incident.pk).exists()


def test_it_takes_two_people_and_the_database_says_so_too(everything, actors):
    disposal = propose(everything, actors)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=disposal.pk).update(
            confirmed_by=disposal.proposed_by, confirmed_at=clock.now(), state="confirmed"
        )
    with pytest.raises(Refused, match="already"):
        propose(everything, actors)


def test_what_goes_on_and_what_was_joined_is_not_proposed_alone(everything, actors):
    going = log_one(actors["coordinator"])
    with pytest.raises(Refused, match="not closed"):
        actions.propose(incident=going, by=actors["csp_manager"], ground="period", reason="x")
    with pytest.raises(Refused, match="goes together with"):
        actions.propose(incident=everything.report, by=actors["csp_manager"], ground="period", reason="x")


def leads_to_incident():
    """Every model from which a chain of keys leads to the incident, the histories as well."""
    models = {Incident}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in models
            and any(
                column.is_relation and column.related_model in models
                for column in model._meta.concrete_fields
            )
        }
        if not more:
            return models
        models |= more


def test_every_model_that_leads_to_an_incident_is_held_by_a_room():
    held = {one.model for one in privacy.holdings()}
    held |= {one.history for one in privacy.holdings() if one.history}
    assert sorted(model._meta.label for model in leads_to_incident() - held) == []


def test_every_text_that_is_named_is_a_column():
    for one in privacy.holdings():
        for name in one.texts:
            assert one.model._meta.get_field(name).get_internal_type() in ("CharField", "TextField")
