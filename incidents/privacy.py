"""What this room holds of an incident."""

from incidents.models import (
    Categorisation,
    Engagement,
    Entry,
    HadBefore,
    Handover,
    Incident,
    IncidentGroupObjectPermission,
    LegalHold,
    LogEntry,
    LogText,
    NamedPerson,
    Phase,
    RecordGrant,
    Redaction,
    Reveal,
    RevealStop,
    SealedOriginal,
    SharingStop,
    StoredFile,
    Visit,
)
from svit.privacy import holds


def holds_kinds(models):
    """Register kinds of record: all that somebody types into them is free text."""
    for model in models:
        holds(model, "entry__incident", texts=model.texts(), entry="entry")


holds(
    Incident,
    "",
    texts=("place", "exact_place", "area", "summary", "state_reason", "situation", "needs", "biggest_risk"),
)
holds(Phase, texts=("not_applicable_reason",))
holds(Categorisation, texts=("lead_person", "other_boroughs", "rationale"))
holds(Engagement, texts=("reason", "stand_down_reason", "told_how"))
holds(Handover, texts=("reason", "answer_reason"))
holds(NamedPerson, "engagement__incident")
holds(IncidentGroupObjectPermission, "content_object")
holds(Entry, texts=("title", "words"), entry="self")
holds(RecordGrant, "entry__incident", entry="entry")
holds(Reveal, texts=("text", "refused"), entry="entry")
holds(RevealStop, "entry__incident", texts=("reason",), entry="entry")
holds(SharingStop, texts=("reason",))
holds(HadBefore, "stop__incident")
holds(SharingStop.told_in.through, "sharingstop__incident")
holds(LogEntry)
holds(LogText, "entry__incident", texts=("text", "late_reason", "withheld_reason", "sealed_original"))
holds(StoredFile, texts=("name",))
holds(Visit)
holds(LegalHold, texts=("reason", "lifted_reason"))
holds(Redaction, texts=("words", "reason"))
holds(SealedOriginal, "redaction__incident", texts=("original", "left"))
