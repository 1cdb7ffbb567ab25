"""The incident and what hangs on it."""

from incidents.models.access_record import AccessAct, AccessDigest, AccessRecord, AccessSeal
from incidents.models.engagement import (
    Asked,
    Engagement,
    EngagementRole,
    IncidentGroupObjectPermission,
    NamedPerson,
)
from incidents.models.entry import (
    Entry,
    RecordGrant,
    Reveal,
    RevealReason,
    RevealStop,
    Section,
    Sensitivity,
)
from incidents.models.files import ScanState, StoredFile
from incidents.models.handover import Handover, HandoverAnswer
from incidents.models.incident import (
    AT_REST,
    LIVE,
    PHASES,
    Categorisation,
    Incident,
    MeetingResponse,
    Phase,
    ReferenceCounter,
    ReportState,
    Stage,
    Trait,
)
from incidents.models.log import LATE_AFTER, LogEntry, LogKind, LogText
from incidents.models.record import KINDS, Concerns, Record
from incidents.models.redaction import Redaction, RedactionState, SealedOriginal
from incidents.models.retention import (
    Disposal,
    DisposalState,
    Ground,
    Kept,
    LegalHold,
    Period,
    RetentionRule,
    RunsFrom,
)
from incidents.models.sharing import HadBefore, SharingStop
from incidents.models.ticks import Ticks
from incidents.models.visit import Visit

__all__ = [
    "AT_REST",
    "KINDS",
    "LATE_AFTER",
    "LIVE",
    "PHASES",
    "AccessAct",
    "AccessDigest",
    "AccessRecord",
    "AccessSeal",
    "Asked",
    "Categorisation",
    "Concerns",
    "Disposal",
    "DisposalState",
    "Engagement",
    "EngagementRole",
    "Entry",
    "Ground",
    "HadBefore",
    "Handover",
    "HandoverAnswer",
    "Incident",
    "IncidentGroupObjectPermission",
    "Kept",
    "LegalHold",
    "LogEntry",
    "LogKind",
    "LogText",
    "MeetingResponse",
    "NamedPerson",
    "Period",
    "Phase",
    "Record",
    "RecordGrant",
    "Redaction",
    "RedactionState",
    "ReferenceCounter",
    "ReportState",
    "RetentionRule",
    "Reveal",
    "RevealReason",
    "RevealStop",
    "RunsFrom",
    "ScanState",
    "SealedOriginal",
    "Section",
    "Sensitivity",
    "SharingStop",
    "Stage",
    "StoredFile",
    "Ticks",
    "Trait",
    "Visit",
]
