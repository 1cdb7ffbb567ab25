"""Who may be sent to a family: nobody before the next of kin are told, and only as its one contact agrees."""

from dataclasses import dataclass, field

from django.db.models import Q

from incidents.access import held_entries
from incidents.models import Sensitivity
from response.access import visible_people
from response.models import Person
from response.models.person import PersonRole
from svit.refused import Refused


@dataclass
class FamilyRules:
    """What binds whoever goes: the people whose kin are not told yet, and those whose family has one contact."""

    not_told: list = field(default_factory=list)
    only_through: list = field(default_factory=list)
    names: dict = field(default_factory=dict)  # what this actor may call them


def family_rules(seen, person):
    """The rules for going to this person that the actor may know of; those of sealed people bind their holders.

    To family of somebody who died nobody goes before the next of kin are told. Where a family is contacted through
    one person only, such as the family liaison officer, whoever goes to it, or to the person whose family it is, has
    agreed it with them.
    """
    mine = Q(pk=person.pk)
    if person.role == PersonRole.FAMILY:
        mine |= Q(entry__incident=person.entry.incident_id)
    sealed = ~Q(entry__sensitivity=Sensitivity.SEALED) | Q(entry__in=held_entries(seen.actor.user))
    binding = Q(died_at__isnull=False, next_of_kin_told_at=None) | ~Q(family_contact="")
    rows = list(Person.objects.filter(mine, sealed, binding).select_related("entry").order_by("pk"))
    shown = visible_people(seen).filter(pk__in=[row.pk for row in rows]) if rows else Person.objects.none()
    known = set(shown.values_list("pk", flat=True))
    return FamilyRules(
        [row for row in rows if row.died_at and row.next_of_kin_told_at is None],
        [row for row in rows if row.family_contact],
        {row.pk: row.label if row.pk in known else "somebody of this incident" for row in rows},
    )


def check_may_go(seen, person, *, agreed):
    """Refused where somebody would be sent to a family against its rules."""
    rules = family_rules(seen, person)
    if rules.not_told:
        raise Refused(
            f"The next of kin of {rules.names[rules.not_told[0].pk]} have not been told yet. Nobody is sent to the"
            " family before that: the police tell them, and record when."
        )
    if rules.only_through and not agreed:
        raise Refused(
            "Confirm that this was agreed with whoever keeps contact with the family, or leave it to them.",
            "agreed",
        )
