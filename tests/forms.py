"""The forms of a page as a browser reads them: what it would send, and what somebody with bad intent would.

Reading the page, and not the form classes, finds every control that is really there, the hand-made ones too.
"""

import re
from dataclasses import dataclass, field
from itertools import cycle, product
from urllib.parse import urljoin, urlsplit

import tinyhtml5

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NOBODYS = "00000000-0000-0000-0000-0000000000aa"
NO_NUMBER = "2000000000"
WORDS = "Words that somebody typed"
DATE = {"0": "6", "1": "6", "2": "2030", "3": "9:30am"}
OF_EVERY_PAGE = ("/account/logout/", "/account/acting/", "/account/stay/")


@dataclass
class Control:
    """One name of a form, and the values that its boxes, radios or options offer."""

    name: str
    kind: str
    value: list = field(default_factory=list)
    offered: list = field(default_factory=list)


@dataclass
class Form:
    url: str
    controls: dict = field(default_factory=dict)

    @property
    def sent(self):
        """What a browser sends of the form as it is."""
        return {one.name: one.value for one in self.controls.values() if one.value}


def forms_of(response, url):
    """The forms of a page that are sent by POST, but for those that every page has."""
    page = tinyhtml5.parse(response.body, namespace_html_elements=False)
    found = []
    for element in page.iter("form"):
        action = urljoin(url, element.get("action") or url)
        if element.get("method", "").lower() != "post" or urlsplit(action).path in OF_EVERY_PAGE:
            continue
        form = Form(urlsplit(action).path)
        for control in element.iter():
            if control.get("name") and "disabled" not in control.attrib:
                _read(form.controls, control)
        form.controls.pop("csrfmiddlewaretoken", None)
        found.append(form)
    return found


TYPED = ("text", "search", "email", "tel", "url", "password", "number", "date", "datetime-local", "textarea")


def free_text_in_addresses(content):
    """The names of the inputs into which somebody types, of the forms of a page that are sent by GET."""
    page = tinyhtml5.parse(content, namespace_html_elements=False)
    found = []
    for form in page.iter("form"):
        inside = list(form.iter())
        if form.get("id"):
            inside += [one for one in page.iter() if one.get("form") == form.get("id")]
        ways = {(form.get("method") or "get").lower(), *(one.get("formmethod", "").lower() for one in inside)}
        for one in inside if ways & {"get"} else ():
            kind = {"input": one.get("type", "text").lower()}.get(one.tag, one.tag)
            if kind in TYPED and one.get("name"):
                found.append(one.get("name"))
    return found


def _read(controls, element):
    name, tag, kind = element.get("name"), element.tag, element.get("type", "text")
    if tag == "select":
        one = controls.setdefault(name, Control(name, "select"))
        options = list(element.iter("option"))
        one.offered += [option.get("value", "") for option in options]
        chosen = [option.get("value", "") for option in options if "selected" in option.attrib]
        one.value += chosen or one.offered[:1]
    elif tag == "textarea":
        controls.setdefault(name, Control(name, "textarea", ["".join(element.itertext()).strip()]))
    elif tag == "input" and kind in ("radio", "checkbox"):
        one = controls.setdefault(name, Control(name, kind))
        value = element.get("value", "on")
        one.offered.append(value)
        one.value += [value] if "checked" in element.attrib else []
    elif tag == "input" and kind != "file":
        controls.setdefault(name, Control(name, kind, [element.get("value", "")]))


def valid(form):
    """The form filled in: what is there stays, a radio or select takes its first answer, a text some words.

    Also the answers that a second page asks for, so that what only asks to check is taken as checked.
    """
    data = {}
    for one in form.controls.values():
        part = one.name.rpartition("_")[2]
        if one.kind in ("radio", "select"):
            chosen = [value for value in one.value if value] or [value for value in one.offered if value]
            data[one.name] = chosen[:1]
        elif one.kind == "checkbox":
            data[one.name] = one.value or one.offered[:1]
        elif any(one.value):
            data[one.name] = one.value
        elif part in DATE and one.name.endswith(f"_at_{part}"):
            data[one.name] = [DATE[part] if one.name.startswith("due_at") else ""]
        elif one.kind == "email":
            data[one.name] = ["somebody@example.org"]
        elif one.kind != "hidden":
            data[one.name] = [WORDS]
    return data | {"confirmed": ["yes"]}


def foreign_posts(form, foreign):
    """The form sent with another borough's things in place of what it offers: (control, another's, nobody's, asked).

    `foreign` are (uuids, numbers): each stands in turn where a value or a name holds one of its sort. What is sent in
    its place for comparison is nobody's; `asked` are the foreign things that were sent.
    """
    uuids, numbers = foreign
    base, renamed_already = valid(form), set()
    for one in form.controls.values():
        values = [value for value in [*one.offered, *one.value] if value]
        patterned = next((value for value in values if UUID.search(value)), None)
        if patterned:
            for chosen in _each(len(UUID.findall(patterned)), uuids):
                yield _put(base, one.name, patterned, chosen)
        elif one.kind in ("radio", "checkbox", "select") and values and all(v.isdigit() for v in values):
            for number in numbers:
                sent = base | {one.name: [str(number)]}
                yield one.name, sent, base | {one.name: [NO_NUMBER]}, [str(number)]
        if UUID.search(one.name) and UUID.sub("", one.name) not in renamed_already:
            renamed_already.add(UUID.sub("", one.name))
            for chosen in _each(1, uuids[:2]):
                renamed = UUID.sub(chosen[0], one.name)
                sent = {**base, renamed: one.offered[:1] or [WORDS]}
                absent = {**base, UUID.sub(NOBODYS, one.name): one.offered[:1] or [WORDS]}
                yield one.name, sent, absent, chosen


def _each(many, uuids):
    return product(uuids, repeat=many) if many == 1 else [(uuids[0], uuids[1]), (uuids[1], uuids[0])]


def _put(base, name, value, chosen):
    each = cycle(chosen)
    another = UUID.sub(lambda _: str(next(each)), value)
    return name, base | {name: [another]}, base | {name: [UUID.sub(NOBODYS, value)]}, list(chosen)
