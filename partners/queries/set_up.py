"""Reads that the set-up and account pages need. Each takes an Actor."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db.models import Count, F, OuterRef, Q, Subquery

from partners import access
from partners.models import Agency, Invitation, Letter, LetterKind, Membership, Partnership, Role, User
from svit import clock
from svit.prepared import Prepared
from svit.templatetags.svit import when

PAGE = 50
ADDED_SHOWN = timedelta(days=30)


def page_of(rows, number, size=PAGE):
    """One page of rows, and whether there is another after it. `number` is what the address says."""
    number = int(number) if str(number).isdecimal() and len(str(number)) < 6 else 1
    number = max(number, 1)
    found = list(rows[(number - 1) * size : number * size + 1])
    return found[:size], number, len(found) > size


def numbers(actor):
    """What the set-up hub counts: agencies, people, directory entries, and what wants attention."""
    agencies = access.visible_agencies(actor)
    contacts = access.visible_contacts(actor)
    current = Membership.objects.current().filter(agency__in=agencies)
    return {
        "agencies": agencies.filter(active=True).count(),
        "members": current.values("user").distinct().count(),
        "contacts": contacts.count(),
        "unconfirmed": contacts.filter(confirmed_at=None).count(),
    }


def agencies(actor):
    """The agencies that the actor sets up, with how many people act for each, the CSP agency first."""
    people = (
        Membership.objects.current()
        .filter(agency=OuterRef("pk"))
        .values("agency")
        .annotate(n=Count("user", distinct=True))
        .values("n")
    )
    return (
        access.visible_agencies(actor)
        .annotate(people=Subquery(people))
        .order_by("-active", F("csp_of").asc(nulls_last=True), "name")
    )


def members(agency):
    """Who acts for the agency now, and who did before; each with what the page shows."""
    now = clock.now()
    rows = list(agency.memberships.select_related("user").order_by("user__name", "role"))
    _say_invited(rows, now)
    current = [row for row in rows if row.from_at <= now and (row.until_at is None or row.until_at > now)]
    ended = [row for row in rows if row.until_at is not None and row.until_at <= now]
    ended.sort(key=lambda row: row.until_at, reverse=True)
    return current, ended[:50]


def _say_invited(rows, now):
    """Put on each membership of somebody who has not set up yet where the `invitation` stands, in words; else ""."""
    waiting = {row.pk: row for row in rows if row.user.joined_at is None and row.picked_at}
    for row in rows:
        row.invitation = "Not invited yet" if row.pk in waiting else ""
    open_ones = Invitation.objects.filter(membership__in=waiting, used_at=None, revoked_at=None)
    letters = Letter.objects.filter(membership=OuterRef("membership"), kind=LetterKind.INVITATION).order_by(
        "-pk"
    )
    for each in open_ones.annotate(
        letter_sent=Subquery(letters.values("sent_at")[:1]),
        letter_failed=Subquery(letters.values("failed_at")[:1]),
    ):
        words = (
            f"Invited, until {when(each.expires_at)}"
            if now < each.expires_at
            else "The invitation is too old"
        )
        if each.letter_failed:
            words = "The invitation could not be sent"
        elif each.letter_sent is None:
            words = "The invitation is on its way"
        waiting[each.membership_id].invitation = words


def everybody(actor):
    """The present memberships in every agency that the actor sets up, by name."""
    return (
        Membership.objects.current()
        .filter(agency__in=access.visible_agencies(actor))
        .select_related("user", "agency")
        .order_by("user__name", "pk")
    )


def contacts(actor, words=""):
    """The directory, the entries that hold every word of a search."""
    rows = access.visible_contacts(actor).select_related("agency")
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(represents__icontains=word) | Q(agency__name__icontains=word)
        )
    return rows


def added_elsewhere(actor):
    """Members whom another borough added to an agency that serves the actor's too, in the last 30 days."""
    if not (can_see_added(actor) and actor.partnership):
        return []
    rows = (
        Membership.objects.may_act()
        .filter(agency__partnerships=actor.partnership, agency__csp_of=None)
        .filter(added_for__isnull=False, from_at__gt=clock.now() - ADDED_SHOWN)
        .exclude(added_for=actor.partnership)
    )
    return list(rows.select_related("user", "agency", "added_for").order_by("-from_at"))


def can_see_added(actor):
    """Whether it concerns the actor who joins an agency that the partnership shares with others."""
    return access.can_administer(actor) or actor.role == Role.CSP_MANAGER


def concerned(membership):
    """Addresses of the administrators and CSP managers of the other partnerships that the agency serves.

    None where the agency's own manager added the person, or where it is a CSP agency.
    """
    if membership.added_for_id is None or membership.agency.csp_of_id:
        return []
    others = membership.agency.partnerships.exclude(pk=membership.added_for_id)
    rows = Membership.objects.current().filter(
        agency__csp_of__in=others, role__in=(Role.ADMINISTRATOR, Role.CSP_MANAGER)
    )
    return sorted(set(rows.values_list("user__email", flat=True)))


def who_confirms(membership):
    """Addresses of the CSP managers who can confirm a role: not of the person, and not of whoever gave it."""
    rows = Membership.objects.current().filter(agency=membership.agency, role=Role.CSP_MANAGER)
    rows = rows.exclude(user__in=[pk for pk in (membership.user_id, membership.added_by_id) if pk])
    return sorted(set(rows.values_list("user__email", flat=True)))


def to_confirm(actor):
    """The roles that wait for the actor, the oldest first."""
    rows = access.visible_unconfirmed(actor).select_related("user", "agency", "added_by").order_by("from_at")
    return [row for row in rows if access.can_confirm(actor, row)]


def choices_of_agency(actor):
    """Active agencies for a list of choices."""
    return access.visible_agencies(actor).filter(active=True)


def addresses_near(actor):
    """The e-mail addresses of the people who act in the actor's partnership; of the own agency where none is chosen."""
    where = {"agency": actor.agency}
    if actor.partnership:
        where = {"agency__partnerships": actor.partnership}
    return set(Membership.objects.current().filter(**where).values_list("user__email", flat=True))


def called(users):
    """Members of staff by primary key, as "Name, Agency"; the name alone where somebody belongs to none any more."""
    found = dict(User.objects.filter(pk__in=users).values_list("pk", "name"))
    agencies = {}
    rows = Membership.objects.current().filter(user__in=users).order_by("pk")
    for user, agency in rows.values_list("user", "agency__name"):
        agencies.setdefault(user, []).append(agency)
    return {user: ", ".join([name, *dict.fromkeys(agencies.get(user, []))]) for user, name in found.items()}


def other_session(request, pk):
    """Another session of the person who asks, or None."""
    sessions = UserSession.objects.filter(user=request.user, pk=pk)
    return sessions.exclude(session_key=request.session.session_key).first()


PARTNERSHIP = [field.attname for field in Partnership._meta.concrete_fields]
SERVED = {f"serves_{name}": F(f"agency__partnerships__{name}") for name in PARTNERSHIP}


@Prepared
def _memberships(user):
    rows = Membership.objects.may_act().filter(user=user).select_related("user", "agency__csp_of")
    return rows.annotate(**SERVED).order_by("agency__name", "role", "pk", "serves_name")


def memberships_of(user):
    """The memberships that somebody (by key) has or is offered now, each with the partnerships that it `serves`.

    One query, asked at each request.
    """
    found = {}
    for row in _memberships(user=user):
        membership = found.setdefault(row.pk, row)
        membership.serves = getattr(membership, "serves", [])
        if row.serves_id is not None:
            values = [getattr(row, name) for name in SERVED]
            membership.serves.append(Partnership.from_db(None, PARTNERSHIP, values))
    return list(found.values())


def named(name):
    """The agency of this name, whoever it serves, without regard to case."""
    return Agency.objects.filter(name__iexact=name).first()
