"""What happens in the demonstration: one response on its third day, one report that waits, one that was scaled down
eleven months ago, and one of the other borough, so that it can be seen who sees what."""

from checklists.models import ChecklistItem, ItemKind, ItemState
from incidents import actions
from partners.models import AgencyKind as K
from reports.demo.acts import (
    DAY,
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
    the_day,
)
from reports.demo.story import Story
from reports.demo.third_day import third_day
from response.models import ReferredTo
from svit import clock


def happen(boroughs):
    """Tell the stories, the earliest first, so that references are given in their order."""
    now = clock.now()
    north, east = boroughs["Northmere"], boroughs["Eastbrook"]
    scaled_down(north, now)
    of_the_other_borough(east, now)
    third_day(north, now)
    waiting_report(north, now)


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
    story.at(began - 6, refer_to, story, ReferredTo.MASH, (2, 3))
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
    story.at(8.9 * DAY, the_day, story, plan="The club opens from 4pm to 5pm. Patrols pass by and stay outside.",
             plan_ready=True, wishes="A quiet hour at the sports club. No press.")  # fmt: skip
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
    story.at(began - 4, refer_to, story, ReferredTo.MASH, (1,))
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
