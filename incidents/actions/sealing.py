"""Sealing the access record: what was recorded since goes, a batch at a time, into a chain that cannot be rewritten."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction

from incidents import chain
from incidents.models import AccessDigest, AccessSeal
from svit import clock, engines

BATCH = 5_000
BATCHES = 40  # of one sweep: 200,000 records, so that a backlog of a million is sealed in five
LOOKED_BACK = timedelta(days=1)


def seal_access_record(batches=BATCHES):
    """Seal what is not sealed yet. Returns how many records; 0 where somebody else is at it.

    Rows may be committed in another order than that of their numbers, so what is sealed is told by its digest alone,
    and each sweep looks again at all that came within a day; the first of a day looks at everything.
    """
    after, done = _floor(), 0
    for _ in range(batches):
        try:
            pks = _seal_batch(after)
        except IntegrityError:  # another sweep was quicker: the database lets the chain have one end
            return done
        done += len(pks)
        if len(pks) < BATCH:
            break
        after = pks[-1]
    return done


def _floor():
    """The number up to which everything was sealed a day ago; none where nothing was looked at yet today."""
    now, latest = clock.now(), chain.latest_seal()
    if latest is None or latest.made_at.date() != now.date():
        return 0
    before = AccessSeal.objects.filter(made_at__lt=now - LOOKED_BACK).order_by("-number").first()
    return before.last if before else 0


@transaction.atomic
def _seal_batch(after):
    """The next seal, over at most `BATCH` records that follow `after`. Returns their numbers."""
    if not engines.only_one(chain.SEALING):
        return []
    rows = list(chain.unsealed(after)[:BATCH])
    if not rows:
        return []
    before = chain.latest_seal()
    digests, records = [], chain.records_digest()
    for row in rows:
        salt = secrets.token_hex(16)
        digest = chain.record_digest(row, chain.words_digest(salt, *row[chain.FIXED :]))
        records.update(digest.encode())
        digests.append(AccessDigest(record_id=row[0], salt=salt, digest=digest))
    link = {
        "previous": before.digest if before else chain.START,
        "number": before.number + 1 if before else 1,
        "made_at": clock.now(),
        "count": len(rows),
        "last": max(rows[-1][0], before.last if before else 0),
        "drained": len(rows) < BATCH,
        "records": records.hexdigest(),
    }
    seal = AccessSeal.objects.create(digest=chain.seal_digest(**link), **link)
    for one in digests:
        one.seal = seal
    AccessDigest.objects.bulk_create(digests)
    return [row[0] for row in rows]
