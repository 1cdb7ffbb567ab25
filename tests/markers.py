"""An incident full of markers: in each text field that holds content a word that stands nowhere else.

`fill` makes the rows by their actions and puts a word into each field; `seal_in` adds what is sealed.
"""

import uuid
from datetime import timedelta
from types import SimpleNamespace

from django.apps import apps
from django.db import models

from checklists.models import ChecklistItem, ItemSource
from comms.models import KeyMessage
from incidents.access import get_sight
from incidents.actions import (
    add_note,
    ask_redaction,
    categorise,
    create_record,
    log,
    redact,
    reveal,
    withhold,
)
from incidents.actions.engagement import engage, stand_down
from incidents.models import (
    Engagement,
    HadBefore,
    Handover,
    LegalHold,
    LogKind,
    LogText,
    NamedPerson,
    Phase,
    RevealStop,
    Section,
    Sensitivity,
    SharingStop,
)
from partners.models import Contact, SharingAgreement, User
from reminders.models import Notification, Snooze
from reports.models import Pack
from response.actions import add_date, add_person, meetings, record_contact, refer
from response.models import ClockRule, ContactClock, Person, SafetyPause
from svit import clock
from tests.kinds import OWN_FORM, make
from tests.test_routes import make_file, picture

DAY = timedelta(days=1)
KINDS_OF_RECORD = [model for model in OWN_FORM if model is not KeyMessage]
ROOMS = ("incidents", "checklists", "response", "comms", "reports", "reminders", "partners")
TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField)


def text_fields():
    """`model.field` of each field of the rooms that can hold what somebody typed."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if not hasattr(model, "history_id"):
                for field in model._meta.concrete_fields:
                    if isinstance(field, TEXT) and not field.choices:
                        yield f"{model._meta.model_name}.{field.name}"


def mark(name, kind=""):
    """The word of a field, of one kind of row: letters alone, and in no other."""
    return f"zq{name.replace('.', '').replace('_', '')}{kind}qz"


def put(row, *fields, kind=""):
    """Write the fields' words into a row, past its actions, which would refuse them or log them."""
    name = row._meta.model_name
    type(row)._default_manager.filter(pk=row.pk).update(
        **{one: mark(f"{name}.{one}", kind) for one in fields}
    )


def fill(incident, actors, world):
    """The markers, but for those of what is sealed; the rows that addresses name."""
    by, manager = actors["coordinator"], actors["csp_manager"]
    put(
        incident,
        "place",
        "exact_place",
        "area",
        "summary",
        "situation",
        "needs",
        "biggest_risk",
        "state_reason",
    )
    incident.refresh_from_db()
    seen = get_sight(by, incident.uuid)
    made = SimpleNamespace(incident=incident, seen=seen, entries=[], items=[], files=[], records=[])
    _engagements(made, actors, world)
    _people(made, actors)
    categorise(
        incident=incident, by=by, police_called="yes", police_declared="no", category="serious", serious="yes",
        response="gold_group", of_note=[], lead_agency=by.agency, lead_person=mark("categorisation.lead_person"),
        other_boroughs=mark("categorisation.other_boroughs"), rationale=mark("categorisation.rationale"),
    )  # fmt: skip
    put(Phase.objects.get(incident=incident, key="education"), "not_applicable_reason")
    _log(made, actors)
    _items(made, actors)
    for sensitivity in ("standard", "restricted"):
        told = {name: mark(f"keymessage.{name}", sensitivity) for name in ("audience", "message")}
        made.records.append(create_record(seen=seen, model=KeyMessage, sensitivity=sensitivity, **told))
    made.kinds = [
        _of_kind(model, seen, sensitivity, made.unnamed, sensitivity=sensitivity)
        for model in KINDS_OF_RECORD
        for sensitivity in ("standard", "restricted")
    ]
    made.meetings = [_meeting(seen, kind, sensitivity=kind) for kind in ("standard", "restricted")]
    made.dates = [_date(seen, kind, sensitivity=kind) for kind in ("standard", "restricted")]
    made.dates += [
        _date(seen, kind, about=one.entry) for kind, one in (("named", made.named), ("unnamed", made.unnamed))
    ]
    made.packs = [_pack(made, by, "gold"), _pack(made, by, "partners")]
    opened = reveal(seen=get_sight(actors["agency_manager"], incident.uuid), entry=made.unnamed.entry,
                    reason="contact", text=mark("reveal.text"))  # fmt: skip
    put(opened, "reason", "refused")
    _rights(made, actors, world)
    _set_up(made, world, manager)
    return made


def _of_kind(model, seen, kind, person, **more):
    """A record with a word in each of its texts."""
    return make(model, seen, lambda name: mark(f"{model.kind()}.{name}", kind), person.entry, **more)


MEETING = ("place", "chair", "purpose")
DECISION = ("text", "why", "options", "risks", "powers")


def _meeting(seen, kind, **more):
    """A meeting that has ended and was signed, with a decision that others read and one that they do not."""
    words = {name: mark(f"meeting.{name}", kind) for name in MEETING}
    found = meetings.set_up(
        seen=seen, what="partners", planned_at=clock.now(), chaired_by=seen.actor.agency,
        agenda=mark("agendapoint.title", kind), **words, **more,
    )  # fmt: skip
    found.entry.incident = seen.incident
    meetings.start(seen=seen, meeting=found)
    for restricted in (False, True):
        said = {name: mark(f"decision.{name}", f"{kind}hidden" if restricted else kind) for name in DECISION}
        meetings.decide(
            seen=seen, meeting=found, by_agency=seen.actor.agency, submission=uuid.uuid4(), restricted=restricted,
            **said,
        )  # fmt: skip
    ended = meetings.end(seen=seen, meeting=found)
    meetings.sign_minutes(seen=seen, meeting=found, read=ended.version)
    meetings.add_addendum(seen=seen, meeting=found, text=mark("addendum.text", kind))
    return found


def _rights(made, actors, world):
    """A no of the owner's that was lifted, a handover that was refused, a hold that was lifted."""
    by, now = actors["coordinator"].user, clock.now()
    stop = RevealStop.objects.create(
        entry=made.unnamed.entry,
        user=actors["colleague"].user,
        reason="x",
        by=by,
        lifted_at=now,
        lifted_by=by,
    )
    put(stop, "reason")
    offer = Handover.objects.create(
        incident=made.incident, from_partnership=world.north, to_partnership=world.east, reason="x", offered_by=by,
        offered_for=actors["coordinator"].agency, answer="refused", answer_reason="x", answered_at=now, answered_by=by,
    )  # fmt: skip
    put(offer, "reason", "answer_reason")
    hold = LegalHold.objects.create(
        incident=made.incident, reason="x", by=by, lifted_at=now, lifted_by=by, lifted_reason="x"
    )
    put(hold, "reason", "lifted_reason")


def _engagements(made, actors, world):
    rows = Engagement.objects.filter(incident=made.incident)
    rows.update(seen_at=clock.now())  # else the first look at the incident writes to its log
    police = {"general": "contribute", "people": "contribute", "communications": "contribute"}
    rows.filter(agency=world.agencies.police).update(sections=police)
    rows.filter(agency=world.agencies.youth).update(sections={"general": "see"})
    for row in rows:
        put(row, "reason", "told_how", kind=row.agency.kind.replace("_", ""))
    school = engage(
        incident=made.incident, agency=world.agencies.school, by=actors["coordinator"],
        reason=mark("engagement.reason", "ended"),
    )  # fmt: skip
    stand_down(engagement=school, by=actors["coordinator"], reason=mark("engagement.stand_down_reason"))
    made.engagements = list(rows)
    made.police = rows.get(agency=world.agencies.police)


PERSON = (
    "name", "address", "ward", "school", "trusted_adult", "consent_note", "needs", "support_plan", "family_contact",
)  # fmt: skip
WHERE = ("home_borough", "mash")
CLOCK = ("event", "missed_cause", "new_plan", "stopped_reason")
ATTEMPT = ("late_reason", "what_happened", "engaged", "next_step", "told_by")
REFERRAL = ("service", "note", "late_reason")
PAUSE = ("reason", "answer")


def _people(made, actors):
    named, unnamed = Person.objects.filter(entry__incident=made.incident).select_related("entry__incident")
    NamedPerson.objects.create(engagement=made.police, entry=named.entry)
    for person, kind in ((named, "named"), (unnamed, "unnamed")):
        _person(person, kind, actors["coordinator"])
    made.named, made.unnamed, made.people = named, unnamed, [named, unnamed]


def _person(person, kind, by):
    put(person, *PERSON, *WHERE, kind=kind)
    refer(
        person=person, by=by, to="specialist", **{name: mark(f"referral.{name}", kind) for name in REFERRAL}
    )
    until = {"until_at": clock.now() + timedelta(days=1), "asked_by": by.user, "agency": by.agency}
    pause, _ = SafetyPause.objects.get_or_create(person=person, ended_at=None, defaults=until)
    put(pause, *PAUSE, kind=kind)
    told = {name: mark(f"contactattempt.{name}", kind) for name in ATTEMPT}
    record_contact(person=person, by=by, outcome="attempted", method="visit", **told)
    for row in ContactClock.objects.filter(person=person):
        type(row).objects.filter(pk=row.pk).update(missed_at=clock.now())
        put(row, *CLOCK, kind=kind)


DATE = ("note", "wishes", "asked_by", "plan")


def _date(seen, kind, **more):
    """A court hearing that everybody may know of, or somebody's birthday, with a word in each of its texts."""
    today = clock.today()
    told = {name: mark(f"keydate.{name}", kind) for name in DATE}
    return add_date(
        seen=seen, what="birthday" if more.get("about") else "court", on=today + 30 * DAY, public=True,
        family_asked="asked", asked_on=today, **told, **more,
    )  # fmt: skip


def _log(made, actors):
    for section in Section.values:
        for sensitivity in ("standard", "restricted"):
            note = add_note(
                seen=made.seen, section=section, sensitivity=sensitivity,
                text=mark("logtext.text", f"{section}{sensitivity}"),
                late_reason=mark("logtext.late_reason", f"{section}{sensitivity}"),
            )  # fmt: skip
            made.entries.append(note)
    hidden, gone = (
        add_note(seen=made.seen, text=mark("logtext.text", kind), section="general")
        for kind in ("withheld", "redacted")
    )
    withhold(seen=made.seen, entry=hidden, reason="It names somebody")
    ask_redaction(seen=made.seen, entry=gone, reason="It names somebody")
    redact(seen=get_sight(actors["csp_manager"], made.incident.uuid), entry=gone)
    LogText.objects.filter(entry=gone).update(sealed_original=mark("logtext.sealed_original"))
    LogText.objects.filter(entry__in=[hidden, gone]).update(withheld_reason=mark("logtext.withheld_reason"))
    made.entries += [hidden, gone]


ITEM = ("heading", "title", "details", "answer", "told_by", "sent_back_reason")


def _items(made, actors):
    police = actors["partner"].agency
    holders = {"standard": police, "restricted": None, "people": None, "kept": police}
    for kind, agency in holders.items():
        made.items.append(_item(made, kind, agency=agency, section="people" if kind == "people" else "general",
                                sensitivity="restricted" if kind == "restricted" else "standard"))  # fmt: skip
    _snoozed(made.items[0], actors["partner"].user)
    stop = SharingStop.objects.create(
        incident=made.incident, about_kind="checklistitem", about_uuid=made.items[-1].uuid, agency=police,
        by=actors["partner"].user, reason=mark("sharingstop.reason"),
    )  # fmt: skip
    for agency in (police, actors["coordinator"].agency):  # the youth service came later
        HadBefore.objects.create(stop=stop, agency=agency)


def _snoozed(item, user):
    now = clock.now()
    message = Notification.objects.create(
        kind="item_due", step="due", subject=item.uuid, recipient=user, due_at=now, seen_at=now
    )
    row = Snooze.objects.create(notification=message, step="due", until=now + timedelta(hours=1), reason="x")
    put(row, "reason")


def _item(made, kind, **more):
    item = ChecklistItem.objects.create(
        incident=made.incident, phase="response_plan", title="x", source=ItemSource.LOCAL, **more
    )
    put(item, *ITEM, kind=kind)
    ChecklistItem.objects.filter(pk=item.pk).update(
        state="not_needed", not_needed_reason=mark("checklistitem.not_needed_reason", kind)
    )
    kept = {"section": item.section, "sensitivity": item.sensitivity}
    name = mark("storedfile.name", kind)
    made.files.append(make_file(made.incident, "checklistitem", item.uuid, f"{name}.jpg", picture(), **kept))
    content = f"%PDF-1.4 {mark('storedfile.file', kind)}".encode()
    made.files.append(make_file(made.incident, "checklistitem", item.uuid, f"{name}.pdf", content, **kept))
    return item


def _pack(made, by, audience):
    return Pack.objects.create(
        incident=made.incident, audience=audience, purpose=mark("pack.purpose", audience),
        recipients=mark("pack.recipients", audience), failure=mark("pack.failure", audience), state="failed",
        asked_by=by.user, asked_for=by.agency, membership=by.membership, as_at=clock.now(),
    )  # fmt: skip


def _set_up(made, world, manager):
    put(ClockRule.objects.create(partnership=world.north, name="x", event="x", hours=1), "name", "event")
    put(Contact.objects.create(partnership=world.north, name="x"), "name", "represents", "telephone", "email")
    today = clock.today()
    put(SharingAgreement.objects.create(agency=world.agencies.youth, partnership=world.north, signed_on=today,
                                        review_by=today), "purposes", "gateway")  # fmt: skip
    for agency, kind in ((world.agencies.police, "police"), (world.agencies.youth, "youth")):
        put(agency, "address", "email", "telephone", kind=kind)
    for part in ("coordinator", "youth"):
        user = User.objects.get(pk=world.cast[part].user_id)
        put(user, "name", "job_title", "telephone", kind=part.replace("_", ""))


def seal_in(made, actors):
    """What only the CSP manager and one of the police know of: a person, a message, and all that hangs on them."""
    seen = get_sight(actors["csp_manager"], made.incident.uuid)
    by, holders = seen.actor, [actors["partner"].user]
    person = add_person(
        seen=seen, event="", started_at=None, sealed=True, holders=holders, role="victim", age_band="child",
        setting="hospital", **{name: mark(f"person.{name}", "sealed") for name in PERSON},
    )  # fmt: skip
    person.entry.incident = made.incident
    _person(person, "sealed", by)
    words = {name: mark(f"keymessage.{name}", "sealed") for name in ("audience", "message")}
    message = create_record(
        seen=seen, model=KeyMessage, sensitivity=Sensitivity.SEALED, holders=holders, **words
    )
    date = _date(seen, "sealed", about=person.entry)
    kinds = [
        _of_kind(model, seen, "sealed", person, sensitivity=Sensitivity.SEALED, holders=holders)
        for model in KINDS_OF_RECORD
    ]
    meeting = _meeting(seen, "sealed", sensitivity=Sensitivity.SEALED, holders=holders)
    about = log(made.incident, by=by, kind=LogKind.NOTE, sensitivity=Sensitivity.SEALED, about=person.entry,
                text=mark("logtext.text", "sealed"))  # fmt: skip
    plain = log(
        made.incident, by=by, kind=LogKind.NOTE, about=person.entry, text=mark("logtext.text", "sealedtoo")
    )
    item = _item(made, "sealed", sensitivity=Sensitivity.SEALED, about=person.entry,
                 agency=actors["partner"].agency)  # fmt: skip
    ChecklistItem.objects.create(
        incident=made.incident, phase="response_plan", title=mark("checklistitem.title", "sealedopen"),
        sensitivity=Sensitivity.SEALED, about=person.entry, agency=actors["partner"].agency, due_at=clock.now(),
        remind_at=clock.now(), tell_at=clock.now(),
    )  # fmt: skip
    return {
        "person": [person.entry.uuid, message.entry.uuid, date.uuid], "date": [date.uuid],
        "record": [one.uuid for one in kinds], "meeting": [meeting.uuid],
        "entry": [about.uuid, plain.uuid], "item": [item.uuid],
        "file": [one.uuid for one in made.files[-2:]], "clock": [one.uuid for one in person.clocks.all()],
    }  # fmt: skip
