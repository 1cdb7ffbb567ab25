"""The access record for the Commissioner: the rows, and all that it takes to check them without us, in one ZIP file."""

import io
import zipfile

from incidents import chain
from incidents.models import AccessDigest, AccessSeal
from reports.access_record import access
from svit import clock, sheets

PEOPLE = ("user_name", "user_email", "agency_name")
SEALS = ("number", "previous", "made_at", "count", "last", "drained", "records", "digest")

STATEMENT = """\
ACCESS RECORD OF {partnership}

{count} records{span}.
Exported {at} by {officer}, information governance officer.
For: {recipient}
Purpose: {purpose}

Head of the chain when this was exported: {head}

WHAT IS IN THIS FILE
access-record.csv  the records: who did what on which record, when, for which agency and regime, to whom, what for.
digests.csv        of each seal under which one of them stands: the digests of all its records, in order.
seals.csv          the chain of seals, from the first of those to its head.

A cell that begins with ' had that put in front, so that no spreadsheet runs what follows. Take one ' off. The files are
in UTF-8 and begin with a byte order mark.

HOW TO CHECK IT
Each digest is SHA-256, in hexadecimal, over a JSON array written without spaces, in UTF-8, with letters outside ASCII
as \\uXXXX; what is empty is null in the columns incident_uuid, user_id and agency_id, and "" in the others; the columns
id, partnership_id, user_id and agency_id are numbers; times are in UTC as in the file.

1. Of each record: words = digest of [salt, purpose, recipient]. Where the salt is empty the words were erased, and the
   column words holds what stands for them.
2. digest = digest of [{columns}, words].
   It must be the one in the same row, and stand in digests.csv under the same seal.
3. Of each seal: SHA-256 over its digests, put one after the other in the order of digests.csv, must be records.
4. Of each seal: digest = digest of [previous, number, made_at, count, last, drained, records], count and number being
   numbers, drained true or false; and previous must be the digest of the seal before it.
5. The digest of the last seal must be the one in the head above.

WHAT IT PROVES, AND WHAT NOT
That none of these records was edited, swapped or left out of its seal since it was sealed, within a minute or so of the
act. Compare the head with one that was kept elsewhere earlier: the seal that it names must still have that digest. It
does not prove that the application recorded every act, nor who held a person's password. Records without a seal are
younger than the last sweep.
"""


def archive(rows, *, partnership, officer, recipient, purpose, span):
    """The ZIP file of these acts, which are of one partnership, as bytes.

    It ends with the seal that is the latest when it begins: a sweep may add others while it is written.
    """
    out = io.BytesIO()
    seal = chain.latest_seal()
    latest = seal.number if seal else 0
    digests = {row[0]: row[1:] for row in _digests(rows, latest)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        columns = (*chain.COLUMNS, "user__name", "user__email", "agency__name")
        table = []
        for row in rows.order_by("pk").values_list(*columns):
            values = list(row)
            values[12] = chain.moment(values[12])
            table.append([*values, *digests.get(row[0], ("", "", "", ""))])
        head = (*chain.COLUMNS, *PEOPLE, "seal", "salt", "words", "digest")
        _write(into, "access-record.csv", [head, *table])
        seals = _write_chain(into, {values[0] for values in digests.values()}, latest)
        _write(into, "seals.csv", [SEALS, *seals])
        into.writestr(
            "how-to-check.txt",
            STATEMENT.format(
                partnership=partnership, count=len(table), span=span, at=chain.moment(clock.now()), officer=officer,
                recipient=recipient, purpose=purpose, head=chain.head_of(seal),
                columns=", ".join(chain.COLUMNS[: chain.FIXED]),
            ),
        )  # fmt: skip
    return out.getvalue()


def _digests(rows, latest):
    sealed = AccessDigest.objects.filter(record_id__in=rows.order_by().values("pk"), seal__lte=latest)
    return sealed.values_list("record_id", "seal_id", "salt", "words", "digest")


def _write_chain(into, numbers, latest):
    """Write the digests of these seals; returns the rows of the chain from the first of them to the latest."""
    rows = AccessDigest.objects.filter(seal__in=numbers).order_by("seal", "record_id")
    _write(into, "digests.csv", [("seal", "digest"), *rows.values_list("seal_id", "digest")])
    found = []
    seals = AccessSeal.objects.filter(number__gte=min(numbers, default=0), number__lte=latest)
    for row in seals.order_by("number").values_list(*SEALS):
        values = list(row)
        values[2], values[5] = chain.moment(values[2]), "true" if values[5] else "false"
        found.append(values)
    return found


def _write(into, name, rows):
    into.writestr(name, sheets.written(rows, marked=True))


def asked_for(partnership, *, since=None, until=None):
    """The acts of the days that were asked for."""
    rows = access.visible_acts(partnership)
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(at__lt=until) if until else rows
