"""Categorising an incident: each time a new row, and the lead follows."""

from django.db import transaction

from incidents import offers
from incidents.actions.engagement import lead
from incidents.actions.log import log
from incidents.actions.saving import lock
from incidents.models import AccessAct, Categorisation, LogKind, MeetingResponse, Trait
from svit.merging import clash, settle
from svit.refused import Refused


def contradictions(answers):
    """Answers that do not go together: (field, words).

    A partners meeting is the council's own route and says why (toolkit: an incident of note); gold group is the
    police's.
    """
    response = answers.get("response")
    if response == MeetingResponse.PARTNERS_MEETING and not answers.get("of_note"):
        yield "of_note", "Say why the council leads a partners meeting."
    if response == MeetingResponse.GOLD_GROUP and answers.get("police_called") == "no":
        yield (
            "response",
            "Gold group is called by the police. Say that they called it, or choose another response.",
        )


@transaction.atomic
def categorise(*, incident, by, version=None, choice=None, **answers):
    """Record the category from now on, name the lead, and say so in the log.

    `version` is how many categorisations there were when the form was opened: who came second is asked.
    """
    incident = lock(incident)
    if incident.at_rest:
        raise Refused(incident.at_rest)
    answers = _with_theirs(incident, version, choice, answers)
    for field, words in contradictions(answers):
        raise Refused(words, field)
    row = Categorisation.objects.create(incident=incident, by=by.user, **answers)
    log(
        incident, by=by, kind=LogKind.CATEGORISED, about=row, act=AccessAct.COLLECTION,
        text=f"{row.get_category_display()}; {row.get_response_display()}. Lead: {row.lead_agency}."
        f" Critical incident called by the police: {row.get_police_called_display().lower()};"
        f" declared: {row.get_police_declared_display().lower()}. Why: {row.rationale}",
    )  # fmt: skip
    lead(incident=incident, agency=row.lead_agency, by=by, reason="Named as lead when it was categorised.")
    if row.other_boroughs and Trait.CROSS_BOROUGH not in incident.traits:
        offers.learn(incident=incident, by=by, traits=[Trait.CROSS_BOROUGH.value])
    offers.settle_by_category(incident=incident, by=by, row=row)
    return row


def _with_theirs(incident, version, choice, answers):
    """The answers, with what somebody else changed meanwhile and this author did not."""
    rows = list(incident.categorisations.select_related("by", "lead_agency").order_by("pk"))
    if version is None or version >= len(rows):
        return answers
    now = rows[-1]
    states = [
        rows[at - 1] if 0 < at <= len(rows) else None for at in (version, choice.against if choice else 0)
    ]
    base, seen = ({name: getattr(one, name) for name in answers} if one else None for one in states)
    current = {name: getattr(now, name) for name in answers}
    changes = {name: value for name, value in answers.items() if name != "rationale"}  # each row has its own
    mine, clashes = settle(
        base=base or dict.fromkeys(answers), current=current, changes=changes, seen=seen, choice=choice
    )
    if clashes:
        names = ", ".join(str(now._meta.get_field(name).verbose_name) for name in clashes)
        raise clash(clashes, names, version=len(rows), who=now.by.name, at=now.recorded_at)
    return current | mine | {"rationale": answers["rationale"]}
