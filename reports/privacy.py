"""What this room holds of an incident: its packs, and what was gathered for a subject access request.

The files of packs are stored files, which the room below holds.
"""

from reports.models import Pack, PackState, SubjectRequest
from svit import clock
from svit.privacy import holds, trace

holds(Pack, texts=("purpose", "recipients"))


@trace
def gathered(uuids, files):
    """A file for a subject access request that quotes one of these goes, with whom it was about."""
    names, count = {str(uuid) for uuid in uuids}, 0
    for row in SubjectRequest.objects.exclude(incidents=[]):
        if not names.intersection(row.incidents):
            continue
        if row.file:
            files.append(row.file.name)
        SubjectRequest.objects.filter(pk=row.pk).update(
            name="", born=None, reason="", chosen=[], incidents=[], file="", state=PackState.FAILED,
            failure="", ended_at=row.ended_at or clock.now(), ended_reason="What it quoted was disposed of.",
        )  # fmt: skip
        count += 1
    return {"subject access files": count}
