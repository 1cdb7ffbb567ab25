"""Dates, times and files as people give them."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from svit import clock, fields
from tests.conftest import NIGHT


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
