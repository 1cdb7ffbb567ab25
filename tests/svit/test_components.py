"""The page of all components, and single ones."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import get_template

from svit.components import EveryField, everything
from tests.conftest import NIGHT


def draw(source, **values):
    return Template("{% load svit %}" + source).render(Context(values))


@pytest.fixture
def page():
    return get_template("svit/components.html").render({**everything(), "marking": "OFFICIAL-SENSITIVE"})


def test_no_component_carries_inline_style_or_script(page):
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"\son[a-z]+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_no_id_stands_twice_on_the_page(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_every_description_and_label_leads_to_something(page):
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    for named in re.findall(r'(?:aria-describedby|aria-labelledby|\sfor)="([^"]+)"', page):
        assert set(named.split()) <= ids, named


def test_the_marking_and_the_overdue_count_are_on_the_page(page):
    assert "OFFICIAL-SENSITIVE" in page
    assert "<title>(2 overdue) Components – SVIT</title>" in page


def test_no_component_is_longer_than_40_lines(settings):
    folder = settings.BASE_DIR / "templates" / "components"
    long = [path.name for path in folder.glob("*.html") if len(path.read_text().splitlines()) > 40]
    assert long == []


def test_the_title_says_when_a_form_has_errors():
    form = EveryField({})
    html = get_template("layouts/form.html").render({"title": "Log an incident", "form": form})
    assert "<title>Error: Log an incident – SVIT</title>" in html
    assert 'href="#id_what_0"' in html
    assert "novalidate" in html


def test_a_message_offers_undo_only_where_its_tags_say_so():
    message = SimpleNamespace(
        level_tag="success", message="Marked done.", extra_tags="undo:/items/1/undo/ quiet"
    )
    html = get_template("layouts/_messages.html").render({"messages": [message], "csrf_token": "t0ken"})
    assert 'action="/items/1/undo/"' in html
    assert 'value="t0ken"' in html
    message.extra_tags = "quiet"
    assert "<form" not in get_template("layouts/_messages.html").render({"messages": [message]})


def test_a_message_is_escaped():
    message = SimpleNamespace(level_tag="info", message="<b>Marked</b>", extra_tags="")
    assert "&lt;b&gt;" in get_template("layouts/_messages.html").render({"messages": [message]})


def test_a_component_sees_only_what_it_is_given():
    html = draw(
        '{% component "card" title=name %}<p>{{ inside }}</p>{% endcomponent %}',
        name="A<b>",
        inside="x",
        tag="no",
    )
    assert "A&lt;b&gt;" in html
    assert "<p>x</p>" in html
    assert "svit-tag" not in html


def test_a_badge_of_nothing_draws_nothing():
    assert draw('{% include "components/badge.html" with count=0 only %}').strip() == ""


def test_a_state_is_a_shape_and_a_word():
    html = draw('{% include "components/state.html" with state="overdue" text="Overdue 40 min" only %}')
    assert "<svg" in html
    assert "Overdue 40 min" in html


@pytest.mark.parametrize(
    ("hours", "state", "words"),
    [
        (-3.1, "overdue", "Overdue 3 h 6 min"),
        (2, "soon", "Due in 2 h"),
        (100, "ok", "Due in 4 days"),
        (0, "soon", "Due now"),
    ],
)
def test_what_is_due_says_so_in_words(hours, state, words):
    html = draw(
        '{% include "components/due.html" with due_at=due_at now=now only %}',
        due_at=NIGHT + timedelta(hours=hours),
        now=NIGHT,
    )
    assert f"svit-due--{state}" in html
    assert words in html


def test_a_masked_card_shows_no_number_clock_or_count():
    html = draw(
        '{% include "components/masked_card.html" with title="Restricted" owner="family liaison" only %}'
    )
    assert "family liaison" in html
    assert "<svg" not in html
    assert "Give a reason" not in html
