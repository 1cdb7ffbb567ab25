"""An incident with something in every section of a pack, and words that no pack may hold."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from checklists.models import ChecklistItem, ItemSource, ItemState
from comms.models import KeyMessage
from incidents.access import get_sight
from incidents.actions import add_note, categorise, create_record, describe, log, withhold
from incidents.models import LogKind, Section, Sensitivity
from response.actions import add_person, record_contact
from response.models import ContactClock, Person
from response.models.person import AgeBand, PersonRole, Setting
from svit import clock

# No pack holds these.
NEVER = {
    "name": "Zebedee Quillfeather",
    "name part": "Quillfeather",
    "address": "17 Marmalade Lane",
    "ward": "Kestrel Ward",
    "school": "Wintergreen Academy",
    "family contact": "Aunt Philomena",
    "sealed name": "Ottoline Heron",
    "sealed words": "XSEALEDX",
    "withheld words": "XWITHHELDX",
    "contact words": "XCONTACTX",
    "place": "99 Butterscotch Road",
}
# Nor does a partners' pack hold these.
GOLD_ONLY = {
    "restricted note": "XRESTRICTEDNOTEX",
    "people note": "XPEOPLENOTEX",
    "situation": "XSITUATIONX",
    "risk": "XRISKX",
    "rationale": "XRATIONALEX",
    "local item": "XLOCALITEMX",
    "restricted item": "XRESTRICTEDITEMX",
    "engagement reason": "Needed for the response",
}


@pytest.fixture
def printed(monkeypatch):
    """Packs are printed at once, where it matters that there is one and not what stands in it."""
    files = b"%PDF-1.7 as made\n%%EOF\n", b"%PDF-1.7 replaced\n%%EOF\n"
    monkeypatch.setattr("reports.actions.print_pdf", lambda html: files)


@pytest.fixture
def full(incident, actors):
    """The incident with people, clocks, items, log entries and agreed lines; and the markers above in them."""
    by = actors["coordinator"]
    incident.place = NEVER["place"]
    incident.summary = ""
    incident.save()
    seen = get_sight(by, incident.uuid)
    describe(
        incident=incident, by=by, version=incident.version,
        situation=f"{GOLD_ONLY['situation']} near {NEVER['place']}. One young person is stable, one is in custody.",
        needs="A worker whom the family of Person 1 will accept.", biggest_risk=f"{GOLD_ONLY['risk']} Retaliation.",
    )  # fmt: skip
    categorise(
        incident=incident, by=by, police_called="yes", police_declared="no", category="serious", serious="yes",
        response="gold_group", of_note=[], lead_agency=by.agency, lead_person="Duty manager", other_boroughs="",
        rationale=f"{GOLD_ONLY['rationale']}: confidence in the town centre.",
    )  # fmt: skip
    seen = get_sight(by, incident.uuid)
    first, second = Person.objects.filter(entry__incident=incident).order_by("number")
    Person.objects.filter(pk=first.pk).update(
        role=PersonRole.VICTIM, age_band=AgeBand.CHILD, setting=Setting.HOSPITAL, name=NEVER["name"],
        address=f"{NEVER['address']}\nNorthmere", ward=NEVER["ward"], school=NEVER["school"],
        family_contact=NEVER["family contact"],
    )  # fmt: skip
    Person.objects.filter(pk=second.pk).update(role=PersonRole.SUSPECT, setting=Setting.CUSTODY)
    first.refresh_from_db()
    first.entry.incident = incident
    record_contact(
        person=first, by=by, outcome="made", method="hospital", what_happened=NEVER["contact words"]
    )
    ContactClock.objects.filter(person=second).update(
        started_at=clock.now() - timedelta(hours=55), due_at=clock.now() - timedelta(hours=7)
    )
    sealed = add_person(
        seen=seen, event="", started_at=None, sealed=True, holders=[actors["csp_manager"].user],
        role=PersonRole.WITNESS, name=NEVER["sealed name"], age_band=AgeBand.CHILD, setting=Setting.HOME,
    )  # fmt: skip
    log(incident, by=by, kind=LogKind.NOTE, about=sealed.entry, text=NEVER["sealed words"])
    log(incident, by=by, kind=LogKind.NOTE, sensitivity=Sensitivity.SEALED, about=sealed.entry,
        text=NEVER["sealed words"])  # fmt: skip
    add_note(seen=seen, text="Patrols are out until midnight.", section=Section.GENERAL)
    add_note(seen=seen, text=f"Met {NEVER['name']} at {NEVER['address'].upper()}.", section=Section.GENERAL)
    add_note(seen=seen, text=GOLD_ONLY["people note"], section=Section.PEOPLE)
    add_note(
        seen=seen,
        text=GOLD_ONLY["restricted note"],
        section=Section.GENERAL,
        sensitivity=Sensitivity.RESTRICTED,
    )
    hidden = add_note(seen=seen, text=NEVER["withheld words"], section=Section.GENERAL)
    withhold(seen=seen, entry=hidden, reason="It names somebody")
    items = ChecklistItem.objects.filter(incident=incident)
    local = {"incident": incident, "phase": "response_plan", "source": ItemSource.LOCAL}
    ChecklistItem.objects.create(title=f"{GOLD_ONLY['local item']} in no agency's hands", **local)
    ChecklistItem.objects.create(
        title=f"{GOLD_ONLY['restricted item']} told to few", sensitivity=Sensitivity.RESTRICTED,
        agency=actors["partner"].agency, **local,
    )  # fmt: skip
    ChecklistItem.objects.create(
        title=f"{NEVER['sealed words']} item", sensitivity=Sensitivity.SEALED, about=sealed.entry, **local
    )
    ChecklistItem.objects.create(
        title="Extend patrols on school routes", agency=actors["partner"].agency, **local
    )
    for number, item in enumerate(
        items.filter(source=ItemSource.TOOLKIT).exclude(kind="recurring").order_by("order")
    ):
        if number % 3 == 0:
            items.filter(pk=item.pk).update(state=ItemState.DONE, done_at=clock.now())
        elif number % 7 == 1:
            items.filter(pk=item.pk).update(due_at=clock.now() - timedelta(hours=number + 1))
    create_record(
        seen=seen, model=KeyMessage, audience="Schools and parents",
        message="Two young people were hurt near the station on Friday. Police are on patrol.",
    )  # fmt: skip
    incident.refresh_from_db()
    return SimpleNamespace(incident=incident, seen=get_sight(by, incident.uuid), sealed=sealed, by=by)
