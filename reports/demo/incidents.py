"""What happens in the demonstration: one response on its third day, one report that waits, one that was scaled down
eleven months ago, and one of the other borough, so that it can be seen who sees what."""

from datetime import timedelta
from uuid import UUID, uuid5

from checklists.actions import add_note as note_item
from checklists.actions import assign, send_back, set_due
from checklists.models import ChecklistItem, ClockKind, ItemKind, ItemState
from comms.models import KeyMessage
from incidents import actions
from incidents.actions import create_record
from incidents.models import Section
from partners.actor import system_actor
from partners.models import AgencyKind as K
from partners.models import User
from reports.demo.story import Story
from response.actions import (
    add_person,
    assign_clock,
    change_person,
    log_incident,
    mark_missed,
    meet_golden_hour,
    move_start,
    record_contact,
    start_clock,
)
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


def happen(boroughs):
    """Tell the stories, the earliest first, so that references are given in their order."""
    now = clock.now()
    north, east = boroughs["Northmere"], boroughs["Eastbrook"]
    scaled_down(north, now)
    of_the_other_borough(east, now)
    third_day(north, now)
    waiting_report(north, now)


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


def contact(story, number, who, outcome, method, text, next_step=""):
    record_contact(
        person=story.person(number), by=story.actor(who), outcome=outcome, method=method, what_happened=text,
        next_step=next_step,
    )  # fmt: skip


def message(story, who, audience, words):
    """A key message in the agreed words."""
    create_record(seen=story.seen(who), model=KeyMessage, audience=audience, message=words)


# --- The third day of a response

THIRD_DAY_KINDS = [
    K.POLICE, K.HEALTH, K.CHILDRENS_SOCIAL_CARE, K.YOUTH_SERVICES, K.EDUCATION, K.VICTIM_SERVICES, K.VOLUNTARY,
    K.COUNCIL, K.COMMUNICATIONS, K.CCTV, K.HOUSING,
]  # fmt: skip
# Hours ago, item, what was written.
THIRD_DAY_ITEMS = [
    (49.9, "lead-appropriate", ""),
    (49.6, "immediate-response", "Officers are with both families."),
    (49.5, "stakeholders-informed", ""),
    (49.3, "scene-managed", "The parade is closed between the station and the market until morning."),
    (47.4, "safeguarding", "Strategy discussion held with police and health."),
    (47.2, "scene-messages", ""),
    (47.0, "visitors", "Close family only. The ward has one contact for all agencies."),
    (46.5, "social-media", "Short film of the street is shared locally. Asked for it to be taken down."),
    (46.4, "lead-agency", ""),
    (45.5, "cctv", "Footage of the parade and the station secured for the investigation."),
    (45.0, "family-liaison", "Family liaison officer appointed for the family in hospital."),
    (44.5, "witness-appeals", ""),
    (44.2, "retribution-risk", "Possible. Patrols at the end of the school day agreed."),
    (44.0, "consistent-messaging", ""),
    (43.6, "statement", "First statement agreed by police and family liaison."),
    (43.4, "discharge", "No date yet. The ward rings before any discharge."),
    (43.2, "partners-identified", ""),
    (43.0, "cross-borough", ""),
    (40.5, "social-media", ""),
    (40.0, "partners", "Hospital, the family's GP and public health."),
    (34.0, "hold-meeting", "Gold group held. Next one tomorrow at 9am."),
    (33.4, "daily-risk-management", ""),
    (33.0, "mediation-patrols", "School routes and the parade, 2pm to 10pm. Detached youth workers alongside."),
    (31.5, "leaders", "Traders, faith forum and parents' forum rung."),
    (31.0, "channels", ""),
    (30.6, "community-representatives", ""),
    (30.4, "develop-plan", ""),
    (30.2, "mash-referral", "Three referrals made."),
    (30.0, "alert-schools", "Two schools and the youth club know, and whom to ring."),
    (29.5, "proceedings-check", ""),
    (29.0, "tensions", "Raised around two schools."),
    (28.0, "professionals-48h", "Hospital and custody both reached."),
    (26.5, "victim-support", "Victim care offered and accepted."),
    (25.0, "social-media", ""),
    (20.5, "trauma-signs", "Guidance given to ward staff and form tutors."),
    (20.2, "retribution-risk", "Still possible. Patrols go on."),
    (20.0, "intelligence-report", ""),
    (12.5, "critical-incident-plan", "Plan in use at one school, ready at the other."),
    (10.4, "support-offered", "Drop-in at the youth club on three evenings."),
    (10.0, "key-dates", "A vigil is planned. The family was asked first."),
    (8.5, "phased-plan", ""),
    (8.0, "tensions", "Lower than yesterday."),
    (7.0, "impact-assessment", "Shared with the partners who contribute to it."),
    (5.33, "social-media", "Quieter. One post reported."),
]  # fmt: skip


def third_day(borough, now):
    """A stabbing, two days and some hours after it was logged: a clock missed, another due soon, items overdue."""
    story = Story(borough, now)
    story.at(
        50.85, log, story, "coordinator", "third day", occurred=51.6, happened="stabbing", place="Station Parade",
        area="Station ward", source="police", injury="serious", young_people=3, custody=True, hospital=True,
        known_at=story.when(51.3),
        summary="Two groups of young people met near the station. One young person is seriously hurt. One is in "
        "custody, one more in hospital. Two schools and a youth club are affected.",
    )  # fmt: skip
    story.at(50.8, custody, story)
    story.at(50.7, hospital, story)
    story.at(50.4, categorise, story, police_called="yes", police_declared="yes", serious="yes", category="serious",
             response="gold_group", rationale="A young person is seriously hurt, several schools are affected and "
             "retaliation is possible. The police have called gold group.")  # fmt: skip
    story.at(50.3, story.mobilise, "coordinator", THIRD_DAY_KINDS, "Needed for the first response.")
    story.at(50.25, golden_hour_told, story)
    for hours, who, kind in [
        (50.1, "police", K.POLICE), (49.9, "hospital", K.HEALTH), (49.8, "children", K.CHILDRENS_SOCIAL_CARE),
        (49.7, "youth", K.YOUTH_SERVICES), (49.2, "communications", K.COMMUNICATIONS),
        (46.0, "victims", K.VICTIM_SERVICES),
        (45.8, "cctv", K.CCTV), (42.0, "school", K.EDUCATION), (41.0, "voluntary", K.VOLUNTARY),
        (40.8, "housing", K.HOUSING),
    ]:  # fmt: skip
        story.at(hours, story.opens, who, kind)
    story.at(49.4, rang_instead, story)
    for kind in (K.POLICE, K.CHILDRENS_SOCIAL_CARE, K.YOUTH_SERVICES):
        story.at(
            49.85, story.name_people, "coordinator", kind, "Works with these young people and their families."
        )
    story.at(49.1, give_to_youth, story, (1, 2, 3))
    for hours, key, words in THIRD_DAY_ITEMS:
        story.at(hours, by_its_agency, story, key, words)
    third_day_people(story)
    third_day_words(story)
    story.tell()


def custody(story):
    """The first: in custody, the clocks run from the booking."""
    for kind in (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE):
        move_start(clock_row=story.clock(1, kind), by=story.actor("coordinator"), started_at=story.when(51.1),
                   event="Booked in at custody")  # fmt: skip
    start_clock(person=story.person(1), kind=ClockKind.GOLDEN_HOUR, by=story.actor("coordinator"),
                event="Booked in at custody", started_at=story.when(51.1))  # fmt: skip
    about(story, 1, role="suspect", age_band="child", setting="custody", name="Kit Farthing")


def hospital(story):
    """The second: in hospital, the clocks run from the arrival once it is known; the third at home."""
    for kind in (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE):
        move_start(clock_row=story.clock(2, kind), by=story.actor("coordinator"), started_at=story.when(50.9),
                   event="When it happened")  # fmt: skip
    about(story, 2, role="victim", age_band="child", setting="hospital", name="Remi Lockyer", ward="Ward 4",
          school="Northmere Academy", family_contact="The family liaison officer")  # fmt: skip
    about(story, 3, role="witness", age_band="young_adult", setting="home", name="Sol Windrush")


def golden_hour_told(story):
    """The police told MASH 51 minutes after the booking."""
    meet_golden_hour(clock_row=story.clock(1, ClockKind.GOLDEN_HOUR), by=story.actor("police"))


def rang_instead(story):
    """Nobody at the council had opened it, so the coordinator rang."""
    actions.record_told(
        engagement=story.engagement(K.COUNCIL), by=story.actor("coordinator"),
        told_how="Rang the neighbourhoods officer, who answered.",
    )  # fmt: skip


def give_to_youth(story, numbers):
    """The youth service makes contact with these people."""
    worker = User.objects.get(email=f"youth@{story.borough.domain}")
    for number in numbers:
        for row in story.person(number).clocks.exclude(kind=ClockKind.GOLDEN_HOUR):
            assign_clock(
                clock_row=row,
                by=story.actor("coordinator"),
                agency=story.agency(K.YOUTH_SERVICES),
                worker=worker,
            )


def by_its_agency(story, key, words=""):
    """The item is ended by whoever holds it."""
    item = story.item(key)
    who = WHO[item.agency.kind] if item.agency else "coordinator"
    story.end_item(who, item, words or ANSWERS.get(key, ""))


def third_day_people(story):
    """Contacts: one made, one missed after two attempts, one due soon after an attempt, one that begins."""
    story.at(45.6, move_to_arrival, story)
    story.at(39.5, contact, story, 3, "youth", "made", "visit", "Seen at home with a parent. Safe for now.",
             "Ring again in three days.")  # fmt: skip
    story.at(37.0, contact, story, 1, "youth", "attempted", "custody", "Not seen: with a solicitor.",
             "Try after the interview.")  # fmt: skip
    story.at(
        30.8, contact, story, 2, "youth", "attempted", "hospital", "In theatre. The ward rings when awake."
    )
    story.at(16.5, fourth_person, story)
    story.at(16.3, give_to_youth, story, (4,))
    story.at(13.0, about, story, 1, setting="home")
    story.at(12.2, contact, story, 1, "youth", "attempted", "visit", "Released. Nobody answered at the address.",
             "Ask the family liaison officer whom the family will accept.")  # fmt: skip
    story.at(3.05, missed, story)
    story.at(
        2.5, contact, story, 2, "youth", "attempted", "hospital", "Asleep. The ward sister rings when awake."
    )


def move_to_arrival(story):
    """The hospital gave the time of arrival, so the clocks of the second person run from there."""
    for kind in (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE):
        move_start(clock_row=story.clock(2, kind), by=story.actor("coordinator"), started_at=story.when(45.77),
                   event="Arrival in the children's ward")  # fmt: skip


def fourth_person(story):
    """A school referred a friend: the first attempt is due within a day of that."""
    add_person(
        seen=story.seen("coordinator"), event="School referral", started_at=story.when(16.6), role="friend",
        age_band="child", setting="home", name="Ash Pellow", school="Northmere Academy",
    )  # fmt: skip


def missed(story):
    """48 hours after the booking nobody had reached the first person."""
    mark_missed(clock=story.clock(1, ClockKind.CONTACT_MADE), by=system_actor("sweep"))


def third_day_words(story):
    """The picture, the notes, the key message, and what was moved and sent back."""
    story.at(50.5, describe, story, situation="One young person is seriously hurt and in hospital. One is in custody. "
             "The parade is closed.", needs="A family liaison officer. Schools told before the morning.",
             biggest_risk="Retaliation overnight")  # fmt: skip
    story.at(
        44.8, note, story, "police", "Cordon at the station lifted. The market side stays closed until 6am."
    )
    story.at(43.5, message, story, "coordinator", "Everybody",
             "A young person was seriously hurt at Station Parade and is being cared for in hospital. One person is "
             "helping the police. Officers will be in the area over the coming days. Anybody who saw what happened "
             "can ring the police or, without giving a name, an independent charity line.")  # fmt: skip
    story.at(33.8, note, story, "coordinator", "Gold group agreed: one statement a day, one contact for the family, "
             "patrols on school routes.")  # fmt: skip
    story.at(32.0, hand_to_housing, story)
    story.at(24.0, note, story, "school", "Form tutors met before the first lesson. The quiet room is staffed.",
             Section.EDUCATION)  # fmt: skip
    story.at(21.0, note, story, "voluntary", "Twelve young people came to the drop-in. Two asked for more support.",
             Section.COMMUNITY)  # fmt: skip
    story.at(18.0, waits, story, "consent", 20, "The family asked to talk after the operation.")
    story.at(17.8, waits, story, "friends-family", -40 / 60, "Waits for the family liaison officer.")
    story.at(9.2, not_ours, story)
    story.at(
        6.4,
        note_on_item,
        story,
        "friends-family",
        "Two friends are known to the school. A third is not named yet.",
    )
    story.at(4.0, describe_now, story)
    story.at(1.2, note, story, "police", "Quiet night so far. Two patrols at the parade until 4am.")


def describe_now(story):
    """What the coordinator made of it this night."""
    first, fourth = story.person(1).label, story.person(4).label
    describe(
        story, situation="One young person seriously hurt, stable. One bailed from custody, one more in hospital. "
        "Two schools and a youth club affected. Retaliation assessed as possible.",
        needs=f"A worker whom the family of {first} will accept. Somewhere safe for {fourth}.",
        biggest_risk="Retaliation on school routes",
    )  # fmt: skip


def hand_to_housing(story):
    """The coordinator asks housing what the incident means for tenancies."""
    assign(seen=story.seen("coordinator"), item=story.item("implications"), agency=story.agency(K.HOUSING),
           note="Does a tenancy need to move?")  # fmt: skip


def not_ours(story):
    send_back(seen=story.seen("housing"), item=story.item("implications"),
              reason="None of the addresses is ours. The council's private housing officer may know.")  # fmt: skip


def waits(story, key, hours_ahead, reason):
    """The due time of an item moves, and why."""
    set_due(seen=story.seen("coordinator"), item=story.item(key),
            due_at=story.now + timedelta(hours=hours_ahead), reason=reason)  # fmt: skip


def note_on_item(story, key, words):
    item = story.item(key)
    note_item(seen=story.seen(WHO[item.agency.kind]), item=item, note=words)


# --- A report that waits


def waiting_report(borough, now):
    """The hospital reported an assault eighteen minutes ago; no coordinator has taken it on yet."""
    story = Story(borough, now)
    story.at(
        0.3, log, story, "hospital", "waiting report", occurred=2.5, happened="assault", place="Market Square",
        area="Market ward", source="health", injury="serious", young_people=1, custody=None, hospital=True,
        summary="A young person came to the emergency department with injuries that do not fit the account given. "
        "A friend waits outside and is worried about going home.",
    )  # fmt: skip
    story.tell()


# --- Scaled down, with an anniversary ahead


SCALED_DOWN_KINDS = [
    K.POLICE, K.HEALTH, K.CHILDRENS_SOCIAL_CARE, K.YOUTH_SERVICES, K.EDUCATION, K.VICTIM_SERVICES, K.VOLUNTARY,
    K.COUNCIL, K.COMMUNICATIONS, K.CCTV,
]  # fmt: skip


def scaled_down(borough, now):
    """A young person died eleven months ago and some weeks; the response became prevention, and the day nears again."""
    began = 344 * DAY
    story = Story(borough, now)
    story.at(
        began, log, story, "second.coordinator", "scaled down", occurred=began + 1.5, happened="stabbing",
        place="Lock Lane", area="Riverside ward", source="police", injury="fatal", young_people=3, custody=False,
        hospital=True, known_at=story.when(began + 0.5),
        summary="A young person has died. Friends were present. Two schools and a sports club are affected.",
    )  # fmt: skip
    story.at(began - 0.3, categorise, story, police_called="yes", police_declared="yes", serious="yes",
             category="critical", response="gold_group", rationale="A young person has died. The effect on families, "
             "friends and two schools is profound.")  # fmt: skip
    story.at(
        began - 0.5, story.mobilise, "second.coordinator", SCALED_DOWN_KINDS, "Needed for the first response."
    )
    story.at(began - 0.6, loss, story, began)
    for place, kind in enumerate(SCALED_DOWN_KINDS):
        story.at(began - 1 - place / 5, story.opens, WHO[kind], kind)
    story.at(began - 1.2, give_to_youth, story, (2, 3))
    story.at(began - 20, contact, story, 2, "youth", "made", "visit", "Seen at home with family.")
    story.at(
        began - 22,
        contact,
        story,
        3,
        "youth",
        "made",
        "telephone",
        "Wants to talk at school, with a tutor there.",
    )
    story.at(began - 6, message, story, "communications", "Everybody",
             "A young person has died. Our thoughts are with the family and friends. The family asks for privacy. "
             "Support is there for everybody who needs it.")  # fmt: skip
    story.at(began - 12, describe, story, situation="A young person has died. The family is supported by a family "
             "liaison officer.", needs="Support for friends and two schools.",
             biggest_risk="Grief among friends")  # fmt: skip
    story.tell()
    finish(story, began, until=40 * DAY, late=("key-dates",))
    story.at(330 * DAY, scale_down, story)
    story.at(
        329 * DAY, describe, story, situation="A young person died. The schools and the youth service carry the "
        "support on, and the family has one contact for all agencies.",
        needs="The family's wishes for the day, well before it.",
        biggest_risk="Grief that returns around the day",
    )  # fmt: skip
    story.at(300 * DAY, close_phases, story)
    for days in (316, 288, 260, 232, 204, 176, 148, 120, 92, 64, 36, 10):
        words = "The family was asked how they wish the day to be kept." if days == 10 else ""
        story.at(days * DAY, story.end, "coordinator", "key-dates", words)
    story.at(9 * DAY, note, story, "coordinator", "The family would like the sports club to hold a quiet hour on the "
             "anniversary. Both schools know.")  # fmt: skip
    story.tell()


def loss(story, began):
    """The first person died; who it is, is for those who work with the family."""
    about(story, 1, role="victim", age_band="young_adult", name="Luca Merriden", died_at=story.when(began + 1),
          next_of_kin_told_at=story.when(began + 0.7), family_contact="The family liaison officer")  # fmt: skip
    about(
        story,
        2,
        role="friend",
        age_band="child",
        setting="home",
        name="Noor Halden",
        school="Northmere Academy",
    )
    about(
        story,
        3,
        role="friend",
        age_band="child",
        setting="home",
        name="Jude Osmond",
        school="Northmere Academy",
    )


def finish(story, began, *, until, checks=3, late=()):
    """Each item that is still open is ended in time by whoever holds it; `late` ones stay open.

    What is checked again and again is checked once a day, `checks` times.
    """
    items = ChecklistItem.objects.filter(incident=story.incident, state=ItemState.OPEN, clock_kind="")
    for place, item in enumerate(items.select_related("template_item")):
        key = item.template_item.key
        if key in late:
            continue
        allowed = (item.due_at - item.opened_at).total_seconds() / 3600
        takes = max(allowed * (0.35 + (place % 6) / 10), began - story.holder_came(item) + 0.25)
        if takes > until:
            continue
        story.at(began - takes, by_its_agency, story, key)
        if item.kind == ItemKind.RECURRING:
            for again in range(1, checks + 1):
                if began - takes - again * DAY > 0:
                    story.at(began - takes - again * DAY, by_its_agency, story, key)


def scale_down(story):
    actions.scale_down(
        incident=story.incident, by=story.actor("coordinator"),
        reason="Gold group agreed: the schools and the youth service carry the support on, and the plan for key "
        "dates stands.",
    )  # fmt: skip


def close_phases(story):
    """All phases but the review, which keeps the key dates."""
    for phase in story.incident.phases.exclude(key="review"):
        actions.close_phase(phase=phase, by=story.actor("coordinator"), reason="Nothing is left to do here.")


# --- The other borough

OTHER_KINDS = [K.POLICE, K.YOUTH_SERVICES, K.EDUCATION, K.VICTIM_SERVICES, K.CHILDRENS_SOCIAL_CARE, K.CCTV,
               K.COMMUNICATIONS]  # fmt: skip


def of_the_other_borough(borough, now):
    """A robbery five days ago, led by the other partnership: its neighbours see nothing of it."""
    began = 5 * DAY + 3
    story = Story(borough, now)
    story.at(
        began, log, story, "coordinator", "other borough", occurred=began + 2, happened="robbery", place="Canal Walk",
        area="Canal ward", source="school", injury="minor", young_people=1, custody=False, hospital=False,
        summary="A pupil was robbed on the way home by a group of older young people, and has stayed at home since.",
    )  # fmt: skip
    story.at(began - 0.5, categorise, story, police_called="no", police_declared="no", serious="not_known",
             category="of_note", response="partners_meeting", of_note=["cumulative", "concern"],
             rationale="The third robbery on this way to school in two weeks. Families are worried.")  # fmt: skip
    story.at(began - 1, story.mobilise, "coordinator", OTHER_KINDS, "Needed for the partners meeting.")
    for place, kind in enumerate(OTHER_KINDS):
        story.at(began - 1.5 - place / 4, story.opens, WHO[kind], kind)
    story.at(began - 2, about_pupil, story)
    story.at(began - 2.2, give_to_youth, story, (1,))
    story.at(began - 19, contact, story, 1, "youth", "made", "visit", "Seen at home with a parent. A friend now walks "
             "along in the morning.")  # fmt: skip
    story.at(began - 30, describe, story, situation="A pupil was robbed and stays at home. Two earlier robberies are "
             "looked at together.", needs="Adults on the way to school in the afternoon.",
             biggest_risk="A further robbery on Canal Walk")  # fmt: skip
    story.tell()
    finish(story, began, until=began - 1, checks=6, late=("community-representatives", "social-media"))
    for hours in (began - 3, began - 20, began - 44, began - 68, 25, 2):
        story.at(hours, by_its_agency, story, "social-media")
    story.at(40, note, story, "police", "Officers on Canal Walk each afternoon this week.")
    story.tell()


def about_pupil(story):
    about(
        story,
        1,
        role="victim",
        age_band="child",
        setting="home",
        name="Teddy Larch",
        school="Eastbrook Academy",
    )
