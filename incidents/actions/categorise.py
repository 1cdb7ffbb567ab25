"""Categorising an incident: each time a new row, and the lead follows."""

from django.db import transaction

from incidents import offers
from incidents.actions.engagement import lead
from incidents.actions.log import log
from incidents.actions.saving import lock
from incidents.models import Categorisation, LogKind, MeetingResponse, Trait
from svit.refused import Refused


@transaction.atomic
def categorise(*, incident, by, **answers):
    """Record the category from now on, name the lead, and say so in the log.

    A partners meeting is the council's own route and says why (toolkit: an incident of note).
    """
    incident = lock(incident)
    if not incident.live:
        raise Refused(f"{incident.reference} is closed. Reopen it to categorise it again.")
    if answers["response"] == MeetingResponse.PARTNERS_MEETING and not answers["of_note"]:
        raise Refused("Say why the council leads a partners meeting.", "of_note")
    if answers["response"] == MeetingResponse.GOLD_GROUP and answers["police_called"] == "no":
        raise Refused("Gold group is called by the police. Say that they called it, or choose another response.",
                      "response")  # fmt: skip
    row = Categorisation.objects.create(incident=incident, by=by.user, **answers)
    log(
        incident, by=by, kind=LogKind.CATEGORISED, about=row,
        text=f"{row.get_category_display()}; {row.get_response_display()}. Lead: {row.lead_agency}."
        f" Why: {row.rationale}",
    )  # fmt: skip
    lead(incident=incident, agency=row.lead_agency, by=by, reason="Named as lead when it was categorised.")
    if row.other_boroughs and Trait.CROSS_BOROUGH not in incident.traits:
        offers.learn(incident=incident, by=by, traits=[Trait.CROSS_BOROUGH.value])
    return row
