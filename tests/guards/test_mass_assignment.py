"""A form takes what it offers and nothing else, whatever is sent along.

Each form is sent twice: as its page gives it, and with the name of every field of every model besides. What the
database holds afterwards is the same, but for new identifiers, digests and moments.
"""

import datetime
import re
import uuid
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from svit import clock
from tests.guards.addresses import body
from tests.routes import ROUTES
from tests.test_routes import some, things  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.long]

PARTS = ("coordinator", "administrator", "partner", "agency_manager")
# Said for whole texts that a form needs; a choice is the first of those offered.
WORDS = {"email": "new.person@agency.example", "telephone": "020 7946 0999", "code": "ZZ", "password": "x"}
NOT_SENT = {"csrfmiddlewaretoken"}
PRESSED = {
    "confirmed",
    "change",
}  # buttons of a form that asks twice, which go by a name that a column has as well
BROUGHT = "97777777-7777-4777-8777-777777777777"
LEFT_OUT = {"django_session", "svit_counts", "usersessions_usersession"}


class Form(HTMLParser):
    """The fields of the page's main form, with what a person would send who fills in whatever is empty."""

    def __init__(self):
        super().__init__()
        self.inside = self.forms = 0
        self.data, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        name = found.get("name")
        if tag == "form" and (found.get("method") or "").lower() == "post":
            self.inside = "logout" not in (found.get("action") or "")
        if not self.inside or (name in NOT_SENT and tag != "option"):
            return
        kind = found.get("type", "text")
        if tag == "input" and name and kind in ("radio", "checkbox"):
            if "checked" in found or name not in self.data:
                self.data[name] = found.get("value", "on")
        elif tag == "input" and name and kind not in ("submit", "file", "button"):
            self.data[name] = found.get("value") or self.filled(name, found)
        elif tag == "textarea" and name:
            self.area, self.data[name] = name, ""
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and found.get("value"):
            if "selected" in found or self.select not in self.data:
                self.data[self.select] = found["value"]
        elif tag == "button" and name:
            self.data.setdefault(name, found.get("value", ""))

    def filled(self, name, found):
        if found.get("type") == "hidden":
            return ""
        words = next((words for part, words in WORDS.items() if part in name), None)
        if words is None:
            words = "1" if found.get("inputmode") == "numeric" else "Some words of a person"
        return words

    def handle_data(self, data):
        if self.area:
            self.data[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.data[self.area] = self.data[self.area].strip() or "Some words of a person"
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def value_of(field):
    """Something that this field would take, other than what it usually holds."""
    if isinstance(field, models.BooleanField):
        return "on"
    if field.is_relation:
        last = field.related_model._default_manager.order_by("pk").last()
        return str(last.pk) if last else "1"
    if field.choices:
        return str(field.flatchoices[-1][0])
    if isinstance(field, models.DateTimeField | models.DateField):
        return "2001-02-03"
    if isinstance(field, models.IntegerField):
        return "977"
    if isinstance(field, models.UUIDField):
        return BROUGHT
    return "brought.along@elsewhere.example" if isinstance(field, models.EmailField) else "brought along"


def brought_along():
    """The name of every field of every model, and the column's; those that open something come last and stay."""
    names = {}
    for model in sorted(
        apps.get_models(), key=lambda model: model._meta.app_label in ("partners", "incidents")
    ):
        for field in model._meta.get_fields():
            if getattr(field, "concrete", False):
                value = value_of(field)
                names |= {field.name: value, getattr(field, "attname", field.name): value}
    names = {name: value for name, value in names.items() if name not in PRESSED}
    return names | {"is_superuser": "on", "is_staff": "on", "role": "administrator"}


def tables():
    return sorted(set(connection.introspection.table_names()) - LEFT_OUT)


def snapshot(names):
    """All rows of these tables, as sets of plain values."""
    found = {}
    for name in names:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            columns = [column.name for column in cursor.description]
            found[name] = {tuple(zip(columns, map(repr, row), strict=True)) for row in cursor.fetchall()}
    return found


IDENTIFIER = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
# Digests, passwords and keys; and moments, but for the one that is brought along.
NEW_EACH_TIME = re.compile(
    r"^'(?:[0-9a-f]{40,}|pbkdf2.*|md5.*|!.{40}|[\w=-]{60,})'$|^<memory|^datetime\.datetime\((?!2001)"
)


def plain(row, known):
    """A row without what is new each time, and without identifiers that were not there before."""
    return tuple((column, _plain(value, known)) for column, value in row)


def _plain(value, known):
    if NEW_EACH_TIME.match(value):
        return "new"
    return IDENTIFIER.sub(lambda found: found[0] if found[0] in known else "new", value)


def numbers_begin_again():
    """A row that is made gets the number that it would have got at the first try."""
    models_of_ours = apps.get_models(include_auto_created=True)
    if statements := connection.ops.sequence_reset_sql(no_style(), models_of_ours):
        with connection.cursor() as cursor:
            cursor.execute("".join(statements))


def changes(client, url, data, before, known):
    """The status of an answer, and which rows it left behind or took away."""
    numbers_begin_again()
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            status = client.post(url, data).status_code
        touched = {
            match[1]
            for query in queries
            if (match := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "([^"]+)"', query["sql"]))
        }
        names = sorted(touched & set(before))
        after = snapshot(names)
        transaction.set_rollback(True)
    new = sorted((name, plain(row, known)) for name in names for row in after[name] - before[name])
    gone = sorted((name, plain(row, known)) for name in names for row in before[name] - after[name])
    return status, new, gone


FORMS = sorted(
    name
    for name, policy in ROUTES.items()
    if name not in ("file", "demo-mail", "account_reauthenticate", "mfa_reauthenticate")
    and any(200 in policy.statuses(part) for part in PARTS)
)
# Where a form is refused nothing is compared, so these have to be taken as they are offered.
TAKEN = {
    "add-record", "assign-clock", "change-status", "correct-entry", "describe", "item-assign", "item-due",
    "item-no-further", "item-not-needed", "item-note", "item-send-back", "move-start", "phase-close", "phase-lead",
    "phase-not-applicable", "record-told", "redact-entry", "reveal", "seal-person", "setup-add-member",
    "setup-change-agency", "setup-change-contact", "setup-change-template", "setup-new-agency", "setup-new-contact",
    "setup-new-template", "setup-partnership", "setup-retention-rule", "stand-down", "stop-reveals", "stop-sharing",
    "withhold-entry",
}  # fmt: skip


@some(FORMS, size=24)
def test_a_form_takes_what_it_offers_and_nothing_else(client, cast, things, names):  # noqa: F811
    extra, before = brought_along(), snapshot(tables())
    known = {
        BROUGHT,
        *(found for rows in before.values() for row in rows for found in IDENTIFIER.findall(str(row))),
    }
    wrong, taken, moment = [], [], clock.now()
    for name in names:
        policy = ROUTES[name]
        who = next(part for part in PARTS if 200 in policy.statuses(part))
        client.force_login(cast[who])
        url = reverse(name, args=[things[part] for part in policy.args])
        offered = Form()
        if policy.method == "get":
            answer = client.get(url)
            if answer.status_code != 200:
                continue
            offered.feed(body(answer).decode(errors="replace"))
            if not offered.data:
                continue
        with clock.at(moment):
            alone = changes(client, url, offered.data, before, known)
            along = changes(client, url, extra | offered.data, before, known)
        taken += [name] if alone[1] else []
        if alone != along:
            more = [row for row in along[1] if row not in alone[1]][:2]
            wrong.append(f"{name} ({who}): {alone[0]} and {along[0]}, {more}")
    assert not wrong, "\n".join(wrong)
    assert TAKEN & set(names) <= set(taken)


def test_what_is_compared_shows_a_field_that_is_taken(cast):
    """The comparison sees a field: a person who becomes a superuser is another row."""
    before = snapshot(["partners_user"])
    cast["partner"].is_superuser = True
    cast["partner"].save()
    [row] = snapshot(["partners_user"])["partners_user"] - before["partners_user"]
    assert ("is_superuser", "True") in row


def test_what_is_new_each_time_is_told_from_what_was_brought_along():
    stood = str(uuid.uuid4())
    row = (
        ("uuid", f"UUID('{uuid.uuid4()}')"), ("about", f"UUID('{stood}')"), ("brought", f"UUID('{BROUGHT}')"),
        ("name", f"'agency {uuid.uuid4()}'"),
        ("recorded_at", repr(datetime.datetime(2026, 6, 6))),
        ("at", repr(datetime.datetime(2001, 2, 3))),
    )  # fmt: skip
    assert plain(row, known={stood, BROUGHT}) == (
        ("uuid", "UUID('new')"), ("about", f"UUID('{stood}')"), ("brought", f"UUID('{BROUGHT}')"),
        ("name", "'agency new'"), ("recorded_at", "new"), ("at", "datetime.datetime(2001, 2, 3, 0, 0)"),
    )  # fmt: skip
