"""What somebody typed before their session ended, while the page that gives it back is drawn.

A form that was not sent yet shows it in place of its initial values; nothing is checked and nothing is done by it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.forms import BaseForm
from django.http import QueryDict

_answers: ContextVar[QueryDict | None] = ContextVar("kept_answers", default=None)


@contextmanager
def given_back(answers: dict[str, list[str]] | None) -> Iterator[None]:
    """`answers` by the names of the fields, for the forms that are drawn meanwhile."""
    data = None
    if answers:
        data = QueryDict(mutable=True)
        for name, values in answers.items():
            data.setlist(name, values)
    token = _answers.set(data)
    try:
        yield
    finally:
        _answers.reset(token)


def of_form(form: BaseForm) -> QueryDict | None:
    """What was typed into this form; None where there is none, or where the form was just sent."""
    data = _answers.get()
    if data is None or form.is_bound:
        return None
    names = {form.add_prefix(name) for name in form.fields}
    mine = any(key in names or key.rpartition("_")[0] in names for key in data)
    return data if mine else None
