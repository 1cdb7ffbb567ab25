"""How a story is told: each act at its own moment before now, by its own actor, through the real actions."""

from datetime import timedelta

from checklists.actions import answer, confirm, mark_done, mobilise, record_check
from checklists.actions.mobilising import Call
from checklists.models import ChecklistItem, ItemKind, ItemState
from incidents.access import sight
from incidents.actions import change_engagement, mark_seen
from incidents.models import Engagement, Entry
from response.models import Person
from svit import clock


class Story:
    """One incident of a borough. `hours` are counted back from `now`, so the larger the earlier."""

    def __init__(self, borough, now):
        self.borough, self.now = borough, now
        self.incident = None
        self.acts = []

    def when(self, hours):
        return self.now - timedelta(hours=hours)

    def at(self, hours, act, *args, **kwargs):
        """Note an act for the moment `hours` ago; `tell` lets the noted ones happen in order."""
        self.acts.append((self.when(hours), len(self.acts), act, args, kwargs))

    def tell(self):
        acts, self.acts = sorted(self.acts, key=lambda row: row[:2]), []
        for moment, _, act, args, kwargs in acts:
            with clock.at(moment, recorded=True):
                act(*args, **kwargs)
        self.incident.refresh_from_db()

    def actor(self, who):
        return self.borough.actor(who)

    def seen(self, who):
        """What a member sees of the incident at the moment of the act."""
        self.incident.refresh_from_db()
        return sight(self.actor(who), self.incident)

    def agency(self, kind):
        return self.borough.agencies[kind]

    # --- Agencies

    def mobilise(self, who, kinds, reason):
        """Engage agencies by their kind, each with the items that the toolkit suggests to it."""
        calls = []
        for kind in kinds:
            items = ChecklistItem.objects.filter(
                incident=self.incident, suggested_to=kind, agency=None, state=ItemState.OPEN
            )
            calls.append(Call(agency=self.agency(kind), items=list(items)))
        mobilise(incident=self.incident, by=self.actor(who), calls=calls, reason=reason)

    def engagement(self, kind):
        return Engagement.objects.get(incident=self.incident, agency=self.agency(kind), until_at=None)

    def opens(self, who, kind):
        """A member opens the incident for the first time."""
        mark_seen(engagement=self.engagement(kind), by=self.actor(who))

    def name_people(self, who, kind, reason):
        """Let an agency read who the people of the incident are."""
        engagement = self.engagement(kind)
        change_engagement(
            engagement=engagement,
            by=self.actor(who),
            sections=engagement.sections,
            people=list(Entry.objects.filter(incident=self.incident, kind="person")),
            reason=reason,
        )

    # --- Items

    def item(self, key):
        return ChecklistItem.objects.get(incident=self.incident, template_item__key=key)

    def end(self, who, key, words=""):
        """Do, answer, confirm or check an item, as its kind wants it."""
        self.end_item(who, self.item(key), words)

    def end_item(self, who, item, words=""):
        seen = self.seen(who)
        if item.kind == ItemKind.QUESTION:
            answer(seen=seen, item=item, answer=words or "Yes")
        else:
            act = {ItemKind.ASSURANCE: confirm, ItemKind.RECURRING: record_check}.get(item.kind, mark_done)
            act(seen=seen, item=item, note=words)

    def holder_came(self, item):
        """Hours before now at which whoever holds the item came to the response: how soon it can be ended."""
        engagement = Engagement.objects.filter(incident=self.incident, agency=item.agency_id).first()
        came = engagement.from_at if engagement else item.opened_at
        return (self.now - came).total_seconds() / 3600

    # --- People

    def person(self, number):
        """The first, second, … person of the incident, in the order in which they were added."""
        people = Person.objects.select_related("entry__incident").filter(entry__incident=self.incident)
        return people.order_by("pk")[number - 1]

    def clock(self, number, kind):
        return self.person(number).clocks.get(kind=kind)
