"""The leak test: an incident full of markers, and who may read each of them.

In each text field that holds content, and in each file and file name, stands a word that stands nowhere else
(tests/markers.py): of standard, restricted and sealed records, of people who are named to an agency and who are not.
Everybody else's pages, lists, searches, headers, packs, e-mails and the log are searched for them. Whatever the table
does not allow is a leak; a text field without a row fails. What is sealed changes no byte of what others get.
"""

import io
import logging
import re
from datetime import timedelta
from functools import cache
from itertools import product
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core import mail
from django.urls import reverse

from incidents.actions import give_reason
from incidents.models import Ticks
from incidents.queries import slug_of
from partners.actions import send_letters
from reminders.actions import deliver, sweep
from reminders.models import Notification
from reports.models import Audience
from reports.pack import document
from reports.printing import print_pdf
from svit import clock
from svit.asked import sealed
from svit.logs import Json
from tests import markers
from tests.clients import Probes
from tests.markers import mark
from tests.reports.reading import Read
from tests.routes import READ_ONLY, ROUTES
from tests.test_matrix import alike
from tests.test_routes import things  # noqa: F401  the fixture

HOUR = timedelta(hours=1)
ABSENT = UUID(int=1)
FOUND = re.compile(rb"zq[a-z]{8,}?qz")  # longer than what a token holds by chance

OWNERS = frozenset({"coordinator", "second_coordinator", "csp_manager"})
AUDIT = frozenset({"governance"})  # who gave a reason
KEEPERS = frozenset({"governance", "csp_manager"})
POLICE = frozenset({"partner", "colleague", "agency_manager"})
YOUTH = frozenset({"youth"})
HOLDERS = frozenset({"csp_manager", "partner"})
NOBODY = frozenset()

# Who sees which section of the incident: the police see three, the youth service one.
SEES = {"general": OWNERS | AUDIT | POLICE | YOUTH} | dict.fromkeys(
    ("people", "communications"), OWNERS | AUDIT | POLICE
)
ENGAGED = SEES["general"]
PEOPLE, COMMS = SEES["people"], SEES["communications"]
KEPT = OWNERS | AUDIT | POLICE  # who had it when it was said that it goes no further
OF_ITEMS = {"standard": ENGAGED, "kept": KEPT, "people": PEOPLE, "sealed": HOLDERS}
CSP = OWNERS | AUDIT | {"administrator"}


def of_kind(model):
    """Who reads each text of a kind of record: its section; of what is restricted, those who may read that."""
    shown = OWNERS | AUDIT if model.concerns == "must" else SEES.get(model.section, OWNERS | AUDIT)
    rows = {}
    for name in model.texts():
        standard = OWNERS if name in model.restricted else shown
        rows |= of(model.kind(), [name], standard=standard, restricted=OWNERS, sealed=HOLDERS)
    return rows


def of(model, fields, **readers):
    """The rows of some fields of a model: who reads the word, by the kind of row that it stands in."""
    return {f"{model}.{field}": {kind.strip("_"): who for kind, who in readers.items()} for field in fields}


# Whoever may read the word of a field on a page. `_` is the kind of a row that is the only one.
READERS = {
    **of("incident", ("place", "area", "summary", "situation", "needs", "biggest_risk"), _=ENGAGED),
    **of("incident", ("state_reason",), _=OWNERS | AUDIT),
    **of("incident", ("exact_place",), _=OWNERS),
    **of("phase", ("not_applicable_reason",), _=ENGAGED),
    **of("categorisation", ("lead_person", "other_boroughs", "rationale"), _=ENGAGED),
    **of("engagement", ("reason",), police=OWNERS | AUDIT, youthservices=OWNERS | AUDIT, ended=ENGAGED),
    **of("engagement", ("told_how",), police=OWNERS | AUDIT, youthservices=OWNERS | AUDIT),
    **of("engagement", ("stand_down_reason",), _=ENGAGED),
    # Who somebody is: the owners, an agency to which the person is named, and whoever gave a reason.
    **of("person", markers.PERSON, named=OWNERS | POLICE, unnamed=OWNERS | {"agency_manager"}, sealed=HOLDERS),
    **of("person", markers.WHERE, named=PEOPLE, unnamed=PEOPLE, sealed=HOLDERS),
    **of("referral", markers.REFERRAL, named=PEOPLE, unnamed=PEOPLE, sealed=HOLDERS),
    **of("safetypause", ("reason",), named=PEOPLE, unnamed=PEOPLE, sealed=HOLDERS),
    **of("safetypause", ("answer",), named=NOBODY, unnamed=NOBODY, sealed=NOBODY),  # given with what ends the asking
    **of("contactclock", markers.CLOCK, named=PEOPLE, unnamed=PEOPLE, sealed=HOLDERS),
    **of("contactattempt", markers.ATTEMPT, named=PEOPLE, unnamed=PEOPLE, sealed=HOLDERS),
    **{
        f"logtext.{field}": {
            f"{section}{kind}": SEES.get(section, OWNERS | AUDIT) if kind == "standard" else OWNERS
            for section, kind in product(markers.Section.values, ("standard", "restricted"))
        }
        | more
        for field, more in (
            ("text", {"withheld": OWNERS, "redacted": NOBODY, "sealed": HOLDERS, "sealedtoo": HOLDERS}),
            ("late_reason", {}),
        )
    },
    **of("logtext", ("withheld_reason",), _=OWNERS),
    **of("logtext", ("sealed_original",), _=NOBODY),
    # The heading is the toolkit's: that something stands below it shows, as what is restricted does.
    **of("checklistitem", ("heading",), restricted=ENGAGED, **OF_ITEMS),
    **of("checklistitem", ("title",), restricted=OWNERS, sealedopen=HOLDERS, **OF_ITEMS),
    **of("checklistitem", (*markers.ITEM[2:], "not_needed_reason"), restricted=OWNERS, **OF_ITEMS),
    **of("storedfile", ("name", "file"), restricted=OWNERS, **OF_ITEMS),
    **of("keymessage", ("audience", "message"), standard=COMMS, restricted=OWNERS, sealed=HOLDERS),
    **{field: who for model in markers.KINDS_OF_RECORD for field, who in of_kind(model).items()},
    # Of meetings, which none of the agencies here sees; what is restricted in one is for those who take its notes.
    **of("meeting", markers.MEETING, standard=OWNERS | AUDIT, restricted=OWNERS, sealed=HOLDERS),
    **of("agendapoint", ("title",), standard=OWNERS | AUDIT, restricted=OWNERS, sealed=HOLDERS),
    **of("addendum", ("text",), standard=OWNERS | AUDIT, restricted=OWNERS, sealed=HOLDERS),
    **of("decision", markers.DECISION, standard=OWNERS | AUDIT, standardhidden=OWNERS, restricted=OWNERS,
         restrictedhidden=OWNERS, sealed=HOLDERS, sealedhidden=HOLDERS),
    # Of community, which none of the agencies here sees; and about a person.
    **of("keydate", markers.DATE, standard=OWNERS | AUDIT, restricted=OWNERS, named=PEOPLE, unnamed=PEOPLE,
         sealed=HOLDERS),
    **of("pack", ("purpose", "recipients", "failure"), gold=OWNERS, partners=OWNERS),
    **of("reveal", ("reason", "text"), _=OWNERS | AUDIT | {"agency_manager"}),
    **of("reveal", ("refused",), _=OWNERS | AUDIT),
    **of("revealstop", ("reason",), _=NOBODY),
    **of("sharingstop", ("reason",), _=KEPT),
    **of("handover", ("reason", "answer_reason"), _=NOBODY),
    **of("snooze", ("reason",), _=NOBODY),  # of what has no log; an incident's stands in its log alone
    **of("legalhold", ("reason", "lifted_reason"), _=KEEPERS),
    # The set-up
    **of("contact", ("name", "represents", "telephone", "email"), _=CSP),
    **of("sharingagreement", ("purposes", "gateway"), _=CSP),
    **of("clockrule", ("event",), _=CSP),
    **of("clockrule", ("name",), _=CSP | PEOPLE),  # whoever starts a clock for a person reads which there are
    **of("agency", ("address", "email", "telephone"), police=CSP | {"agency_manager"}, youth=CSP),
    **of("user", ("name", "job_title", "telephone"), coordinator=CSP, youth=CSP | YOUTH),
}  # fmt: skip

# Text fields that nobody types content into, and why.
NOT_CONTENT = {
    "codes of the program": (
        "accessrecord.subject_kind accessrecord.system entry.kind entry.phase logentry.about_kind"
        " sharingstop.about_kind incident.traits categorisation.of_note engagement.sections"
        " storedfile.about_kind storedfile.content_type storedfile.sha256"
        " checklistitem.every mobilisationtemplate.key mobilisationtemplate.categories mobilisationtemplate.kinds"
        " clockrule.ages clockrule.settings workinghours.days badaddress.code"
        " mobilisationtemplate.items pack.sections pack.people notification.kind notification.step"
        " engagement.gateway accessdigest.digest accessdigest.salt accessdigest.words accessrecord.sha256"
        " accessseal.digest"
        " accessseal.previous accessseal.records disposal.counts disposal.files redaction.counts redaction.places"
        " sealedoriginal.column sealedoriginal.table subjectrequest.chosen subjectrequest.failure subjectrequest.file"
        " subjectrequest.incidents subjectrequest.sha256"
        " skipped.kind skipped.step keydate.told badaddress.digest delivery.provider_id snooze.step"
        " delivery.outcome delivery.message_id sweepmark.name user.password partnership.code letter.onward"
    ),
    "of the toolkit, the same for everybody": (
        "template.version template.digest templateitem.key templateitem.heading templateitem.title templateitem.note"
        " templateitem.what templateitem.why templateitem.when templateitem.due templateitem.every"
        " templateitem.relaxes_after templateitem.relaxes_every readinessitem.key readinessitem.title"
        " supportorganisation.key supportorganisation.name supportorganisation.kind supportorganisation.audiences"
        " supportorganisation.telephone supportorganisation.note resource.phase resource.name"
    ),
    "made of other fields, whose words are looked for": (
        "incident.reference incident.marking entry.title entry.words logentry.marking logentry.by_label"
        " disposal.reference meeting.signed_as addendum.by_label accessrecord.purpose"
        " accessrecord.recipient accessrecord.reference"
    ),
    "of a disposal, when there is no incident any more": "disposal.reason disposal.refused_reason",
    "what two people take out, and what is gathered for one person: their own tests look for the words": (
        "pack.withdrawn_reason redaction.reason redaction.words sealedoriginal.left sealedoriginal.original"
        " subjectrequest.ended_reason subjectrequest.name subjectrequest.reason retentionrule.source"
    ),
    "of the partnership, for everybody who serves it": (
        "partnership.name partnership.area partnership.police_command partnership.marking partnership.handling"
        " agency.name confirmedcontact.resource confirmedcontact.telephone confirmedcontact.address"
        " mobilisationtemplate.name singlesignon.domains"
    ),
    "one's own, given back to nobody else": (
        "user.email user.mobile letter.address keptanswers.path keptanswers.answers"
    ),
}


def not_content():
    """Those fields, and the columns of ticks: answers of a list."""
    ticks = {
        f"{model.kind()}.{field.name}"
        for model in markers.KINDS_OF_RECORD
        for field in model._meta.fields
        if isinstance(field, Ticks)
    }
    return ticks | {name for names in NOT_CONTENT.values() for name in names.split()}


def test_each_text_field_has_a_row():
    """A new text field says here who may read it, and tests/markers.py puts a word into it."""
    assert sorted(set(markers.text_fields()) - set(READERS) - not_content()) == []
    assert sorted((set(READERS) | not_content()) - set(markers.text_fields())) == []


def words_of(who):
    """The words that the table allows to somebody."""
    return {
        mark(field, kind)
        for field, kinds in READERS.items()
        for kind, readers in kinds.items()
        if who in readers
    }


EVERY_WORD = {mark(field, kind) for field, kinds in READERS.items() for kind in kinds}


# --- The pages ------------------------------------------------------------------------------------

# Whose words are given out anew with each page: keys of a second factor, the number that makes a form be taken once.
ANEW = {
    "mfa_activate_totp", "mfa_add_webauthn", "log-incident", "log-exercise", "urgent-response", "add-record",
    "new-meeting",
}  # fmt: skip
# Where the governance officer is told that sealed records exist, so that retention and disclosure miss none.
OF_THE_SEALED = {"retention-of", "access-record", "access-reveals", "access-disclosures", "access-export"}


def addresses(known, *, hidden=True):
    """(route, address) of every page: one to be read for each of the things that its address names, a form for one."""
    for name, policy in ROUTES.items():
        if policy.method == "get" and "number" not in policy.args and (hidden or not policy.hidden):
            every = {"person"} | (set(policy.args) if name in READ_ONLY else set())
            for values in product(
                *(known[part] if part in every else known[part][:1] for part in policy.args)
            ):
                yield name, reverse(name, args=values)
    if hidden:
        for uuid in known["record"]:
            yield "record", reverse("record", args=[known["incident"][0], uuid])


def known_things(made, things):  # noqa: F811
    return {name: [value] for name, value in things.items()} | {
        "entry": [entry.uuid for entry in made.entries],
        "item": [item.uuid for item in made.items],
        "file": [file.uuid for file in made.files],
        "person": [record.entry.uuid for record in (*made.people, *made.records, *made.dates)],
        "date": [date.entry.uuid for date in made.dates],
        "pack": [pack.uuid for pack in made.packs],
        "phase": ["response-plan", "education"],
        "record": [record.entry.uuid for record in made.kinds],
        "meeting": [meeting.uuid for meeting in made.meetings],
        "kind": ["key-message", *(slug_of(model) for model in markers.KINDS_OF_RECORD)],
    }


@pytest.fixture
def full(incident, actors, world, things):  # noqa: F811
    """The incident full of markers; at a moment that stands still, so that a page differs by what it tells alone."""
    with clock.at(clock.now()):
        made = markers.fill(incident, actors, world)
        give_reason(incident=incident, by=actors["governance"], reason="audit", text="Looked into.")
        made.known = known_things(made, things)
        yield made


@pytest.fixture
def probe(cast):
    logging.disable(logging.CRITICAL)
    yield Probes(cast)
    logging.disable(logging.NOTSET)


def told(answer):
    """The words that an answer tells, its headers included."""
    return {word.decode() for word in FOUND.findall(answer.serialize_headers() + answer.body)}


def few(known):
    """One of each thing: what does not differ in the one does not in the other."""
    return {name: values[:1] for name, values in known.items()}


# Those who may know of the incident, and those who may not: of the latter the pages that name nothing.
READING = ("second_coordinator", "agency_manager", "youth", "governance")
OUTSIDE = ("stranger", "other_coordinator", "administrator", "superuser")


@pytest.mark.parametrize("who", [*READING, *OUTSIDE, "partner"])
def test_nobody_is_told_what_the_table_does_not_allow(full, actors, probe, who):
    sealed = markers.seal_in(full, actors)
    known = {name: [*values, *sealed.get(name, ())] for name, values in full.known.items()}
    allowed, wrong, read = words_of(who), [], set()
    for name, url in addresses(known, hidden=who not in OUTSIDE):
        answer = probe(who, "GET", url)
        read |= told(answer)
        wrong += [f"{name} tells {word}" for word in sorted(told(answer) - allowed)]
        wrong += [f"{name}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert not wrong, "\n".join(wrong)
    assert who in OUTSIDE or len(read) > 10, "The markers are not where the pages would show them."


@pytest.mark.parametrize("who", [*READING, *OUTSIDE])
def test_what_is_sealed_changes_no_byte_for_others(full, actors, probe, who):
    """Every page, list, count, badge and header, and the answer that nothing changed."""
    told_of_it = ANEW | (OF_THE_SEALED if who == "governance" else set())
    pages = [
        url for name, url in addresses(few(full.known), hidden=who not in OUTSIDE) if name not in told_of_it
    ]
    before = {url: probe(who, "GET", url) for url in pages}
    sealed = markers.seal_in(full, actors)
    for url, first in before.items():
        assert alike(probe(who, "GET", url)) == alike(first), url
        if tag := first.headers.get("ETag"):
            assert probe(who, "GET", url, **{"If-None-Match": tag}).status_code == 304
    for name, hidden in sealed.items():
        for route in {"person": ("person", "record", "reveal"), "entry": ("log-entry",), "item": ("item",),
                      "date": ("key-date",), "meeting": ("meeting", "share-meeting"),
                      "file": ("file", "file-preview")}.get(name, ()):  # fmt: skip
            nowhere = probe(who, "GET", reverse(route, args=[full.incident.uuid, ABSENT]))
            for thing in hidden if who not in OUTSIDE else ():
                answer = probe(who, "GET", reverse(route, args=[full.incident.uuid, thing]))
                assert answer.status_code in (403, 404), route
                assert alike(answer, thing) == alike(nowhere, ABSENT), route


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, marks=() if who in ("youth", "other_coordinator") else pytest.mark.long)
        for who in (*READING, "stranger", "other_coordinator")
    ],
)
def test_a_search_finds_nothing_that_may_not_be_read(full, cast, actors, probe, who):
    """The whole word and half of it, of each kind, over all incidents and in the log: no other answer than a word gets
    that stands nowhere."""
    markers.seal_in(full, actors)
    log = reverse("incident-log", args=[full.incident.uuid])
    searches = ["/search/"] if who in ("stranger", "other_coordinator") else ["/search/", log]

    def answer(search, words):
        token = sealed(cast[who], q=words)
        return alike(probe(who, "GET", search, {"s": token}), words, quote(quote(token)), quote(token))

    @cache
    def nothing(search, long):
        return answer(search, "y" * long)

    kinds = {model.kind(): model for model in markers.KINDS_OF_RECORD}
    fields = {  # of a kind of record one text of each sort is asked for: a search reads all of it in one column
        mark(field, kind)
        for field, rows in READERS.items()
        if (model := kinds.get(field.split(".")[0]))
        for kind in rows
        if field.split(".")[1] not in (model.texts()[0], *model.restricted[:1])
    }
    for word in sorted(EVERY_WORD - words_of(who) - fields):
        for search, asked in product(
            searches, (word, word[len(word) // 2 :]) if "sealed" in word else (word,)
        ):
            assert answer(search, asked) == nothing(search, len(asked)), (search, asked)


# --- What leaves the application ------------------------------------------------------------------

NEVER = ("person", "storedfile", "contactattempt", "reveal", "user", "contact", "agency", "sharingagreement")
# No word of these is ever printed, whoever reads the pack; and what all partners share, whatever section they have.
NEVER_PRINTED = {
    mark(field, kind) for field, kinds in READERS.items() if field.split(".")[0] in NEVER for kind in kinds
}
NEVER_PRINTED |= {
    mark(f"keydate.{field}", kind) for field in ("note", "asked_by") for kind in READERS["keydate.note"]
}
SHARED = {mark(f"logtext.{field}", f"{section}standard") for field in ("text", "late_reason")
          for section in ("community", "communications")}  # fmt: skip
SHARED |= {mark(f"keymessage.{field}", "standard") for field in ("audience", "message")}
SHARED |= {mark("decision.text", "standard")}  # what was decided, and not why
# A kind's own list says what every partner gets of it, such as where support is found.
SHARED |= {
    mark(f"{model.kind()}.{name}", "standard") for model in markers.KINDS_OF_RECORD for name in model.partners
}


@pytest.mark.parametrize(("who", "audience"), [("second_coordinator", "gold"), ("second_coordinator", "partners"),
                                               ("agency_manager", "partners"), ("csp_manager", "gold")])  # fmt: skip
def test_no_pack_holds_what_its_readers_may_not_read(full, actors, who, audience):
    """The text, the metadata and every object of the file; what is sealed, not even for its holder."""
    markers.seal_in(full, actors)
    seen = markers.get_sight(actors[who], full.incident.uuid)
    file, marked = print_pdf(document(seen, Audience(audience), clock.now(), "Those who meet"))
    for printed in (file, marked):
        read = Read(printed)
        words = set(FOUND.findall((read.everything + re.sub(r"\s", "", read.text)).encode()))
        words = {word.decode() for word in words}
        forbidden = {word for word in words if "sealed" in word or "withheld" in word or "redacted" in word}
        forbidden |= words & NEVER_PRINTED
        if audience == "partners":
            forbidden |= {word for word in words if word not in words_of("youth") | SHARED}
        assert not forbidden
        assert not words - words_of(who)
        assert words, "The pack shows none of the markers."


def test_no_message_and_no_line_of_the_log_holds_a_word(full, actors, cast, probe, world):
    """E-mails with their headers, letters, the inbox's rows and what the program writes of its running, at its most
    talkative: of an incident none holds a word that somebody typed."""
    logging.disable(logging.NOTSET)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Json())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        markers.seal_in(full, actors)
        for days in (0, 1, 2, 3):
            with clock.at(clock.now() + days * 24 * HOUR):
                sweep()
                deliver()
                send_letters()
        for who in ("partner", "stranger"):
            for _, url in addresses(few(full.known)):
                probe(who, "GET", url)
            word = mark("person.name", "named")
            for url in ("/search/", reverse("incident-log", args=[full.incident.uuid])):
                found = probe(who, "POST", url, {"q": word})
                probe(who, "GET", found.headers.get("Location", url))
            probe(
                who,
                "POST",
                reverse("add-note", args=[full.incident.uuid]),
                {"text": mark("logtext.text", "typed")},
            )
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    sent = [one.message().as_bytes() for one in mail.outbox]
    assert len(sent) > 5
    assert len(written.getvalue()) > 1000
    assert not {word for one in sent for word in FOUND.findall(one)}
    assert not FOUND.findall(written.getvalue().encode())
    assert not [row for row in Notification.objects.values_list("kind", "step") if "zq" in repr(row)]
