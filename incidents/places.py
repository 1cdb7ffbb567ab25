"""Where it happened, in as much detail as a title may hold.

A title stands in lists, messages, packs and prints. A house, a flat, a full postcode or a hospital in it may tell where
somebody lives or lies, so that part is kept apart, for the coordinators.
"""

import re

POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*\d[A-Z]{2}\b", re.IGNORECASE)
DOOR = re.compile(r"\b(?:flat|apartment|apt|unit|room|number|no\.?)\s*\d+\w?\b,?\s*", re.IGNORECASE)
_NUMBER = r"\d+[a-z]?(?:\s*[-–/]\s*\d+[a-z]?)?"
_ROAD = (
    "street|st|road|rd|lane|avenue|ave|close|court|crescent|drive|gardens|grove|hill|house|mews|park|place|row"
    "|square|terrace|walk|way"
)
LEADING = re.compile(rf"(^|,)\s*{_NUMBER}\s+(?=[A-Za-z])", re.IGNORECASE)
HOUSE = re.compile(rf"\b{_NUMBER}\s+(?=(?:[A-Za-z'’]+\s+){{1,3}}(?:{_ROAD})\b)", re.IGNORECASE)
CARE = re.compile(r"hospital|infirmary|clinic|hospice|refuge|\bward \d|\ba\s*&\s*e\b", re.IGNORECASE)


def apart(place, otherwise):
    """(what a title may hold, what is kept apart or "") of a place as somebody typed it.

    `otherwise` stands for a place that is nothing but exact: the ward, or the borough.
    """
    if CARE.search(place):
        return otherwise, place
    about = POSTCODE.sub(r"\1", place)
    for pattern, instead in ((DOOR, ""), (LEADING, r"\1 "), (HOUSE, "")):
        about = pattern.sub(instead, about)
    about = re.sub(r"\s+", " ", about).strip(" ,")
    return (place, "") if about == place.strip() else (about or otherwise, place)
