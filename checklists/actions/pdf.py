"""What runs when a PDF is opened: scripts, programs, embedded files. Read once, from front to back.

A name may be written with #-escapes, and may stand in a compressed object stream; what other streams hold is
pictures and fonts, where such bytes mean nothing. Each byte is looked at a fixed number of times, and what is
inflated is bounded, so no file can hold a web process for long.
"""

import re
import zlib

from svit.refused import Refused

MOST_INFLATED = 16 * 1024 * 1024  # over all object streams of a file; a long report needs a tenth of it
MOST_STREAMS = 5_000  # object streams, not pictures: each holds a hundred objects or more

ACTIVE_WORDS = "This PDF holds scripts or other files. Print it to a new PDF and send that."
UNREADABLE = "This PDF cannot be checked. Print it to a new PDF and add that."


def _name(word):
    """A pattern for `word` in which each letter may be escaped. Every alternative has one length: no backtracking."""
    return b"".join(b"(?:%c|#(?i:%02x))" % (letter, letter) for letter in word.encode())


_ACTIVE = re.compile(
    b"/(?:%s)(?![A-Za-z])"
    % b"|".join(_name(word) for word in ("JavaScript", "JS", "Launch", "EmbeddedFile", "RichMedia", "XFA"))
    + b"|/"
    + _name("EmbeddedFiles")
)
_OBJECTS = re.compile(b"/" + _name("ObjStm"))
_FILTER = re.compile(b"/" + _name("Filter"))
_HIDDEN = re.compile(rb"\d\s{1,9}obj[\s<\[(/%]")
_BEGIN, _END = b"stream", b"endstream"


def check_pdf(content):
    """Refuse a PDF that holds what runs when it is opened, and one of which that cannot be said."""
    left, objects = MOST_INFLATED, 0
    outside = []
    for head, body in _parts(content):
        outside.append(head)
        packed = _OBJECTS.search(head)
        # An object where only a picture should be: something before it made a stream of what is none.
        if (packed and body is None) or (body and _HIDDEN.search(body)):
            raise Refused(UNREADABLE, "file")
        if packed:
            objects += 1
            if objects > MOST_STREAMS:
                raise Refused(UNREADABLE, "file")
            found = _inflate(head, body, left)
            left -= len(found)
            _refuse_active(found)
    _refuse_active(b" ".join(outside))


def _parts(content):
    """(what stands before a stream, the stream); the last has None. Each word is looked for onwards, never again."""
    start = at = 0
    while (begin := content.find(_BEGIN, at)) >= 0:
        at = begin + len(_BEGIN)
        before = content[max(start, begin - 64) : begin]
        if before.endswith(b"end"):
            raise Refused(UNREADABLE, "file")  # the end of a stream that did not begin as one must
        if not before.rstrip().endswith(b">>") or content[at : at + 1] not in (b"\r", b"\n", b" "):
            continue  # the word alone, in a title or a comment, is no stream
        end = content.find(_END, at)
        if end < 0:
            break
        yield content[start:begin], content[at:end]
        start = at = end + len(_END)
    yield content[start:], None


def _inflate(head, body, most):
    """The objects of an object stream, at most as many bytes as are left; refused where they cannot be read."""
    if not _FILTER.search(head):
        return body
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(body.lstrip(b"\r\n\t "), most + 1)
    except zlib.error:
        raise Refused(UNREADABLE, "file") from None
    if len(found) > most:
        raise Refused(UNREADABLE, "file")
    return found


def _refuse_active(part):
    if _ACTIVE.search(part):
        raise Refused(ACTIVE_WORDS, "file")
