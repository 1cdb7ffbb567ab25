"""The boxes of the mobilise page: which agencies are asked, with which items and which sections."""

from uuid import UUID

from incidents import gateways
from incidents.models import Section

MOST = 5_000
NAMES = ("agencies", "items-", "sections-", "gateway-")
NO_GATEWAY = "none"  # how a page says that no personal data are shared


def is_uuid(text):
    try:
        return bool(UUID(text))
    except ValueError:
        return False


class Boxes:
    """The boxes as they were left, and, where the page has not shown one yet, as it is proposed.

    A box is a name and a value. What another template or search does not show waits in the field `kept`, counts for
    nothing meanwhile, and stands as it was left when it is shown again.
    """

    def __init__(self, data, *, sending):
        self.data, self.sending = data, sending
        self.shown = set(data.get("shown", "").split()[:MOST]) if data else set()
        kept = data.get("kept", "").split()[:MOST] if data else []
        self.kept = {tuple(box.split("=", 1)) for box in kept if "=" in box}
        self.posted = {(name, value) for name, values in data.lists() for value in values} if data else set()
        self.posted = {box for box in self.posted if box[0].startswith(NAMES)}
        self.drawn = set()

    def ticked(self, name, value, *, proposed):
        """Whether the box is ticked; what was sent counts as it was sent."""
        self.drawn.add((name, value))
        if self.data is None:
            return proposed
        if self.sending:
            return (name, value) in self.posted
        was_shown = f"{name}={value}" in self.shown
        return (name, value) in self.posted | self.kept if was_shown else proposed

    def draw(self, row):
        """Give a row of the query its boxes: of the agency, of each item and of each section but the general one."""
        key = row.key = str(row.agency.uuid)
        row.ticked_now = self.ticked("agencies", key, proposed=row.ticked)
        row.item_boxes = [
            (item, self.ticked(f"items-{key}", str(item.uuid), proposed=not row.sent_back(item)), row.sent_back(item))
            for item in row.items
        ]  # fmt: skip
        row.section_boxes = [
            (value, label, self.ticked(f"sections-{key}", value, proposed=value in row.proposed_sections))
            for value, label in Section.choices
            if value != Section.GENERAL
        ]
        self._draw_gateways(row)
        return row

    def _draw_gateways(self, row):
        """What the agency may be told personal data under: those that wait for an agreement only where there is one."""
        usual = gateways.usual(signed=row.signed)
        row.gateways = [
            (one, key, self.ticked(f"gateway-{row.key}", key, proposed=one == usual))
            for key, one in ((one.key or NO_GATEWAY, one) for one in gateways.GATEWAYS.values())
            if one.chosen and (row.signed or not one.waits)
        ]
        row.gateway = next((one for one, _, chosen in row.gateways if chosen), usual)

    def found(self):
        """The agencies that an earlier search found and that are ticked still."""
        boxes = self.posted if self.sending else self.posted | self.kept
        asked = self.data.get("found", "").split()[:MOST] if self.data else []
        return [uuid for uuid in asked if ("agencies", uuid) in boxes and is_uuid(uuid)]

    def hidden(self, others):
        """What the page carries along: which boxes it has ever shown, which ticks wait, which agencies were found."""
        waiting = {f"{name}={value}" for name, value in (self.posted | self.kept) - self.drawn}
        return {
            "shown": " ".join(sorted(self.shown | {f"{name}={value}" for name, value in self.drawn})),
            "kept": " ".join(sorted(box for box in waiting if " " not in box)),
            "found": " ".join(row.key for row in others),
        }
