"""An agency's people take turns on call."""

from datetime import timedelta

from django.db import transaction

from partners import queries
from partners.actions.rule import managing
from partners.history import sign
from partners.models import Rota, RotaPlace
from reminders import wake
from reminders.times import on_the_wall
from svit import clock
from svit.refused import Refused

MOST = 12


@transaction.atomic
def set_rota(*, agency, by, people, day, hand_over, weeks):
    """`people` take turns in this order, the first from the latest hand-over on; `day` counts from Monday, 0.

    Where the hand-over stays as it was, the turn that runs goes on with the first of them.
    """
    agency, now = managing(by, agency), clock.now()
    if not agency.active:
        raise Refused(f"{agency} is closed, so nobody is on call for it.")
    if not 0 < len(people) <= MOST:
        raise Refused(f"Choose from 1 to {MOST} people", "turn_1")
    there = queries.people_of(agency)
    for number, user in enumerate(people, 1):
        if user not in there:
            raise Refused(f"{user} does not work for {agency}, so cannot be on call for it", f"turn_{number}")
    rota = Rota.objects.filter(agency=agency).first() or Rota(agency=agency)
    rota.starts_on = _begins(rota, day, hand_over, weeks, now)
    rota.hand_over, rota.weeks, rota.remind_at = hand_over, weeks, now
    sign(rota, by=by).save()
    _seat(rota, people, by)
    wake()
    return rota


def _begins(rota, day, hand_over, weeks, now):
    """The day of the latest hand-over: of the turn that runs, where the hand-over stays as it was."""
    same = rota.pk and (rota.starts_on.weekday(), rota.hand_over, rota.weeks) == (day, hand_over, weeks)
    if same:
        return rota.starts_on + timedelta(weeks=weeks * rota.turn_at(now))
    today = clock.local(now).date()
    latest = today - timedelta(days=(today.weekday() - day) % 7)
    return latest if on_the_wall(latest, hand_over) <= now else latest - timedelta(days=7)


def _seat(rota, people, by):
    """Give each place to whoever has it now; only what changes is written."""
    there = {one.number: one for one in rota.places.all()}
    for number, user in enumerate(people):
        place = there.pop(number, None) or RotaPlace(rota=rota, number=number)
        if place.user_id != user.pk:
            place.user = user
            sign(place, by=by).save()
    for place in there.values():
        sign(place, by=by).delete()


@transaction.atomic
def remove_rota(*, agency, by):
    """Nobody takes turns any more: everybody is told."""
    agency = managing(by, agency)
    rota = Rota.objects.filter(agency=agency).first()
    if rota is None:
        raise Refused("The rota was removed already.")
    for place in rota.places.all():
        sign(place, by=by).delete()
    sign(rota, by=by).delete()
