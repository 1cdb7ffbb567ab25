"""The legal gateways by which an agency is told personal data of an incident: what each needs, what each carries.

An agency with which nothing is agreed is alerted without personal data. Safeguarding and vital interests never wait for
an agreement: then the gateway is named at engagement, recorded and shown.
"""

from dataclasses import dataclass

from incidents.models import EngagementRole, Section
from partners.models import AgencyKind, SharingAgreement
from svit import clock
from svit.refused import Refused

# Sections whose records are about people. Titles, the situation and community records name nobody.
PERSONAL = (
    Section.PEOPLE, Section.RELATIONSHIPS, Section.SAFEGUARDING, Section.HEALTH, Section.EDUCATION, Section.MEETINGS,
)  # fmt: skip
HEALTH_AND_CARE = (
    AgencyKind.HEALTH, AgencyKind.AMBULANCE, AgencyKind.CHILDRENS_SOCIAL_CARE, AgencyKind.ADULT_SOCIAL_CARE,
)  # fmt: skip


@dataclass(frozen=True)
class Gateway:
    """One power or basis. `waits`: it takes a current agreement. `no_patients`: what the law keeps out of it."""

    key: str
    name: str
    source: str
    waits: bool = True
    no_patients: bool = False
    chosen: bool = True  # offered on a page; the others come about by themselves


NONE = Gateway("", "Alert without personal data", "No current sharing agreement", waits=False)
CRIME_AND_DISORDER = Gateway(
    "crime_and_disorder",
    "Crime and Disorder Act 1998, section 115",
    "A power to share with relevant authorities where it is necessary or expedient.",
)
CONSENT = Gateway("consent", "Consent", "The person agreed, and the record says to what.")
SAFEGUARDING = Gateway(
    "safeguarding", "Safeguarding", "To protect a child or an adult at risk. Waits for nothing.", waits=False
)
VITAL_INTERESTS = Gateway(
    "vital_interests", "Vital interests", "To protect somebody's life. Waits for nothing.", waits=False
)
SERIOUS_VIOLENCE_DUTY = Gateway(
    "serious_violence_duty",
    "Serious Violence Duty (Police, Crime, Sentencing and Courts Act 2022, section 16)",
    "Carries no patient information, and no personal information from health or social care.",
    no_patients=True,
)
OWN_REPORT = Gateway(
    "own_report", "What it reported itself", "Nothing besides is shared.", waits=False, chosen=False
)
HANDED_OVER = Gateway(
    "handed_over", "What it knew when it handed the incident over", "Nothing new.", waits=False, chosen=False
)
GATEWAYS = {
    one.key: one
    for one in (
        CRIME_AND_DISORDER, SAFEGUARDING, VITAL_INTERESTS, CONSENT, SERIOUS_VIOLENCE_DUTY, NONE, OWN_REPORT,
        HANDED_OVER,
    )
}  # fmt: skip


def has_agreement(agency, partnership):
    """Whether the agency and the partnership have an information sharing agreement in force today."""
    today = clock.today()
    return SharingAgreement.objects.filter(
        agency=agency, partnership=partnership, signed_on__lte=today, review_by__gte=today
    ).exists()


def usual(*, signed, role=EngagementRole.PARTNER):
    """The gateway that is proposed for an agency, with or without an agreement."""
    if signed:
        return CRIME_AND_DISORDER
    return OWN_REPORT if role == EngagementRole.REPORTER else NONE


def without_personal_data(sections):
    """What is left of the sections for an agency that is alerted without personal data."""
    return {section: how for section, how in sections.items() if section not in PERSONAL}


def carried(*, agency, partnership, gateway, sections, people, role=EngagementRole.PARTNER):
    """(gateway, sections, people) that an engagement may have: refused where the gateway does not carry them.

    `gateway` is a key, or None for the usual one.
    """
    signed = agency.csp_of_id == partnership or has_agreement(
        agency, partnership
    )  # the owner shares with nobody
    chosen = usual(signed=signed, role=role) if gateway is None else GATEWAYS[gateway]
    if chosen.waits and not signed:
        raise Refused(
            f"{agency} has no current information sharing agreement. Alert it without personal data, or name"
            " safeguarding or vital interests.",
            "gateway",
        )
    if chosen.no_patients and (agency.kind in HEALTH_AND_CARE or Section.HEALTH in sections):
        raise Refused(
            "The Serious Violence Duty carries no patient information, and no personal information from health or"
            " social care. Choose another gateway.",
            "gateway",
        )
    if chosen == OWN_REPORT:
        return chosen, without_personal_data(sections), people
    if chosen == NONE:
        asked = [Section(one).label for one in PERSONAL if one in sections]
        if gateway is not None and (asked or people):
            raise Refused(
                f"{agency} is alerted without personal data, so it cannot see {', '.join(asked) or 'named people'}."
                " Choose what personal data are shared under.",
                "gateway",
            )
        return chosen, without_personal_data(sections), ()
    return chosen, sections, people


def said(gateway):
    """The gateway as the log tells of it: nothing of the usual one."""
    if gateway == NONE:
        return "Alerted without personal data: no current information sharing agreement."
    return (
        "" if gateway in (CRIME_AND_DISORDER, OWN_REPORT, HANDED_OVER) else f"Shared under: {gateway.name}."
    )
