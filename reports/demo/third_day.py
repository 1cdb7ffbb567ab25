"""The third day of a response: a clock missed, another due soon, items overdue."""

from datetime import timedelta

from checklists.actions import add_note as note_item
from checklists.actions import assign, send_back, set_due
from checklists.models import ClockKind
from incidents import actions
from incidents.models import Section
from partners.actor import system_actor
from partners.models import AgencyKind as K
from reports.demo.acts import (
    WHO,
    about,
    by_its_agency,
    categorise,
    contact,
    describe,
    give_to_youth,
    log,
    message,
    note,
    refer_to,
    taken_to_meeting,
)
from reports.demo.meetings import third_day_meetings
from reports.demo.records import third_day_records
from reports.demo.story import Story
from response.actions import (
    add_person,
    mark_missed,
    meet_by_word,
    move_start,
    start_clock,
)
from response.models import ReferredTo

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
    (30.0, "alert-schools", "Two schools and the youth club know, and whom to ring."),
    (29.5, "proceedings-check", ""),
    (29.0, "tensions", "Raised around two schools."),
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
    third_day_records(story)
    third_day_meetings(story)
    story.tell()


def custody(story):
    """The first: in custody, the clocks run from the booking."""
    for kind in (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE):
        move_start(clock_row=story.clock(1, kind), by=story.actor("coordinator"), started_at=story.when(51.1),
                   event="Booked in at custody")  # fmt: skip
    start_clock(person=story.person(1), kind=ClockKind.GOLDEN_HOUR, by=story.actor("coordinator"),
                event="Booked in at custody", started_at=story.when(51.1))  # fmt: skip
    about(story, 1, role="suspect", age_band="child", setting="custody", name="Kit Farthing")
    move_start(clock_row=story.clock(1, ClockKind.PROFESSIONALS), by=story.actor("coordinator"),
               started_at=story.when(51.1), event="Booked in at custody")  # fmt: skip


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
    meet_by_word(clock_row=story.clock(1, ClockKind.GOLDEN_HOUR), by=story.actor("police"))


def rang_instead(story):
    """Nobody at the council had opened it, so the coordinator rang."""
    actions.record_told(
        engagement=story.engagement(K.COUNCIL), by=story.actor("coordinator"),
        told_how="Rang the neighbourhoods officer, who answered.",
    )  # fmt: skip


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
    story.at(30.2, refer_to, story, ReferredTo.MASH, (1, 2, 3))
    for number, method, where in ((1, "custody", "the custody nurse"), (2, "hospital", "the ward")):
        story.at(28.0, contact, story, number, "children", "made", method, f"Spoke with {where}. No new concern.",
                 whom="professional")  # fmt: skip
    story.at(26.0, about, story, 3, consent="given", consent_at=story.when(26.0), noticed="disclosure",
             trusted_adult="A tutor at school", needs="Somebody to walk home with. A place to talk.",
             support_plan="The youth service each week, the school each morning.")  # fmt: skip
    story.at(25.5, refer_to, story, ReferredTo.SPECIALIST, (3,), "Trauma support")
    story.at(24.5, taken_to_meeting, story, (1, 2, 3))
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
    for kind in (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE, ClockKind.PROFESSIONALS):
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
