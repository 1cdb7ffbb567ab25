"""What an authenticator app does (RFC 6238): the code of a moment from a key."""

import base64
import hashlib
import hmac
import struct
import time


def code(key, at=None, steps=0):
    """Six digits; `steps` half minutes later than `at` (seconds), which is now where nothing is said."""
    counter = int((time.time() if at is None else at) // 30) + steps
    digest = hmac.new(
        base64.b32decode(key.replace(" ", "")), struct.pack(">Q", counter), hashlib.sha1
    ).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
