"""What the tests of people and clocks begin with."""

import pytest

from checklists.models import ChecklistItem
from incidents import access
from incidents.models import LogText
from response.models import ContactClock, Person


@pytest.fixture
def by(actors):
    return actors["coordinator"]


@pytest.fixture
def seen(incident, by):
    return access.sight(by, incident)


@pytest.fixture
def people(incident):
    return list(Person.objects.select_related("entry__incident").filter(entry__incident=incident))


@pytest.fixture
def person(people):
    return people[0]


@pytest.fixture
def other(people):
    return people[1]


@pytest.fixture
def clock_of():
    """`clock_of(person, kind)`: the clock as it stands now."""
    return lambda person, kind="contact_made": ContactClock.objects.select_related(
        "person__entry__incident"
    ).get(person=person, kind=kind)


@pytest.fixture
def contact_item(incident):
    """`contact_item(kind)`: the contact item as it stands now."""
    return lambda kind="contact_made": ChecklistItem.objects.get(incident=incident, clock_kind=kind)


@pytest.fixture
def logged(incident):
    """`logged()`: the words of the incident's log, oldest first."""
    return lambda: "\n".join(
        LogText.objects.filter(entry__incident=incident).order_by("entry__pk").values_list("text", flat=True)
    )
