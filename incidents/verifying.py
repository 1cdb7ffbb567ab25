"""Looks whether the access record is as it was sealed: every edit, swap, deletion, insertion, and a cut tail.

One pass over the records and their digests, both in the order of their numbers, a piece at a time: nothing of it
stands in memory but the seals.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Max

from incidents import chain
from incidents.actions.access_record import WORDS
from incidents.models import AccessAct, AccessDigest, AccessRecord, AccessSeal

CHUNK = 20_000
KEPT = 1_000  # findings that are told one by one
GRACE = timedelta(hours=1)  # how long a transaction may last, and how far two clocks may differ
AT = chain.COLUMNS.index("at")
DIGESTS = ("record_id", "seal_id", "salt", "words", "digest")


@dataclass
class Report:
    """What was found: how many records, how many of them wait for the next sweep, and what is wrong, in words."""

    records: int = 0
    waiting: int = 0
    seals: int = 0
    head: str = ""
    wrong: int = 0
    findings: list = field(default_factory=list)

    @property
    def is_whole(self):
        return not self.wrong

    def find(self, words):
        self.wrong += 1
        if len(self.findings) < KEPT:
            self.findings.append(words)


@dataclass
class Link:
    """A seal while its records are read: the digest over theirs so far, and when all before it had been sealed."""

    records: object
    drained_at: object
    count: int = 0


def verify(head=None):
    """A `Report` on the whole access record; `head` is a (number, digest) that was exported before, kept elsewhere."""
    report = Report()
    top = AccessSeal.objects.aggregate(top=Max("number"))["top"] or 0
    links, drained_at = _links(report, top)
    erased, gone = {}, []
    digests = _pieces(AccessDigest.objects.filter(seal__lte=top), DIGESTS)
    records = _pieces(AccessRecord.objects.all(), chain.COLUMNS)
    row = next(records, None)
    for leaf in digests:
        while row is not None and row[0] < leaf[0]:
            _waits(report, row, drained_at, erased)
            row = next(records, None)
        link = links.get(leaf[1])
        if link is None:
            report.find(f"Record {leaf[0]}: its seal {leaf[1]} is gone.")
        else:
            link.records.update(leaf[4].encode())
            link.count += 1
        if row is None or row[0] != leaf[0]:
            report.find(f"Record {leaf[0]}: deleted.")
            continue
        _compare(report, row, leaf, link, gone)
        _note(report, row, erased)
        row = next(records, None)
    while row is not None:
        _waits(report, row, drained_at, erased)
        row = next(records, None)
    for pk, *subjects in gone:
        if not any(erased.get(subject, 0) > pk for subject in subjects):
            report.find(f"Record {pk}: its words were erased, and no erasure of them is recorded.")
    _check_seals(report, links, top)
    _check_head(report, head)
    return report


def _pieces(rows, columns):
    """The rows in the order of their numbers, as tuples of `columns`, the number first."""
    last = 0
    while piece := list(rows.filter(pk__gt=last).order_by("pk").values_list(*columns)[:CHUNK]):
        yield from piece
        last = piece[-1][0]


def _links(report, top):
    """The seals by number, and when the chain last had everything."""
    links, drained_at = {}, None
    for number, made_at, drained in AccessSeal.objects.filter(number__lte=top).values_list(
        "number", "made_at", "drained"
    ):
        links[number] = Link(chain.records_digest(), drained_at)
        if drained:
            drained_at = made_at
    report.seals = len(links)
    return links, drained_at


def _note(report, row, erased):
    """Count a record; one that tells of an erasure of words vouches for what came before it."""
    report.records += 1
    if row[6] == AccessAct.ERASURE and row[4] == WORDS:
        erased[row[5]] = row[0]


def _waits(report, row, drained_at, erased):
    """A record without a seal: the next sweep's, or one that was put in after its time had been sealed."""
    report.waiting += 1
    _note(report, row, erased)
    if _late(row, drained_at):
        report.find(
            f"Record {row[0]}: not sealed, though what came after it is. It was put in later, or unsealed."
        )


def _late(row, drained_at):
    return drained_at is not None and row[AT] + GRACE < drained_at


def _compare(report, row, leaf, link, gone):
    pk, _, salt, words, digest = leaf
    if salt:
        words = chain.words_digest(salt, *row[chain.FIXED :])
    elif any(row[chain.FIXED :]):
        report.find(f"Record {pk}: words stand where words were erased.")
    else:
        gone.append((pk, row[5], row[2]))
    if chain.record_digest(row, words) != digest:
        report.find(f"Record {pk}: changed since it was sealed.")
    elif link is not None and _late(row, link.drained_at):
        report.find(f"Record {pk}: put in after its time had been sealed.")


def _check_seals(report, links, top):
    """Each seal against its records and against the one before."""
    previous, before, last = chain.START, 0, 0
    for seal in AccessSeal.objects.filter(number__lte=top).order_by("number"):
        link = links.get(seal.number)
        if seal.number != before + 1:
            report.find(f"Seal {before + 1}: gone; the next one is seal {seal.number}.")
        if seal.previous != previous:
            report.find(f"Seal {seal.number}: does not follow from the one before it.")
        if link is None or (seal.count, seal.records) != (link.count, link.records.hexdigest()):
            report.find(
                f"Seal {seal.number}: its records are not those that were sealed"
                f" ({link.count if link else 0} of {seal.count}; numbers {last + 1} to {seal.last})."
            )
        values = {
            name: getattr(seal, name)
            for name in ("previous", "number", "made_at", "count", "last", "drained")
        }
        if chain.seal_digest(**values, records=seal.records) != seal.digest:
            report.find(f"Seal {seal.number}: changed since it was made.")
        previous, before, last = seal.digest, seal.number, seal.last
    report.head = f"{before}:{previous}"


def _check_head(report, head):
    """The chain must still hold the seal that an exported head names."""
    if head is None or head == (0, chain.START):
        return
    number, digest = head
    seal = AccessSeal.objects.filter(number=number).first()
    if seal is None:
        report.find(f"The chain was cut: seal {number} of the head that was given is not there.")
    elif seal.digest != digest:
        report.find(f"Seal {number} is not the one of the head that was given: the chain was made anew.")
