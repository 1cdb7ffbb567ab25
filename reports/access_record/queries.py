"""What the pages of the access record show: never a name, a title or a word of the records themselves."""

from datetime import timedelta

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from incidents.models import AccessAct, AccessRecord, Entry, Incident, Sensitivity
from reports.access_record import access
from reports.models import Pack
from svit import keys

PAGE = 50
BY_TIME = ("at", "pk")
MOST_PEOPLE = 20
WORKED_WITHIN = timedelta(days=1)
WORDS = {
    "logentry": "Log entry",
    "storedfile": "File",
    "engagement": "Agency’s part in the incident",
    "search": "Found by a search",
    "access_words": "What was typed in the access record",
    "access_record": "Access record of the partnership",
}
ROOMS = ("incidents", "checklists", "response", "comms", "reports")


def kind_words(kind):
    """A kind of record as people call it."""
    if kind in WORDS:
        return WORDS[kind]
    for room in ROOMS:
        model = apps.all_models[room].get(kind)
        if model is not None:
            words = str(model._meta.verbose_name)
            return words[0].upper() + words[1:]
    return kind.replace("_", " ").capitalize()


def acts(rows, before, size=PAGE):
    """(a page of acts, the latest first, key of the next page): who, for which agency, what on which kind of record."""
    sealed = Entry.objects.filter(uuid=OuterRef("subject_uuid"), sensitivity=Sensitivity.SEALED)
    found, older = _page(rows.select_related("user", "agency").annotate(sealed=Exists(sealed)), before, size)
    for row in found:
        row.kind_words = kind_words(row.subject_kind)
    return found, older


def _page(rows, before, size):
    found = list(keys.page(rows, before, BY_TIME)[: size + 1])
    more, found = len(found) > size, found[:size]
    return found, keys.key_of(found[-1], BY_TIME) if more else None


def matching(
    rows, *, people=None, by=None, incident=None, record=None, agency=None, act="", since=None, until=None
):
    """The acts that a filter asks for."""
    exact = {"user": by, "incident_uuid": incident, "subject_uuid": record, "agency": agency, "act": act}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if people is not None:
        rows = rows.filter(user__in=people)
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(at__lt=until) if until else rows


def people_named(partnership, words):
    """Whoever can have acted and has these words in the name or address; one more than `MOST_PEOPLE` at most."""
    people = access.visible_people(partnership)
    return list(people.filter(Q(name__icontains=words) | Q(email__icontains=words))[: MOST_PEOPLE + 1])


def incident_named(partnership, reference):
    """UUID of the partnership's incident with this reference, also of one that was disposed of; None where none is."""
    found = Incident.objects.filter(partnership=partnership, reference__iexact=reference).values_list(
        "uuid", flat=True
    )
    if uuid := found.first():
        return uuid
    acts = access.visible_acts(partnership).filter(reference__iexact=reference, incident_uuid__isnull=False)
    return acts.values_list("incident_uuid", flat=True).first()


def disclosures(partnership, before, size=PAGE):
    """(a page of the register, key of the next): what went to whom, what for, and the hash of a file that was taken."""
    found, older = acts(access.visible_disclosures(partnership), before, size)
    packs = Pack.objects.in_bulk(
        [row.subject_uuid for row in found if row.subject_kind == "pack"], field_name="uuid"
    )
    for row in found:
        row.what = row.kind_words
        if row.subject_kind == "pack":
            pack = packs.get(row.subject_uuid)
            audience = f", {pack.get_audience_display().lower()}" if pack else ""
            row.what = f"Pack {'taken away' if row.sha256 else 'asked for'}{audience}"
        elif row.subject_kind == "engagement":
            row.what = "Access to the incident"
        elif row.subject_kind == "access_record":
            row.what = "Export of the access record"
    return found, older


def reveals(partnership, before, size=PAGE):
    """(a page of reasons that were given, key of the next). `worked`: whether the reader recorded any work since."""
    work = AccessRecord.objects.filter(
        incident_uuid=OuterRef("incident__uuid"), user=OuterRef("user"), at__gt=OuterRef("at"),
        at__lt=OuterRef("at") + WORKED_WITHIN, act__in=(AccessAct.COLLECTION, AccessAct.ALTERATION),
    )  # fmt: skip
    rows = access.visible_reveals(partnership).select_related("user", "agency", "incident", "entry")
    found, older = _page(rows.annotate(worked=Exists(work)), before, size)
    for row in found:
        row.what = kind_words(row.entry.kind) if row.entry else "The incident, by the governance officer"
        row.sealed = row.entry is not None and row.entry.sensitivity == Sensitivity.SEALED
    return found, older


def break_glass(partnership, size=PAGE):
    """The latest engagements that agencies gave themselves, with the reason."""
    rows = access.visible_break_glass(partnership).select_related("agency", "incident", "by")
    return list(rows.order_by("-from_at", "-pk")[:size])
