"""What every page's badges, the pages of packs and the search page read."""

import re

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from checklists.models import TemplateItem
from checklists.queries import overdue
from incidents.models import StoredFile
from partners.models import User
from reminders.queries import unseen
from reports import access
from reports.models import REPLACED_KIND, Pack, PackState
from svit import engines, keys
from svit.prepared import Prepared

PAGE = 20
MANY = 1000
LOOKED_THROUGH = (3, 12, 48)  # pages of incidents, one after the other
BY_TIME = ("logged_at", "pk")
REFERENCE = re.compile(r"[A-Za-z]+-[\w-]*\d")
PACKS = 50
BY_NAME = ("reference", "place", "area", "happened")
BY_WORDS = (*BY_NAME, "summary", "situation", "needs", "biggest_risk")


def packs(seen):
    """The incident's packs that the actor may know of, the latest first."""
    return list(access.visible_packs(seen).select_related("asked_by", "asked_for", "file")[:PACKS])


def latest_pack(seen, pack):
    """The newer pack that replaced this one, as far as the actor may know of it."""
    return (
        access.visible_packs(seen)
        .filter(audience=pack.audience, asked_for=pack.asked_for_id, state=PackState.READY, replaced_at=None)
        .first()
    )


def replaced_file(pack):
    """The same pack with the word Replaced on its first page, made together with it."""
    return StoredFile.objects.filter(
        incident=pack.incident_id, about_kind=REPLACED_KIND, about_uuid=pack.uuid
    ).first()


def same_request(seen, **asked):
    """A request of the same person for the same pack that still waits: pressing twice makes one pack."""
    return Pack.objects.filter(
        incident=seen.incident,
        asked_by=seen.actor.user,
        state__in=(PackState.QUEUED, PackState.RENDERING),
        **asked,
    ).first()


def search(actor, words, before=None, size=None):
    """A page of incidents in which every word is found, the latest first.

    The words may stand in the incident itself, in an entry of its log, in an item's title or in a record, as far as the
    actor reads them. Returns (rows, key of the next page or None); each row says whether it was `in_log`, and in which
    item and record. Where the words stand nearly everywhere, a page may end before it is full: the next goes on from
    there. A whole reference finds that incident, and not whatever else speaks of it.
    """
    size, rows = size or PAGE, access.searchable_incidents(actor)
    if REFERENCE.fullmatch(words) and (named := list(rows.filter(reference=words.upper()))):
        return _dressed(named, ((), (), ())), None
    # A governance officer gives a reason before reading more
    fields = BY_WORDS if actor.works_items else BY_NAME
    sources = (
        engines.matching(rows, words, *fields).order_by().values_list("pk"),
        engines.matching(access.searchable_log(actor, rows), words, "words__text")
        .order_by()
        .values_list("incident"),
        (
            _with_words(access.searchable_items(actor), words),
            engines.matching(access.searchable_entries(actor, rows), words, "words"),
        ),
    )
    found = _by_index(sources)
    if found is not None:
        pks = {pk for source in found for pk, *_ in source}
        page = list(keys.page(rows.filter(pk__in=pks), before, BY_TIME)[: size + 1])
        more, page = len(page) > size, page[:size]
        return _dressed(page, found), (keys.key_of(page[-1], BY_TIME) if more else None)
    return _latest(rows, sources, before, size)


ITEM, RECORD = "item", "record"


def _things(items, records):
    """Items in their order and records, the latest first, in one query: (incident, what it is, order, UUID, title)."""
    columns = ("incident", "what", "rank", "uuid", "title")
    items = items.order_by().annotate(what=Value(ITEM), rank=Cast("order", BigIntegerField()))
    records = records.order_by().annotate(what=Value(RECORD), rank=0 - Cast("pk", BigIntegerField()))
    return items.values_list(*columns).union(records.values_list(*columns), all=True)


def _with_words(items, words):
    """Of items those with the words in their title. What comes from a template has its title, and those are few."""
    titled = engines.having(words, "title")
    ours = list(TemplateItem.objects.filter(titled).values_list("pk", flat=True))
    return items.filter(Q(template_item__in=ours) | Q(titled, template_item__isnull=True))


def _by_index(sources):
    """The rows that each of the sources finds, by its index; None where one finds more than `MANY`."""
    direct, log, things = sources
    found = []
    for source in (direct, log, _things(*things)):
        rows = list(source[: MANY + 1])
        if len(rows) > MANY:
            return None
        found.append(rows)
    return found


def _latest(rows, sources, before, size):
    """The same for words that stand nearly everywhere: the latest incidents are looked through until a page is full."""
    page = []
    for many in LOOKED_THROUGH:
        many *= size
        asked = list(keys.page(rows, before, BY_TIME)[:many])
        here = [row.pk for row in asked]
        direct, log, things = sources
        found = (
            list(direct.filter(pk__in=here)),
            list(log.filter(incident__in=here).distinct()),
            list(_things(*(one.filter(incident__in=here) for one in things))),
        )
        pks = {pk for source in found for pk, *_ in source}
        page += _dressed([row for row in asked if row.pk in pks], found)
        if len(page) > size:
            page = page[:size]
            return page, keys.key_of(page[-1], BY_TIME)
        if len(asked) < many:
            return page, None
        before = keys.key_of(asked[-1], BY_TIME)
    return page, before


def _dressed(page, found):
    """Put on each row of a page where else the words were found."""
    log, first = {pk for (pk,) in found[1]}, {}
    for pk, what, _, uuid, title in sorted(found[2], key=lambda thing: thing[:3]):
        first.setdefault((pk, what), (uuid, title))
    for row in page:
        row.in_log = row.pk in log
        row.item_uuid, row.item_title = first.get((row.pk, ITEM), (None, ""))
        row.record_uuid, row.record_title = first.get((row.pk, RECORD), (None, ""))
    return page


def badges(actor):
    """(overdue items that are the actor's, messages not opened yet): one query for both, on every page."""
    row = _badges(actor)[0]
    return row.get("overdue", 0), row["unseen"]


@Prepared
def _badges(actor):
    counts = {"unseen": _count(unseen(OuterRef("pk")))}
    if actor.works_items:
        counts["overdue"] = _count(overdue(actor))
    return User.objects.filter(pk=actor.user.pk).annotate(**counts).values(*counts)


def _count(rows):
    """How many rows, as a column of another query."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(one.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0)


def packs_since(seen, moment):
    """How many packs were made after a moment, as far as the actor knows of them."""
    return access.visible_packs(seen).filter(state=PackState.READY, as_at__gte=moment).count()
