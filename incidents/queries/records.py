"""The records of an incident: who is named, who may hold them, who opened them."""

import re
from collections import Counter

from django.db.models import Count, Exists, Max, OuterRef, Q

from incidents.access import as_told, visible_entries, with_mark
from incidents.models import (
    KINDS,
    Engagement,
    Reveal,
    RevealStop,
    Sensitivity,
)
from partners.actor import Actor
from partners.models import WORKING_ROLES, Agency, Membership
from svit import keys

REVEALS = 100
PAGE = 20
BY_TIME = ("created_at", "pk")


def people_to_name(seen):
    """The people whose restricted content an engagement may be given; none that is sealed."""
    return visible_entries(seen).filter(kind="person").exclude(sensitivity=Sensitivity.SEALED)


def slug_of(model):
    """A kind as an address names it: key-message for KeyMessage."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", model.__name__).lower()


def people_of(seen):
    """The people whom a record may be about, as far as the actor may know of them."""
    return list(visible_entries(seen).filter(kind="person").order_by("pk"))


def agencies_of(seen):
    """The agencies that a record may name: those that serve the partnership."""
    return Agency.objects.filter(active=True, partnerships=seen.incident.partnership_id).order_by("name")


def relations(model):
    """The look-ups of what a kind's fields point at, so that a page asks for all of it at once."""
    return [name for name in model.fields if model._meta.get_field(name).is_relation]


def records(seen, model, before=None, size=PAGE):
    """A page of the records of a kind that the actor may know of, the latest first: (records, key of the next or None).

    Each has its entry, with its owner and whom it is about.
    """
    entries = visible_entries(seen).filter(kind=model.kind())
    rows = with_mark(model._default_manager.filter(entry__in=entries), "entry__")
    rows = rows.select_related("entry__owner", "entry__about", *relations(model))
    page = list(keys.page(rows, before, (f"entry__{BY_TIME[0]}", BY_TIME[1]))[: size + 1])
    more, page = len(page) > size, page[:size]
    for record in page:
        record.entry.incident = seen.incident
    return page, (keys.key_of(page[-1].entry, BY_TIME) if more else None)


def of_entries(seen, model, entries):
    """The records of one kind that these entries are the index of, in their order; one query, none for none."""
    if not entries:
        return []
    found = model._default_manager.select_related("entry", *relations(model))
    rows = found.in_bulk([entry.pk for entry in entries])
    for entry in entries:
        entry.incident = seen.incident
        rows[entry.pk].entry = entry
        rows[entry.pk].not_further = entry.not_further
    return [rows[entry.pk] for entry in entries]


def kinds_of_phase(seen, phase):
    """The kinds of record of a phase whose section the actor sees: (model, how many, the latest), sealed ones left out.

    One query.
    """
    models = [model for model in KINDS.values() if model.page == "record" and model.phase == phase]
    models = [model for model in models if seen.sees(model.section)]
    rows = visible_entries(seen).exclude(sensitivity=Sensitivity.SEALED)
    rows = rows.filter(kind__in=[model.kind() for model in models]).order_by().values_list("kind")
    found = {kind: told for kind, *told in rows.annotate(count=Count("pk"), latest=Max("updated_at"))}
    return [(model, *found.get(model.kind(), (0, None))) for model in models]


def record_of(entry):
    """The record that an entry, which came through the door, is the index of."""
    model = KINDS[entry.kind]
    record = model._default_manager.select_related("entry", *relations(model)).get(pk=entry.pk)
    record.entry = entry
    return record


def reveals(seen, entry):
    """Each time that a record was opened with a reason or refused, the latest first, and whether it is refused now."""
    stopped = RevealStop.objects.filter(entry=entry, lifted_at=None, user=OuterRef("user"))
    found = Reveal.objects.filter(entry=entry).annotate(stopped=Exists(stopped))
    rows: list[Reveal] = list(found.select_related("user", "agency", "refused_by")[:REVEALS])
    latest: set[int] = set()
    for row in rows:
        row.who = as_told(seen, row.user, acted_for=row.agency_id, otherwise="Somebody")
        row.decides = row.user_id not in latest
        latest.add(row.user_id)
    return rows


def people_who_may_hold(seen):
    """Who may be a named holder of a sealed record: (user, words for this reader).

    Whoever responds now for the owning CSP or an engaged agency; not those who cannot open what they would hold. A
    partner gets colleagues by name, and others by agency and role alone.
    """
    engaged = Engagement.objects.responding().filter(incident=seen.incident).values("agency")
    posts = (
        Membership.objects.current()
        .filter(
            Q(agency__in=engaged) | Q(agency__csp_of=seen.incident.partnership_id), role__in=WORKING_ROLES
        )
        .exclude(user=seen.actor.user)
        .select_related("user", "agency")
        .order_by("agency__name", "role", "pk")
    )
    return worded(seen, posts)


def worded(seen, posts):
    """Whom these memberships are of: (user, words for this reader), colleagues by name, others by agency and role."""
    chosen = {}
    for post in sorted(posts, key=lambda post: post.agency_id != seen.actor.agency.pk):  # colleagues first
        chosen.setdefault(post.user_id, post)
    words = {
        pk: (
            f"{post.user.name}, {post.agency}"
            if seen.coordinates or post.agency_id == seen.actor.agency.pk
            else Actor(membership=post, agency=post.agency).label
        )
        for pk, post in chosen.items()
    }
    alike, nth = Counter(words.values()), Counter()
    offered = []
    for pk, post in chosen.items():
        label = words[pk]
        nth[label] += 1
        offered.append((post.user, f"{label}, {nth[label]} of {alike[label]}" if alike[label] > 1 else label))
    return offered
