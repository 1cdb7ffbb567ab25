"""Puts a pack together: asks the rooms for their sections, masks what should not stand there, and gives one HTML page.

The allow-lists are the rooms' (`incidents/pack.py` and its like). Masking is a second net under free text, in which
somebody may have typed what belongs in a restricted field.
"""

import re
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from incidents import offers
from incidents.access import lead_of
from incidents.frame import category_words
from incidents.models import Engagement
from incidents.pack import place_words, title
from reports.audiences import SHORT_NAMES, withheld
from reports.models import Audience
from response.access import maskable_people
from svit.templatetags.svit import day, time_of_day

FRONT = {
    Audience.GOLD: ("stands", "phases", "clocks", "overdue"),
    Audience.PARTNERS: ("stands", "lines", "phases", "clocks", "overdue"),
}
MASK = "[withheld]"
LEAST = 4
RECIPIENTS_SHOWN = 60
OWN = " data-own>"
MARKUP = re.compile(r"(<[^>]*>)")


@dataclass
class Part:
    """One section of a pack, rendered, with what the preview says that it contains."""

    key: str
    title: str
    html: str
    contains: str
    figures: list


def parts(seen, audience, as_at):
    """The sections that this reader gets for this audience, in order; what withholds itself is not there."""
    found = []
    for key, function in offers.pack_sections():
        section = function(seen, audience, as_at)
        if section is None:
            continue
        html = render_to_string(section.template, section.context | {"as_at": as_at})
        context = section.context
        found.append(Part(key, section.title, html, context.get("contains", ""), context.get("figures", [])))
    return found


def document(seen, audience, as_at, recipients):
    """The whole pack as HTML, the style included: the renderer fetches nothing."""
    incident = seen.incident
    hidden = masks(seen, audience)
    sections = parts(seen, audience, as_at)
    for part in sections:
        part.html = mark_safe(mask(part.html, hidden))  # noqa: S308  rendered by our own templates, escaped
    front = {part.key: part for part in sections if part.key in FRONT[audience]}
    figures = sorted((row for part in sections for row in part.figures), key=lambda row: row["order"])
    marking = f"EXERCISE {incident.marking}".upper() if incident.exercise else incident.marking.upper()
    recipients = " ".join(recipients.split())
    context = {
        "incident": incident,
        "title": mask_text(title(incident, audience), hidden),
        "audience": Audience(audience).label,
        "facts": facts(seen, as_at),
        "figures": figures[:4],
        "front": front,
        "rest": [part for part in sections if part.key not in front],
        "withheld": withheld(seen, audience),
        "handling": incident.partnership.handling,
        "recipients": recipients,
        "marking": marking,
        "reference": incident.reference,
        "short": SHORT_NAMES[audience],
        "as_at": as_at,
        "margins": {
            "reference": css_string(incident.reference),
            "marking": css_string(marking),
            "audience": css_string(SHORT_NAMES[audience]),
            "recipients": css_string("For: " + shortened(recipients, RECIPIENTS_SHOWN)),
            "as_at": css_string(f"As at {time_of_day(as_at)}, {day(as_at).split(' ', 1)[1]}."),
        },
    }
    return render_to_string("reports/pack/document.html", context)


def facts(seen, as_at):
    """The line under the title: category, lead, day, and with whom it is shared."""
    incident = seen.incident
    lead = lead_of(incident)
    shared = (
        Engagement.objects.current()
        .filter(incident=incident, agency__csp_of__isnull=False)
        .exclude(agency__csp_of=incident.partnership_id)
        .order_by("agency__name")
        .values_list("agency__csp_of__area", flat=True)
    )
    words = [
        category_words(incident) or "Not categorised yet",
        f"Lead: {lead.agency}" if lead else "No lead named yet",
        f"Day {incident.day(as_at)}",
        incident.get_stage_display() if not incident.unconfirmed else "Unconfirmed report",
    ]
    shared = list(shared)
    if shared:
        words.append(f"Shared with {', '.join(shared)}")
    return ". ".join(words) + "."


def masks(seen, audience):
    """What free text must not hold: (text, what stands instead). One query, which reads restricted fields.

    The place, where the audience gets less of it than was written; of people the restricted values, whole, and the
    parts of a name. A mask tells whoever typed a guess that the guess was right. So what partners typed stands as it
    is in a partner's pack (they read it on the page already), and a sealed person takes no part but for a holder.
    """
    found = []
    incident = seen.incident
    instead = place_words(incident, audience)
    if incident.place and incident.place != instead:
        found.append((incident.place, instead))
    if incident.exact_place:
        found.append((incident.exact_place, instead))
    rows = maskable_people(seen).values_list("name", "address", "ward", "school", "family_contact")
    for name, address, ward, school, contact in rows:
        lines = [line.strip(" ,") for line in address.splitlines()]
        values = [name, address, ward, school, contact, *(line for line in lines if re.search(r"\d", line))]
        values += [part for part in re.split(r"[\s,]+", name) if len(part) >= LEAST]
        found += [(value.strip(), MASK) for value in values if len(value.strip()) >= LEAST]
    return sorted(set(found), key=lambda pair: (-len(pair[0]), pair))


def mask(html, hidden):
    """`html`, which our templates made, with what is hidden replaced in its text; tags are left alone.

    So is what an element marked data-own holds, words of ours: a school that is engaged is named in its own line, and
    a gap there would tell where a child goes to school.
    """
    pieces, closing = MARKUP.split(html), ""
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            pieces[place] = piece if closing else mask_text(piece, hidden, escape)
        elif closing:
            closing = "" if piece == closing else closing
        elif piece.endswith(OWN):
            closing = f"</{piece[1:].split()[0]}>"
    return "".join(pieces)


def mask_text(text, hidden, written=str):
    """`text` with each hidden value replaced where it stands as words of its own; `written` is how text writes it."""
    for value, instead in hidden:
        stands = str(written(instead))
        words = r"\s+".join(re.escape(str(written(word))) for word in value.split())
        # A part of a name is masked as it is written; longer things in capitals or not.
        whole = " " in value or any(sign.isdigit() for sign in value)
        text = re.sub(rf"(?<!\w){words}(?!\w)", lambda _, stands=stands: stands, text, flags=re.I * whole)
    return text


def shortened(text, most):
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def css_string(text):
    """`text` as a CSS string: whatever is no plain letter or digit is written as its number, so nothing ends it."""
    inner = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text)
    return mark_safe(f'"{inner}"')  # noqa: S308  letters, digits and numbers alone
