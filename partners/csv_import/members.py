"""Reads a list of people to be invited, and says who would be, in which role, and what is wrong with which line."""

from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from partners import access, telephone
from partners.csv_import import sheet as sheets
from partners.csv_import.sheet import Table
from partners.models import AGENCY_ROLES, PARTNERSHIP_ROLES, Agency, Membership, Role, User
from svit.sheets import written

COLUMNS = {
    "agency": "Name of an agency that you set up. Leave it out where you set up one alone.",
    "name": "Full name of the person.",
    "email": "The person's own work address, not a shared mailbox. The invitation goes there.",
    "role": "What the person does, such as Practitioner. Empty means Practitioner.",
    "job title": "Not needed.",
    "telephone": "For when the person is on call.",
}
ALIASES = {
    "agency name": "agency",
    "organisation": "agency",
    "full name": "name",
    "e-mail": "email",
    "work email": "email",
    "e-mail address": "email",
    "title": "job title",
}
# Each invitation is a membership, a letter and its history: more would keep a page waiting.
TABLE = Table(COLUMNS, ALIASES, needs=("email",), most_rows=200)
ROLES = {
    **{role.label.lower(): role for role in Role},
    **{role.value.replace("_", " "): role for role in Role},
}
LONGEST = {
    "name": User._meta.get_field("name").max_length,
    "email": User._meta.get_field("email").max_length,
    "job title": User._meta.get_field("job_title").max_length,
    "telephone": User._meta.get_field("telephone").max_length,
}
SAMPLE = [
    ["Northmere Harbour Housing", "Asha Example", "asha@harbour-housing.example", "Agency manager", "", ""],
    [
        "Northmere Harbour Housing",
        "Ben Example",
        "ben@harbour-housing.example",
        "Practitioner",
        "Duty officer",
        "",
    ],
]

read = partial(sheets.read, table=TABLE)
read_text = partial(sheets.read_text, table=TABLE)


@dataclass
class Invited:
    """Somebody who would be invited."""

    line: int
    agency: Agency
    role: Role
    values: dict


@dataclass
class Plan:
    """Who would be invited, who is there already, and which lines cannot be taken."""

    people: list = field(default_factory=list)
    there: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def makes_something(self):
        return bool(self.people)


def check(sheet, by):
    """What an import of `sheet` would make for whoever imports it. Two queries, whatever the size."""
    plan, seen = Plan(), {}
    agencies = {agency.name.lower(): agency for agency in access.visible_agencies(by)}
    open_ones = Membership.objects.may_act().filter(agency__in=[agency.pk for agency in agencies.values()])
    there = {
        (email.lower(), agency, role)
        for email, agency, role in open_ones.values_list("user__email", "agency", "role")
    }
    for line, row in sheet.rows:
        agency = next(iter(agencies.values())) if not row["agency"] and len(agencies) == 1 else None
        agency = agency or agencies.get(row["agency"].lower())
        role = ROLES.get(row["role"].lower()) if row["role"] else Role.PRACTITIONER
        reasons = [*_shape(row), *_given(row, agency, role, by)]
        key = (row["email"].lower(), agency and agency.pk, role)
        if not reasons and key in seen:
            reasons = [f"This is the same as on line {seen[key]}"]
        seen.setdefault(key, line)
        if reasons:
            plan.problems.extend((line, reason) for reason in reasons)
        elif key in there:
            plan.there.append((line, row["email"]))
        else:
            values = {name: row[name] for name in ("name", "email", "telephone")} | {
                "job_title": row["job title"]
            }
            plan.people.append(Invited(line, agency, role, values))
    return plan


def _shape(row):
    """What is wrong with the cells by themselves."""
    if row["beyond"]:
        yield "There are more cells than columns: put quotation marks around a cell that holds a comma"
    for name, most in LONGEST.items():
        if len(row[name]) > most:
            yield f"The {name} must be {most} characters or fewer"
    if not row["name"]:
        yield "Enter the person's full name"
    if row["telephone"] and (reason := telephone.why_not(row["telephone"])):
        yield f"Telephone: {reason[0].lower()}{reason[1:]}"
    try:
        validate_email(row["email"])
    except ValidationError:
        yield "Enter an e-mail address, such as name@agency.example"


def _given(row, agency, role, by):
    """Why whoever imports cannot give this role in this agency."""
    if agency is None:
        yield f"{row['agency'][:80]} is no agency that you set up" if row["agency"] else "Enter the agency"
    elif not agency.active:
        yield f"{agency} is closed. Open it again before you import"
    if role is None:
        yield f'"{row["role"][:40]}" is not a role'
    elif agency is not None and role not in _roles(by, agency):
        yield f"You cannot give the role {role.label} in {agency}"
    if by.user and row["email"].lower() == by.user.email.lower():
        yield "You cannot give a role to yourself"


def _roles(by, agency):
    """The roles that `by` may give in an agency of the own; `access.roles_to_give` without its query."""
    if not access.can_administer(by):
        return (Role.PRACTITIONER,)
    return PARTNERSHIP_ROLES if agency.csp_of_id else AGENCY_ROLES


def sample():
    """The sample file."""
    return written([COLUMNS, *SAMPLE])
