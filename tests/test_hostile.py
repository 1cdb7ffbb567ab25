"""Bad input into every form and address of an incident: words beside the field, never a 500."""

import re

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svit.asked import sealed
from tests.routes import ROUTES
from tests.test_routes import things  # noqa: F401  the fixture

IMPOSSIBLE = ["0001-01-01T00:00:00+23:59_1", "9999-12-31T23:59:59-23:59_1"]
HOSTILE = [
    "", " ", "\x00", "a\x00b", "x" * 10_001, "<script>alert(1)</script>", "'; DROP TABLE incidents_incident; --",
    "\U0001f52a" * 300, "-1", "9" * 40, "../../etc/passwd", "{{ 7*7 }}{% now %}", "32/13/20266", "NaN", "\u202e\ufffe",
    "00000000-0000-0000-0000-000000000000", *IMPOSSIBLE,
]  # fmt: skip
NO_PAGES = {"demo-mail", "file", "file-preview", "pack-download"}
FORMS = sorted(
    name for name, policy in ROUTES.items()
    if policy.method == "get" and policy.statuses("coordinator") == (200,) and name not in NO_PAGES
)  # fmt: skip
NAMES = re.compile(rb"<(?:input|select|textarea|button)[^>]*\sname=\"([^\"]+)\"")


def fields(content):
    """The names of the fields of a page, but for the token."""
    return sorted({name.decode() for name in NAMES.findall(content)} - {"csrfmiddlewaretoken"})


def throw(client, name, url, names, value_of):
    """One post and one query of hostile values."""
    posted = client.post(url, {field: value_of(number) for number, field in enumerate(names)})
    assert posted.status_code < 500, name
    asked = [*names, "before", "after", "q", "s", "page"]
    answer = client.get(url, {field: value_of(number) for number, field in enumerate(asked)})
    assert answer.status_code < 500, name


@pytest.mark.parametrize("name", FORMS)
def test_hostile_values_are_answered(client, cast, things, name):  # noqa: F811
    client.force_login(cast["coordinator"])
    url = reverse(name, args=[things[part] for part in ROUTES[name].args])
    names = fields(client.get(url).content)
    for start in range(0, len(HOSTILE), 5):
        throw(client, name, url, names, lambda number, start=start: HOSTILE[(start + number) % len(HOSTILE)])


@pytest.mark.parametrize("key", [*IMPOSSIBLE, "0001-01-01T00:00:00+00:00_1", "9999-12-31T23:59:59+00:00_1"])
def test_a_time_beyond_the_calendar_is_no_key(client, cast, things, key):  # noqa: F811
    client.force_login(cast["coordinator"])
    log = reverse("incident-log", args=[things["incident"]])
    for path in ("/incidents/", log, "/my-work/", "/team-work/", "/search/", "/inbox/"):
        answer = client.get(
            path, {"before": key, "after": key, "s": sealed(cast["coordinator"], q="station")}
        )
        assert answer.status_code == 200, path


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS)
def test_each_hostile_value_is_answered_in_each_field(client, cast, things, name):  # noqa: F811
    client.force_login(cast["coordinator"])
    url = reverse(name, args=[things[part] for part in ROUTES[name].args])
    names = fields(client.get(url).content)
    for value in HOSTILE:
        throw(client, name, url, names, lambda number, value=value: value)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["log-incident", "categorise", "add-note", "add-person", "record-contact", "describe"]
)
def test_anything_at_all_is_answered(client, cast, things, name):  # noqa: F811
    client.force_login(cast["coordinator"])
    url = reverse(name, args=[things[part] for part in ROUTES[name].args])
    page = client.get(url).content
    names = fields(page)
    choices = [value.decode() for value in re.findall(rb"value=\"([^\"]{1,40})\"", page)]

    @settings(
        max_examples=300, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    @given(st.fixed_dictionaries({field: st.text(max_size=60) | st.sampled_from(choices) for field in names}))
    def post(data):
        assert client.post(url, data).status_code < 500

    post()
