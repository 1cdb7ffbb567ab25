"""What the pages of the incident room read."""

from collections import Counter
from datetime import timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

from incidents.access import Sight, as_told, visible_entries, visible_incidents, visible_log
from incidents.gateways import GATEWAYS
from incidents.models import (
    KINDS,
    LATE_AFTER,
    LIVE,
    Categorisation,
    Engagement,
    EngagementRole,
    Incident,
    IncidentGroupObjectPermission,
    LogEntry,
    LogKind,
    NamedPerson,
    ReportState,
    Reveal,
    RevealStop,
    Section,
    Sensitivity,
    Stage,
)
from partners.actor import Actor
from partners.models import WORKING_ROLES, Agency, Membership, Partnership
from svit import clock, engines, keys
from svit.prepared import Prepared

PAGE = 25
CUMULATIVE_DAYS = 28
REVEALS = 100
DUPLICATE_WINDOW = timedelta(hours=12)


def incident_list(actor, *, stage="", kind="", before=None, size=PAGE):
    """A page of incidents that the actor may see, the latest logged first; the lead and category with each.

    `before` is the key of the last row of the page before. Returns (rows, key of the next page or None).
    """
    at, pk = keys.parse(before) or (None, None)
    found = _incident_list(actor, stage=stage, kind=kind, at=at, pk=pk, size=str(size + 1))
    more = len(found) > size
    found = found[:size]
    return found, (keys.key_of(found[-1], ("logged_at", "pk")) if more else None)


@Prepared
def _incident_list(actor, stage, kind, at, pk, size):
    category = Categorisation.objects.filter(incident=OuterRef("pk"))
    lead = Engagement.objects.current().filter(incident=OuterRef("pk"), role=EngagementRole.LEAD)
    rows = visible_incidents(actor)
    if stage == "open":
        rows = _open(rows)
    elif stage == "unconfirmed":
        rows = rows.filter(report_state=ReportState.UNCONFIRMED)
    elif stage:
        rows = rows.filter(stage=stage)
    if kind:
        rows = rows.filter(exercise=kind == "exercise")
    rows = keys.after(rows, at and (at, pk), ("logged_at", "pk"))
    return rows.annotate(
        category=Subquery(category.values("category")[:1]),
        lead_name=Subquery(lead.values("agency__name")[:1]),
    )[: int(size)]


def _open(rows):
    return rows.filter(LIVE)


def open_incidents(actor):
    """All incidents that are open to the actor and no exercise: what the figures of the landing page count."""
    return _open(visible_incidents(actor)).filter(exercise=False)


def open_counts(actor):
    """Open incidents and unconfirmed reports that the actor sees, for the numbers row: one query."""
    return _open(visible_incidents(actor)).aggregate(
        responding=Count("pk", filter=Q(stage=Stage.RESPONDING, exercise=False)),
        reported=Count(
            "pk", filter=Q(stage=Stage.REPORTED, report_state=ReportState.ACCEPTED, exercise=False)
        ),
        unconfirmed=Count("pk", filter=Q(report_state=ReportState.UNCONFIRMED, exercise=False)),
        scaled_down=Count("pk", filter=Q(stage=Stage.SCALED_DOWN, exercise=False)),
    )


def possible_duplicates(actor, incident):
    """Incidents that may be the same event: near in time, and with a word of the place in common.

    Only those that the actor may see, the exercise apart from the real; at most five.
    """
    at = incident.starts_at
    near = (
        visible_incidents(actor)
        .filter(
            Q(occurred_at__range=(at - DUPLICATE_WINDOW, at + DUPLICATE_WINDOW))
            | Q(occurred_at__isnull=True, known_at__range=(at - DUPLICATE_WINDOW, at + DUPLICATE_WINDOW)),
            exercise=incident.exercise,
        )
        .exclude(pk=incident.pk)
    )
    place = _shares_a_word(incident.place)
    return list(near.filter(place)[:5]) if place else []


def _shares_a_word(place):
    """The condition of having a word of this place in common; short words say nothing. Empty where none is left."""
    condition = Q()
    if place.strip().lower() == "not known":
        return condition
    for word in [word for word in place.replace(",", " ").split() if len(word) > 3][:6]:
        condition |= Q(place__icontains=word)
    return condition


def cumulative(actor, incident):
    """The cumulative picture of the last 28 days: incidents of the same area, then those of the rest of the borough.

    The same area is the same ward or neighbourhood where both name one, or a word of the place in common. At most
    ten of each.
    """
    since = clock.now() - timedelta(days=CUMULATIVE_DAYS)
    rows = visible_incidents(actor).filter(
        partnership=incident.partnership, logged_at__gte=since, exercise=incident.exercise
    )
    rows = rows.exclude(pk=incident.pk)
    same = _shares_a_word(incident.place)
    if incident.area:
        same |= Q(area__iexact=incident.area)
    near = list(rows.filter(same)[:10]) if same else []
    return near, list(rows.exclude(pk__in=[row.pk for row in near])[:10])


def log_page(seen: Sight, *, kind="", agency=None, words="", before=None, size=30):
    """A page of the log, newest first; withheld words are left out here, so that no template can show them."""
    at, pk = keys.parse(before) or (None, None)
    ask = _log_page.plain if words else _log_page  # what somebody typed is kept nowhere
    found = ask(seen, kind=kind, agency=agency and agency.pk, words=words, at=at, pk=pk, size=str(size + 1))
    more = len(found) > size
    found = found[:size]
    for entry in found:
        show(seen, entry)
    return found, (keys.key_of(found[-1], ("occurred_at", "pk")) if more else None)


@Prepared
def _log_page(seen, kind, agency, words, at, pk, size):
    rows = visible_log(seen)
    if kind:
        rows = rows.filter(kind=kind)
    if agency:
        rows = rows.filter(agency=agency)
    if words:
        rows = engines.matching(rows.filter(words__withheld_at__isnull=True), words, "words__text")
    rows = keys.after(rows, at and (at, pk), ("occurred_at", "pk"))
    later = LogEntry.objects.filter(corrects=OuterRef("pk"), kind=LogKind.CORRECTION)
    rows = rows.annotate(is_corrected=Exists(later)).select_related("words", "agency", "by", "corrects")
    return rows[: int(size)]


def log_state(seen):
    """How far the log has come for this reader: (newest entry's primary key, how many, how many records, how many
    entries whose words are withheld); one query.

    Each act that they may know of moves it on, and so does what no entry tells them of: a record that was sealed, and
    words that were withheld.
    """
    rows = _log_state(seen)
    if not rows:
        return (0, 0, 0, 0)
    [row] = rows
    return (row["newest"], row["count"], row["records"] or 0, row["withheld"])


@Prepared
def _log_state(seen):
    records = visible_entries(seen).order_by().values("incident").annotate(count=Count("pk")).values("count")
    log = visible_log(seen).order_by().values("incident")
    withheld = Count("words__withheld_at")
    return log.annotate(
        newest=Max("pk"), count=Count("pk"), records=Subquery(records), withheld=withheld
    ).values("newest", "count", "records", "withheld")


def show(seen, entry):
    """Put on the entry what this reader gets: the words, or that they are withheld."""
    words = entry.words
    entry.is_withheld = words.withheld_at is not None
    entry.is_redacted = words.redacted_at is not None
    entry.shown, entry.late_reason = words.text, words.late_reason
    if entry.is_redacted:
        entry.shown, entry.late_reason = "Redacted.", ""
    elif entry.is_withheld and not seen.coordinates:
        entry.shown, entry.late_reason = "Withheld by a coordinator.", ""
    entry.late = (entry.recorded_at - entry.occurred_at) > LATE_AFTER
    return entry


def categorisations(incident):
    """How the incident was categorised, the latest first."""
    return list(Categorisation.objects.filter(incident=incident).select_related("lead_agency"))


def possible_leads(incident):
    """The agencies that may lead the response: those of the partnership."""
    return Agency.objects.filter(active=True, partnerships=incident.partnership)


def writers(seen, engagements):
    """The agencies by which the log can be filtered: those engaged now, and whoever logged the incident."""
    pks = {engagement.agency_id for engagement in engagements} | {seen.incident.logged_for_id}
    return Agency.objects.filter(pk__in=pks)


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


def partnerships_to_offer(seen):
    """The boroughs to which the incident can be handed over: those whose CSP agency is engaged."""
    engaged = Engagement.objects.current().filter(incident=seen.incident).values("agency__csp_of")
    return Partnership.objects.filter(pk__in=engaged).exclude(pk=seen.incident.partnership_id)


def people_to_name(seen):
    """The people whose restricted content an engagement may be given; none that is sealed."""
    return visible_entries(seen).filter(kind="person").exclude(sensitivity=Sensitivity.SEALED)


def records(seen, model):
    """The records of a kind that the actor may know of, each with its entry and owner."""
    entries = visible_entries(seen).filter(kind=model.kind())
    return list(model.objects.filter(entry__in=entries).select_related("entry__owner"))


def record_of(entry):
    """The record that an entry, which came through the door, is the index of."""
    record = KINDS[entry.kind]._default_manager.get(pk=entry.pk)
    record.entry = entry
    return record


def csp_of(partnership):
    """The agency that coordinates for a partnership."""
    return Agency.objects.filter(csp_of=partnership).first()


def engaged_partners(incident: Incident):
    """Agencies other than the owner's own that respond at this minute."""
    engaged = Engagement.objects.current().filter(incident=incident).values("agency")
    return Agency.objects.filter(pk__in=engaged, csp_of=None)


def engaged_agencies(incident: Incident):
    """Engagements of the incident, current first, each with its agency and what it opens, in words."""
    rows = list(Engagement.objects.filter(incident=incident).select_related("agency", "by", "seen_by"))
    named = {}
    for engagement, title in NamedPerson.objects.filter(engagement__in=rows).values_list(
        "engagement", "entry__title"
    ):
        named.setdefault(engagement, []).append(title)
    for row in rows:
        row.named_words = sorted(named.get(row.pk, []))
        row.section_words = ", ".join(label for key, label in Section.choices if key in row.sections)
        row.gateway_words = GATEWAYS[row.gateway].name
        if row.agency.csp_of_id == incident.partnership_id:
            row.section_words, row.gateway_words = "All of it, as the owner", ""
    return sorted(
        rows, key=lambda row: (not row.is_current, row.role != EngagementRole.LEAD, row.agency.name)
    )


def lapsed_engagements():
    """Engagements whose end has passed while the agency's grant still stands and no other engagement holds it."""
    grants = IncidentGroupObjectPermission.objects.filter(
        group=OuterRef("agency__group"), content_object=OuterRef("incident")
    )
    again = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=OuterRef("agency"))
    ended = Engagement.objects.filter(Exists(grants), ~Exists(again), until_at__lte=clock.now())
    return ended.select_related("agency", "incident").order_by("until_at", "pk")


def out_of_step():
    """Where guardian's grants and the engagements disagree: (grants without an engagement, engagements without one).

    Both are empty at every moment between two transactions, but for the minute until a lapsed engagement is swept.
    """
    current = Engagement.objects.current().filter(
        incident=OuterRef("content_object"), agency__group=OuterRef("group")
    )
    grants = IncidentGroupObjectPermission.objects.filter(
        group=OuterRef("agency__group"), content_object=OuterRef("incident")
    )
    return (
        list(IncidentGroupObjectPermission.objects.filter(~Exists(current))),
        list(Engagement.objects.current().filter(~Exists(grants))),
    )


def people_who_may_hold(seen):
    """Who may be a named holder of a sealed record: (user, words for this reader).

    Whoever responds now for the owning CSP or an engaged agency; not those who cannot open what they would hold. A
    partner gets colleagues by name, and others by agency and role alone.
    """
    engaged = Engagement.objects.current().filter(incident=seen.incident).values("agency")
    posts = (
        Membership.objects.current()
        .filter(
            Q(agency__in=engaged) | Q(agency__csp_of=seen.incident.partnership_id), role__in=WORKING_ROLES
        )
        .exclude(user=seen.actor.user)
        .select_related("user", "agency")
        .order_by("agency__name", "role", "pk")
    )
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


def waiting_reports(actor):
    """Unconfirmed reports that a coordinator has to answer."""
    if not actor.coordinates:
        return []
    return list(
        Incident.objects.filter(partnership=actor.partnership, report_state=ReportState.UNCONFIRMED)
        .select_related("logged_for")
        .order_by("logged_at")[:20]
    )


def join_targets(actor, report):
    """Incidents that a report may be joined to: the likeliest first, then the latest open ones."""
    likely = possible_duplicates(actor, report)
    rest = (
        visible_incidents(actor)
        .filter(partnership=report.partnership, exercise=report.exercise, report_state=ReportState.ACCEPTED)
        .exclude(stage=Stage.CLOSED)
        .exclude(pk__in=[row.pk for row in likely])[:20]
    )
    return [row for row in likely if row.report_state == ReportState.ACCEPTED] + list(rest)
