"""Words in an address: sealed for whoever typed them, and of no use to anybody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from partners.models import KeptAnswers
from svit import clock, encryption
from svit.asked import KIND, LOST, opened, sealed
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

NAME = "Ottoline Heron"
OLD, NEW = ("old" * 20, "new" * 20)


@pytest.fixture
def coordinator(client, cast):
    client.force_login(cast["coordinator"])
    return client


def searched(client, words, url=None):
    """The address to which a search leads."""
    return client.post(url or reverse("search"), {"q": words})["Location"]


def text(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_typed_them_opens_them_again(cast):
    words = {"q": "Zoë 🔪 O’Neill", "people": "a@b.example"}
    assert opened(cast["coordinator"], sealed(cast["coordinator"], **words)) == words


def test_nobody_else_opens_them(cast):
    token = sealed(cast["coordinator"], q=NAME)
    assert NAME not in token
    assert opened(cast["second_coordinator"], token) is None


def test_what_is_no_token_opens_nothing(cast):
    user = cast["coordinator"]
    good = sealed(user, q=NAME)
    others = ("17", '"x"', "[]", "[1, 2, 3]", "JBSWY3DPEHPK3PXP", f'["other", {user.pk}, {{}}]')
    for token in (
        "",
        "x",
        "\x00",
        "é" * 40,
        good[:-3],
        good + "A",
        "A" + good,
        *map(encryption.encrypt, others),
    ):
        assert opened(user, token) is None, token
    assert opened(user, encryption.encrypt(f'["{KIND}", {user.pk}, {{}}]')) == {}


def test_a_new_key_reads_them_while_the_old_one_is_known(cast, settings):
    settings.SECRET_KEY = OLD
    token = sealed(cast["coordinator"], q=NAME)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert opened(cast["coordinator"], token) == {"q": NAME}
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(cast["coordinator"], token) is None


@pytest.fixture
def pages(incident, cast):
    """(who, address, field) of each page that looks for words."""
    return [
        ("coordinator", reverse("search"), "q"),
        ("coordinator", reverse("incident-log", args=[incident.uuid]), "q"),
        ("administrator", reverse("setup-contacts"), "q"),
        ("governance", reverse("access-record"), "people"),
    ]


def test_a_page_shows_the_words_to_whoever_typed_them(client, cast, pages):
    for who, url, field in pages:
        client.force_login(cast[who])
        words = cast["partner"].email if field == "people" else "Zoë 9"
        answer = client.post(url, {field: words, "before": "x", "page": "2"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{url}?s=")
        assert "&" not in answer["Location"], "a new search begins at the first page"
        assert f'value="{words}"' in text(client, answer["Location"]), url


@pytest.mark.parametrize("spoilt", ["nothing", "", "of another"])
def test_a_link_that_is_damaged_or_somebody_elses_says_so_and_shows_no_words(client, cast, pages, spoilt):
    token = sealed(cast["partner"], q=NAME, people=NAME) if spoilt == "of another" else spoilt
    for who, url, field in pages:
        client.force_login(cast[who])
        answer = client.get(url, {"s": token})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'id="id_{field}_error"' in page
        assert page.count(LOST) == 2, "in the summary and beside the field"
        assert "<title>Error: " in page
        assert NAME not in page
        if "filter" in page:
            assert '<details class="svit-filter" open>' in page


def test_an_address_of_before_is_read_no_more_and_not_passed_on(client, cast, pages):
    for who, url, field in pages:
        client.force_login(cast[who])
        answer = client.get(url, {field: NAME, "before": "x"})
        assert (answer.status_code, answer["Location"]) == (302, url)


def test_other_filters_stay_in_the_address_as_they_are(coordinator, incident):
    url = reverse("incident-log", args=[incident.uuid])
    assert coordinator.post(url, {"kind": "note", "q": " "})["Location"] == f"{url}?kind=note"
    both = coordinator.post(url, {"kind": "note", "q": NAME})["Location"]
    assert both.startswith(f"{url}?kind=note&s=")
    page = text(coordinator, both)
    assert '<option value="note" selected>' in page
    assert f'value="{NAME}"' in page
    assert coordinator.post(url, {"kind": "", "agency": "", "q": ""})["Location"] == url


def test_what_is_no_answer_of_the_form_gets_into_no_address(coordinator, incident):
    url = reverse("incident-log", args=[incident.uuid])
    answer = coordinator.post(url, {"kind": NAME, "q": "x"})
    assert answer.status_code == 200
    assert "Choose one of the answers" in answer.content.decode()
    assert coordinator.post(url, {"other": NAME})["Location"] == url


def test_too_many_characters_are_told_beside_the_field(client, cast, pages):
    for who, url, field in pages:
        client.force_login(cast[who])
        answer = client.post(url, {field: "x" * 101})
        assert answer.status_code == 200
        assert "Use 100 characters or fewer. This is 101." in answer.content.decode()


def test_what_was_sent_too_late_waits_in_the_field_and_in_no_address(client, cast, incident):
    """Also where the page showed an older search meanwhile: that one is shown again, with the new words to send."""
    client.force_login(cast["coordinator"])
    shown = searched(client, "Station Parade")
    with clock.at(clock.now() + timedelta(minutes=40)):
        over = client.post(reverse("search"), {"q": NAME}, headers={"referer": f"http://testserver{shown}"})
        assert over.status_code == 302
        assert over["Location"].startswith("/account/login/?next=%2Fsearch%2F%3Fs%3D")
        assert "Ottoline" not in over["Location"]
        client.force_login(cast["coordinator"])
        page = text(client, shown)
        assert "is in the form again" in page
        assert f'value="{NAME}"' in page
        assert incident.reference in page
        assert not KeptAnswers.objects.exists()
        assert 'value="Station Parade"' in text(client, shown)


def test_the_way_back_after_a_session_that_ended_leads_to_the_same_search(client, cast, incident):
    client.force_login(cast["coordinator"])
    shown = searched(client, "Station Parade")
    with clock.at(clock.now() + timedelta(minutes=40)):
        over = client.get(shown)
        assert "Station" not in over["Location"]
        client.force_login(cast["coordinator"])
        assert incident.reference in text(client, shown)


def test_older_results_keep_the_search(client, cast, actors, toolkit, monkeypatch):
    monkeypatch.setattr("reports.queries.PAGE", 2)
    made = [log_one(actors["coordinator"]).reference for _ in range(3)]
    client.force_login(cast["coordinator"])
    answer = client.get(searched(client, "parade"))
    more = client.get(
        reverse("search"), {"s": answer.wsgi_request.GET["s"], "before": answer.context["older"]}
    )
    shown = [row.reference for page in (answer, more) for row in page.context["rows"]]
    assert shown == made[::-1]
