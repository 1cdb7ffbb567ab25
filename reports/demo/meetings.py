"""The meetings of the first three days: gold group twice, signed once, and the partners meeting that is planned."""

from datetime import timedelta
from uuid import uuid5

from partners.models import AgencyKind as K
from reports.demo.acts import SPACE
from response.actions import meetings
from response.models.meetings import Attendance

FIRST = [
    (
        K.POLICE,
        "Patrols on school routes until Friday, from 2pm to 10pm.",
        "Two groups named each other in messages.",
    ),
    (
        K.CHILDRENS_SOCIAL_CARE,
        "One worker for each family, named today.",
        "Two workers rang the same family.",
    ),
    (None, "One statement a day, agreed by police and family liaison.", "Rumours filled what was not said."),
]
ACTIONS = [
    (K.YOUTH_SERVICES, "Two detached workers at the station after school", 6),
    (K.EDUCATION, "Brief both heads before the first lesson", 18),
    (K.COMMUNICATIONS, "Ask for the film of the street to be taken down", 4),
]
APOLOGIES = (K.HOUSING, K.VOLUNTARY)


def third_day_meetings(story):
    story.at(34.6, set_up, story, 34.5)
    story.at(34.5, held, story)
    story.at(33.6, signed, story)
    story.at(16.0, done, story)
    story.at(10.0, planned, story)


def _once(story, words):
    return uuid5(SPACE, f"{words} {story.now}")


def set_up(story, hours):
    story.gold = meetings.set_up(
        seen=story.seen("manager"), what="gold_group", planned_at=story.when(hours), chaired_by=story.borough.csp,
        place="Town hall, room 2, and by call", chair="CSP manager", submission=_once(story, "gold group"),
        purpose="What is needed before the schools open.",
    )  # fmt: skip


def held(story):
    seen = story.seen("coordinator")
    meetings.start(seen=seen, meeting=story.gold)
    answers = {
        row.agency_id: "apologies" if row.agency.kind in APOLOGIES else "present"
        for row in Attendance.objects.filter(meeting=story.gold).select_related("agency")
    }
    meetings.attend(seen=seen, meeting=story.gold, answers=answers)
    for kind, text, why in FIRST:
        agency = story.agency(kind) if kind else story.borough.csp
        meetings.decide(seen=seen, meeting=story.gold, text=text, why=why, by_agency=agency,
                        submission=_once(story, text))  # fmt: skip
    for kind, title, hours in ACTIONS:
        meetings.raise_action(
            seen=seen, meeting=story.gold, title=title, agency=story.agency(kind), submission=_once(story, title),
            due_at=story.when(34.5) + timedelta(hours=hours),
        )  # fmt: skip


def signed(story):
    ended = meetings.end(seen=story.seen("coordinator"), meeting=story.gold)
    meetings.sign_minutes(seen=story.seen("manager"), meeting=story.gold, read=ended.version)


def done(story):
    """Two of the three actions; the third waits."""
    for raised in story.gold.raised.select_related("item").order_by("number")[:2]:
        story.end_item("coordinator", raised.item)


def planned(story):
    meetings.set_up(
        seen=story.seen("coordinator"), what="gold_group", planned_at=story.now + timedelta(hours=7),
        chaired_by=story.borough.csp, chair="CSP manager", submission=_once(story, "second"),
        purpose="The first person has not been reached. Is the risk plan right?",
    )  # fmt: skip
