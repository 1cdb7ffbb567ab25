"""The records of an incident: who is named, who may hold them, who opened them."""

from collections import Counter

from django.db.models import Exists, OuterRef, Q

from incidents.access import as_told, visible_entries, with_mark
from incidents.models import (
    KINDS,
    Engagement,
    Reveal,
    RevealStop,
    Sensitivity,
)
from partners.actor import Actor
from partners.models import WORKING_ROLES, Membership

REVEALS = 100


def people_to_name(seen):
    """The people whose restricted content an engagement may be given; none that is sealed."""
    return visible_entries(seen).filter(kind="person").exclude(sensitivity=Sensitivity.SEALED)


def records(seen, model):
    """The records of a kind that the actor may know of, each with its entry and owner."""
    entries = visible_entries(seen).filter(kind=model.kind())
    rows = with_mark(model.objects.filter(entry__in=entries), "entry__")
    return list(rows.select_related("entry__owner"))


def record_of(entry):
    """The record that an entry, which came through the door, is the index of."""
    record = KINDS[entry.kind]._default_manager.get(pk=entry.pk)
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
