"""What every page's badges, the pages of packs and the search page read."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

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


def search(actor, words, before=None, size=PAGE):
    """A page of incidents in which every word is found, the latest first.

    The words may stand in the incident itself, in an entry of its log or in an item's title, as far as the actor reads
    them. Returns (rows, key of the next page or None); each row says whether it was `in_log`, and in which item.
    """
    rows = access.searchable_incidents(actor)
    # A governance officer gives a reason before reading more
    fields = BY_WORDS if actor.works_items else BY_NAME
    direct = engines.matching(rows, words, *fields)
    log = engines.matching(access.searchable_log(actor, rows), words, "words__text")
    items = _with_words(access.searchable_items(actor), words)
    first_item = items.filter(incident=OuterRef("pk")).order_by("order", "pk")
    few = _few(direct.values_list("pk"), log.values_list("incident"), items.values_list("incident"))
    if few is not None:
        found = rows.filter(pk__in=few)
    else:
        here = OuterRef("pk")
        found = rows.filter(
            Exists(direct.filter(pk=here))
            | Exists(log.filter(incident=here))
            | Exists(items.filter(incident=here))
        )
    found = found.annotate(
        in_log=Exists(log.filter(incident=OuterRef("pk"))),
        item_uuid=Subquery(first_item.values("uuid")[:1]),
        item_title=Subquery(first_item.values("title")[:1]),
    )
    found = list(keys.page(found, before, ("logged_at", "pk"))[: size + 1])
    more, found = len(found) > size, found[:size]
    return found, (keys.key_of(found[-1], ("logged_at", "pk")) if more else None)


def _with_words(items, words):
    """Of items those with the words in their title. What comes from a template has its title, and those are few."""
    own = engines.matching(items.filter(template_item__isnull=True), words, "title")
    ours = engines.matching(TemplateItem.objects.all(), words, "title").values("pk")
    return items.filter(Q(template_item__in=ours) | Q(pk__in=own.values("pk")))


def _few(*sources):
    """The primary keys of all incidents that the sources name; None where that would be more than `MANY` rows.

    Rare words are found by their index, and what they find is put in order. Words that stand nearly everywhere would
    find too much for that: there the latest incidents are looked through until a page is full.
    """
    found = set()
    for source in sources:
        rows = [pk for (pk,) in source.order_by()[: MANY + 1]]
        if len(rows) > MANY:
            return None
        found.update(rows)
    return found


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
