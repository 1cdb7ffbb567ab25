"""Who is told: whoever is on call, else whoever does the work. Everything returns primary keys of users.

Only current members count, so a rota that outlived somebody's membership tells nobody else's business to them.
"""

from datetime import datetime

from partners.models import Agency, Membership, OnCall, Partnership, Role

WORKERS = (Role.PRACTITIONER, Role.AGENCY_MANAGER)
COORDINATORS = (Role.COORDINATOR, Role.CSP_MANAGER)


def _holding(roles, **where) -> tuple[int, ...]:
    found = Membership.objects.current().filter(role__in=roles, **where)
    return tuple(found.order_by("user").values_list("user", flat=True).distinct())


def on_call(agency: Agency, at: datetime) -> tuple[int, ...]:
    """Those on call for the agency at that moment who can work for it."""
    roles = COORDINATORS if agency.csp_of_id else WORKERS
    rota = OnCall.objects.at(at).filter(agency=agency).values("user")
    return _holding(roles, agency=agency, user__in=rota)


def members(agency: Agency) -> tuple[int, ...]:
    """Those who work for the agency; of a CSP agency, its coordinators."""
    if agency.csp_of:
        return coordinators(agency.csp_of)
    return _holding(WORKERS, agency=agency)


def duty_users(agency: Agency, at: datetime) -> tuple[int, ...]:
    """Whoever is on call for the agency, else all who work for it."""
    return on_call(agency, at) or members(agency)


def coordinators(partnership: Partnership) -> tuple[int, ...]:
    """The partnership's coordinators; its CSP managers where it has none."""
    return _holding([Role.COORDINATOR], agency__csp_of=partnership) or csp_managers(partnership)


def csp_managers(partnership: Partnership) -> tuple[int, ...]:
    return _holding([Role.CSP_MANAGER], agency__csp_of=partnership)


def governance_officers(partnership: Partnership) -> tuple[int, ...]:
    return _holding([Role.GOVERNANCE_OFFICER], agency__csp_of=partnership)


def duty_coordinators(partnership: Partnership, at: datetime) -> tuple[int, ...]:
    """Whoever is on call of the CSP agency, else all coordinators."""
    rota = OnCall.objects.at(at).filter(agency__csp_of=partnership).values("user")
    return _holding(COORDINATORS, agency__csp_of=partnership, user__in=rota) or coordinators(partnership)


def managers(agency: Agency) -> tuple[int, ...]:
    """Those who manage the agency; of a CSP agency, the CSP managers."""
    if agency.csp_of:
        return csp_managers(agency.csp_of)
    return _holding([Role.AGENCY_MANAGER], agency=agency)
