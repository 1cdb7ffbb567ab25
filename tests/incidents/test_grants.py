"""Guardian holds the grant, the engagement says why: both always agree, after a crash in the middle too."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from checklists import actions as items
from incidents.actions import accept_handover, change_engagement, engage, lead, offer_handover, stand_down
from incidents.models import Engagement, Handover, IncidentGroupObjectPermission
from incidents.queries import out_of_step
from svit import clock

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(DatabaseError):
    pass


class CrashAt:
    """The connection breaks at the nth statement that writes."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left == 0:
                raise Crash(sql[:60])
        return execute(sql, params, many, context)


def part(incident, actors, who="youth"):
    return Engagement.objects.current().get(incident=incident, agency=actors[who].agency)


def offered(incident, actors, world):
    """The offer, made once."""
    found = Handover.objects.filter(incident=incident, answer="").first()
    return found or offer_handover(
        incident=incident, by=actors["coordinator"], to_partnership=world.east, reason="Theirs."
    )


ACTS = {
    "engage": lambda incident, actors, world: engage(
        incident=incident, agency=world.agencies.school, by=actors["coordinator"], reason="Its pupil."
    ),
    "stand down": lambda incident, actors, world: stand_down(
        engagement=part(incident, actors), by=actors["coordinator"], reason="Done."
    ),
    "change": lambda incident, actors, world: change_engagement(
        engagement=part(incident, actors), by=actors["coordinator"], sections={"general": "see"}, people=[],
        reason="Less.", until_at=clock.now() + timedelta(hours=1),
    ),
    "lead": lambda incident, actors, world: lead(
        incident=incident, agency=world.agencies.school, by=actors["coordinator"], reason="They lead."
    ),
    "hand over": lambda incident, actors, world: accept_handover(
        offer=offered(incident, actors, world), by=actors["other_coordinator"], reason="Ours."
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_they_agree_wherever_an_act_breaks_off(incident, actors, world, name):
    engage(
        incident=incident,
        agency=actors["other_coordinator"].agency,
        by=actors["coordinator"],
        reason="Shared.",
        gateway="safeguarding",
    )
    broke = 0
    while True:
        try:
            with connection.execute_wrapper(CrashAt(broke + 1)):
                ACTS[name](incident, actors, world)
        except Crash:
            broke += 1
            assert out_of_step() == ([], []), f"{name}, after {broke} statements"
            incident.refresh_from_db()
            continue
        break
    assert broke >= 3
    assert out_of_step() == ([], [])


def test_a_grant_without_an_engagement_is_found_and_opens_nothing(incident, actors, world):
    school = world.agencies.school
    made = engage(incident=incident, agency=school, by=actors["coordinator"], reason="Its pupil.")
    Engagement.objects.filter(pk=made.pk).update(until_at=clock.now())
    grants, engagements = out_of_step()
    assert [grant.group_id for grant in grants] == [school.group_id]
    assert engagements == []


def test_an_engagement_without_a_grant_is_found_and_opens_nothing(incident, actors):
    from incidents.access import sight

    IncidentGroupObjectPermission.objects.filter(group=actors["youth"].agency.group_id).delete()
    assert sight(actors["youth"], incident) is None
    assert [row.agency for row in out_of_step()[1]] == [actors["youth"].agency]


def test_after_the_sweep_nothing_of_what_lapsed_is_left(incident, actors):
    row = part(incident, actors)
    Engagement.objects.filter(pk=row.pk).update(until_at=clock.now() + timedelta(minutes=1))
    with clock.at(clock.now() + timedelta(minutes=2)):
        items.end_lapsed()
        assert out_of_step() == ([], [])
