"""What somebody types to look for something: sent by POST, and in no address but sealed.

A page that looks for words stays one that is read: its form is posted and checked, and the answer leads back to the
page itself with `?s=`, the words encrypted for whoever typed them. So reload, back, the next page and the way back
after a sign-in need no script, and no history, bookmark, proxy or log holds a name (OWASP ASVS 5.0, 14.2.1).

The form says in `typed` which of its fields hold words. What it asks besides (a kind, an agency, a day) is one of the
form's own answers by then, and stands in the address as it is.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.forms import Field, Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from svit import encryption, kept

NAME = "s"
KIND = "asked"  # nothing else that was encrypted with the same key is taken for words
LOST = "Enter it again. The link that you opened is damaged, too old, or somebody else’s"


@dataclass
class Asked:
    """What a page was asked: the form as it is shown, its answers as far as they are right, and where to go instead."""

    form: Form
    answers: dict[str, Any]
    onward: HttpResponse | None = None

    @property
    def open(self) -> bool:
        """Whether a filter stands unfolded: it chooses something, is wrong, or gives back what was typed."""
        return any(self.answers.values()) or bool(self.form.errors) or kept.of_form(self.form) is not None


def sealed(user, **words: str) -> str:
    """The words by the names of their fields, for the address of a page that `user` reads."""
    return encryption.encrypt(json.dumps([KIND, user.pk, words], ensure_ascii=False))


def opened(user, token: str) -> dict[str, str] | None:
    """The words, if `user` typed them; None where another did, or where this is no token of ours."""
    try:
        kind, owner, words = json.loads(encryption.decrypt(token))
    except (encryption.Unreadable, TypeError, ValueError):
        return None
    return words if (kind, owner) == (KIND, user.pk) else None


def ask(request: HttpRequest, form_class: type[Form], **options) -> Asked:
    """Read what a page is asked. Where there is an `onward`, the view answers with that."""
    if request.method == "POST":
        form = form_class(request.POST, **options)
        onward = redirect(_address(request, request.POST, form)) if form.is_valid() else None
        return Asked(form, form.cleaned_data, onward)
    form = form_class(**options)
    if any(name in request.GET for name in form.typed):  # as addresses were once: no link passes the words on
        return Asked(form, {}, redirect(_address(request, _data(request, form, {}), form)))
    words = opened(request.user, request.GET[NAME]) if NAME in request.GET else {}
    data = _data(request, form, words or {})
    if not data and words is not None:
        return Asked(form, {})
    asked = form_class(data, **options)
    asked.full_clean()
    if words is None:
        asked.errors.pop(form.typed[0], None)
        asked.add_error(form.typed[0], LOST)
    # What was typed when the session ended is shown again, beside what this address asks
    waiting = kept.of_form(form) is not None
    return Asked(form if waiting else asked, asked.cleaned_data)


def _data(request: HttpRequest, form: Form, words: dict[str, str]) -> QueryDict:
    """What an address asks of the form; of words only those that were sealed."""
    data = QueryDict(mutable=True)
    data.update({name: words[name] for name in form.typed if name in words})
    for name in _sent_as(form.fields):
        if name in request.GET and name not in form.typed:
            data.setlist(name, request.GET.getlist(name))
    return data


def _address(request: HttpRequest, data: QueryDict, form: Form) -> str:
    """The page itself with what was asked: words sealed, and the rest as it is."""
    given = [(name, value) for name in _sent_as(form.fields) for value in data.getlist(name) if value.strip()]
    plain = [(name, value) for name, value in given if name not in form.typed]
    if words := {name: value for name, value in given if name in form.typed}:
        plain.append((NAME, sealed(request.user, **words)))
    return f"{request.path}?{urlencode(plain)}" if plain else request.path


def _sent_as(fields: dict[str, Field]) -> Iterator[str]:
    """The names under which the answers are sent: a date has one for each of its parts."""
    for name, field in fields.items():
        yield from (f"{name}{part}" for part in getattr(field.widget, "widgets_names", [""]))
