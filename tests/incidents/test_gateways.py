"""What may be shared with an agency, and under which law."""

import pytest
from django.urls import reverse

from incidents import access
from incidents.actions import engage
from incidents.gateways import PERSONAL
from incidents.models import Engagement, LogEntry
from partners.models import AgencyKind, SharingAgreement
from svit.refused import Refused
from tests.conftest import log_one, make_agency, make_agreement


@pytest.fixture
def unsigned(world):
    """An agency of Northmere without an agreement in force."""
    agency = make_agency("Harbour Support", AgencyKind.VICTIM_SERVICES, world.north)
    SharingAgreement.objects.filter(agency=agency).delete()
    return agency


def test_without_an_agreement_an_agency_is_alerted_without_personal_data(incident, actors, unsigned):
    person = (
        access.visible_entries(access.sight(actors["coordinator"], incident)).filter(kind="person").first()
    )
    part = engage(
        incident=incident, agency=unsigned, by=actors["coordinator"], reason="To be ready.", people=[person]
    )
    assert part.gateway == ""
    assert not set(part.sections) & set(PERSONAL)
    assert not part.named.exists()
    text = LogEntry.objects.filter(about_uuid=part.uuid).latest("pk").words.text
    assert "without personal data" in text


@pytest.mark.parametrize("gateway", ["safeguarding", "vital_interests"])
def test_safeguarding_and_vital_interests_wait_for_no_agreement(incident, actors, unsigned, gateway):
    part = engage(
        incident=incident,
        agency=unsigned,
        by=actors["coordinator"],
        reason="A child is at risk.",
        gateway=gateway,
    )
    assert part.gateway == gateway
    assert "people" in part.sections
    assert "Shared under" in LogEntry.objects.filter(about_uuid=part.uuid).latest("pk").words.text


@pytest.mark.parametrize("gateway", ["crime_and_disorder", "consent", "serious_violence_duty"])
def test_other_gateways_wait_for_one(incident, actors, unsigned, gateway):
    with pytest.raises(Refused, match="no current information sharing agreement"):
        engage(incident=incident, agency=unsigned, by=actors["coordinator"], reason="x", gateway=gateway)
    assert not Engagement.objects.filter(agency=unsigned).exists()


@pytest.mark.parametrize(
    ("kind", "sections", "carried"),
    [
        (AgencyKind.HEALTH, {"general": "see"}, False),
        (AgencyKind.CHILDRENS_SOCIAL_CARE, {"general": "see"}, False),
        (AgencyKind.HOUSING, {"general": "see", "health": "see"}, False),
        (AgencyKind.HOUSING, {"general": "see", "people": "see"}, True),
    ],
)
def test_the_serious_violence_duty_carries_nothing_of_health_or_care(
    incident, actors, world, kind, sections, carried
):
    agency = make_agency("Some agency", kind, world.north)
    act = {
        "incident": incident,
        "agency": agency,
        "by": actors["coordinator"],
        "reason": "x",
        "sections": sections,
    }
    if carried:
        assert engage(**act, gateway="serious_violence_duty").gateway == "serious_violence_duty"
        return
    with pytest.raises(Refused, match="carries no patient information"):
        engage(**act, gateway="serious_violence_duty")


def test_an_agreement_that_is_over_counts_no_more(incident, actors, unsigned, world):
    agreement = make_agreement(unsigned, world.north)
    agreement.review_by = agreement.signed_on
    agreement.save()
    part = engage(incident=incident, agency=unsigned, by=actors["coordinator"], reason="x")
    assert part.gateway == ""


def test_whoever_reported_without_an_agreement_keeps_the_people_they_reported(
    world, actors, toolkit, unsigned
):
    from partners.actor import actor_for
    from response.access import visible_people
    from tests.conftest import make_member

    by = actor_for(make_member("desk@harbour.example", unsigned, "practitioner"))
    report = log_one(by, partnership=world.north, young_people=2, custody=False, hospital=False)
    seen = access.sight(by, report)
    assert visible_people(seen).count() == 2
    assert "people" not in seen.sections


def test_mobilising_asks_for_a_gateway_before_personal_data_go(client, incident, cast, unsigned):
    client.force_login(cast["coordinator"])
    page = reverse("mobilise", args=[incident.uuid])
    key = str(unsigned.uuid)
    ask = {
        "agencies": [key],
        f"sections-{key}": ["people"],
        f"gateway-{key}": "none",
        "reason": "",
        "found": key,
    }
    ask |= {"press": "send", "find": "Harbour"}
    answer = client.post(page, ask)
    assert "alerted without personal data, so it cannot see People" in answer.content.decode()
    assert not Engagement.objects.filter(agency=unsigned).exists()
    answer = client.post(page, ask | {f"gateway-{key}": "safeguarding"})
    assert answer.status_code == 302
    part = Engagement.objects.get(agency=unsigned)
    assert (part.gateway, "people" in part.sections) == ("safeguarding", True)
    client.get(reverse("agencies", args=[incident.uuid]))
    assert "Safeguarding" in client.get(reverse("agencies", args=[incident.uuid])).content.decode()
