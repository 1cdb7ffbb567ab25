"""The matrix: every route, asked in every way by everybody, for what is theirs, another's and nobody's.

Generated from the addresses of the application and the policies in tests/routes.py: a new route needs a row there and
nothing here. One request is one probe; the terminal summary says how many there were, of all workers together.

Each test stands here twice. In the fast suite everybody asks for and posts to every route, and what answers alike, or
follows from that, is asked in turn: of each route by others, so that over all routes every way meets every part of the
cast. In the long runs everybody asks everything.
"""

import logging
import re
import uuid
from collections import Counter, defaultdict
from functools import partial
from itertools import count, groupby, product
from operator import itemgetter
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import get_resolver, reverse

from checklists.models import ChecklistItem, MobilisationTemplate
from comms.models import KeyMessage
from incidents.access import sight
from incidents.actions import create_record, engage, log
from incidents.models import Engagement, Entry, Incident, LogKind, NamedPerson, Section, Sensitivity
from partners.actor import actor_for
from partners.models import Agency, AgencyKind, Membership, Role, User
from response.actions import add_person
from response.models import Person
from svit.asked import sealed
from tests.clients import REFUSED, Probes
from tests.conftest import log_one, make_agency, make_member
from tests.forms import NO_NUMBER, NOBODYS, foreign_posts, forms_of, valid
from tests.routes import PUBLIC, READ_ONLY, ROUTES
from tests.test_routes import make_file, make_things, some, things  # noqa: F401  the fixture

PARTS = (
    "coordinator", "csp_manager", "partner", "agency_manager", "stranger", "other_coordinator", "administrator",
    "governance", "superuser",
)  # fmt: skip
NOBODY = ("anonymous", "deactivated")
METHODS = ("GET", "HEAD", "POST", *REFUSED)
SENT = {200, 204, 302, 400, 409}  # what a POST gets from a page that lets the person in
PER_TEST = 24
IN_TURN = pytest.mark.parametrize(
    "turns", [pytest.param(True, id="in-turn"), pytest.param(False, id="everybody", marks=pytest.mark.long)]
)
FAR = count(5_000_000, 1_000_000)  # numbers that no row has yet, in any test


@pytest.fixture
def probe(cast, record_property):
    """Asks and counts; what the application writes down of it is another test's matter, and takes time."""
    logging.disable(logging.CRITICAL)
    probes = Probes(cast)
    yield probes
    logging.disable(logging.NOTSET)
    record_property("probes", probes.count)


@pytest.fixture
def foreign(world, toolkit, things):  # noqa: F811
    """The same things of another borough. Their numbers are far from all others, so that none is taken for another."""
    number_from(next(FAR))
    csp = world.agencies.other_csp
    by = actor_for(Membership.objects.select_related("user", "agency__csp_of").get(agency=csp))
    homes = make_agency("Eastbrook Homes", AgencyKind.HOUSING, world.east)
    worker = make_member("homes@eastbrook.example", homes, Role.PRACTITIONER)
    incident = log_one(by, place="Foreign Road")
    engage(incident=incident, agency=homes, by=by, reason="Needed.", sections={"general": "contribute"})
    item = ChecklistItem.objects.filter(incident=incident, section="general").first()
    ChecklistItem.objects.filter(pk=item.pk).update(agency=homes)
    template = MobilisationTemplate.objects.create(
        partnership=world.east, key="foreign-template", name="Theirs", kinds=["police"]
    )
    made = make_things(incident, by=by, of=actor_for(worker))
    made |= {"user": worker.user.uuid, "submission": incident.submission, "template": template.key}
    number_from(next(FAR))
    return made


def number_from(first):
    """Rows that are made from now on are numbered from `first`, in every table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_sequence SET seq = %s", [first])
            return
        cursor.execute("SELECT schemaname || '.' || sequencename FROM pg_sequences")
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT " + ", ".join(f"setval('{name}', {first})" for name in names))


def address(name, known, **instead):
    return reverse(name, args=[(known | instead)[part] for part in ROUTES[name].args])


def in_turn(every, turns, number, most):
    """All of them, or where they take turns, `most` of them: others with each number."""
    every = list(every)
    if not turns or len(every) <= most:
        return every
    return [every[(number * most + one) % len(every)] for one in range(most)]


def no_faults(found):
    found = list(found)
    assert not found, "\n".join(found)


# --- What anybody gets ----------------------------------------------------------------------------


def expected(name, who, method):
    """The statuses that `who` may get."""
    policy = ROUTES[name]
    if method in REFUSED:
        return {405}
    got = set(policy.statuses(who))
    if method == "GET":
        return got | {405} if policy.method == "post" else got
    if method == "HEAD":
        return got if name in READ_ONLY else got | {405}
    if name in READ_ONLY:
        return {405}
    if policy.method == "post" or policy.refuses(who):
        return got
    return SENT | got


@IN_TURN
@some(ROUTES, PER_TEST)
def test_the_matrix_of_routes_methods_and_roles(probe, things, names, turns):  # noqa: F811
    def faults():
        for number, (name, method) in enumerate(product(names, METHODS)):
            url, wrong = address(name, things), defaultdict(list)
            for who in in_turn((*NOBODY, *PARTS), turns and method not in ("GET", "POST"), number, 3):
                answer = probe(who, method, url)
                if who in NOBODY:
                    if answer.status_code != 302 or "/account/login/" not in answer["Location"]:
                        wrong[answer.status_code].append(who)
                    continue
                if answer.status_code not in expected(name, who, method):
                    wrong[answer.status_code].append(who)
                if answer.body and (method == "HEAD" or answer.status_code == 405):
                    wrong["a body"].append(who)
            yield from (f"{name}, {method}: {got} to {', '.join(them)}" for got, them in wrong.items())

    no_faults(faults())


def made_up(pattern):
    """Values for an address that nobody made."""
    return {
        part: {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 0}.get(type(converter).__name__, "nothing")
        for part, converter in pattern.converters.items()
    } or dict.fromkeys(pattern.regex.groupindex, "nothing")


def public_addresses(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from public_addresses(pattern.url_patterns)
        elif pattern.name in PUBLIC:
            yield pattern.name, reverse(pattern.name, kwargs=made_up(pattern.pattern))


@IN_TURN
def test_the_matrix_of_what_is_open_to_everybody(probe, things, turns):  # noqa: F811
    """Whoever is not signed in is told nothing of an incident there, and nobody finds a way to break it."""

    def faults():
        for number, ((name, url), method) in enumerate(product(public_addresses(), METHODS)):
            for who in in_turn((*NOBODY, *PARTS), turns and method not in ("GET", "POST"), number, 3):
                answer = probe(who, method, url)
                broken = answer.status_code >= 500 and name != "healthz"  # which says what does not answer
                shut = who in NOBODY and "/account/login/" in answer.headers.get("Location", "")
                if broken or (method in REFUSED and answer.status_code != 405 and not shut):
                    yield f"{name}: {who} got {answer.status_code} for {method}"
                if b"Station Parade" in answer.body or str(things["incident"]).encode() in answer.body:
                    yield f"{name}: {who} was told of an incident for {method}"

    no_faults(faults())


# --- What is another's, and what is nobody's ------------------------------------------------------

VARYING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'nonce="[^"]+"'),
    re.compile(rb'"X-CSRFToken": ?"[^"]+"'),
)
OF_ITS_OWN = {"expires", "x-request-id", "content-length", "content-security-policy", "set-cookie"}


def alike(response, *asked):
    """What of an answer tells one thing from another: without tokens, and without what was `asked` for."""
    body = response.body
    for pattern in VARYING:
        body = pattern.sub(b"", body)
    headers = {name.lower(): value for name, value in response.headers.items()}
    headers = {name: value for name, value in headers.items() if name not in OF_ITS_OWN}
    told = [response.status_code, sorted(headers.items()), sorted(response.cookies), body]
    text = repr(told)
    for one in asked:
        text = text.replace(str(one), "ASKED")
    return text


def swaps(name, known, elsewhere):
    """What may be put in place of the things that an address names: (another's, nobody's), each as a dictionary."""
    parts = [part for part in dict.fromkeys(ROUTES[name].args) if isinstance(known[part], uuid.UUID)]
    ways = [[part] for part in parts] + ([parts] if len(parts) > 1 else [])
    for way in ways:
        another = {part: elsewhere.get(part, elsewhere["incident"]) for part in way}
        yield another, {part: uuid.UUID(int=number + 1) for number, part in enumerate(way)}
    if "template" in ROUTES[name].args:
        yield {"template": elsewhere["template"]}, {"template": "absent-template"}


@IN_TURN
@some([name for name, policy in ROUTES.items() if policy.args], PER_TEST)
def test_the_matrix_of_anothers_and_of_nobodys(probe, things, foreign, names, turns):  # noqa: F811
    """What is another borough's and what never was are answered with the same bytes; so are those of one's own borough
    that one may not know of."""

    def differ(name, who, method, another, absent):
        first = probe(who, method, address(name, things, **another))
        second = probe(who, method, address(name, things, **absent))
        if alike(first, *another.values()) != alike(second, *absent.values()):
            yield f"{name}: {who} is told by {method} that {'/'.join(another)} is another's"
        if first.status_code < 300:
            yield f"{name}: {who} got {first.status_code} by {method} for {'/'.join(another)} of another borough"

    def faults():
        for number, name in enumerate(names):
            policy = ROUTES[name]
            methods = ["GET"] if policy.method == "get" else []
            methods += [] if name in READ_ONLY else ["POST"]
            for method in methods:
                for another, absent in swaps(name, things, foreign):
                    for who in in_turn(
                        ("coordinator", "partner", "administrator", "csp_manager"), turns, number, 2
                    ):
                        yield from differ(name, who, method, another, absent)
                if not policy.hidden:
                    continue
                everything = next(reversed(list(swaps(name, things, things))))[1]
                own = {part: things[part] for part in everything}
                for who in ("stranger", "other_coordinator", "superuser"):
                    if policy.refuses(who):
                        yield from differ(name, who, method, own, everything)

    no_faults(faults())


# --- What is posted -------------------------------------------------------------------------------


class Writes:
    """What is written to the database meanwhile: the values of each statement that changes something."""

    def __init__(self):
        self.values = set()

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            for row in params if many else [params]:
                self.values |= {str(value) for value in row or ()}
        return execute(sql, params, many, context)


def numbers_of(made):
    """The primary keys of another borough's things: what a form that counts in numbers would be sent."""
    incident = Incident.objects.get(uuid=made["incident"])
    return {
        "agency": Agency.objects.get(uuid=made["agency"]).pk,
        "user": User.objects.get(uuid=made["user"]).pk,
        "incident": incident.pk,
        "entry": Entry.objects.get(uuid=made["person"]).pk,
        "membership": Membership.objects.get(uuid=made["membership"]).pk,
    }


@IN_TURN
@some([name for name, policy in ROUTES.items() if policy.method == "get" and name not in READ_ONLY], 16)
def test_the_matrix_of_posted_forms(probe, things, foreign, names, turns):  # noqa: F811
    """Each form filled in, and each filled in with another borough's agencies, people, records and incidents: nothing
    of theirs changes, and nothing says that it is there."""
    numbers = numbers_of(foreign)
    touched = {str(number) for number in numbers.values()}
    uuids = [str(foreign[part]) for part in ("agency", "user", "incident", "person", "item", "membership",
                                             "engagement", "submission")]  # fmt: skip
    done, sent = set(), Counter()

    def posts(form):
        """Where they take turns, half of what there is for a control; whoever has it next sends the other half."""
        for control, each in groupby(foreign_posts(form, (uuids, numbers.values())), key=itemgetter(0)):
            yield from in_turn(each, turns, sent[control], 4)
            sent[control] += 1

    def post(who, form, data):
        writes = Writes()
        with connection.execute_wrapper(writes):
            answer = probe(who, "POST", form.url, data)
        return answer, writes.values

    def faults():
        for name in names:
            url = address(name, things)
            for who in (
                "coordinator",
                "partner",
                "agency_manager" if name.startswith("setup") else "administrator",
            ):
                page = probe(who, "GET", url)
                for form in forms_of(page, url) if page.status_code == 200 else ():
                    if (who, form.url, tuple(form.controls)) in done:
                        continue
                    done.add((who, form.url, tuple(form.controls)))
                    answer, _ = post(who, form, valid(form))
                    if answer.status_code not in SENT:
                        yield f"{name}: {who} got {answer.status_code} for the form to {form.url}"
                    for control, another, absent, asked in posts(form):
                        first, written = post(who, form, another)
                        second, _ = post(who, form, absent)
                        if control == "submission":
                            continue  # a key that the sender makes up: any opens a case of the sender's own
                        where = f"{name}: {who} posts {asked} as {control}"
                        if first.status_code >= 500 or second.status_code >= 500:
                            yield f"{where}: {first.status_code}, {second.status_code}"
                        if alike(first, *asked) != alike(second, NOBODYS, NO_NUMBER):
                            yield f"{where}, and is told that it is there"
                        if written & touched or written & set(asked):
                            yield f"{where}, and changes what is another's"

    no_faults(faults())


# --- Sections and sensitivities -------------------------------------------------------------------


@pytest.fixture
def shelves(incident, actors):
    """One of each: an entry of the log, an item and a file of every section, standard, restricted and sealed; a person
    that is named, one that is not and one that is sealed; a message of every sensitivity. (route, section, sensitivity,
    address, the word that its content holds)."""
    by, held = sight(actors["coordinator"], incident), sight(actors["csp_manager"], incident)
    made = []

    def put(name, section, sensitivity, thing, word):
        made.append((name, section, sensitivity, reverse(name, args=[incident.uuid, thing]), word.encode()))

    named, plain = Person.objects.filter(entry__incident=incident)
    sealed = add_person(seen=held, event="", started_at=None, sealed=True, holders=[actors["second_coordinator"].user],
                        name="zqperson-sealed")  # fmt: skip
    for person, kind in ((named, "named"), (plain, "restricted")):
        Person.objects.filter(pk=person.pk).update(name=f"zqperson-{kind}")
    for person, kind in ((named, "named"), (plain, "restricted"), (sealed, "sealed")):
        put("person", "people", kind, person.entry.uuid, f"zqperson-{kind}")
    for kind in Sensitivity.values:
        seen = held if kind == "sealed" else by
        told = create_record(seen=seen, model=KeyMessage, sensitivity=kind, audience="All", message=f"zqmessage-{kind}",
                             holders=[actors["second_coordinator"].user])  # fmt: skip
        put("record", "communications", kind, told.entry.uuid, f"zqmessage-{kind}")
    for section, kind in product(Section.values, Sensitivity.values):
        word, about = f"{section}-{kind}", sealed.entry if kind == "sealed" else None
        note = log(incident, by=by.actor, kind=LogKind.NOTE, section=section, sensitivity=kind, about=about,
                   text=f"zqnote-{word}")  # fmt: skip
        item = ChecklistItem.objects.create(incident=incident, phase="response_plan", title="x", section=section,
                                            sensitivity=kind, about=about, details=f"zqitem-{word}")  # fmt: skip
        file = make_file(incident, "checklistitem", item.uuid, f"zqfile-{word}.pdf", f"zqfile-{word}".encode(),
                         section=section, sensitivity=kind)  # fmt: skip
        put("log-entry", section, kind, note.uuid, f"zqnote-{word}")
        put("item", section, kind, item.uuid, f"zqitem-{word}")
        put("file", section, kind, file.uuid, f"zqfile-{word}")
    return made, named.entry


def opens(name, section, sensitivity, granted, *, naming):
    """What an engagement that grants `granted` gets of a thing: (status, whether its content)."""
    if sensitivity == "named" and naming:  # whom the engagement names it sees without the section too
        return 200, True
    if sensitivity == "sealed" or section not in granted:
        return 404, False
    if name == "person":  # it shows that it exists, and not who it is
        return 200, False
    if sensitivity == "standard":
        return 200, True
    return {"log-entry": 404, "record": 200}.get(name, 403), False


GRANTS = [(), *((section,) for section in Section.values), tuple(Section.values)]


@IN_TURN
def test_the_matrix_of_sections_and_sensitivities(probe, incident, cast, actors, shelves, turns):
    """An engagement with each section alone, with none and with all, with a person named and without: it opens its own
    sections, and of what is restricted no content. Lists and searches hold no word that the pages would not show."""
    made, named = shelves
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    tabs = ("incident", "incident-log", "people", "key-messages", "checklist")
    lists = [reverse(name, args=[incident.uuid]) for name in tabs]
    lists += ["/my-work/", reverse("phase", args=[incident.uuid, "response-plan"])]
    searches = [(lists[1], "zqnote"), ("/search/", "zqnote"), ("/search/", "zqitem")]
    closed, looked = count(), count()

    def faults(who, rule, granted):
        shown = set()
        for name, section, kind, url, word in made:
            status, content = rule(name, section, kind)
            shown |= {word} if content else set()
            if turns and status != 200 and next(closed) % 3:  # of what is shut, a third in turn
                continue
            answer = probe(who, "GET", url)
            if answer.status_code != status:
                yield f"{who}, {granted}: {answer.status_code} for {word}, not {status}"
            if (word in answer.body) != content:
                yield f"{who}, {granted}: the content of {word} {'is missing' if content else 'stands there'}"
        hidden = {word for *_, word in made} - shown
        found = [f"{url}?{urlencode({'s': sealed(cast[who], q=words)})}" for url, words in searches]
        for url in in_turn([*lists, *found], turns, next(looked), 3):
            body = probe(who, "GET", url).body
            yield from (f"{who}, {granted}: {word} on {url}" for word in hidden if word in body)

    def everything():
        for granted, naming in [*product(GRANTS, [False]), (("people",), True), (("general",), True)]:
            if naming:
                NamedPerson.objects.get_or_create(engagement=engagement, entry=named)
            Engagement.objects.filter(pk=engagement.pk).update(sections=dict.fromkeys(granted, "see"))
            yield from faults("colleague", partial(opens, granted=granted, naming=naming), granted)
        owner = {True: (404, False), False: (200, True)}
        yield from faults("coordinator", lambda name, section, kind: owner[kind == "sealed"], "the owner")
        yield from faults("second_coordinator", lambda name, section, kind: (200, True), "a holder")

    no_faults(everything())
