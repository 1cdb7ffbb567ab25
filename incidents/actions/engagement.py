"""Engaging agencies, and ending that: access follows in the same transaction."""

from django.contrib.auth.models import Permission
from django.db import transaction

from incidents.actions.access_record import record_access
from incidents.actions.log import log
from incidents.actions.saving import lock, save, sign
from incidents.actions.sharing import check_may_have
from incidents.gateways import NONE, carried, said
from incidents.models import (
    AccessAct,
    Engagement,
    EngagementRole,
    IncidentGroupObjectPermission,
    LogKind,
    NamedPerson,
    Sensitivity,
)
from incidents.reminders import next_engagement_remind_at
from incidents.sections import default_sections
from reminders import wake
from reminders.actions import over
from svit import clock
from svit.refused import Refused


def _view_permission():
    return Permission.objects.get_by_natural_key("view_incident", "incidents", "incident")


def grant(engagement, permission=None):
    """Give the agency's group the object permission that the engagement stands for."""
    IncidentGroupObjectPermission.objects.get_or_create(
        group_id=engagement.agency.group_id,
        permission=permission or _view_permission(),
        content_object_id=engagement.incident_id,
    )


def withdraw(engagement):
    """Take the object permission away. Returns whether there was one."""
    grants = IncidentGroupObjectPermission.objects.filter(
        group_id=engagement.agency.group_id, content_object_id=engagement.incident_id
    )
    return bool(grants.delete()[0])


@transaction.atomic
def engage(
    *, incident, agency, by, reason, role=EngagementRole.PARTNER, sections=None, people=(), gateway=None,
    until_at=None, words="",
):  # fmt: skip
    """Bring an agency in: from this moment its members see the incident, in these sections, and these people.

    What it opened itself for life at risk, to read, ends with that.

    What is personal takes a legal gateway, the key of one or None for the usual. `words` stand below the log's own:
    what the agency is asked to do.
    """
    if not agency.active:
        raise Refused(f"{agency} is no longer active, so it cannot be engaged.")
    if Engagement.objects.responding().filter(incident=incident, agency=agency).exists():
        raise Refused(f"{agency} is already engaged in {incident.reference}.")
    for reader in Engagement.objects.current().filter(incident=incident, agency=agency):
        stand_down(engagement=reader, by=by, reason="It is asked to respond now.")
    chosen, sections, people = carried(
        agency=agency, partnership=incident.partnership_id, gateway=gateway, role=role, people=people,
        sections=sections or default_sections(agency.kind),
    )  # fmt: skip
    engagement = Engagement(
        incident=incident,
        agency=agency,
        role=role,
        reason=reason,
        gateway=chosen.key,
        sections=sections,
        by=by.user,
        until_at=until_at,
    )
    engagement.remind_at = next_engagement_remind_at(engagement, clock.now())
    sign(engagement, by=by).save(force_insert=True)
    name_people(engagement=engagement, people=people)
    grant(engagement)
    log(
        incident,
        by=by,
        kind=LogKind.ENGAGEMENT,
        text="\n".join(line for line in (f"{agency} engaged: {reason}", said(chosen), words) if line),
        about=engagement,
        act=None,
    )
    disclose(engagement, by=by, reason=reason)
    wake()
    return engagement


def name_people(*, engagement, people):
    """The agency sees these people too, and reads what is restricted about them. Returns those that are new to it.

    None where it was alerted without personal data, and none that is sealed: of those the holders know alone.
    """
    if engagement.gateway == NONE.key:
        return []
    have = set(engagement.named.values_list("entry_id", flat=True)) if people else ()
    new = [one for one in people if one.pk not in have and one.sensitivity != Sensitivity.SEALED]
    if new:
        check_may_have(engagement.agency, *(one.uuid for one in new), field="people")
    NamedPerson.objects.bulk_create(NamedPerson(engagement=engagement, entry=entry) for entry in new)
    return new


def disclose(engagement, *, by, reason):
    """From now on the agency may read what its engagement opens: that is a disclosure, to it and for this."""
    record_access(
        engagement.incident, by=by, act=AccessAct.DISCLOSURE, subject_kind="engagement", subject=engagement.uuid,
        purpose=reason, recipient=engagement.agency.name,
    )  # fmt: skip


@transaction.atomic
def ask_again(*, engagement, by, reason):
    """An agency whose part went on is asked to respond once more: it is told, and is waited for, as the first time."""
    engagement = lock(engagement)
    if not engagement.is_current:
        raise Refused(f"{engagement.agency} was stood down.")
    engagement.asked_again_at = clock.now()
    engagement.seen_at, engagement.seen_by, engagement.told_how = None, None, ""
    engagement.remind_at = next_engagement_remind_at(engagement, clock.now())
    fields = ["asked_again_at", "seen_at", "seen_by", "told_how", "remind_at"]
    save(engagement, by=by, reason=reason, fields=fields)
    over(engagement.uuid)
    log(
        engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement,
        text=f"{engagement.agency} asked to respond again: {reason}",
    )  # fmt: skip
    wake()
    return engagement


@transaction.atomic
def stand_down(*, engagement, by, reason):
    """End an agency's part: its members see the incident no more, from this moment."""
    engagement = lock(engagement)
    if not engagement.is_current:
        raise Refused(f"{engagement.agency} was already stood down.")
    if engagement.role == EngagementRole.LEAD:
        raise Refused(f"{engagement.agency} leads. Name another lead before standing it down.")
    engagement.until_at = clock.now()
    engagement.stand_down_reason = reason
    engagement.remind_at = None
    save(engagement, by=by, reason=reason, fields=["until_at", "stand_down_reason", "remind_at"])
    over(engagement.uuid)
    withdraw(engagement)
    log(
        engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement,
        text=f"{engagement.agency} stood down: {reason}",
    )  # fmt: skip
    return engagement


@transaction.atomic
def lapse(*, engagement, by):
    """What the end of an engagement leaves to do: the door closed at that minute already, the grant goes after it.

    Returns whether anything was left: not where the agency was engaged anew, or somebody was here before.
    """
    engagement = lock(engagement)
    if engagement.is_current or is_engaged_anew(engagement) or not withdraw(engagement):
        return False
    over(engagement.uuid)
    log(
        engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement, occurred_at=engagement.until_at,
        late_reason="The end was set beforehand.", text=f"The access of {engagement.agency} ended, as was set.",
    )  # fmt: skip
    return True


def is_engaged_anew(engagement):
    """Whether the same agency was engaged in the same incident anew."""
    rows = Engagement.objects.current().filter(incident=engagement.incident_id, agency=engagement.agency_id)
    return rows.exclude(pk=engagement.pk).exists()


@transaction.atomic
def change_engagement(*, engagement, by, sections, people, reason, gateway=None, until_at=None):
    """Change which sections and named people an agency sees, under which gateway and until when; said why."""
    engagement = lock(engagement)
    if not engagement.is_current:
        raise Refused(f"{engagement.agency} was stood down.")
    if until_at is not None and until_at <= clock.now():
        raise Refused("The end must be in the future. To end it now, stand the agency down.", "until_at")
    if until_at is not None and engagement.role == EngagementRole.LEAD:
        raise Refused(f"{engagement.agency} leads. Name another lead before its access ends.", "until_at")
    chosen, sections, people = carried(
        agency=engagement.agency, partnership=engagement.incident.partnership_id, role=engagement.role,
        gateway=engagement.gateway if gateway is None else gateway, sections=sections, people=people,
    )  # fmt: skip
    engagement.sections, engagement.gateway, engagement.until_at = sections, chosen.key, until_at
    save(engagement, by=by, reason=reason, fields=["sections", "gateway", "until_at"])
    engagement.named.exclude(entry__in=people).delete()
    name_people(engagement=engagement, people=people)
    log(
        engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement, act=None,
        text="\n".join(
            line for line in (f"What {engagement.agency} may see was changed: {reason}", said(chosen)) if line
        ),
    )  # fmt: skip
    disclose(engagement, by=by, reason=reason)
    return engagement


@transaction.atomic
def lead(*, incident, agency, by, reason):
    """Make an agency the lead: its engagement holds the role, everything else mentions it."""
    now_leads = Engagement.objects.current().filter(incident=incident, role=EngagementRole.LEAD).first()
    if now_leads and now_leads.agency_id == agency.pk:
        return now_leads
    if now_leads:
        now_leads.role = EngagementRole.PARTNER
        save(now_leads, by=by, reason=reason, fields=["role"])
    engagement = Engagement.objects.responding().filter(incident=incident, agency=agency).first()
    if engagement is None:
        return engage(incident=incident, agency=agency, by=by, reason=reason, role=EngagementRole.LEAD)
    engagement.role, engagement.until_at = EngagementRole.LEAD, None  # who leads has no end
    save(engagement, by=by, reason=reason, fields=["role", "until_at"])
    log(
        incident,
        by=by,
        kind=LogKind.ENGAGEMENT,
        text=f"{agency} leads the response: {reason}",
        about=engagement,
    )
    return engagement


@transaction.atomic
def mark_seen(*, engagement, by):
    """The first time that somebody of the agency opens the incident after signing in."""
    engagement = lock(engagement)
    if engagement.seen_at is None:
        engagement.seen_at, engagement.seen_by, engagement.remind_at = clock.now(), by.user, None
        save(engagement, by=by, fields=["seen_at", "seen_by", "remind_at"])
        over(engagement.uuid)
        log(
            engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement, act=None,
            text=f"{engagement.agency} has seen it.",
        )  # fmt: skip
    return engagement


@transaction.atomic
def record_told(*, engagement, by, told_how):
    """A coordinator rang instead: the agency was told, by whom and how."""
    engagement = lock(engagement)
    engagement.told_how, engagement.remind_at = told_how, None
    save(engagement, by=by, reason=told_how, fields=["told_how", "remind_at"])
    over(engagement.uuid)
    log(
        engagement.incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement,
        text=f"{engagement.agency} was told: {told_how}",
    )  # fmt: skip
    return engagement
