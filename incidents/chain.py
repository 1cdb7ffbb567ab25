"""The digests of the access record and of its seals (docs/governance/access-record.md says how to check them by hand).

Each is SHA-256, in hexadecimal, over a JSON array without spaces; times are in UTC with microseconds. What somebody
typed goes in by a salted digest of its own, so that it can be erased and the chain still holds.
"""

import hashlib
import json
import re
from datetime import UTC

from django.db.models import Exists, OuterRef

from incidents.models import AccessDigest, AccessRecord, AccessSeal

SEALING = 7_262_001  # the number of this work, of which one goes on at a time
START = "0" * 64  # what stands before the first seal
COLUMNS = (
    "id", "partnership_id", "incident_uuid", "reference", "subject_kind", "subject_uuid", "act", "user_id", "system",
    "agency_id", "regime", "sha256", "at", "purpose", "recipient",
)  # fmt: skip
FIXED = len(COLUMNS) - 2

_json = json.JSONEncoder(separators=(",", ":")).encode
_HEAD = re.compile(r"\b(\d{1,18}):([0-9a-f]{64})\b")


def digest_of(*values):
    """The digest of a list of numbers, texts and nothings."""
    return hashlib.sha256(_json(values).encode()).hexdigest()


def moment(at):
    """A time as the digests take it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def words_digest(salt, purpose, recipient):
    """What stands for the words in the digest of their record."""
    return digest_of(salt, purpose, recipient)


def record_digest(row, words):
    """The digest of a record, of which `row` holds the values of `COLUMNS`; `words` is the digest of what was typed."""
    values = list(row[:FIXED])
    values[2] = str(values[2]) if values[2] else None
    values[5] = str(values[5])
    values[12] = moment(values[12])
    return digest_of(*values, words)


def records_digest():
    """Takes the digests of a seal's records, in the order of their numbers, as they come."""
    return hashlib.sha256()


def seal_digest(*, previous, number, made_at, count, last, drained, records):
    return digest_of(previous, number, moment(made_at), count, last, drained, records)


def head_of(seal):
    """The end of the chain, as it is kept elsewhere: `214:9f2c…`; of an empty chain `0:000…`."""
    return f"{seal.number}:{seal.digest}" if seal else f"0:{START}"


def read_head(text):
    """(number, digest) of the last head in a text, or None where it holds none."""
    found = _HEAD.findall(text)
    return (int(found[-1][0]), found[-1][1]) if found else None


def latest_seal():
    """The end of the chain, or None before the first seal."""
    return AccessSeal.objects.order_by("-number").first()


def unsealed(after=0):
    """What is not sealed yet of the records that follow the number `after`, in their order; values of `COLUMNS`."""
    sealed = AccessDigest.objects.filter(record_id=OuterRef("pk"))
    rows = AccessRecord.objects.filter(~Exists(sealed), pk__gt=after)
    return rows.order_by("pk").values_list(*COLUMNS)
