"""Bringing the response group back for a day that matters (UX journey H)."""

from django.db import transaction

from checklists.actions import mobilise
from checklists.actions.again import open_again
from checklists.actions.mobilising import Call
from incidents.actions import ask_again, log, reopen
from incidents.actions.saving import lock
from incidents.models import LogKind, ReportState, Section, Sensitivity, Stage
from reminders.actions import over
from response.bringing_back import brought_back, due_before, former_partners, given_to, template_of
from response.models import Remobilisation
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import day

FOR_A_DATE, FOR_THE_ANNIVERSARY = (
    "Brought back for a key date.",
    "Brought back for the anniversary of the incident.",
)
NOT_HERE = (
    "For a report that is not accepted, and for a date that is sealed, nobody is brought back: what agencies are asked"
    " for would tell of it."
)


@transaction.atomic
def remobilise(*, incident, by, date, kept_on, agencies, confirmed, words):
    """The agencies respond again, with the sections of then and the short list due before the day; all or nothing.

    `date` is the key date, or None for the anniversary of the incident. `agencies` are UUIDs as text, of those that
    responded before. `confirmed` says whether the family liaison lead confirmed the family's wishes, `words` with whom
    and when, or why the group is brought back nevertheless. A second press for the same day changes nothing.
    """
    incident = lock(incident)
    if found := brought_back(incident, kept_on):
        return found
    sealed = date is not None and date.entry.sensitivity == Sensitivity.SEALED
    if sealed or incident.report_state != ReportState.ACCEPTED:
        raise Refused(NOT_HERE)
    if kept_on < clock.today():
        raise Refused("This day is over.")
    partners = [one for one in former_partners(incident) if one.key in agencies]
    if closed := [one for one in partners if not one.available]:
        raise Refused(f"{closed[0].agency} is no longer active. Choose another agency on the page Mobilise.")
    if not partners:
        raise Refused("Tick at least one partner.")
    reason = FOR_THE_ANNIVERSARY if date is None else FOR_A_DATE
    if incident.stage in (Stage.SCALED_DOWN, Stage.CLOSED):
        incident = reopen(incident=incident, by=by, reason=reason)
    row = Remobilisation.objects.create(
        incident=incident, date=date, kept_on=kept_on, confirmed=confirmed, by=by.user, at=clock.now()
    )
    _log_wishes(incident, date, kept_on, confirmed, words, by=by)
    rows = open_again(
        incident=incident, by=by, template=template_of(incident.partnership_id), for_date=kept_on,
        due_at=due_before(kept_on), reason=reason,
    )  # fmt: skip
    given, _ = given_to(rows, partners)
    went_on = [one.engagement for one in partners if one.engagement.is_current]
    calls = [
        Call(one.agency, one.sections, [item.open for item in given.get(one.agency.pk, ())], one.gateway)
        for one in partners
    ]
    mobilise(incident=incident, by=by, calls=calls, reason=reason)
    for engagement in went_on:
        ask_again(engagement=engagement, by=by, reason=reason)
    over(incident.uuid if date is None else date.uuid)
    return row


def _log_wishes(incident, date, kept_on, confirmed, words, *, by):
    """What was asked and answered, as far as whoever may know of the date may know of it."""
    answer = (
        "The family liaison lead has confirmed the family’s wishes"
        if confirmed
        else ("The family’s wishes are not confirmed yet")
    )
    log(
        incident, by=by, kind=LogKind.RECORD, about=date and date.entry,
        section=date.entry.section if date else Section.COMMUNITY,
        sensitivity=date.entry.sensitivity if date else Sensitivity.STANDARD,
        text=f"The response group is brought back for {day(kept_on)}. {answer}: {words}",
    )  # fmt: skip
