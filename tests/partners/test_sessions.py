"""How long somebody stays signed in, and that nothing is lost when it ends."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from partners import sessions
from partners.models import KeptAnswers
from svit import clock

SOON = timedelta(minutes=29, seconds=59)
NOTE = {"text": "She asked for the youth worker.", "section": "general", "version": "1"}


@pytest.fixture
def signed_in(client, cast):
    client.force_login(cast["coordinator"])
    return client


@pytest.fixture
def began():
    return clock.now()


def at(moment):
    return clock.at(moment)


def test_half_an_hour_without_use_ends_it(signed_in, began):
    with at(began + SOON):
        assert signed_in.get("/incidents/").status_code == 200
    with at(began + SOON + timedelta(minutes=31)):
        over = signed_in.get("/incidents/")
        assert over["Location"] == "/account/login/?next=%2Fincidents%2F"
        assert "signed out" in signed_in.get(over["Location"]).content.decode()


def test_use_prolongs_it_for_twelve_hours_and_no_longer(signed_in, began):
    for minutes in range(20, 12 * 60, 20):
        with at(began + timedelta(minutes=minutes)):
            assert signed_in.get("/incidents/").status_code == 200, minutes
    with at(began + timedelta(hours=12)):
        assert signed_in.get("/incidents/").status_code == 302


def test_a_page_that_asks_by_itself_prolongs_nothing(signed_in, began, incident):
    url = reverse("incident", args=[incident.uuid])
    for minutes in (5, 15, 25):
        with at(began + timedelta(minutes=minutes)):
            poll = signed_in.get(url, headers={"hx-request": "true", "hx-trigger": "live"})
            assert poll.status_code == 200
            assert sessions.COOKIE not in poll.cookies
    with at(began + timedelta(minutes=30)):
        over = signed_in.get(url, headers={"hx-request": "true", "hx-trigger": "live"})
        assert over["HX-Redirect"].startswith("/account/login/?next=")


def test_keeping_answers_prolongs_nothing_and_staying_does(signed_in, began):
    with at(began + timedelta(minutes=26)):
        signed_in.post(reverse("keep-answers"), {"page": "/incidents/new/", "summary": "Half a sentence"})
    with at(began + timedelta(minutes=31)):
        assert signed_in.get("/incidents/").status_code == 302


def test_staying_prolongs_it(signed_in, began):
    with at(began + timedelta(minutes=26)):
        assert signed_in.post(reverse("stay")).status_code == 204
    with at(began + timedelta(minutes=50)):
        assert signed_in.get("/incidents/").status_code == 200


@pytest.mark.parametrize("made", ["", "9999999999", "9999999999:forged", "x:y"])
def test_nobody_makes_the_mark_of_use_themselves(signed_in, began, made):
    signed_in.cookies[sessions.COOKIE] = made
    with at(began + timedelta(minutes=31)):
        assert signed_in.get("/incidents/").status_code == 302


def test_the_mark_of_one_session_is_no_good_for_another(client, cast, began):
    client.force_login(cast["coordinator"])
    with at(began + timedelta(minutes=20)):
        client.get("/incidents/")
        mark = client.cookies[sessions.COOKIE].value
    client.force_login(cast["partner"])
    client.cookies[sessions.COOKIE] = mark
    session = client.session
    session[sessions.BEGAN] = int(began.timestamp())
    session.save()
    with at(began + timedelta(minutes=31)):
        assert client.get("/incidents/").status_code == 302


def test_a_session_without_a_beginning_is_over(signed_in):
    session = signed_in.session
    del session[sessions.BEGAN]
    session.save()
    assert signed_in.get("/incidents/").status_code == 302


def test_the_mark_is_written_once_a_minute_at_most(signed_in, began):
    assert sessions.COOKIE not in signed_in.get("/incidents/").cookies
    with at(began + timedelta(seconds=61)):
        mark = signed_in.get("/incidents/").cookies[sessions.COOKIE]
        assert (mark["httponly"], mark["samesite"]) == (True, "Lax")
        assert sessions.COOKIE not in signed_in.get("/incidents/").cookies


# --- What was typed


def note_page(incident):
    return reverse("add-note", args=[incident.uuid])


def test_what_was_sent_too_late_is_kept_and_waits_on_the_page(client, cast, began, incident):
    url = note_page(incident)
    client.force_login(cast["coordinator"])
    with at(began + timedelta(minutes=40)):
        over = client.post(url, NOTE, headers={"referer": f"http://testserver{url}"})
        assert over["Location"] == f"/account/login/?next={url.replace('/', '%2F')}"
        page = client.get(over["Location"]).content.decode()
        assert "It is kept" in page
        assert NOTE["text"] not in page
        assert not incident.log.filter(words__text=NOTE["text"]).exists()
        client.force_login(cast["coordinator"])
        page = client.get(url).content.decode()
        assert "is in the form again" in page
        assert NOTE["text"] in page
        assert NOTE["text"] not in client.get(url).content.decode(), "given back once"
    assert not KeptAnswers.objects.exists()


def test_what_was_typed_waits_for_whoever_typed_it_alone(client, cast, began, incident):
    url = note_page(incident)
    client.force_login(cast["coordinator"])
    with at(began + timedelta(minutes=40)):
        client.post(url, NOTE)
        for who in ("second_coordinator", "partner"):
            client.force_login(cast[who])
            assert NOTE["text"] not in client.get(url).content.decode()
        client.force_login(cast["coordinator"])
        assert NOTE["text"] in client.get(url).content.decode()


def test_a_page_keeps_what_was_typed_before_it_is_locked(signed_in, cast, incident):
    url = note_page(incident)
    answer = signed_in.post(reverse("keep-answers"), {"page": url, **NOTE})
    assert (answer.status_code, answer.content) == (204, b"")
    signed_in.post(reverse("account_logout"), {"next": url})
    signed_in.force_login(cast["coordinator"])
    page = signed_in.get(url).content.decode()
    assert NOTE["text"] in page
    assert re.search(r'value="general"[^>]*(checked|selected)', page)


def test_what_was_typed_against_an_older_version_still_asks(signed_in, cast, incident):
    """The version comes back with the answers: somebody else's change meanwhile is not overwritten."""
    url = reverse("describe", args=[incident.uuid])
    version = re.search(r'name="version" value="(\d+)"', signed_in.get(url).content.decode())[1]
    signed_in.post(reverse("keep-answers"), {"page": url, "situation": "Mine", "version": version})
    signed_in.post(reverse("account_logout"))
    signed_in.force_login(cast["second_coordinator"])
    signed_in.post(url, {"situation": "Theirs", "version": version})
    signed_in.force_login(cast["coordinator"])
    page = signed_in.get(url).content.decode()
    assert ">Mine</textarea>" in page.replace("\n", "")
    assert f'name="version" value="{version}"' in page


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        ("/account/password/change/", {"oldpassword": "secret", "password1": "secret"}),
        ("/incidents/new/", {"password": "secret", "code": "123456", "csrfmiddlewaretoken": "x"}),
        ("/incidents/new/", {"summary": "   "}),
        ("/incidents/new/", {"summary": "x" * 100_001}),
        ("", {"summary": ""}),
    ],
)
def test_what_must_not_be_kept_is_not(signed_in, page, answers):
    assert signed_in.post(reverse("keep-answers"), {"page": page, **answers}).status_code == 204
    assert not KeptAnswers.objects.exists()


def test_what_no_database_takes_is_left_out_of_what_is_kept(signed_in):
    answers = {"page": "/incidents/\x00new/", "sum\x00mary": "Half a\x00 sentence"}
    assert signed_in.post(reverse("keep-answers"), answers).status_code == 204
    kept = KeptAnswers.objects.get()
    assert (kept.path, kept.answers) == ("/incidents/new/", {"summary": ["Half a sentence"]})


def test_what_was_sent_too_late_with_a_nul_is_kept_without_it(signed_in, began):
    with at(began + timedelta(minutes=40)):
        assert signed_in.post("/incidents/%00/", {"text": "Said\x00 twice"}).status_code == 302
    assert KeptAnswers.objects.get().answers == {"text": ["Said twice"]}


def test_what_waits_for_days_is_put_away(signed_in, cast, incident):
    signed_in.post(reverse("keep-answers"), {"page": note_page(incident), **NOTE})
    with at(clock.now() + timedelta(days=4)):
        signed_in.force_login(cast["partner"])
    assert not KeptAnswers.objects.exists()


def test_nobody_keeps_answers_without_end(signed_in, cast):
    for number in range(25):
        signed_in.post(reverse("keep-answers"), {"page": f"/incidents/{number}/", "text": "x"})
    assert KeptAnswers.objects.count() == sessions.MOST_PAGES
    signed_in.post(reverse("keep-answers"), {"page": "/incidents/0/", "text": "changed"})
    assert KeptAnswers.objects.get(path="/incidents/0/").answers == {"text": ["changed"]}


def test_a_form_that_was_sent_shows_what_was_sent(signed_in, cast, incident):
    url = note_page(incident)
    signed_in.post(reverse("keep-answers"), {"page": url, **NOTE})
    signed_in.post(reverse("account_logout"))
    signed_in.force_login(cast["coordinator"])
    page = signed_in.post(url, {**NOTE, "text": ""}).content.decode()
    assert NOTE["text"] not in page


def test_a_form_of_another_page_shows_nothing_of_it(signed_in, cast, incident):
    signed_in.post(reverse("keep-answers"), {"page": "/incidents/new/", "text": "Not here"})
    signed_in.post(reverse("account_logout"))
    signed_in.force_login(cast["coordinator"])
    assert "Not here" not in signed_in.get(note_page(incident)).content.decode()


def test_the_page_says_how_long_is_left(signed_in):
    page = signed_in.get("/incidents/").content.decode()
    assert 'data-warn="1500" data-end="1800"' in page


def test_signing_out_clears_what_the_browser_kept(signed_in):
    out = signed_in.post(reverse("account_logout"))
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert signed_in.cookies[sessions.COOKIE]["max-age"] == 0
    assert "Clear-Site-Data" not in signed_in.get(reverse("account_login"))


def test_a_session_that_is_over_clears_it_as_well(signed_in, began):
    assert "Clear-Site-Data" not in signed_in.get("/incidents/")
    with at(began + timedelta(minutes=31)):
        assert signed_in.get("/incidents/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_that_was_ended_is_no_good_any_more(signed_in, client):
    """Whoever copied the cookie before has nothing after signing out: the session itself is gone."""
    copied = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    signed_in.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = copied
    assert client.get("/incidents/").status_code == 302
