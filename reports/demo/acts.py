"""The acts of which the stories are made, each at the moment at which the clock is held."""

from uuid import UUID, uuid5

from comms.models import KeyMessage
from incidents import actions
from incidents.actions import create_record
from incidents.models import Section
from partners.models import AgencyKind as K
from partners.models import User
from response.actions import (
    add_date,
    change_person,
    hand_over,
    log_incident,
    record_contact,
    refer,
    take_to_meeting,
)
from response.models import ReferredTo
from svit import clock

DAY = 24
SPACE = UUID("5c1b4a2e-0f6d-4c8a-9a53-7d3f1f2f7a10")

# What a question of the toolkit is answered with where a story says nothing of its own.
ANSWERS = {
    "lead-appropriate": "Yes.",
    "partners-identified": "Yes. Each has somebody who answers.",
    "community-representatives": "Yes: traders, the faith forum and the parents' forum.",
    "cross-borough": "No. The neighbouring borough was asked and knows of nobody involved.",
    "lead-agency": "The police until a charge, then the council.",
}
# Who acts for an agency of a kind.
WHO = {
    K.COMMUNITY_SAFETY: "coordinator",
    K.POLICE: "police",
    K.HEALTH: "hospital",
    K.CHILDRENS_SOCIAL_CARE: "children",
    K.YOUTH_SERVICES: "youth",
    K.EDUCATION: "school",
    K.VICTIM_SERVICES: "victims",
    K.VOLUNTARY: "voluntary",
    K.COUNCIL: "publicrealm",
    K.COMMUNICATIONS: "communications",
    K.CCTV: "cctv",
    K.HOUSING: "housing",
    K.ADULT_SOCIAL_CARE: "adults",
    K.PROBATION: "probation",
    K.FAITH: "faith",
}


def log(story, who, name, *, occurred, **answers):
    """Log an incident at this moment; `occurred` hours ago it happened."""
    actor = story.actor(who)
    story.incident = log_incident(
        by=actor,
        submission=uuid5(SPACE, f"{name} {story.now}"),
        partnership=story.borough.partnership,
        occurred_at=story.when(occurred),
        **answers,
    )


def categorise(story, **answers):
    """Categorise with the partnership's own agency as the lead."""
    actions.categorise(
        incident=story.incident,
        by=story.actor("coordinator"),
        **{
            "of_note": [],
            "lead_agency": story.borough.csp,
            "lead_person": "Duty coordinator",
            "other_boroughs": "",
            **answers,
        },
    )


def note(story, who, text, section=Section.GENERAL):
    actions.add_note(seen=story.seen(who), text=text, section=section)


def describe(story, **texts):
    story.incident.refresh_from_db()
    actions.describe(
        incident=story.incident, by=story.actor("coordinator"), version=story.incident.version, **texts
    )


def about(story, number, **fields):
    """What is known of a person now."""
    person = story.person(number)
    change_person(seen=story.seen("coordinator"), person=person, version=person.version, **fields)


def contact(story, number, who, outcome, method, text, next_step="", **more):
    record_contact(
        person=story.person(number), by=story.actor(who), outcome=outcome, method=method, what_happened=text,
        next_step=next_step, **more,
    )  # fmt: skip


def message(story, who, audience, words):
    """A key message in the agreed words."""
    create_record(seen=story.seen(who), model=KeyMessage, audience=audience, message=words)


def the_day(story, **answers):
    """The anniversary, as the family wishes it to be kept."""
    happened = clock.local(story.incident.starts_at).date()
    add_date(
        seen=story.seen("coordinator"), what="anniversary", on=happened, yearly=True, family_asked="asked",
        asked_on=clock.today(), asked_by="Family liaison officer", **answers,
    )  # fmt: skip


def give_to_youth(story, numbers):
    """The youth service makes contact with these people."""
    worker = User.objects.get(email=f"youth@{story.borough.domain}")
    for number in numbers:
        hand_over(
            person=story.person(number), by=story.actor("coordinator"), agency=story.agency(K.YOUTH_SERVICES),
            worker=worker, reason="The youth service makes contact.", agreed=True,
        )  # fmt: skip


def refer_to(story, to, numbers, service=""):
    """The children's social care, or the youth service, refers these people."""
    who = "children" if to == ReferredTo.MASH else "youth"
    for number in numbers:
        refer(person=story.person(number), by=story.actor(who), to=to, service=service)


def taken_to_meeting(story, numbers):
    """The Daily Risk Management meeting spoke of these people."""
    take_to_meeting(people=[story.person(number) for number in numbers], by=story.actor("coordinator"))


def by_its_agency(story, key, words=""):
    """The item is ended by whoever holds it."""
    item = story.item(key)
    who = WHO[item.agency.kind] if item.agency else "coordinator"
    story.end_item(who, item, words or ANSWERS.get(key, ""))
