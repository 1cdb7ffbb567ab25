"""What the pages of packs and the search page read."""

from collections import defaultdict

from django.db.models import Q

from incidents.models import StoredFile
from reports import access
from reports.models import REPLACED_KIND, Pack, PackState
from svit import engines, keys

PAGE = 20
PACKS = 50
FOUND_ITEMS = 3
LOOKED_AT = 200
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
    return StoredFile.objects.filter(incident=pack.incident_id, about_kind=REPLACED_KIND, about_uuid=pack.uuid).first()


def same_request(seen, **asked):
    """A request of the same person for the same pack that still waits: pressing twice makes one pack."""
    return Pack.objects.filter(
        incident=seen.incident, asked_by=seen.actor.user, state__in=(PackState.QUEUED, PackState.RENDERING), **asked
    ).first()


def search(actor, words, before=None, size=PAGE):
    """A page of incidents in which every word is found, the latest first; three queries.

    A word may stand in the incident itself, in an entry of its log or in an item's title, as far as the actor reads
    them. Returns (rows, key of the next page or None); each row has `in_log` and `items`.
    """
    rows = access.searchable_incidents(actor)
    fields = BY_WORDS if actor.works_items else BY_NAME  # a governance officer gives a reason before reading more
    direct = engines.matching(rows, words, *fields)
    log = engines.matching(access.searchable_log(actor), words, "words__text")
    items = engines.matching(access.searchable_items(actor), words, "title")
    found = rows.filter(
        Q(pk__in=direct.values("pk")) | Q(pk__in=log.values("incident")) | Q(pk__in=items.values("incident"))
    )
    found = list(keys.page(found, before, ("logged_at", "pk"))[: size + 1])
    more, found = len(found) > size, found[:size]
    ids = [row.pk for row in found]
    in_log = set(log.filter(incident__in=ids).order_by().values_list("incident", flat=True).distinct()) if ids else set()
    by_incident = defaultdict(list)
    if ids:
        for item in items.filter(incident__in=ids).order_by("order", "pk")[:LOOKED_AT]:
            by_incident[item.incident_id].append(item)
    for row in found:
        row.in_log = row.pk in in_log
        row.items_found = by_incident[row.pk][:FOUND_ITEMS]
        for item in row.items_found:
            item.incident = row
    return found, (keys.key_of(found[-1], ("logged_at", "pk")) if more else None)
