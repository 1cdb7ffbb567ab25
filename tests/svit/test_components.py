"""Components, form groups, and the words of times."""

import re
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.datastructures import MultiValueDict

from svit import clock, fields, widgets
from svit.components import EveryField, everything
from svit.templatetags import svit as tags

NIGHT = datetime(2026, 6, 6, 0, 56, tzinfo=UTC)  # 1:56am in London


def draw(source, **values):
    return Template("{% load svit %}" + source).render(Context(values))


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Names without hashes: the styles need not be compiled for these tests."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


# --- The page of all components ---


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


# --- Components ---


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


# --- Times in words ---


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 6, 4, 8, 32, tzinfo=UTC), "4 June 2026 at 9:32am"),
        (datetime(2026, 1, 4, 9, 0, tzinfo=UTC), "4 January 2026 at 9am"),
        (datetime(2026, 6, 4, 11, 0, tzinfo=UTC), "4 June 2026 at midday"),
        (datetime(2026, 6, 3, 23, 0, tzinfo=UTC), "4 June 2026 at midnight"),
        (datetime(2026, 6, 3, 23, 5, tzinfo=UTC), "4 June 2026 at 12:05am"),
        (None, ""),
    ],
)
def test_when_is_told_in_local_time(moment, words):
    assert tags.when(moment) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2.25, "today at 4:11am"),
        (-3, "yesterday at 10:56pm"),
        (24, "tomorrow at 1:56am"),
        (72, "9 June 2026 at 1:56am"),
    ],
)
def test_near_days_have_names(hours, words):
    assert tags.when(NIGHT + timedelta(hours=hours), NIGHT) == words


def test_a_date_of_another_year_names_it():
    with clock.at(NIGHT):
        assert tags.day_short(date(2026, 6, 4)) == "Thu 4 June"
        assert tags.day_short(date(2027, 6, 4)) == "Fri 4 June 2027"


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(hours=3, minutes=6), "3 h 6 min"),
        (timedelta(minutes=40, seconds=50), "40 min"),
        (timedelta(hours=-2), "2 h"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2, hours=5), "2 days"),
        (timedelta(seconds=20), "0 min"),
        (None, ""),
    ],
)
def test_a_length_of_time_has_two_units_at_most(delta, words):
    assert tags.duration(delta) == words


def test_a_length_of_time_is_spoken_in_full():
    assert tags.duration_words(timedelta(hours=1, minutes=6)) == "1 hour 6 minutes"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("020 7946 0142", "+442079460142"),
        ("+44 20 7946 0142", "+442079460142"),
        ("999", "999"),
        ("00 33 1", "00331"),
    ],
)
def test_a_telephone_number_becomes_a_link(number, link):
    assert tags.tel(number) == link


# --- Form groups ---


class Person(forms.Form):
    label_size = "m"
    reveals = {"known": {"yes": ["name"]}}
    hints = {"known": {"no": "We ask again tomorrow"}}
    known = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=widgets.Radios(layout="two"))
    name = forms.CharField(
        label="Name", help_text="Not the family's", error_messages={"required": "Enter a name"}
    )
    roles = forms.MultipleChoiceField(
        required=False, choices=[("a", "A"), ("b", "B")], widget=widgets.Checkboxes()
    )
    age = forms.IntegerField(required=False)
    note = forms.CharField(required=False, widget=widgets.Textarea(count=20))
    secret = forms.CharField(required=False, widget=forms.HiddenInput())


def group(form, name):
    return form[name].as_field_group()


def test_hint_and_error_describe_the_input():
    html = group(Person({}), "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'class="govuk-input govuk-input--error"' in html
    assert '<span class="govuk-visually-hidden">Error:</span> Enter a name' in html
    assert "govuk-label--m" in html
    assert " required" not in html


def test_hint_and_error_of_choices_describe_the_fieldset():
    html = group(Person({}), "known")
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_known_error">' in html
    assert not re.search(r'<input[^>]*type="radio"[^>]*aria-invalid', html)
    assert "svit-two" in html
    assert 'aria-describedby="id_known_1_hint"' in html


def test_a_revealed_field_is_drawn_once_within_its_answer():
    html = str(Person())
    assert html.count('name="name"') == 1
    assert html.index('id="id_known_0_more"') < html.index('name="name"') < html.index('value="no"')


def test_checkboxes_are_no_radios():
    html = group(Person(), "roles")
    assert html.count('type="checkbox"') == 2
    assert "govuk-checkboxes__input" in html
    assert "govuk-radios" not in html


def test_a_number_is_typed_and_not_spun():
    html = group(Person(), "age")
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html


def test_a_counted_text_names_its_limit():
    html = group(Person(), "note")
    assert 'data-maxlength="20"' in html
    assert 'aria-describedby="id_note-info"' in html


def test_hidden_fields_are_drawn_bare():
    assert '<input type="hidden" name="secret" id="id_secret">' in str(Person())


def test_what_was_typed_is_escaped():
    html = str(Person({"name": '"><script>'}))
    assert "<script>" not in html


def test_the_error_summary_links_to_the_first_wrong_input():
    form = EveryField({"happened_at_0": "4", "happened_at_1": "6", "happened_at_2": "2026"})
    links = {str(text): target for text, target in tags.error_links(form)}
    assert links["Choose what happened."] == "id_what_0"
    assert links["Time of the incident must include a time."] == "id_happened_at_3"
    assert links["Enter where it happened."] == "id_where"


def test_errors_of_the_whole_form_come_first_and_link_nowhere():
    form = Person({})
    form.add_error(None, "Nothing was sent")
    assert tags.error_links(form)[0] == ("Nothing was sent.", "")


# --- Dates and times as typed ---


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:32am", time(9, 32)),
        ("9.32 pm", time(21, 32)),
        ("9.32 p.m.", time(21, 32)),
        ("21:32", time(21, 32)),
        ("2132", time(21, 32)),
        ("0932", time(9, 32)),
        ("932", time(9, 32)),
        ("9am", time(9)),
        ("12am", time(0)),
        ("12:30 PM", time(12, 30)),
        ("midday", time(12)),
        (" noon ", time(12)),
        ("Midnight", time(0)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, read):
    assert fields.read_time(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "9", "21", "25:00", "9:75am", "13pm", "0am", "soon", "9:3", "12345", "9:32amm", "²pm"]
)
def test_what_may_be_two_times_or_none_is_not_guessed(typed):
    with pytest.raises(ValueError):
        fields.read_time(typed)


def clean(*parts, **options):
    return fields.GovDateTimeField(label="Booking time", **options).clean(list(parts))


def refusal(*parts, **options):
    with pytest.raises(forms.ValidationError) as caught:
        clean(*parts, **options)
    error = caught.value
    return error.messages[0], set((error.params or {}).get("parts", ()))


def test_a_moment_is_on_londons_clock():
    assert clean("4", "June", "2026", "9:32am") == datetime(2026, 6, 4, 8, 32, tzinfo=UTC)
    assert clean("04", "1", "2026", "2132") == datetime(2026, 1, 4, 21, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "message", "wrong"),
    [
        (("", "6", "2026", "9am"), "Booking time must include a day", {"day"}),
        (("4", "", "2026", ""), "Booking time must include a month and time", {"month", "time"}),
        (("31", "6", "2026", "9am"), "Booking time must be a real date", {"day", "month", "year"}),
        (("4", "Juin", "2026", "9am"), "Booking time must have a real month, such as 6 or June", {"month"}),
        (("4", "6", "26", "9am"), "Booking time must have a year of 4 numbers, such as 2026", {"year"}),
        (("4", "6", "2026", "9"), "Booking time must have a time such as 9:32am or 21:32", {"time"}),
    ],
)
def test_a_message_names_the_field_and_what_is_wrong(parts, message, wrong):
    with clock.at(NIGHT):
        assert refusal(*parts) == (message, wrong)


def test_nothing_typed_is_asked_for_by_name_or_left_out():
    assert refusal("", " ", "", "")[0] == "Enter booking time"
    assert clean("", "", "", "", required=False) is None
    assert fields.GovDateTimeField(required=False).clean(None) is None


def test_a_time_that_spring_skips_is_refused():
    message, wrong = refusal("29", "3", "2026", "1:30am")
    assert message == "Booking time does not exist: on that night the clocks go forward from 1am to 2am"
    assert wrong == {"time"}
    assert clean("29", "3", "2026", "2am") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_of_two_equal_times_in_autumn_the_first_is_meant():
    assert clean("25", "10", "2026", "1:30am") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_what_must_be_past_may_be_now_and_no_later():
    with clock.at(NIGHT):
        assert clean("6", "6", "2026", "1:56am", past=True) == NIGHT
        assert (
            refusal("6", "6", "2026", "1:57am", past=True)[0] == "Booking time must be today or in the past"
        )


def test_a_date_may_be_asked_to_lie_ahead():
    field = fields.GovDateField(label="Review date", future=True)
    with clock.at(NIGHT):
        assert field.clean(["6", "6", "2026"]) == date(2026, 6, 6)
        with pytest.raises(forms.ValidationError, match="today or in the future"):
            field.clean(["5", "6", "2026"])


def test_a_known_moment_comes_back_as_it_would_be_typed():
    field = fields.GovDateTimeField()
    assert field.widget.decompress(NIGHT) == ["6", "6", "2026", "1:56am"]
    assert not field.has_changed(NIGHT, ["6", "6", "2026", "1:56am"])
    assert field.has_changed(NIGHT, ["6", "6", "2026", "1:57am"])
    assert clean(*field.widget.decompress(NIGHT)) == NIGHT


def test_only_the_wrong_part_of_a_date_is_marked():
    form = EveryField(
        {"happened_at_0": "4", "happened_at_1": "", "happened_at_2": "2026", "happened_at_3": "9am"}
    )
    html = group(form, "happened_at")
    assert html.count("govuk-input--error") == 1
    assert 'value="2026"' in html


def test_several_files_are_cleaned_one_by_one(tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    class Papers(forms.Form):
        papers = fields.FilesField(required=False)

    files = MultiValueDict({"papers": [SimpleUploadedFile(name, b"x") for name in ("a.txt", "b.txt")]})
    form = Papers({}, files)
    assert form.is_valid()
    assert [one.name for one in form.cleaned_data["papers"]] == ["a.txt", "b.txt"]
    assert Papers({}, {}).is_valid()
    empty = MultiValueDict(
        {"papers": [SimpleUploadedFile("a.txt", b"x"), SimpleUploadedFile("empty.txt", b"")]}
    )
    assert not Papers({}, empty).is_valid()
