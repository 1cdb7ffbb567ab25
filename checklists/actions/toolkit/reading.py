"""The toolkit's files, read and checked whole."""

import hashlib
from pathlib import Path

import yaml
from django.utils.text import slugify

from checklists.durations import NEXT_SCHOOL_DAY, duration
from checklists.models import (
    ClockKind,
    ItemKind,
    ItemSource,
    ReadinessItem,
    Resource,
    SupportOrganisation,
    TemplateItem,
)
from incidents.models import PHASES, Trait
from incidents.sections import section_of_item
from partners.models import AgencyKind

FOLDER = Path(__file__).resolve().parent.parent.parent / "toolkit"
LARGEST = 1_000_000
# Items that are done when each young person's contact clock of the kind is met. The other contact items
# (professionals-48h, mash-referral) are ticked like any other until a clock of their kind exists.
CLOCK_ITEMS = {
    "golden-hour": ClockKind.GOLDEN_HOUR,
    "contact-attempt-24h": ClockKind.FIRST_ATTEMPT,
    "contact-made-48h": ClockKind.CONTACT_MADE,
    "professionals-48h": ClockKind.PROFESSIONALS,
    "mash-referral": ClockKind.MASH_REFERRAL,
}


class BrokenToolkit(Exception):
    """A file that cannot be loaded, with the line and the reason."""

    def __init__(self, file, line, reason):
        super().__init__(f"{file}, line {line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class _Lined(dict):
    """A mapping that knows on which line of its file it begins."""

    line = 1


class _Loader(yaml.SafeLoader):
    """Safe YAML whose mappings keep their line and may not name a key twice."""


def _mapping(loader, node):
    found = _Lined()
    found.line = node.start_mark.line + 1
    yield found
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is no name", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


class File:
    """One file of the folder, its text and what it says."""

    def __init__(self, folder, name):
        self.name = name
        try:
            raw = (Path(folder) / name).read_bytes()
        except OSError as error:
            raise BrokenToolkit(name, 1, f"cannot be read ({error.strerror})") from None
        self.digest = hashlib.sha256(raw).hexdigest()
        if len(raw) > LARGEST:
            raise BrokenToolkit(name, 1, "is too large to be a checklist")
        try:
            self.text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BrokenToolkit(name, raw[: error.start].count(b"\n") + 1, "is not UTF-8 text") from None
        try:
            self.data = yaml.load(self.text, _Loader)  # noqa: S506  a safe loader that also knows its lines
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise BrokenToolkit(name, line, error.problem or "is no YAML") from None
        except (yaml.YAMLError, RecursionError) as error:
            line = getattr(error, "position", None)
            line = self.text[:line].count("\n") + 1 if isinstance(line, int) else 1
            raise BrokenToolkit(name, line, "is no YAML") from None

    def refuse(self, where, reason):
        raise BrokenToolkit(self.name, getattr(where, "line", where if isinstance(where, int) else 1), reason)

    def check(self, where, *, required=(), optional=()):
        """`where` is a mapping with the required names and no unknown one."""
        if not isinstance(where, _Lined):
            self.refuse(1, "a list of names and values is expected here")
        for name in required:
            if name not in where:
                self.refuse(where, f"{name} is missing")
        for name in where:
            if name not in required and name not in optional:
                self.refuse(where, f"{name} is not known here")
        return where

    def text_of(self, where, name, most):
        value = where.get(name, "")
        if not isinstance(value, str) or (not value.strip() and name in where):
            self.refuse(where, f"{name} must be text")
        if len(value) > most:
            self.refuse(where, f"{name} is longer than {most} characters")
        if "\0" in value:
            self.refuse(where, f"{name} holds a null character")
        return value

    def one_of(self, where, name, choices):
        value = self.text_of(where, name, 200)
        if value not in choices:
            self.refuse(where, f"{name} is {value}, and must be one of: {', '.join(choices)}")
        return value

    def rows(self, where, name):
        value = where.get(name)
        if not isinstance(value, list) or not value:
            self.refuse(where, f"{name} must be a list")
        for row in value:
            if not isinstance(row, _Lined):
                self.refuse(where, f"{name} holds {row!r}, which has no names")
        return value

    def period(self, where, name, *, school=False):
        value = self.text_of(where, name, 20)
        if school and value == NEXT_SCHOOL_DAY:
            return value
        try:
            duration(value)
        except (ValueError, OverflowError):
            self.refuse(where, f"{name} is {value}, and must be a duration such as PT4H or P7D")
        return value


def _item(file, row, *, phase, section, order):
    """One template item, checked."""
    file.check(
        row,
        required=("key", "kind", "source", "title", "suggested"),
        optional=("note", "when", "every", "relaxes"),
    )
    suggested = file.check(row["suggested"], required=("to", "due"))
    kind = file.one_of(row, "kind", ItemKind.values)
    if (kind == ItemKind.RECURRING) != ("every" in row):
        file.refuse(row, "a recurring item, and no other, says every how long it is checked")
    relaxes = row.get("relaxes")
    if relaxes is not None:
        if kind != ItemKind.RECURRING:
            file.refuse(row, "only a recurring item relaxes")
        file.check(relaxes, required=("after", "every"))
    key = file.text_of(row, "key", 60)
    return TemplateItem(
        key=key,
        phase=phase,
        heading=section["title"],
        order=order,
        section=section_of_item(phase=phase, heading=section["key"], key=key),
        kind=kind,
        source=file.one_of(row, "source", [ItemSource.TOOLKIT, ItemSource.GUIDANCE, ItemSource.PROTOCOL]),
        title=file.text_of(row, "title", 300),
        note=file.text_of(row, "note", 2000),
        when=file.one_of(row, "when", Trait.values) if "when" in row else "",
        suggested_to=file.one_of(suggested, "to", AgencyKind.values),
        due=file.period(suggested, "due", school=True),
        every=file.period(row, "every") if "every" in row else "",
        relaxes_after=file.period(relaxes, "after") if relaxes else "",
        relaxes_every=file.period(relaxes, "every") if relaxes else "",
        clock_kind=CLOCK_ITEMS.get(key, ""),
    )


def read_checklist(file):
    """(version, template items, readiness items), checked."""
    top = file.check(file.data, required=("version", "phases", "readiness"))
    version = file.text_of(top, "version", 20)
    known, found, items = dict(PHASES), set(), []
    for phase in file.rows(top, "phases"):
        file.check(phase, required=("key", "title", "sections"))
        key = file.one_of(phase, "key", list(known))
        if key in found:
            file.refuse(phase, f"the phase {key} stands twice")
        found.add(key)
        keys = set()
        for section in file.rows(phase, "sections"):
            file.check(section, required=("key", "title", "items"))
            file.text_of(section, "key", 60)
            file.text_of(section, "title", 120)
            for row in file.rows(section, "items"):
                item = _item(file, row, phase=key, section=section, order=len(items))
                if item.key in keys:
                    file.refuse(row, f"the key {item.key} stands twice in {key}")
                keys.add(item.key)
                items.append(item)
    if missing := [key for key in known if key not in found]:
        file.refuse(top, f"the phase {missing[0]} is missing")
    readiness = file.check(top["readiness"], required=("key", "title", "items"))
    ready = []
    for order, row in enumerate(file.rows(readiness, "items")):
        file.check(row, required=("key", "title"), optional=("source",))
        if any(one.key == row["key"] for one in ready):
            file.refuse(row, f"the key {row['key']} stands twice")
        ready.append(
            ReadinessItem(
                key=file.text_of(row, "key", 60), order=order, title=file.text_of(row, "title", 300)
            )
        )
    return version, items, ready


def read_guidance(file, items):
    """What and why for every item, put on it."""
    top = file.check(file.data, required=("items",))
    texts = top["items"]
    if not isinstance(texts, _Lined):
        file.refuse(top, "items must name each item's key")
    for item in items:
        name = item.key if item.key in texts else f"{item.phase}/{item.key}"
        if name not in texts:
            file.refuse(top, f"{name} has no guidance")
        row = file.check(texts[name], required=("what", "why"))
        item.what, item.why = file.text_of(row, "what", 1000), file.text_of(row, "why", 1000)
    known = {item.key for item in items} | {f"{item.phase}/{item.key}" for item in items}
    for name, row in texts.items():
        if name not in known:
            file.refuse(row, f"{name} is no item of the checklist")


def _list(file):
    if not isinstance(file.data, list) or not all(isinstance(row, _Lined) for row in file.data):
        file.refuse(1, "must be a list, each row with its names")
    return file.data


def read_resources(file):
    rows, seen, slugs = [], set(), {}
    for group in _list(file):
        file.check(group, required=("phase", "names"))
        phase = file.one_of(group, "phase", [*dict(PHASES), "preparation", "after", "framework"])
        names = group["names"]
        if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
            file.refuse(group, "names must be a list of names")
        for name in names:
            if len(name) > 150 or (phase, name) in seen:
                file.refuse(group, f"{name[:40]} is too long or stands twice")
            if slugs.setdefault(slugify(name), name) != name:
                file.refuse(group, f"{name[:40]} is too like another name")
            seen.add((phase, name))
            rows.append(Resource(phase=phase, name=name, order=len(rows)))
    return rows


def read_organisations(file):
    rows, seen = [], set()
    for row in _list(file):
        file.check(row, required=("key", "name", "kind"), optional=("audiences", "telephone", "note"))
        key = file.text_of(row, "key", 60)
        if key in seen:
            file.refuse(row, f"the key {key} stands twice")
        seen.add(key)
        audiences = row.get("audiences", [])
        if not isinstance(audiences, list) or not all(isinstance(one, str) for one in audiences):
            file.refuse(row, "audiences must be a list")
        rows.append(
            SupportOrganisation(
                key=key,
                name=file.text_of(row, "name", 150),
                kind=file.text_of(row, "kind", 30),
                audiences=audiences,
                telephone=file.text_of(row, "telephone", 40),
                note=file.text_of(row, "note", 2000),
            )
        )
    return rows
