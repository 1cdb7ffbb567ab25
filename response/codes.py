"""Codes in place of names, for what may be seen by everybody in a room."""

import re

from response.access import visible_people
from response.models import Person


def coded(seen):
    """What puts 'Person 47' in place of the name of anybody of the incident, whole or in part, in a text."""
    people = Person.objects.filter(pk__in=visible_people(seen).values("pk")).exclude(name="")
    codes = {}
    for person in people.select_related("entry"):
        for part in (person.name, *person.name.split()):
            if len(part) > 2:
                codes.setdefault(part.lower(), person.label)
    if not codes:
        return lambda text: text
    names = "|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True))
    found = re.compile(rf"(?<!\w)({names})(?!\w)", re.IGNORECASE)
    return lambda text: found.sub(lambda match: codes[match[0].lower()], text)
