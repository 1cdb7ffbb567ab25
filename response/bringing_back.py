"""What the page reads that brings a response group back: who responded then, who is there now, and what is to do."""

from dataclasses import dataclass, field
from datetime import timedelta

from checklists.queries import people_of, templates_of
from checklists.queries.again import DATES, short_list
from incidents.gateways import GATEWAYS, NONE, without_personal_data
from incidents.models import Engagement, EngagementRole, Section
from partners.models import Agency, Membership, SharingAgreement
from partners.on_call import serving
from reminders.times import MORNING, on_the_wall
from response.models import ContactClock, Remobilisation
from svit import clock

END_OF_DAY = MORNING.replace(hour=17)
SOON = timedelta(hours=2)


@dataclass
class Partner:
    """An agency that responded: in which part, who worked on it then and has left, and who is there now."""

    agency: Agency
    engagement: Engagement  # the latest
    signed: bool
    now: list = field(default_factory=list)
    on_call: bool = False
    left: list = field(default_factory=list)
    titles: list = field(default_factory=list)
    goes_on: list = field(default_factory=list)

    @property
    def key(self):
        return str(self.agency.uuid)

    @property
    def available(self):
        return self.agency.active

    @property
    def gateway(self):
        """The gateway of then, where it still carries; None for the usual one of today."""
        then = GATEWAYS[self.engagement.gateway]
        return then.key if then.chosen and then != NONE and (self.signed or not then.waits) else None

    @property
    def sections(self):
        """The sections of then; without a gateway that carries them, those that hold no personal data."""
        then = self.engagement.sections
        return then if self.signed or self.gateway else without_personal_data(then)

    @property
    def section_words(self):
        return ", ".join(label for key, label in Section.choices if key in self.sections)

    @property
    def now_words(self):
        if not self.now:
            return "Nobody to reach. Telephone instead."
        if self.on_call:
            return f"{self.now[0].name}, on call"
        names = ", ".join(user.name for user in self.now[:3])
        return f"{names} and {len(self.now) - 3} more" if len(self.now) > 3 else names


def due_before(kept_on):
    """When what is done for a day falls due: 5pm the day before, or as much later as it takes to be ahead."""
    now = clock.now()
    wanted = (on_the_wall(kept_on - timedelta(days=1), END_OF_DAY), on_the_wall(kept_on, MORNING))
    return next((at for at in wanted if at > now + SOON), now + SOON)


def template_of(partnership):
    """The short template for a date; as the partnership changed it, also where it no longer offers it to mobilise."""
    return templates_of(partnership, retired=True)[DATES]


def brought_back(incident, kept_on):
    """Whether the response group was brought back for this day already: the row, or None."""
    return Remobilisation.objects.filter(incident=incident, kept_on=kept_on).select_related("by").first()


def former_partners(incident):
    """The agencies that responded, those whose part ended too, by name; not the owner's own."""
    rows = Engagement.objects.filter(incident=incident).exclude(agency__csp_of=incident.partnership_id)
    rows = list(rows.select_related("agency", "seen_by").order_by("from_at", "pk"))
    latest = {row.agency_id: row for row in rows if row.role != EngagementRole.BREAK_GLASS}
    agencies = [row.agency for row in latest.values()]
    people, signed = people_of(agencies), _signed(agencies, incident)
    duty = serving([agency.pk for agency in agencies], clock.now())
    worked = _worked(incident, rows, latest)
    found = []
    for pk, row in latest.items():
        here = people.get(pk, [])
        called = duty.get(pk, [])
        gone = {user.pk: user.name for user in worked.get(pk, ()) if user not in here}
        found.append(
            Partner(row.agency, row, pk in signed, called or here, bool(called), sorted(gone.values()))
        )
    return sorted(found, key=lambda one: (not one.available, one.agency.name))


def _signed(agencies, incident):
    today = clock.today()
    rows = SharingAgreement.objects.filter(
        agency__in=agencies, partnership=incident.partnership_id, signed_on__lte=today, review_by__gte=today
    )
    return set(rows.values_list("agency", flat=True))


def _worked(incident, rows, latest):
    """Who worked on the incident for each agency, as far as it is written down: opened it, held or did something."""
    found = {}

    def add(agency, user):
        if user is not None and agency in latest:
            found.setdefault(agency, set()).add(user)

    for row in rows:
        add(row.agency_id, row.seen_by)
    for item in incident.items.filter(agency__isnull=False).select_related("assignee", "done_by"):
        add(item.agency_id, item.assignee)
        add(item.done_for_id, item.done_by)
    clocks = ContactClock.objects.filter(person__entry__incident=incident, worker__isnull=False)
    for row in clocks.select_related("worker"):
        add(row.agency_id, row.worker)
    members = Membership.objects.filter(agency__in=latest).values_list("agency", "user")
    known = set(members)  # a coordinator who recorded for a partner never was one of its people
    return {pk: [user for user in users if (pk, user.pk) in known] for pk, users in found.items()}


def given_to(rows, partners):
    """Which of the short list each partner gets: {agency pk: [rows]}, and the rows that nobody stands for.

    Whoever held or did the thing the first time gets it again, else the first agency of the kind that usually does.
    """
    by_pk = {one.agency.pk: one for one in partners}
    found, nobody = {}, []
    for row in rows:
        if row.is_held:
            continue
        kind = [one.agency.pk for one in partners if row.suggested_to and one.agency.kind == row.suggested_to]
        pk = row.held_by if row.held_by in by_pk else next(iter(kind), None)
        if pk is None:
            nobody.append(row)
        else:
            found.setdefault(pk, []).append(row)
    return found, nobody


def bringing_back(incident):
    """(partners, items that nobody of them usually does): what the page shows, everybody who is available ticked."""
    partners = former_partners(incident)
    rows = short_list(incident, template_of(incident.partnership_id))
    given, nobody = given_to(rows, [one for one in partners if one.available])
    for one in partners:
        one.titles = [row.title for row in given.get(one.agency.pk, ())]
        one.goes_on = [row.title for row in rows if row.is_held and row.held_by == one.agency.pk]
    return partners, nobody
