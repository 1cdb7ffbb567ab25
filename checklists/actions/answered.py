"""What a form has answered is not asked again: the items that the log form and a categorisation answer.

An answer that somebody gave by hand stays; one that an earlier categorisation gave follows the later one.
"""

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from checklists.actions.holding import said
from checklists.actions.reminding import remind, wake
from checklists.models import BY_CATEGORISING, ChecklistItem, ItemKind, ItemState
from incidents.actions.log import log_all
from incidents.models import LogKind, MeetingResponse, Sensitivity, Trait
from incidents.models.incident import Seriousness, Source
from reminders.actions import over
from svit import clock, engines

FIELDS = (
    "state",
    "answer",
    "done_at",
    "done_by",
    "done_for",
    "done_recorded_at",
    "told_by",
    "remind_at",
    "version",
)


def by_logging(incident):
    """The toolkit items that the log form answers, by key, each with its answer; a thing that was done has none."""
    answers = {}
    if incident.source != Source.NOT_KNOWN:
        answers["notification-source"] = incident.get_source_display()
        if Trait.REPORTED_LATE in incident.traits:
            answers["late-identified-route"] = ""
    return answers


def by_categorising(row):
    """The toolkit items that a categorisation answers; what it leaves open stays open."""
    if row is None:
        return {}
    answers = {
        "imm-required": "Yes" if row.response == MeetingResponse.INCIDENT_MANAGEMENT else "No",
        "categorised": "",
        "who-leads": str(row.lead_agency),
    }
    if row.serious != Seriousness.NOT_KNOWN:
        answers["is-serious"] = "Yes" if row.serious == Seriousness.YES else "No"
    if row.other_boroughs:
        answers["cross-borough"] = "Yes"
    return answers


def end(item, answer, *, by, at):
    """The item as it stands once it is answered; nothing is saved."""
    item.state, item.answer, item.told_by = ItemState.DONE, answer, ""
    item.done_at = item.done_recorded_at = at
    item.done_by, item.done_for = by.user, by.agency
    item.remind_at = remind(item)


@transaction.atomic
def answer_by_categorising(*, incident, by, row):
    """The items that the categorisation answers, ended with it; each has its history and its entry in the log."""
    answers = by_categorising(row)
    earlier = by_categorising(
        incident.categorisations.exclude(pk=row.pk).select_related("lead_agency").first()
    )
    rows = (
        ChecklistItem.objects.filter(incident=incident, template_item__key__in=answers)
        .exclude(sensitivity=Sensitivity.SEALED)
        .exclude(state=ItemState.NOT_NEEDED)
        .select_related("template_item", "agency")
    )
    now, items, entries = clock.now(), [], []
    for item in engines.lock(rows.order_by("pk")):
        answer = answers[item.template_item.key]
        stands = not item.is_open and item.kind != ItemKind.ASSURANCE
        if stands and (item.answer == answer or item.answer != earlier.get(item.template_item.key)):
            continue
        verb = "Confirmed" if item.kind == ItemKind.ASSURANCE else "Answered"
        item.incident = incident
        end(item, answer, by=by, at=now)
        item.version += 1
        items.append(item)
        text = said(f"{verb} by categorising", item, answer)
        entries.append({"kind": LogKind.ITEM, "section": item.section, "sensitivity": item.sensitivity,
                        "about": item, "text": text})  # fmt: skip
    if not items:
        return
    bulk_update_with_history(
        items, ChecklistItem, FIELDS, default_user=by.user, default_change_reason=BY_CATEGORISING,
        default_date=now,
    )  # fmt: skip
    over(*(item.uuid for item in items))
    log_all(incident, by=by, entries=entries)
    wake()
