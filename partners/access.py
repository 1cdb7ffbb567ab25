"""Who sets up what: partnerships, agencies, members, contacts and who is on call.

Roles, in prose. An administrator of a CSP agency sets up that partnership: the agencies that serve it, their
members, its directory and who is on call. An agency that serves two boroughs is open to the administrators of
both; the CSP agency of another borough to none but its own. An agency manager keeps the practitioners of the
own agency and its on-call list. Nobody else sets anything up, and nobody sees the set-up of another borough.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from partners.models import (
    AGENCY_ROLES,
    PARTNERSHIP_ROLES,
    Agency,
    Contact,
    Leave,
    Membership,
    OnCall,
    Role,
    SharingAgreement,
)

ADMINISTRATORS_ONLY = "Only an administrator of the partnership can set this up."
MANAGERS_TOO = "Only an administrator of the partnership, or the agency's own manager, can set this up."
PRACTITIONERS_ONLY = "An agency manager looks after practitioners. For other roles, ask the administrator."


def can_administer(actor):
    """Whether the actor sets up a whole partnership."""
    return bool(actor.system) or (
        actor.administers and actor.agency is not None and actor.agency.csp_of_id is not None
    )


def can_set_up(actor):
    """Whether the actor has anything to set up, and so sees the set-up pages."""
    return can_administer(actor) or actor.manages_agency


def visible_agencies(actor):
    """The agencies that the actor sets up."""
    if actor.system:
        return Agency.objects.all()
    if can_administer(actor):
        serving = actor.partnership.agencies.values("pk")
        return Agency.objects.filter(Q(csp_of=actor.partnership) | Q(csp_of=None, pk__in=serving))
    if actor.manages_agency:
        return Agency.objects.filter(pk=actor.agency.pk)
    return Agency.objects.none()


def can_manage(actor, agency):
    """Whether the actor keeps the members and the on-call list of `agency`."""
    return visible_agencies(actor).filter(pk=agency.pk).exists()


def roles_to_give(actor, agency):
    """The roles that the actor may give and end in `agency`; the CSP agency has its own four."""
    if not can_manage(actor, agency):
        return ()
    if not can_administer(actor):
        return (Role.PRACTITIONER,)
    return PARTNERSHIP_ROLES if agency.csp_of_id else AGENCY_ROLES


def get_partnership(actor):
    """The partnership that the actor administers, or 403."""
    if not can_administer(actor):
        raise PermissionDenied(ADMINISTRATORS_ONLY)
    return actor.partnership


def get_set_up(actor):
    """403 unless the actor sets up something."""
    if not can_set_up(actor):
        raise PermissionDenied(MANAGERS_TOO)


def get_agency(actor, uuid, *, administer=False):
    """An agency that the actor sets up: 403 to other roles, 404 where it is another's."""
    if administer:
        get_partnership(actor)
    get_set_up(actor)
    return _one(visible_agencies(actor).select_related("csp_of"), uuid)


def get_member(actor, uuid):
    """A membership that the actor may end: a manager's are the practitioners of the own agency."""
    get_set_up(actor)
    rows = Membership.objects.filter(agency__in=visible_agencies(actor))
    member = _one(rows.select_related("user", "agency__csp_of"), uuid)
    if member.role not in roles_to_give(actor, member.agency):
        raise PermissionDenied(PRACTITIONERS_ONLY)
    return member


def confirms_roles(actor):
    """Whether the actor answers for the partnership, and so confirms who may open its incidents."""
    return actor.role == Role.CSP_MANAGER and actor.agency.csp_of_id is not None


def can_confirm(actor, membership):
    """Whether the actor may confirm a role: in the own CSP agency, not the own, and not one that the actor gave."""
    own = membership.user_id == actor.user.pk or membership.added_by_id == actor.user.pk
    return confirms_roles(actor) and membership.agency_id == actor.agency.pk and not own


def visible_unconfirmed(actor):
    """Roles of the own CSP agency that wait for a CSP manager."""
    if not confirms_roles(actor):
        return Membership.objects.none()
    return Membership.objects.may_act().filter(agency=actor.agency, confirmed_at=None)


def get_unconfirmed(actor, uuid):
    """A role that waits: 403 to whoever confirms none, 404 where it is another partnership's or waits no more."""
    if not confirms_roles(actor):
        raise PermissionDenied("Only a CSP manager of the partnership confirms a role.")
    return _one(visible_unconfirmed(actor).select_related("user", "agency", "added_by"), uuid)


def visible_contacts(actor):
    """The directory of the partnership that the actor administers."""
    if not can_administer(actor) or actor.partnership is None:
        return Contact.objects.none()
    return Contact.objects.filter(partnership=actor.partnership)


def get_contact(actor, uuid):
    """A directory entry of the partnership that the actor administers."""
    get_partnership(actor)
    return _one(visible_contacts(actor).select_related("agency"), uuid)


def get_on_call(actor, uuid):
    """A span of duty in an agency that the actor sets up."""
    get_set_up(actor)
    rows = OnCall.objects.filter(agency__in=visible_agencies(actor))
    return _one(rows.select_related("agency", "user"), uuid)


def _colleagues(actor):
    """The memberships in force of those whose leave the actor enters: who act for agencies that the actor sets up.

    Leave holds for each agency that somebody acts for, so whoever acts for another as well enters it alone.
    """
    mine = visible_agencies(actor).values("pk")
    elsewhere = Membership.objects.current().exclude(agency__in=mine).values("user")
    return Membership.objects.current().filter(agency__in=mine).exclude(user__in=elsewhere)


def can_enter_leave(actor, user):
    """Whether the actor says when `user` is away: everybody for themselves, whoever sets up for their people."""
    own = actor.user is not None and user.pk == actor.user.pk
    return own or _colleagues(actor).filter(user=user).exists()


def get_colleague(actor, uuid):
    """A membership of somebody whose leave the actor enters."""
    get_set_up(actor)
    return _one(_colleagues(actor).select_related("user", "agency__csp_of"), uuid)


def get_leave(actor, uuid):
    """A leave of the actor's own, or of somebody whose leave the actor enters; else 404."""
    mine = Q(user=actor.user) | Q(user__in=_colleagues(actor).values("user"))
    return _one(Leave.objects.filter(mine).select_related("user"), uuid)


def visible_agreements(actor):
    """What the partnership and its agencies signed; a manager sees the own agency's."""
    rows = SharingAgreement.objects.filter(agency__in=visible_agencies(actor))
    if can_administer(actor) and actor.partnership:
        rows = rows.filter(partnership=actor.partnership)
    return rows


def _one(rows, uuid):
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found
