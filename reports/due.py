"""What is due for a decision on its retention: derived from the schedule and from dates, never scheduled."""

from django.db.models import Exists, OuterRef, Q

from incidents.models import Disposal, DisposalState, Incident, Kept, LegalHold, ReportState, Stage
from incidents.retention import NOTICE, OF_INCIDENTS, after, due_of, rules_of, with_dates
from reports.models import Pack, PackState
from svit import clock

SHOWN = 100
OF_KIND = {
    Kept.INCIDENT: Q(exercise=False, stage=Stage.CLOSED, report_state=ReportState.ACCEPTED),
    Kept.EXERCISE: Q(exercise=True) & (Q(stage=Stage.CLOSED) | Q(report_state=ReportState.DECLINED)),
    Kept.DECLINED: Q(exercise=False, report_state=ReportState.DECLINED),
}


def for_review(partnership, now=None):
    """Incidents whose period has ended or ends within 30 days, the earliest first; each with `due_at` and `held`.

    What is proposed already is not among them. Nothing ends before its period has gone by since it was logged.
    """
    now, rules, found = now or clock.now(), rules_of(partnership), []
    open_ = (DisposalState.PROPOSED, DisposalState.CONFIRMED)
    proposed = Disposal.objects.filter(incident_id_was=OuterRef("pk"), state__in=open_)
    held = LegalHold.objects.filter(incident=OuterRef("pk"), lifted_at=None)
    for kind in OF_INCIDENTS:
        latest = after(now + NOTICE, rules[kind], back=True)
        rows = Incident.objects.filter(OF_KIND[kind], partnership=partnership, logged_at__lte=latest)
        rows = rows.filter(~Exists(proposed)).annotate(held=Exists(held))
        for row in with_dates(rows).order_by("logged_at", "pk"):
            row.due_at = due_of(row, rules)
            if row.due_at and row.due_at <= now + NOTICE:
                found.append(row)
    return sorted(found, key=lambda row: (row.due_at, row.pk))[:SHOWN]


def on_hold(partnership):
    """The incidents that are held, with the holds in force."""
    holds = LegalHold.objects.filter(incident__partnership=partnership, lifted_at=None)
    return list(holds.select_related("incident", "by").order_by("from_at", "pk")[:SHOWN])


def disposals(partnership):
    """The proposals that wait, then the decisions, the latest first."""
    rows = Disposal.objects.filter(partnership=partnership, along=None).select_related(
        "proposed_by", "confirmed_by"
    )
    open_ = [DisposalState.PROPOSED, DisposalState.CONFIRMED]
    return list(rows.filter(state__in=open_)[:SHOWN]), list(rows.exclude(state__in=open_)[:SHOWN])


def open_disposal(incident):
    """The proposal that waits or is being carried out, where the incident has one."""
    open_ = [DisposalState.PROPOSED, DisposalState.CONFIRMED]
    row = (
        Disposal.objects.filter(incident_id_was=incident.pk, state__in=open_).select_related("along").first()
    )
    return (row.along or row) if row else None


def incidents_of(disposal):
    """The incidents that a disposal is about, as long as they are there."""
    pks = [disposal.incident_id_was, *disposal.parts.values_list("incident_id_was", flat=True)]
    return list(Incident.objects.filter(pk__in=pks))


def old_packs(partnership, now=None):
    """Packs whose file has been kept longer than the schedule says, of incidents that are not held."""
    rule = rules_of(partnership)[Kept.PACK]
    held = LegalHold.objects.filter(incident=OuterRef("incident"), lifted_at=None)
    return Pack.objects.filter(
        ~Exists(held), incident__partnership=partnership, state=PackState.READY, withdrawn_at=None,
        as_at__lte=after(now or clock.now(), rule, back=True),
    )  # fmt: skip
