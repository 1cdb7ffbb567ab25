"""The clocks that a partnership keeps: how long a referral to MASH may take, kinds of its own, working hours."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from checklists.models import ClockKind
from partners import working_time
from partners.actions.rule import administering, managing
from partners.actions.saving import merge, save
from partners.history import sign
from partners.models import Partnership, WorkingHours
from response.models import ClockRule, ContactClock, calendar_of
from response.models.clocks import mash_rule
from svit import clock, engines
from svit.refused import Refused

WORDS = {"ages": "for whom it starts", "settings": "where they are"}


def _check_calendar(hours, calendar):
    """Refused where so many hours never pass: an agency that works less than that in three years."""
    try:
        working_time.after(clock.now(), timedelta(hours=hours), calendar)
    except ValueError:
        raise Refused(
            "So many working hours do not pass within three years. Choose fewer.", "hours"
        ) from None


def _check(row, values):
    hours, working = values.get("hours", row.hours), values.get("working", row.working)
    if working:
        _check_calendar(hours, calendar_of(values.get("calendar", row.calendar)))


def _held(by, partnership):
    administering(by, partnership)
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()


def _free_name(partnership, name, *, but=None):
    rows = ClockRule.objects.filter(partnership=partnership, name__iexact=name, retired_at=None)
    if rows.exclude(pk=but).exists():
        raise Refused(f"There is already a clock called {name}.", "name")


@transaction.atomic
def keep_mash_rule(*, partnership, by, version=None, choice=None, **values):
    """How long a referral to MASH may take from now on; a clock that runs keeps what it started with."""
    _held(by, partnership)
    row = ClockRule.objects.filter(partnership=partnership, kind=ClockKind.MASH_REFERRAL).first()
    _check(row or mash_rule(partnership), values)
    if row is None:
        row = mash_rule(partnership)
        for name, value in values.items():
            setattr(row, name, value)
        sign(row, by=by).save()
        return row
    changed = merge(row, version=version, changes=values, choice=choice)
    return save(row, by=by, changed=changed)


@transaction.atomic
def add_clock_rule(*, partnership, by, name, version=None, choice=None, **values):
    """One more kind of clock; it starts for people who are added or changed from now on."""
    _held(by, partnership)
    _free_name(partnership, name)
    row = ClockRule(partnership=partnership, kind=ClockKind.LOCAL, name=name, **values)
    _check(row, {})
    sign(row, by=by).save()
    return row


@transaction.atomic
def change_clock_rule(*, rule, by, version=None, choice=None, **values):
    """What a kind is called, how long it gives and for whom it starts; a clock that runs keeps its hours."""
    _held(by, rule.partnership)
    row = ClockRule.objects.get(pk=rule.pk)
    if row.retired_at:
        raise Refused(f"{row} is retired.")
    _free_name(row.partnership, values.get("name", row.name), but=row.pk)
    _check(row, values)
    changed = merge(row, version=version, changes=values, choice=choice, words=WORDS)
    if changed.get("met_by", row.met_by) != row.met_by and _runs(row):
        raise Refused("Clocks of this kind run. Retire it and add another that ends differently.", "met_by")
    return save(row, by=by, changed=changed)


def _runs(rule):
    return ContactClock.objects.filter(rule=rule, met_at=None, stopped_at=None).exists()


@transaction.atomic
def retire_clock_rule(*, rule, by):
    """No new clock of this kind starts; those that run go on."""
    _held(by, rule.partnership)
    row = ClockRule.objects.get(pk=rule.pk)
    if row.retired_at or row.kind != ClockKind.LOCAL:
        raise Refused(f"{row} is retired already.")
    row.retired_at = clock.now()
    sign(row, by=by).save(update_fields=["retired_at"])
    return row


@transaction.atomic
def keep_working_hours(*, agency, by, version=None, choice=None, **values):
    """When an agency works. The due times of clocks that run stay; what is said on the way follows the new hours."""
    agency = managing(by, agency, administer=True)
    hours = WorkingHours(agency=agency, **values).calendar()
    for rule in ClockRule.objects.filter(calendar=agency, working=True, retired_at=None):
        _check_calendar(rule.hours, hours)
    row = WorkingHours.objects.filter(agency=agency).first()
    if row is not None:
        return save(row, by=by, changed=merge(row, version=version, changes=values, choice=choice))
    row = WorkingHours(agency=agency, **values)
    try:
        with transaction.atomic():
            sign(row, by=by).save()
    except IntegrityError as error:
        raise Refused("Somebody else entered the hours at the same moment. Open the page again.") from error
    return row
