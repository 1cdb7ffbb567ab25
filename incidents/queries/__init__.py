"""What the pages of the incident room read."""

from incidents.queries.agencies import (
    categorisations,
    csp_of,
    engaged_agencies,
    engaged_partners,
    lapsed_engagements,
    not_reached,
    out_of_step,
    partnerships_to_offer,
    possible_leads,
)
from incidents.queries.lists import (
    cumulative,
    incident_list,
    join_targets,
    open_counts,
    open_incidents,
    possible_duplicates,
    waiting_reports,
)
from incidents.queries.log import log_page, log_state, show, writers
from incidents.queries.records import (
    people_to_name,
    people_who_may_hold,
    record_of,
    records,
    reveals,
    worded,
)

__all__ = [
    "categorisations",
    "csp_of",
    "cumulative",
    "engaged_agencies",
    "engaged_partners",
    "incident_list",
    "join_targets",
    "lapsed_engagements",
    "log_page",
    "log_state",
    "not_reached",
    "open_counts",
    "open_incidents",
    "out_of_step",
    "partnerships_to_offer",
    "people_to_name",
    "people_who_may_hold",
    "possible_duplicates",
    "possible_leads",
    "record_of",
    "records",
    "reveals",
    "show",
    "waiting_reports",
    "worded",
    "writers",
]
