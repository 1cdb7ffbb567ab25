"""‘Do not share further’: what stays with those who had it, and who may say so.

The owning partnership's coordinators and governance officer see all of it; it is theirs to answer for. No other agency
sees what it had not when this was said, whatever its engagement opens later.
"""

from django.db.models import Exists, OuterRef, Q

from incidents.models import Engagement, Entry, RecordGrant, Section, Sensitivity, SharingStop
from partners.models import Agency, Membership

OF_AN_ENTRY_IN_THE_LOG = ("about_uuid", "person_uuid", "corrects__about_uuid", "corrects__person_uuid")


def kept_from(agency, **what):
    """What this agency has not had and does not get; `what` says of which incident or which things."""
    return SharingStop.objects.filter(**what).exclude(had__agency=agency)


def stops_on(*lookups, incident="incident"):
    """The stops on what a row of the outer query leads to by `lookups`."""
    about = Q(*(Q(about_uuid=OuterRef(lookup)) for lookup in lookups), _connector=Q.OR)
    return SharingStop.objects.filter(about, incident=OuterRef(incident))


def stops_on_log():
    """The stops on what an entry of the log is about, corrects, or names."""
    about = Q(*(Q(about_uuid=OuterRef(lookup)) for lookup in OF_AN_ENTRY_IN_THE_LOG), _connector=Q.OR)
    named = Q(told_in=OuterRef("pk")) | Q(told_in=OuterRef("corrects"))
    return SharingStop.objects.filter(about | named, incident=OuterRef("incident"))


def any_for(agency, stops):
    """Whether one of these `stops` is for this agency, which had not what it is on, as an expression."""
    return Exists(stops.exclude(had__agency=agency))


def not_kept(seen, stops):
    """Of rows with these `stops` on them: those that are not kept from the actor."""
    return ~any_for(seen.actor.agency, stops) if seen.kept else Q()


def is_kept(seen, *uuids):
    """Whether one of these things is kept from the actor; asks the database only where the incident has any."""
    return seen.kept and kept_from(seen.actor.agency, incident=seen.incident, about_uuid__in=uuids).exists()


def with_mark(rows, prefix=""):
    """Rows that each say whether they are `not_further`; `prefix` leads from a row to what may be marked."""
    return rows.annotate(not_further=Exists(stops_on(f"{prefix}uuid", incident=f"{prefix}incident")))


def stop_on(about):
    """What was said of a record or an item that the actor sees, with the agencies that keep it; None if nothing."""
    found = SharingStop.objects.filter(about_uuid=about.uuid).select_related("agency").first()
    if found:
        found.names = list(found.had.order_by("agency__name").values_list("agency__name", flat=True))
    return found


def may_stop_sharing(seen, entry):
    """Whether the actor may say of a record that it goes no further: its owner, and the coordinators."""
    return not seen.only_reads and (seen.coordinates or entry.owner_id == seen.actor.agency.pk)


def may_share_again(seen, stop):
    """Whether the actor may take it back: the agency that said so; the coordinators where it is no longer engaged."""
    if seen.only_reads:
        return False
    if stop.agency_id == seen.actor.agency.pk:
        return True
    engaged = Engagement.objects.current().filter(incident=seen.incident, agency=stop.agency_id)
    return seen.coordinates and not engaged.exists()


def person_of(entry):
    """The entry of the person that a record is about, or is; None where there is none."""
    return entry if entry.kind == "person" else entry.about


def have(incident, about, person=None):
    """The agencies that may see a record or an item at this minute; `person` is the entry that it is about, if any.

    The owning partnership's, the one that holds or wrote it, and those to which an engagement opens it.
    """
    found = {about.owner_id if isinstance(about, Entry) else about.agency_id}
    found |= set(Agency.objects.filter(csp_of=incident.partnership_id).values_list("pk", flat=True))
    for part in Engagement.objects.current().filter(incident=incident).prefetch_related("named"):
        named = {one.entry_id for one in part.named.all()}
        knows = person is None or Section.PEOPLE in part.sections or person.pk in named
        itself = about == person and person.pk in named
        if about.sensitivity != Sensitivity.SEALED and (itself or (about.section in part.sections and knows)):
            found.add(part.agency_id)
    if isinstance(about, Entry):
        holders = RecordGrant.objects.filter(entry=about).values("user")
        found |= set(Membership.objects.current().filter(user__in=holders).values_list("agency", flat=True))
    if person is not None and person != about and (stop := stop_on(person)):
        found &= set(stop.had.values_list("agency", flat=True))
    return found - {None}


def stops_along(incident):
    """What goes along with an incident that changes hands: how many things are marked, and by which agencies."""
    rows = SharingStop.objects.filter(incident=incident).values_list("agency__name", flat=True)
    return len(rows), sorted(set(rows))
