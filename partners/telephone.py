"""What a telephone number may look like, typed or imported."""

import re

MOBILE = re.compile(r"(?:\+44|0044|44)?0?(7[1-57-9][0-9]{8})")  # 070 and 076 are no mobile numbers
SHAPE = re.compile(r"\+?\(?\d[\d ()./-]*(?: ?(?:ext|x)\.? ?\d{1,6})?$", re.IGNORECASE)


def why_not(number):
    """Why `number` is no telephone number, in words for the person who typed it; "" where it is one.

    Short numbers such as 101 and 119 are numbers too.
    """
    if not SHAPE.match(number):
        return "Enter a telephone number, such as 020 7946 0123"
    digits = re.sub(r"\D", "", re.split("ext|x", number, flags=re.IGNORECASE)[0])
    if not 3 <= len(digits) <= 15:
        return "Enter a telephone number, such as 020 7946 0123"
    if len(digits) in (9, 10) and not number.startswith(("0", "+", "(0")):
        return "Begin the telephone number with 0 or +. A spreadsheet may have dropped the 0"
    return ""


def mobile(number):
    """A UK mobile number as it is sent to, +447700900123, however it was typed; None where it is none."""
    found = MOBILE.fullmatch(re.sub(r"[ ()./\u2010-\u2015-]", "", number))
    return f"+44{found[1]}" if found else None
