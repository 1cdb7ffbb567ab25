"""Who reads what is recorded of everybody: the governance officer of the partnership, of that partnership alone."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from incidents.models import AccessAct, AccessRecord, Engagement, Reveal
from partners.models import Agency, User

OFFICERS_ONLY = "The access record is read by the information governance officer of the partnership alone."
BREAK_GLASS = "break_glass"


def oversees(actor):
    return actor.governs and actor.agency is not None and actor.agency.csp_of_id is not None


def get_oversight(actor):
    """The partnership whose access record the actor reads, or 403."""
    if not oversees(actor):
        raise PermissionDenied(OFFICERS_ONLY)
    return actor.partnership


def visible_acts(partnership):
    """What is recorded of the partnership's incidents, whoever did it; also of those that were disposed of."""
    return AccessRecord.objects.filter(partnership=partnership)


def visible_disclosures(partnership):
    return visible_acts(partnership).filter(act=AccessAct.DISCLOSURE)


def visible_reveals(partnership):
    """Reasons that were given to read what is restricted, or an incident by the governance officer."""
    return Reveal.objects.filter(incident__partnership=partnership)


def visible_break_glass(partnership):
    """Engagements that an agency gave itself, in a danger, to an incident that it was no part of."""
    return Engagement.objects.filter(incident__partnership=partnership, role=BREAK_GLASS)


def visible_agencies(partnership):
    """The agencies that can have acted on the partnership's incidents: its own, and those ever engaged in one."""
    engaged = Engagement.objects.filter(incident__partnership=partnership).values("agency")
    serving = partnership.agencies.values("pk")
    return Agency.objects.filter(Q(csp_of=partnership) | Q(pk__in=serving) | Q(pk__in=engaged))


def visible_people(partnership):
    """Those who can have acted on the partnership's incidents: members, now or before, of its agencies."""
    return User.objects.filter(memberships__agency__in=visible_agencies(partnership)).distinct()


def own_acts(actor):
    """What is recorded of the actor, wherever it was done."""
    return AccessRecord.objects.filter(user=actor.user)
