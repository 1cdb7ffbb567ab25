"""Who may see and work the items of an incident.

An item shows to whoever sees its section, and to the agency that holds it. A restricted one shows that it
exists; a sealed one shows to the named holders of the record that it is about, and to nobody else. The agency that
holds an item works it, and so does a coordinator of the owning partnership; only a coordinator moves an item from one
agency to another. An administrator of a partnership confirms how it reaches the organisations and the resources that
the toolkit names. The mobilisation templates are kept by those who mobilise with them, coordinators and CSP managers,
and by the administrator.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.http import Http404
from django.utils.text import slugify

from checklists.mobilising import TEMPLATES
from checklists.models import ChecklistItem, ItemState, MobilisationTemplate, Resource, SupportOrganisation
from incidents.access import (
    SECTIONS,
    ReasonNeeded,
    To,
    any_for,
    engaged_incident_ids,
    get_sight,
    has_reason,
    held_entries,
    is_kept,
    knows_person,
    may_share_again,
    not_kept,
    of_known_people,
    reads_restricted,
    sight_of,
    stop_on,
    stops_on,
    visible_incidents,
    with_engagement,
    with_mark,
)
from incidents.models import (
    AT_REST,
    LIVE,
    Engagement,
    Incident,
    Phase,
    RecordGrant,
    Reveal,
    Section,
    Sensitivity,
    StoredFile,
)
from partners.access import can_administer, get_partnership
from svit import clock
from svit.prepared import Prepared

TEMPLATES_ONLY = (
    "Only a coordinator, a CSP manager or an administrator of the partnership keeps its templates."
)
UNDO_FOR = timedelta(minutes=10)
RELATED = ("incident__partnership", "template_item", "agency", "about")
RELATED_TO_SHOW = (*RELATED, "assignee", "assigned_by", "done_by", "done_for", "sent_back_by")


def open_to(user, standard):
    """Items that `standard` opens, and the sealed ones that the user holds."""
    sealed = Q(sensitivity=Sensitivity.SEALED)
    return (~sealed & standard) | (sealed & Q(about__in=held_entries(user)))


def items_seen(seen):
    """The items of one incident whose existence the actor may know of."""
    standard = Q(section__in=seen.sections) & of_known_people(seen, "about")
    if seen.engagement:
        standard |= Q(agency=seen.actor.agency)
    opened = open_to(seen.actor.user, standard)
    kept = not_kept(seen, stops_on("uuid", "about__uuid"))
    return ChecklistItem.objects.filter(opened, kept, incident=seen.incident)


def visible_items(actor):
    """The items of all incidents whose existence the actor may know of."""
    if actor.governs:
        reasons = Reveal.objects.filter(user=actor.user, entry=None, until_at__gt=clock.now()).values(
            "incident"
        )
        return ChecklistItem.objects.filter(
            open_to(actor.user, Q()), incident__in=visible_incidents(actor).filter(pk__in=reasons)
        )
    if not actor.works_items:
        return ChecklistItem.objects.none()
    granted = Q()
    for section in SECTIONS:
        granted |= Q(sections__has_key=section, named_section=section)
    mine = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=actor.agency)
    engaged = mine.annotate(named_section=ExpressionWrapper(OuterRef("section"), CharField())).filter(granted)
    person = mine.filter(Q(sections__has_key=Section.PEOPLE) | Q(named__entry=OuterRef("about")))
    by_section = Q(Exists(engaged)) & (Q(about__isnull=True) | Q(Exists(person)))
    opened = Q(incident__in=engaged_incident_ids(actor)) & (Q(agency=actor.agency) | by_section)
    opened &= ~any_for(actor.agency, stops_on("uuid", "about__uuid"))
    if actor.coordinates:  # asked first, so that for the own borough's the database asks no more
        opened = Q(incident__partnership=actor.partnership) | opened
    return ChecklistItem.objects.filter(open_to(actor.user, opened))


def resting():
    """Whether an item rests with its phase, as an expression: the phase has no place here, or it was closed."""
    return Exists(Phase.objects.filter(AT_REST, incident=OuterRef("incident"), key=OuterRef("phase")))


def within_reach(actor, *, live=False):
    """Items of the incidents that the actor works in at this minute: engaged there, or coordinating.

    `live`: of those that go on alone, from which the database then begins.
    """
    if not actor.works_items:
        return ChecklistItem.objects.none()
    incidents = visible_incidents(actor)
    if live:
        incidents = incidents.filter(LIVE)
    return ChecklistItem.objects.filter(
        open_to(actor.user, Q()), incident__in=incidents.order_by().values("pk")
    )


def held_by(actor):
    """Items of the actor's agency; a coordinator's also those of what goes on that were sent back and are nobody's."""
    held = Q(agency=actor.agency)
    if actor.coordinates:
        own = Incident.objects.filter(LIVE, partnership=actor.partnership).order_by().values("pk")
        held |= Q(agency__isnull=True, sent_back_at__isnull=False, incident__in=own)
    return held


def pressing():
    """Of the items of a live incident those that somebody still has to do: open, in a phase that goes on."""
    return Q(state=ItemState.OPEN) & ~resting()


def visible_work(actor):
    """What the actor's agency still has to do, over all incidents: the badge and the pages count from here."""
    return within_reach(actor, live=True).filter(held_by(actor), pressing())


def standing(seen):
    """Items that the actor's part in the incident still reaches; asked again in the query that locks one."""
    if seen.owner:
        return ChecklistItem.objects.filter(incident=seen.incident)
    engaged = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=seen.actor.agency)
    return ChecklistItem.objects.filter(Exists(engaged), incident=seen.incident)


def sees(seen, item):
    """Whether the actor may know that the item exists."""
    if item.sensitivity == Sensitivity.SEALED:
        return RecordGrant.objects.filter(entry=item.about_id, user=seen.actor.user).exists()
    if is_kept(seen, item.uuid, item.about and item.about.uuid):
        return False
    return holds(seen, item) or (seen.sees(item.section) and knows_person(seen, item.about_id))


def holds(seen, item):
    """Whether the item is assigned to the agency that the actor acts for."""
    return seen.actor.agency is not None and item.agency_id == seen.actor.agency.pk and not seen.only_reads


def reads(seen, item):
    """Whether the actor may read what a restricted item says; that it exists, whoever sees the section knows."""
    if item.sensitivity != Sensitivity.RESTRICTED or seen.coordinates or holds(seen, item):
        return True
    return item.about_id is not None and reads_restricted(seen, item.about)


def can_work(seen, item):
    """Whether the actor may tick, answer, note and hand back the item."""
    return not seen.only_reads and seen.incident.live and (seen.coordinates or holds(seen, item))


def can_assign(seen, item):
    """Whether the actor may pass the item on: a coordinator to any agency engaged, others to a colleague."""
    return can_work(seen, item)


def can_reschedule(seen, item):
    """Whether the actor may move the due time: a coordinator, or a manager of the agency that holds the item."""
    return can_work(seen, item) and (seen.coordinates or seen.actor.manages_agency) and item.is_open


def can_send_back(seen, item):
    """Whether the item is the actor's to hand back: an agency's own, not the coordinators'."""
    return can_work(seen, item) and holds(seen, item) and not seen.owner and item.is_open


def can_end(seen, item):
    """Whether the actor may say that the item is not needed."""
    return can_work(seen, item) and item.is_open


def can_record_for(seen, item):
    """Whether the actor may record what a partner did: a coordinator, for the agency that holds the item."""
    return can_work(seen, item) and seen.coordinates and item.agency_id not in (None, seen.actor.agency.pk)


def can_undo(seen, item):
    """Whether the actor may take the latest tick back: who ticked, for ten minutes."""
    return (
        can_work(seen, item)
        and item.done_by_id == seen.actor.user.pk
        and item.done_recorded_at is not None
        and clock.now() - item.done_recorded_at <= UNDO_FOR
        and item.done_recorded_at > item.opened_at  # the log form answered it: there is nothing to go back to
        and not (item.follows_clocks and item.state == ItemState.DONE)
    )


def can_reopen(seen, item):
    """Whether the actor may bring a finished item back, with a reason; what the clocks ended follows the clocks."""
    follows = item.follows_clocks and item.state == ItemState.DONE
    return can_work(seen, item) and not item.is_open and not follows


def can_stop_sharing(seen, item):
    """Whether the actor may say that the item goes no further: whoever works it."""
    return can_work(seen, item) and not item.not_further


def can_share_again(seen, item):
    """Whether the actor may take that back."""
    return can_work(seen, item) and item.not_further and may_share_again(seen, stop_on(item))


def can_add(seen):
    """Whether the actor may add an item of the partnership's own: a coordinator."""
    return seen.coordinates and seen.incident.live


def get_item(actor, incident_uuid, item_uuid, *, to=None):
    """One item through the door: (sight, item). 404 to a stranger, 403 to a reader who may not do `to`.

    `to` is one of the `can_` functions of this module. One query: the item with its incident and the engagement.
    """
    item = next(iter(_item(actor, uuid=item_uuid, incident=incident_uuid, shown=to is None)), None)
    seen = sight_of(actor, item, item.incident) if item else None
    if seen is None:
        raise Http404
    if seen.reading and not has_reason(actor, item.incident):
        raise ReasonNeeded(item.incident)
    if not sees(seen, item):
        raise Http404
    if not reads(seen, item) or (to is not None and not to(seen, item)):
        raise PermissionDenied
    return seen, item


@Prepared
def _item(actor, uuid, incident, shown):
    rows = ChecklistItem.objects.filter(uuid=uuid, incident__uuid=incident).annotate(resting=resting())
    rows = with_mark(with_engagement(rows, actor, "incident"))
    return rows.select_related(*(RELATED_TO_SHOW if shown else RELATED))


def get_incident_to_add(actor, uuid):
    """The sight of an incident to which the actor may add items: 404 to a stranger, 403 to anybody else."""
    seen = get_sight(actor, uuid, to=To.COORDINATE)
    if not can_add(seen):
        raise PermissionDenied
    return seen


def files_of(seen, item):
    """The evidence kept with an item: whoever reads the item may open it, as long as what told of it stands.

    Withheld with its entry in the log, it is a coordinator's to open; redacted, nobody's.
    """
    gone = "redacted_at" if seen.coordinates else "withheld_at"
    return StoredFile.objects.filter(
        incident=item.incident_id, about_kind=ChecklistItem._meta.model_name, about_uuid=item.uuid
    ).exclude(**{f"told_in__words__{gone}__isnull": False})


def get_file(actor, uuid, file_uuid):
    """Evidence through the door of the item that it is kept with: (sight, file).

    Packs and other files of the incident have doors of their own.
    """
    stored = StoredFile.objects.filter(
        uuid=file_uuid, incident__uuid=uuid, about_kind=ChecklistItem._meta.model_name
    ).first()
    if stored is None:
        raise Http404
    seen, item = get_item(actor, uuid, stored.about_uuid)
    if not files_of(seen, item).filter(pk=stored.pk).exists():
        raise Http404
    stored.incident = seen.incident
    return seen, stored


def pressing_first():
    """Open items in the order in which they press: earliest due first, those without a due time last."""
    return (F("due_at").asc(nulls_last=True), F("pk").asc())


def get_organisation(actor, key):
    """A support organisation of the toolkit, for an administrator, who confirms it for the own partnership."""
    get_partnership(actor)
    found = SupportOrganisation.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def get_resource(actor, slug):
    """The name of a resource of the toolkit, for an administrator; its slug stands in the address."""
    get_partnership(actor)
    for name in Resource.objects.order_by("name").values_list("name", flat=True).distinct():
        if slugify(name) == slug:
            return name
    raise Http404


def templates_of(partnership, *, retired=False):
    """The partnership's templates by key: those that it begins with, as it changed them, then its own. One query."""
    rows = {row.key: row for row in MobilisationTemplate.objects.filter(partnership=partnership)}
    everything = {**TEMPLATES, **rows}
    return {key: row for key, row in everything.items() if retired or row.retired_at is None}


def can_keep_templates(actor):
    """Whether the actor adds, changes and retires the mobilisation templates of the own partnership."""
    return can_administer(actor) or actor.coordinates


def get_templates(actor):
    """The partnership whose templates the actor keeps, or 403."""
    if not can_keep_templates(actor):
        raise PermissionDenied(TEMPLATES_ONLY)
    return actor.partnership


def get_template(actor, key):
    """One of the partnership's templates, retired ones included."""
    found = templates_of(get_templates(actor), retired=True).get(key)
    if found is None:
        raise Http404
    return found
