"""What was changed in the set-up, by whom and when, in words: read from the history of each of its models.

A room above offers the history of its own set-up rows (`offer`). Each source says which of its rows an actor may see,
and which fields are shown; what no source names is shown nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BigIntegerField, Model, OuterRef, Subquery
from django.db.models.functions import Cast

from partners import access
from partners.history import signed_by
from partners.models import (
    Agency,
    Contact,
    Leave,
    Membership,
    OnCall,
    Partnership,
    Rota,
    RotaPlace,
    SharingAgreement,
)
from partners.queries import PAGE
from svit import keys
from svit.values import in_words

ACTS = {"+": "added", "~": "changed", "-": "removed"}
NOTHING = "nothing"


@dataclass(frozen=True)
class Source:
    """The history of one model: what its rows are about, who sees which, and the fields in the order of the page."""

    text: str
    model: type[Model]
    fields: tuple[str, ...]
    about: Callable  # a row of the history: what it is about
    seen_by: Callable  # an actor: conditions for the rows of the partnership
    of_agency: Callable | None = None  # an actor and an agency: conditions for that agency's rows
    related: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    words: dict[str, Callable] = field(default_factory=dict)

    @property
    def rows(self):
        return self.model.history.model.objects

    def label(self, name):
        words = self.labels.get(name) or str(self.model._meta.get_field(name).verbose_name)
        return words[0].upper() + words[1:]

    def value(self, row, name):
        """A field of a row of the history, as a person reads it; "" where there is none."""
        value = getattr(row, name)
        if name in self.words:
            return self.words[name](value)
        return (
            str(value or "")
            if isinstance(value, Model)
            else in_words(self.model._meta.get_field(name), value)
        )


@dataclass(frozen=True)
class Change:
    """One line of the history page."""

    at: datetime
    who: str
    role: str
    title: str
    reason: str
    lines: list[str]


def _administered(actor):
    return {"agency__in": access.visible_agencies(actor).values("pk")}


def _agreements(actor, agency=None):
    own = {"partnership": actor.partnership} if access.can_administer(actor) else {}
    return own | ({"agency": agency} if agency else _administered(actor))


def _own(actor):
    return {"partnership": actor.partnership}


def _person(row):
    """A member as the set-up pages call the person: by name only once the role was taken up."""
    return row.user.name if row.picked_at else row.user.email


def _people(agencies):
    """Whoever acts or acted for the agencies."""
    return Membership.objects.filter(agency__in=agencies).values("user")


def _rotas(agencies):
    """The rotas of the agencies, those that were removed too."""
    return Rota.history.filter(agency__in=agencies).values("id")


SOURCES = {
    "partnership": Source(
        "Partnership",
        Partnership,
        ("name", "code", "area", "police_command", "marking", "handling", "second_factor_for_all"),
        about=lambda row: row.name,
        seen_by=lambda actor: {"id": actor.partnership.pk},
    ),
    "agencies": Source(
        "Agencies",
        Agency,
        ("name", "kind", "regime", "telephone", "email", "address", "active"),
        about=lambda row: row.name,
        seen_by=lambda actor: {"id__in": access.visible_agencies(actor).values("pk")},
        of_agency=lambda actor, agency: {"id": agency.pk},
        labels={"regime": "data protection"},
    ),
    "members": Source(
        "Members",
        Membership,
        ("role", "from_at", "until_at", "picked_at", "confirmed_at", "added_for"),
        about=lambda row: f"{_person(row)}, {row.get_role_display().lower()} of {row.agency}",
        seen_by=_administered,
        of_agency=lambda actor, agency: {"agency": agency},
        related=("user", "agency", "added_for"),
        labels={
            "from_at": "from",
            "until_at": "until",
            "picked_at": "taken up",
            "confirmed_at": "confirmed",
            "added_for": "added for",
        },
    ),
    "contacts": Source(
        "Directory",
        Contact,
        ("kind", "name", "represents", "agency", "telephone", "email", "confirmed_at"),
        about=lambda row: f"{row.name}, directory entry",
        seen_by=_own,
        related=("agency",),
        labels={"confirmed_at": "confirmed"},
    ),
    "on_call": Source(
        "On call",
        OnCall,
        ("from_at", "until_at"),
        about=lambda row: f"{row.user}, on call for {row.agency}",
        seen_by=_administered,
        of_agency=lambda actor, agency: {"agency": agency},
        related=("user", "agency"),
    ),
    "rotas": Source(
        "Rotas",
        Rota,
        ("starts_on", "hand_over", "weeks"),
        about=lambda row: f"Rota of {row.agency}",
        seen_by=_administered,
        of_agency=lambda actor, agency: {"agency": agency},
        related=("agency",),
    ),
    "turns": Source(
        "Turns",
        RotaPlace,
        ("user",),
        about=lambda row: f"Turn {row.number + 1} of a rota",
        seen_by=lambda actor: {"rota__in": _rotas(access.visible_agencies(actor).values("pk"))},
        of_agency=lambda actor, agency: {"rota__in": _rotas([agency.pk])},
        related=("user",),
        labels={"user": "person"},
    ),
    "leave": Source(
        "Leave",
        Leave,
        ("from_at", "until_at"),
        about=lambda row: f"Leave of {row.user}",
        seen_by=lambda actor: {"user__in": _people(access.visible_agencies(actor).values("pk"))},
        of_agency=lambda actor, agency: {"user__in": _people([agency.pk])},
        related=("user",),
    ),
    "agreements": Source(
        "Agreements",
        SharingAgreement,
        ("signed_on", "review_by", "gateway", "purposes"),
        about=lambda row: f"Sharing agreement of {row.agency} and {row.partnership}",
        seen_by=_agreements,
        of_agency=_agreements,
        related=("agency", "partnership"),
    ),
}


def offer(key, source):
    """Add the history of a model of another room."""
    SOURCES[key] = source


def of_partnership(actor, key="", before=None):
    """The changes of the partnership that the actor administers, newest first; of one kind where `key` names it."""
    sources = {name: source for name, source in SOURCES.items() if key in ("", name)}
    return _page(
        {name: source.rows.filter(**source.seen_by(actor)) for name, source in sources.items()}, before
    )


def of_agency(actor, agency, before=None):
    """The changes of one agency, its members, its duty and its agreements, newest first."""
    sources = {name: source for name, source in SOURCES.items() if source.of_agency}
    return _page(
        {name: source.rows.filter(**source.of_agency(actor, agency)) for name, source in sources.items()},
        before,
    )


def of_row(key, row, before=None):
    """The changes of one row of a kind, newest first. The caller asked the door."""
    return _page({key: SOURCES[key].rows.filter(id=row.pk)}, before)


def _page(found, before):
    """(changes, key of the next page or None): a query for the page, two for each kind that is on it.

    The kinds number their rows apart, so a row's place is its own number and its kind's: no two rows have one place.
    """
    names = list(SOURCES)
    order = ("history_date", "place")
    number = Cast("history_id", BigIntegerField()) * len(names)
    rows = [
        keys.page(rows.annotate(place=number + names.index(name)), before, order)
        .order_by()
        .values_list(*order, named=True)
        for name, rows in found.items()
    ]
    merged = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    page = list(merged.order_by(*(f"-{name}" for name in order))[: PAGE + 1])
    page, more = page[:PAGE], len(page) > PAGE
    shown = [(names[row.place % len(names)], row.place // len(names)) for row in page]
    changes = {}
    for name in {name for name, _ in shown}:
        changes |= _changes(name, [pk for other, pk in shown if other == name])
    return [changes[row] for row in shown], (keys.key_of(page[-1], order) if more else None)


def _changes(name, pks):
    """The rows of one kind in words, each against the row before it: {(kind, primary key): change}."""
    source = SOURCES[name]
    rows = source.rows.select_related("history_user", *source.related).order_by()
    before = source.rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by(
        "-history_id"
    )
    found = list(rows.filter(pk__in=pks).annotate(before=Subquery(before.values("history_id")[:1])))
    earlier = rows.in_bulk([row.before for row in found if row.before])
    return {(name, row.pk): _change(source, row, earlier.get(row.before)) for row in found}


def _change(source, row, before):
    return Change(
        at=row.history_date,
        who=signed_by(row) or "Not recorded",
        role=row.history_label if row.history_user else "",
        title=f"{source.about(row)}: {ACTS[row.history_type]}",
        reason=row.history_change_reason or "",
        lines=_lines(source, row, before),
    )


def _lines(source, row, before):
    """What a new row says; which fields a change moved from what to what; of a removal nothing."""
    if row.history_type == "-":
        return []
    now = {name: source.value(row, name) for name in source.fields}
    if before is None or row.history_type == "+":
        return [f"{source.label(name)}: {value}" for name, value in now.items() if value]
    was = {name: source.value(before, name) for name in source.fields}
    return [
        f"{source.label(name)}: from {was[name] or NOTHING} to {value or NOTHING}"
        for name, value in now.items()
        if value != was[name]
    ]
