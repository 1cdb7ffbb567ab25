"""The Actor: who does something, in which role, for which agency and partnership."""

from dataclasses import dataclass
from functools import cached_property

from partners.models import WORKING_ROLES, Agency, Membership, Partnership, Role, User
from svit.prepared import Outline


@dataclass(eq=False)
class Actor:
    """Made once a request; every door and every action takes one, never a bare user."""

    user: User | None = None
    membership: Membership | None = None
    agency: Agency | None = None
    chosen: Partnership | None = None
    system: str = ""

    @cached_property
    def serves(self):
        """The partnerships that the agency serves."""
        if self.agency is None:
            return []
        known = getattr(self.membership, "serves", None)
        return list(self.agency.partnerships.all()) if known is None else known

    @cached_property
    def partnership(self):
        """The partnership acted for: a CSP agency's own, the one chosen, or the only one served; else None."""
        if self.agency is None:
            return None
        if self.agency.csp_of_id or self.chosen:
            return self.agency.csp_of or self.chosen
        return self.serves[0] if len(self.serves) == 1 else None

    @property
    def role(self):
        return self.membership.role if self.membership else ""

    @property
    def coordinates(self):
        """Whether this person runs the response for the partnership (coordinator or CSP manager)."""
        return self.role in (Role.COORDINATOR, Role.CSP_MANAGER)

    @property
    def manages_agency(self):
        return self.role == Role.AGENCY_MANAGER

    @property
    def administers(self):
        return self.role == Role.ADMINISTRATOR

    @property
    def governs(self):
        return self.role == Role.GOVERNANCE_OFFICER

    @property
    def works_items(self):
        """Whether checklist items can be theirs: members of a responding agency, and coordinators."""
        return self.role in WORKING_ROLES

    def outline(self):
        """What a prepared query needs to know of whoever asks: the role, and the keys."""
        agency = self.agency
        return Outline(
            actor_like,
            (self.role, agency is not None, bool(agency and agency.csp_of_id)),
            {
                "user": self.user and self.user.pk,
                "agency": agency and agency.pk,
                "group": agency and agency.group_id,
                "partnership": agency and agency.csp_of_id,
            },
        )

    @property
    def label(self):
        """How others see the actor: a role and an agency, not a name."""
        if self.system:
            return "SVIT"
        role = self.membership.get_role_display()
        return f"{self.agency}, {role if role.startswith('CSP') else role.lower()}"

    @property
    def full_label(self):
        """The label, and for which partnership where the agency serves several."""
        if self.agency.csp_of_id or len(self.serves) < 2:
            return self.label
        return f"{self.label}, for {self.partnership or 'no borough yet'}"


def actor_like(shape, keys):
    """Somebody in the same role, who is nobody."""
    role, has_agency, is_csp = shape
    partnership = keys["partnership"] and Partnership(pk=keys["partnership"])
    agency = None
    if has_agency:
        agency = Agency(pk=keys["agency"], group_id=keys["group"], csp_of=partnership if is_csp else None)
    return _Nobody(
        user=keys["user"] and User(pk=keys["user"]),
        membership=Membership(role=role) if role else None,
        agency=agency,
    )


class _Nobody(Actor):
    """Who asks while a query is put together. Which partnerships an agency serves is no part of its outline."""

    @property
    def serves(self):
        raise ValueError("A prepared query knows the partnership of a CSP agency alone.")


def system_actor(name):
    """A sweep or a command, by its name; it belongs to no agency."""
    return Actor(system=name)


def actor_for(membership, partnership=None):
    """The actor that a membership makes; `partnership` chooses among several of the agency's."""
    return Actor(user=membership.user, membership=membership, agency=membership.agency, chosen=partnership)
