"""Reads a partner directory from a CSV file and says what it would make, and what is wrong with which line.

Nothing is written here. Cells are text: what looks like a spreadsheet's formula stays as it is typed.
"""

from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from partners import telephone
from partners.csv_import import sheet as sheets
from partners.csv_import.sheet import Table
from partners.models import Agency, AgencyKind, Contact, ContactKind
from svit.sheets import written

# Each column and what it holds, for the page and the sample.
COLUMNS = {
    "agency": "Name of the agency. Leave it empty for a contact who belongs to none.",
    "kind": "What kind of agency it is. Needed once for each new agency.",
    "telephone": "Duty telephone of the agency.",
    "email": "Shared mailbox of the agency.",
    "contact name": "A person, network or forum to ring.",
    "contact kind": "Person, network, KIN or forum. Empty means person.",
    "represents": "A role, a group or a place.",
    "contact telephone": "Telephone of the contact.",
    "contact email": "E-mail address of the contact.",
}
ALIASES = {
    "agency name": "agency",
    "organisation": "agency",
    "agency telephone": "telephone",
    "agency email": "email",
    "e-mail": "email",
    "contact": "contact name",
    "contact represents": "represents",
    "contact e-mail": "contact email",
}
TABLE = Table(COLUMNS, ALIASES, needs=("agency", "contact name"))
read = partial(sheets.read, table=TABLE)
read_text = partial(sheets.read_text, table=TABLE)
KINDS = {
    **{kind.label.lower(): kind for kind in AgencyKind},
    **{kind.value.replace("_", " "): kind for kind in AgencyKind},
}
CONTACT_KINDS = {
    **{kind.label.lower(): kind for kind in ContactKind},
    **{kind.value: kind for kind in ContactKind},
}
LONGEST = {
    "agency": Agency._meta.get_field("name").max_length,
    "telephone": Agency._meta.get_field("telephone").max_length,
    "email": Agency._meta.get_field("email").max_length,
    "contact name": Contact._meta.get_field("name").max_length,
    "represents": Contact._meta.get_field("represents").max_length,
    "contact telephone": Contact._meta.get_field("telephone").max_length,
    "contact email": Contact._meta.get_field("email").max_length,
}
SAMPLE = [
    [
        "Northmere Harbour Housing",
        "Housing",
        "020 7946 0101",
        "duty@harbour-housing.example",
        "Duty housing manager",
        "Person",
        "Tenancy and emergency moves",
        "020 7946 0102",
        "",
    ],
    [
        "Northmere Harbour Housing",
        "",
        "",
        "",
        "Estates team",
        "Person",
        "Repairs and lighting",
        "020 7946 0103",
        "estates@harbour-housing.example",
    ],
    [
        "",
        "",
        "",
        "",
        "Northmere parents' forum",
        "Forum",
        "Parents of pupils in the north of the borough",
        "",
        "parents@northmere.example",
    ],
]


@dataclass
class PlannedContact:
    """A directory entry that would be made, and the agency it belongs to, by its name in lower case."""

    line: int
    agency_key: str
    agency_name: str
    values: dict


@dataclass
class Plan:
    """What an import would make, what is there already, and which lines cannot be taken."""

    agencies: dict = field(default_factory=dict)
    contacts: list = field(default_factory=list)
    there: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    known: dict = field(default_factory=dict)

    @property
    def makes_something(self):
        return bool(self.agencies or self.contacts)

    def listed_agencies(self):
        """Name, kind, telephone and e-mail of each agency that would be made."""
        return [
            {**values, "kind_name": AgencyKind(values["kind"]).label} for values in self.agencies.values()
        ]

    def listed_contacts(self):
        return [
            {
                **row.values,
                "line": row.line,
                "agency_name": row.agency_name,
                "kind_name": row.values["kind"].label,
            }
            for row in self.contacts
        ]


def check(sheet, partnership):
    """What an import of `sheet` would make for the partnership. Four queries, whatever the size."""
    plan = Plan()
    served = set(partnership.agencies.values_list("pk", flat=True))
    everywhere = {agency.name.lower(): agency for agency in Agency.objects.all()}
    plan.known = {key: agency for key, agency in everywhere.items() if agency.pk in served}
    taken = set(everywhere) - set(plan.known)
    entries = {
        (name.lower(), represents.lower())
        for name, represents in partnership.contacts.values_list("name", "represents")
    }
    first_seen, seen = {}, {}
    for line, row in sheet.rows:
        reasons = _row(row, line, plan, taken, first_seen, seen, entries)
        plan.problems.extend((line, reason) for reason in reasons)
    return plan


def _row(row, line, plan, taken, first_seen, seen, entries):
    """Add one row to the plan; the reasons why it cannot be taken, if any."""
    reasons = _shape(row)
    if not row["agency"] and not row["contact name"]:
        return reasons or ["Enter an agency, a contact name or both"]
    agency_reasons = _agency(row, line, plan, taken, first_seen)
    contact_reasons = _contact(row, line, plan, seen, entries) if not reasons else []
    return [*reasons, *agency_reasons, *contact_reasons]


def _shape(row):
    """What is wrong with the cells by themselves."""
    reasons = []
    if row["beyond"]:
        reasons.append(
            "There are more cells than columns: put quotation marks around a cell that holds a comma"
        )
    for name, most in LONGEST.items():
        if len(row[name]) > most:
            reasons.append(f"The {name} must be {most} characters or fewer")
    for name in ("telephone", "contact telephone"):
        if row[name] and (reason := telephone.why_not(row[name])):
            reasons.append(f"{name.capitalize()}: {reason[0].lower()}{reason[1:]}")
    for name in ("email", "contact email"):
        try:
            validate_email(row[name] or "a@b.example")
        except ValidationError:
            reasons.append(f"{name.capitalize()}: enter an address such as name@agency.example")
    if row["kind"] and row["kind"].lower() not in KINDS:
        reasons.append(f'"{row["kind"][:40]}" is not a kind of agency')
    if row["contact kind"] and row["contact kind"].lower() not in CONTACT_KINDS:
        reasons.append(f'"{row["contact kind"][:40]}" is not a kind of contact')
    if not row["contact name"] and any(
        row[name] for name in ("represents", "contact telephone", "contact email")
    ):
        reasons.append("Enter the contact name")
    if not row["agency"] and any(row[name] for name in ("kind", "telephone", "email")):
        reasons.append("Enter the agency that this kind, telephone or email belongs to")
    return reasons


def _agency(row, line, plan, taken, first_seen):
    """Plan the row's agency unless it is there, or planned by an earlier row that says the same of it."""
    key, kind = row["agency"].lower(), KINDS.get(row["kind"].lower())
    if not key:
        return []
    if key in taken:
        return [f"{row['agency']} serves another borough. Its administrator can share it with yours"]
    if key in plan.known:
        known = plan.known[key]
        if not known.active:
            return [f"{row['agency']} is closed. Open it again before you import"]
        if kind and kind != known.kind:
            return [f"{row['agency']} is there already, as {known.get_kind_display()}"]
        if key not in first_seen:
            first_seen[key] = line
            plan.there.append((line, known.name))
        return []
    if key in first_seen:
        return _same_agency(row, kind, plan.agencies.get(key), first_seen[key])
    if kind is None:
        return [] if row["kind"] else ["Enter the kind of agency, such as Housing"]
    if kind == AgencyKind.COMMUNITY_SAFETY:
        return ["The partnership has its community safety agency already"]
    first_seen[key] = line
    plan.agencies[key] = {
        "name": row["agency"],
        "kind": kind,
        "telephone": row["telephone"],
        "email": row["email"],
    }
    return []


def _same_agency(row, kind, planned, line):
    """Why a later row of one agency contradicts the first, which told of it."""
    for name, value in (("kind", kind), ("telephone", row["telephone"]), ("email", row["email"])):
        if value and planned and value != planned[name]:
            return [f"The {name} differs from line {line}, which is about the same agency"]
    return []


def _contact(row, line, plan, seen, entries):
    """Plan the row's contact unless the directory or an earlier row has it."""
    if not row["contact name"]:
        return []
    key = (row["contact name"].lower(), row["represents"].lower())
    if key in seen:
        return [f"This contact is the same as on line {seen[key]}"]
    seen[key] = line
    if key in entries:
        plan.there.append((line, row["contact name"]))
        return []
    values = {
        "kind": CONTACT_KINDS.get(row["contact kind"].lower(), ContactKind.PERSON),
        "name": row["contact name"],
        "represents": row["represents"],
        "telephone": row["contact telephone"],
        "email": row["contact email"],
    }
    plan.contacts.append(PlannedContact(line, row["agency"].lower(), row["agency"], values))
    return []


def sample():
    """The sample file."""
    return written([COLUMNS, *SAMPLE])
