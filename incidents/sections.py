"""Which sections an agency of a kind is given when it is engaged, unless a coordinator says otherwise."""

from incidents.models import Section
from partners.models import AgencyKind

S = Section
SEE, CONTRIBUTE = "see", "contribute"

_BY_KIND = {
    AgencyKind.COMMUNITY_SAFETY: [S.PEOPLE, S.SAFEGUARDING, S.COMMUNITY, S.COMMUNICATIONS, S.MEETINGS],
    AgencyKind.POLICE: [S.PEOPLE, S.RELATIONSHIPS, S.SAFEGUARDING, S.COMMUNITY, S.COMMUNICATIONS, S.MEETINGS],
    AgencyKind.HEALTH: [S.HEALTH, S.PEOPLE, S.MEETINGS],
    AgencyKind.CHILDRENS_SOCIAL_CARE: [S.PEOPLE, S.RELATIONSHIPS, S.SAFEGUARDING, S.MEETINGS],
    AgencyKind.ADULT_SOCIAL_CARE: [S.PEOPLE, S.SAFEGUARDING, S.MEETINGS],
    AgencyKind.YOUTH_SERVICES: [S.PEOPLE, S.RELATIONSHIPS, S.MEETINGS],
    AgencyKind.EDUCATION: [S.EDUCATION, S.MEETINGS],
    AgencyKind.VICTIM_SERVICES: [S.PEOPLE, S.MEETINGS],
    AgencyKind.COMMUNICATIONS: [S.COMMUNICATIONS, S.MEETINGS],
    AgencyKind.COUNCIL: [S.COMMUNITY, S.MEETINGS],
    AgencyKind.VOLUNTARY: [S.COMMUNITY],
    AgencyKind.FAITH: [S.COMMUNITY],
    AgencyKind.COMMUNITY: [S.COMMUNITY],
    AgencyKind.HOUSING: [S.MEETINGS],
    AgencyKind.PROBATION: [S.PEOPLE, S.MEETINGS],
    AgencyKind.TRANSPORT_POLICE: [S.PEOPLE, S.COMMUNITY, S.MEETINGS],
    AgencyKind.AMBULANCE: [S.HEALTH],
}

_BY_PHASE = {
    "health": S.HEALTH,
    "community": S.COMMUNITY,
    "education": S.EDUCATION,
    "relationships": S.RELATIONSHIPS,
    "communications": S.COMMUNICATIONS,
}
_BY_HEADING = {"urgent_contact": S.PEOPLE, "meeting": S.MEETINGS}


def default_sections(kind):
    """The sections for an agency kind: all see what is general, their own they contribute to."""
    return {S.GENERAL.value: SEE} | {section.value: CONTRIBUTE for section in _BY_KIND.get(kind, [])}


def section_of_item(*, phase, heading, key):
    """The access section of a toolkit item (the headings of its data are not access sections)."""
    if key == "safeguarding":
        return S.SAFEGUARDING
    return _BY_HEADING.get(heading) or _BY_PHASE.get(phase, S.GENERAL)
