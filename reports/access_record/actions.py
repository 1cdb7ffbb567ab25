"""Handing the access record on: an act like any other, recorded with whom it goes to and the hash of what went."""

import hashlib

from django.db import transaction

from incidents.actions import record_oversight, seal_access_record
from incidents.models import AccessAct
from reports.access_record import access, export
from svit.refused import Refused
from svit.templatetags.svit import day

KIND = "access_record"
MOST = 100_000  # records of one file


def hand_on(*, by, recipient, purpose, since=None, until=None):
    """The file for the Commissioner, as bytes; what is not sealed yet is sealed first, so that it can be checked."""
    partnership = access.get_oversight(by)
    rows = export.asked_for(partnership, since=since, until=until)
    if rows[MOST : MOST + 1].exists():
        raise Refused(f"More than {MOST:,} acts are recorded of these days. Choose fewer days.", "since")
    seal_access_record()
    with transaction.atomic():
        content = export.archive(
            rows, partnership=partnership, officer=by.user.name, recipient=recipient, purpose=purpose,
            span=_span(since, until),
        )  # fmt: skip
        record_oversight(
            partnership, by=by, act=AccessAct.DISCLOSURE, subject_kind=KIND, purpose=purpose, recipient=recipient,
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
    return content


def _span(since, until):
    words = f" from {day(since)}" if since else ""
    return f"{words} up to, and without, {day(until)}" if until else words
