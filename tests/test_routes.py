"""The whole cast walks every route. A route without a row here fails."""

import re
import uuid

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note
from incidents.models import Engagement
from partners.models import Membership
from response.models import ContactClock, Person
from tests.routes import PUBLIC, ROUTES

ALL = (
    "coordinator", "csp_manager", "partner", "agency_manager", "stranger", "other_coordinator",
    "administrator", "governance", "superuser",
)  # fmt: skip


def routes(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_every_route_has_a_policy():
    assert sorted(set(routes()) - set(ROUTES) - set(PUBLIC)) == []


def test_no_policy_outlives_its_route():
    embedded_alone = set() if settings.EMBEDDED else {"components"}
    assert sorted((set(ROUTES) | set(PUBLIC)) - set(routes()) - embedded_alone) == []


@pytest.fixture
def things(incident, actors):
    """What the routes name, of an incident that the partner is engaged in."""
    note = add_note(seen=sight(actors["coordinator"], incident), text="A note", section="general")
    person = Person.objects.filter(entry__incident=incident).first()
    item = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency).first()
    return {
        "incident": incident.uuid,
        "entry": note.uuid,
        "person": person.entry.uuid,
        "clock": ContactClock.objects.filter(person=person).first().uuid,
        "item": item.uuid,
        "engagement": Engagement.objects.get(incident=incident, agency=actors["youth"].agency).uuid,
        "agency": actors["partner"].agency.uuid,
        "membership": Membership.objects.get(user=actors["partner"].user).uuid,
        "absent": uuid.uuid4(),
        "phase": "response-plan",
        "kind": "key-message",
        "organisation": "samaritans",
        "resource": "nhs-pathways",
        "template": "support",
    }


def some(names, size=12):
    """The names, sorted, some at a time: what stands around the routes is built once for those."""
    names = sorted(names)
    groups = [names[at : at + size] for at in range(0, len(names), size)]
    return pytest.mark.parametrize("names", groups, ids=[f"{group[0]}-to-{group[-1]}" for group in groups])


def of_each(names, check):
    """What is wrong with any of the routes; each finds the database as it was built, whatever the one before did."""
    wrong = []
    for name in names:
        with transaction.atomic():
            wrong += [f"{name}: {words}" for words in check(name)]
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


@some(ROUTES)
def test_the_cast_meets_the_routes(client, cast, things, names):
    def check(name):
        policy = ROUTES[name]
        url = reverse(name, args=[things[part] for part in policy.args])
        client.logout()
        anonymous = getattr(client, policy.method)(url)
        if anonymous.status_code != 302 or "/account/login/" not in anonymous["Location"]:
            yield f"anonymous got {anonymous.status_code}"
        for who in ALL:
            client.force_login(cast[who])
            got = getattr(client, policy.method)(url).status_code
            allowed = policy.statuses(who)
            if got not in allowed:
                yield f"{who} got {got}, not {allowed}"

    of_each(names, check)


def plain(response):
    """The body without the sign-out form's token, which is masked anew, and without the address asked for."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    return re.sub(rb'\?next=[^"]+"', b"", body)


@some(name for name, policy in ROUTES.items() if policy.args and policy.hidden)
def test_what_is_absent_and_what_is_anothers_look_alike(client, cast, things, names):
    def check(name):
        policy = ROUTES[name]
        client.force_login(cast["stranger"])
        ask = getattr(client, policy.method)
        args = [things[part] for part in policy.args]
        other = ask(reverse(name, args=args))
        absent = ask(
            reverse(name, args=[things["absent"] if isinstance(arg, uuid.UUID) else arg for arg in args])
        )
        if (other.status_code, plain(other)) != (absent.status_code, plain(absent)):
            yield "what is absent looks another way"

    of_each(names, check)


def test_somebody_deactivated_is_signed_out(client, cast):
    client.force_login(cast["deactivated"])
    assert client.get(reverse("my-work")).status_code == 302


def test_no_view_reads_the_database_by_itself():
    """What a view shows comes through a door or a query of its room: rules that each view had to remember get lost."""
    for path in (*settings.BASE_DIR.glob("*/views/*.py"), *settings.BASE_DIR.glob("*/views.py")):
        text = path.read_text()
        for word in (".objects", "get_object_or_404", "get_list_or_404", ".raw("):
            assert word not in text, f"{path.relative_to(settings.BASE_DIR)} uses {word}"
