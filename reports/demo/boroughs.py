"""Who is who in the demonstration: partnerships, agencies, members, directory, duty and agreements."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from partners import actions
from partners.actor import actor_for, system_actor
from partners.models import (
    Agency,
    AgencyKind,
    Invitation,
    Letter,
    Membership,
    Partnership,
    Regime,
    Role,
    User,
)
from svit import clock

SYSTEM = "demonstration"
K = AgencyKind

# Area and reference prefix.
BOROUGHS = [("Northmere", "NM"), ("Eastbrook", "EB")]

# Agencies that serve both boroughs: name, kind, local part of the mailbox.
SHARED = [
    ("Riverside Police", K.POLICE, "riverside-police"),
    ("Aldermoor Hospitals Trust", K.HEALTH, "aldermoor-hospitals"),
]

# Agencies of one borough: its name stands in the place of {}.
OWN = [
    ("{} Children's Services", K.CHILDRENS_SOCIAL_CARE, "children"),
    ("{} Youth Service", K.YOUTH_SERVICES, "youth"),
    ("{} Academy", K.EDUCATION, "school"),
    ("{} Victim Service", K.VICTIM_SERVICES, "victims"),
    ("{} Together", K.VOLUNTARY, "voluntary"),
    ("{} Council, public realm", K.COUNCIL, "publicrealm"),
    ("{} Council, communications", K.COMMUNICATIONS, "communications"),
    ("{} CCTV Control", K.CCTV, "cctv"),
    ("{} Homes", K.HOUSING, "housing"),
    ("{} Adult Social Care", K.ADULT_SOCIAL_CARE, "adults"),
    ("{} Probation", K.PROBATION, "probation"),
    ("{} Faith Forum", K.FAITH, "faith"),
]

# Local part of the address, role, job title; the CSP's own first.
CSP_MEMBERS = [
    ("coordinator", Role.COORDINATOR, "Duty coordinator"),
    ("second.coordinator", Role.COORDINATOR, "Coordinator"),
    ("manager", Role.CSP_MANAGER, "Community safety manager"),
    ("admin", Role.ADMINISTRATOR, "Partnership administrator"),
    ("governance", Role.GOVERNANCE_OFFICER, "Information governance officer"),
]
JOBS = {
    "police": "Borough officer",
    "police.manager": "Borough inspector",
    "hospital": "Safeguarding nurse",
    "hospital.manager": "Head of safeguarding",
    "children": "Duty social worker",
    "youth": "Duty youth worker",
    "youth.manager": "Youth service manager",
    "school": "Safeguarding lead",
    "victims": "Victim care coordinator",
    "voluntary": "Outreach lead",
    "publicrealm": "Neighbourhoods officer",
    "communications": "Communications officer",
    "cctv": "Control room supervisor",
    "housing": "Duty housing officer",
    "housing.manager": "Housing manager",
    "adults": "Duty social worker",
    "probation": "Duty probation officer",
    "faith": "Forum secretary",
}
MANAGERS = {K.POLICE: "police.manager", K.HEALTH: "hospital.manager", K.YOUTH_SERVICES: "youth.manager",
            K.HOUSING: "housing.manager"}  # fmt: skip
WORKERS = {K.POLICE: "police", K.HEALTH: "hospital"}

# Invented names, taken in this order, so that the two boroughs differ.
FIRST = (
    "Amara Bilal Cerys Dilys Ewan Farida Gethin Hana Idris Jola Kofi Leena Marek Nadia Orla Priya Rhys Sabine "
    "Tunde Una Viktor Wren Yusuf Zofia"
)
LAST = (
    "Ashdown Birkett Calloway Denholm Eastlake Farrow Garside Hexham Inchley Jessop Kirkbride Langmead Marlow "
    "Nethercott Oakham Pendry Quill Ravenhill Stanhope Thornbury Underhay Vance Whitlock Yarrow"
)

CONTACTS = [
    ("person", "Ward councillor, Station ward", "Residents of the ward around the station", None),
    ("person", "Detached youth work lead", "Young people in the town centre", K.YOUTH_SERVICES),
    ("person", "Emergency duty team", "Children's social care out of hours", K.CHILDRENS_SOCIAL_CARE),
    ("kin", "Market traders' key individuals", "Traders of the market and the parade", None),
    ("network", "Schools safeguarding network", "Designated leads of all schools", K.EDUCATION),
    ("network", "Places of worship network", "Congregations of the borough", K.FAITH),
    ("forum", "Parents' and carers' forum", "Parents of pupils at secondary school", None),
    ("forum", "Youth council", "Young people aged 11 to 18", None),
]
GATEWAY = "Crime and Disorder Act 1998, section 115"
PURPOSES = "To respond to serious violence, keep people safe and prevent a further incident."


@dataclass
class Borough:
    """One partnership of the demonstration and how to act in it."""

    partnership: Partnership
    csp: Agency
    domain: str
    agencies: dict = field(default_factory=dict)

    def actor(self, local_part):
        """The Actor of a member, by the first part of the e-mail address."""
        membership = (
            Membership.objects.select_related("user", "agency__csp_of")
            .order_by("pk")
            .get(user__email=f"{local_part}@{self.domain}")
        )
        return actor_for(membership, None if membership.agency.csp_of_id else self.partnership)


class Numbers:
    """Telephone numbers 020 7946 0000 to 0999, one after another."""

    def __init__(self):
        self.next = 0

    def __call__(self):
        number = f"020 7946 0{self.next:03d}"
        self.next = (self.next + 1) % 1000
        return number


@transaction.atomic
def build(password):
    """Both boroughs with all that is set up in them; {area: Borough}. They have been there for two years."""
    by, number = system_actor(SYSTEM), Numbers()
    with clock.at(clock.now() - timedelta(days=730)):
        boroughs = {area: _partnership(area, code, by, number) for area, code in BOROUGHS}
        for name, kind, mailbox in SHARED:
            _shared(name, kind, mailbox, boroughs, by, number)
        for area, borough in boroughs.items():
            for name, kind, mailbox in OWN:
                borough.agencies[kind] = _agency(
                    name.format(area),
                    kind,
                    f"duty@{mailbox}.{borough.domain}",
                    borough.partnership,
                    by,
                    number,
                )
        names = _names()
        for borough in boroughs.values():
            _members(borough, by, names, number)
    with clock.at(clock.now() - timedelta(days=40)):
        for borough in boroughs.values():
            _contacts(borough, by, number)
    one_password = make_password(password)  # one hash for all: hashing each would take a minute
    for borough in boroughs.values():
        _have_set_up(borough, one_password)
        _agreements(borough, by)
        _duty(borough, by)
    return boroughs


def _have_set_up(borough, password):
    """Everybody took up the invitation long ago; no letter waits."""
    people = User.objects.filter(email__endswith=f"@{borough.domain}")
    people.update(password=password, joined_at=F("date_joined"))
    Letter.objects.filter(membership__user__in=people).delete()
    Invitation.objects.filter(membership__user__in=people).update(used_at=F("made_at"))


def _partnership(area, code, by, number):
    domain = f"{area.lower()}.example"
    partnership = actions.open_partnership(
        by=by,
        name=f"{area} CSP",
        code=code,
        area=area,
        csp_name=f"{area} CSP",
        police_command="Riverside command",
        telephone=number(),
        email=f"duty@csp.{domain}",
        address=f"Community Safety, {area} Town Hall",
    )
    csp = partnership.csp_agency
    return Borough(partnership, csp, domain, {AgencyKind.COMMUNITY_SAFETY: csp})


def _agency(name, kind, email, partnership, by, number):
    regime = Regime.LAW_ENFORCEMENT if kind == K.POLICE else Regime.UK_GDPR
    return actions.create_agency(
        by=by,
        partnership=partnership,
        name=name,
        kind=kind,
        regime=regime,
        telephone=number(),
        email=email,
        address="",
    )


def _shared(name, kind, mailbox, boroughs, by, number):
    """An agency that serves both boroughs."""
    first, *others = boroughs.values()
    agency = _agency(name, kind, f"duty@{mailbox}.example", first.partnership, by, number)
    for other in others:
        actions.share_agency(agency=agency, by=by, partnership=other.partnership)
    for borough in boroughs.values():
        borough.agencies[kind] = agency


def _names():
    """Invented full names, each once."""
    firsts, lasts = FIRST.split(), LAST.split()
    for shift in range(len(lasts)):
        for place, first in enumerate(firsts):
            yield f"{first} {lasts[(place + shift) % len(lasts)]}"


def _members(borough, by, names, number):
    def add(local_part, agency, role, job):
        actions.add_member(
            agency=agency,
            by=by,
            name=next(names),
            email=f"{local_part}@{borough.domain}",
            role=role,
            job_title=job,
            telephone=number(),
        )

    for local_part, role, job in CSP_MEMBERS:
        add(local_part, borough.csp, role, job)
    mailboxes = {kind: mailbox for _, kind, mailbox in OWN}
    for kind, agency in borough.agencies.items():
        if kind == AgencyKind.COMMUNITY_SAFETY:
            continue
        worker = WORKERS.get(kind) or mailboxes[kind]
        add(worker, agency, Role.PRACTITIONER, JOBS[worker])
        if manager := MANAGERS.get(kind):
            add(manager, agency, Role.AGENCY_MANAGER, JOBS[manager])


def _contacts(borough, by, number):
    for place, (kind, name, represents, agency) in enumerate(CONTACTS):
        actions.add_contact(
            by=by,
            partnership=borough.partnership,
            kind=kind,
            name=name,
            represents=represents,
            agency=borough.agencies.get(agency),
            telephone=number(),
            email=f"directory{place + 1}@{borough.domain}",
        )


def _agreements(borough, by):
    """Most agencies have signed; one review is near, and the faith forum has not signed yet."""
    today = clock.today()
    for kind, agency in borough.agencies.items():
        if kind in (AgencyKind.COMMUNITY_SAFETY, K.FAITH):
            continue
        signed = today - timedelta(days=695 if kind == K.VOLUNTARY else 485)
        actions.record_agreement(
            agency=agency,
            partnership=borough.partnership,
            by=by,
            purposes=PURPOSES,
            gateway=GATEWAY,
            signed_on=signed,
            review_by=signed + timedelta(days=730),
        )


def _duty(borough, by):
    """Somebody of the CSP, the police and the hospital is on call now and next; elsewhere all members are told."""
    now = clock.now()
    start = clock.local(now).replace(hour=9, minute=0, second=0, microsecond=0)
    if start > now:
        start -= timedelta(days=1)
    turns = [
        (borough.csp, ("coordinator", "second.coordinator")),
        (borough.agencies[K.POLICE], ("police", "police.manager")),
        (borough.agencies[K.HEALTH], ("hospital", "hospital.manager")),
    ]
    for agency, (first, second) in turns:
        for place, local_part in enumerate((first, second)):
            actions.put_on_call(
                agency=agency,
                by=by,
                user=User.objects.get(email=f"{local_part}@{borough.domain}"),
                from_at=start + timedelta(days=7 * place),
                until_at=start + timedelta(days=7 * (place + 1)),
            )
