"""A form's groups: label, hint, error and input belong together."""

import re

from django import forms

from svit import widgets
from svit.components import EveryField
from svit.templatetags import svit as tags


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


def test_only_the_wrong_part_of_a_date_is_marked():
    form = EveryField(
        {"happened_at_0": "4", "happened_at_1": "", "happened_at_2": "2026", "happened_at_3": "9am"}
    )
    html = group(form, "happened_at")
    assert html.count("govuk-input--error") == 1
    assert 'value="2026"' in html
