"""What the set-up is reminded of: agreements to review, directory entries to confirm, rotas with a gap.

None of it belongs to an incident. The door is the set-up's own: administrators, and the managers of the agency.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from partners import on_call
from partners.duty import Duty, Stretch
from partners.models import Agency, Contact, Membership, Role, Rota, SharingAgreement
from partners.models.directory import CONFIRMED_FOR
from reminders import registry, rooms
from reminders.models import Notification
from reminders.registry import Due, Level, Step, is_late, look_at, reached, upcoming
from reminders.times import MORNING, on_the_wall
from svit import clock
from svit.templatetags.svit import when

DAY = timedelta(days=1)
AHEAD = (60, 14)  # days before a review or a year's end
GAP_AHEAD = (14, 3)  # days before nobody is on call
LATELY = 2 * DAY  # a gap that began before this is known


@dataclass
class Keeper:
    """What somebody sets up: partnerships, the agencies of these, and the agencies that they manage; by primary key."""

    administers: set[int] = field(default_factory=set)
    sets_up: set[int] = field(default_factory=set)
    manages: set[int] = field(default_factory=set)


def keepers(users: Collection[int]) -> dict[int, Keeper]:
    """Those of the users who set up anything now; two queries."""
    found: dict[int, Keeper] = {}
    rows = Membership.objects.current().filter(
        Q(role=Role.ADMINISTRATOR, agency__csp_of__isnull=False) | Q(role=Role.AGENCY_MANAGER), user__in=users
    )
    for user, agency, partnership in rows.values_list("user", "agency", "agency__csp_of"):
        keeper = found.setdefault(user, Keeper())
        (keeper.administers if partnership else keeper.manages).add(partnership or agency)
    everywhere = set[int]().union(*(keeper.administers for keeper in found.values()))
    serving = Agency.partnerships.through.objects.filter(partnership__in=everywhere)
    for agency, partnership in serving.values_list("agency", "partnership"):
        for keeper in found.values():
            if partnership in keeper.administers:
                keeper.sets_up.add(agency)
    return found


class OfSetUp(registry.Kind):
    """A kind whose rows belong to the set-up."""

    name: str  # what its recipients know the matter by

    def kept_by(self, keeper: Keeper, row: Any) -> bool:
        """Whether whoever sets up this much keeps the row."""
        raise NotImplementedError

    def allowed(self, row: Any, users: Collection[int]) -> set[int]:
        return {user for user, keeper in keepers(users).items() if self.kept_by(keeper, row)}

    def reference(self, notification: Any) -> str:
        return self.name


@rooms.who_may_list
def may_list(user: Any, notifications: list[Any]) -> set[UUID]:
    """Messages about the set-up that the user still keeps."""
    about = [
        (one, kind)
        for one in notifications
        if isinstance(kind := registry.kind_of(one), OfSetUp) and one.about is not None
    ]
    if not about:
        return set()
    keeper = keepers([user.pk]).get(user.pk, Keeper())
    return {one.uuid for one, kind in about if kind.kept_by(keeper, one.about)}


# --- What has a day of its own: reviews, confirmations


def steps(due_at: datetime) -> list[Step]:
    """60 and 14 days before, at the same time on the wall."""
    on = clock.local(due_at).date()
    return [Step(f"{days}d", on_the_wall(on - timedelta(days=days), MORNING)) for days in AHEAD]


def review_at(agreement: SharingAgreement) -> datetime:
    return on_the_wall(agreement.review_by, MORNING)


def confirm_at(contact: Contact) -> datetime:
    """When a year has passed since an entry was confirmed; since it was added, where it never was."""
    since: date = clock.local(contact.confirmed_at or contact.added_at).date()
    return on_the_wall(since + timedelta(days=CONFIRMED_FOR), MORNING)


def next_review_remind_at(agreement: SharingAgreement, now: datetime) -> datetime | None:
    """When to look at an agreement that was just written."""
    return look_at(steps(review_at(agreement)), agreement.remind_at, now)


def next_confirm_remind_at(contact: Contact, now: datetime) -> datetime | None:
    """When to look at a directory entry that was just written."""
    return look_at(steps(confirm_at(contact)), contact.remind_at, now)


class Review(OfSetUp):
    """A sharing agreement has to be reviewed: 60 and 14 days before, to administrators and the agency's managers."""

    key = "agreement_review"
    name = "Sharing agreement"
    noun = ("agreement to review", "agreements to review")
    model = SharingAgreement
    related = ("agency", "partnership")

    def kept_by(self, keeper: Keeper, row: Any) -> bool:
        return row.partnership_id in keeper.administers or row.agency_id in keeper.manages

    def say(self, row: Any, now: datetime) -> list[Due]:
        step = reached(steps(review_at(row)), row.remind_at, now) if self.stands(row) else None
        if step is None:
            return []
        people = on_call.administrators(agency__csp_of=row.partnership) + on_call.managers(row.agency)
        return [Due(step.name, review_at(row), people, late=is_late(step, now))]

    def stands(self, row: Any) -> bool:
        """Whether it is what counts: no later one was signed, and the agency still serves the partnership."""
        newer = Q(signed_on__gt=row.signed_on) | Q(signed_on=row.signed_on, pk__gt=row.pk)
        later = SharingAgreement.objects.filter(newer, agency=row.agency, partnership=row.partnership)
        serves = row.agency.partnerships.filter(pk=row.partnership_id)
        return row.agency.active and serves.exists() and not later.exists()

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return upcoming(steps(review_at(row)), now)

    def still_due(self, notification: Any) -> bool:
        return review_at(notification.about) == notification.due_at and self.stands(notification.about)

    def deadline(self, notification: Any) -> datetime | None:
        return notification.due_at

    def words(self, notification: Any) -> str:
        soon = " soon" if notification.step == "14d" else ""
        return f"What an agency signed has to be reviewed{soon}."

    def url(self, notification: Any) -> str:
        return reverse("setup-agency", args=[notification.about.agency.uuid])


class Confirmation(OfSetUp):
    """A directory entry was not confirmed for nearly a year: 60 and 14 days before, to administrators."""

    key = "directory"
    name = "Directory"
    noun = ("directory entry to confirm", "directory entries to confirm")
    model = Contact
    related = ("partnership",)

    def kept_by(self, keeper: Keeper, row: Any) -> bool:
        return row.partnership_id in keeper.administers

    def say(self, row: Any, now: datetime) -> list[Due]:
        step = reached(steps(confirm_at(row)), row.remind_at, now)
        if step is None:
            return []
        people = on_call.administrators(agency__csp_of=row.partnership)
        return [Due(step.name, confirm_at(row), people, late=is_late(step, now))]

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return upcoming(steps(confirm_at(row)), now)

    def still_due(self, notification: Any) -> bool:
        return confirm_at(notification.about) == notification.due_at

    def deadline(self, notification: Any) -> datetime | None:
        return notification.due_at

    def words(self, notification: Any) -> str:
        soon = " soon" if notification.step == "14d" else ""
        return f"An entry has to be confirmed{soon}: ring, and say that it is right."

    def url(self, notification: Any) -> str:
        return reverse("setup-change-contact", args=[notification.about.uuid])


# --- Rotas


class Gap(OfSetUp):
    """Nobody will be on call: 14 and 3 days before, to the agency's managers, else to the administrators.

    Leave, swaps and memberships decide, so a rota is looked at each morning, and at once when one of these is written.
    """

    key = "rota_gap"
    name = "On-call rota"
    noun = ("gap in a rota", "gaps in a rota")
    apart = True
    model = Rota
    related = ("agency__csp_of",)

    def kept_by(self, keeper: Keeper, row: Any) -> bool:
        return row.agency_id in keeper.manages | keeper.sets_up or row.agency.csp_of_id in keeper.administers

    def say(self, row: Any, now: datetime) -> list[Due]:
        found = gaps_ahead(row, now)
        if not found or not row.agency.active:
            return []
        administrators = on_call.administrators(agency__csp_of__in=row.agency.partnerships.all())
        managers = () if row.agency.csp_of_id else on_call.managers(row.agency)
        return [
            Due(_step(gap, now), gap.from_at, managers or administrators, [Level(administrators)])
            for gap in found
        ]

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        local = clock.local(now)
        return on_the_wall(local.date() + DAY * (local.time() >= MORNING), MORNING)

    def reach(self, row: Any, now: datetime) -> None:
        """A gap that was filled, or begins at another time now, is on nobody's badge."""
        begin = [gap.from_at for gap in gaps_ahead(row, now)]
        said = Notification.objects.filter(kind=self.key, subject=row.uuid, over_at=None)
        said.exclude(due_at__in=begin).update(over_at=now)

    def still_due(self, notification: Any) -> bool:
        """Whether a gap still begins then."""
        row, at = notification.about, notification.due_at
        gaps = Duty(at - DAY, at + DAY, agency=row.agency).gaps(row.agency_id)
        return row.agency.active and any(gap.from_at == at for gap in gaps)

    def words(self, notification: Any) -> str:
        return f"Nobody is on call from {when(notification.due_at)}."

    def url(self, notification: Any) -> str:
        return reverse("setup-rota", args=[notification.about.agency.uuid])


def gaps_ahead(rota: Rota, now: datetime) -> list[Stretch]:
    """The gaps that begin within 14 days, or just did."""
    begin, end = now - LATELY, now + GAP_AHEAD[0] * DAY
    gaps = Duty(begin, end + DAY, agency=rota.agency).gaps(rota.agency_id)
    return [gap for gap in gaps if begin < gap.from_at <= end and gap.until_at > now]


def _step(gap: Stretch, now: datetime) -> str:
    far, near = GAP_AHEAD
    return f"{near if gap.from_at - now <= near * DAY else far}d"


def look_at_rotas(now: datetime, **where: Any) -> None:
    """Who serves has changed: the rotas that `where` names are looked at by the next sweep."""
    Rota.objects.filter(**where).update(remind_at=now)


for kind in (Review(), Confirmation(), Gap()):
    registry.register(kind)
