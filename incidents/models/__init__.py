"""The incident and what hangs on it."""

from incidents.models.access_record import AccessAct, AccessRecord, Disposal
from incidents.models.engagement import Engagement, EngagementRole, IncidentGroupObjectPermission, NamedPerson
from incidents.models.files import ScanState, StoredFile
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
from incidents.models.record import KINDS, Entry, Record, RecordGrant, Reveal, Section, Sensitivity

__all__ = [
    "AT_REST",
    "KINDS",
    "LATE_AFTER",
    "LIVE",
    "PHASES",
    "AccessAct",
    "AccessRecord",
    "Categorisation",
    "Disposal",
    "Engagement",
    "EngagementRole",
    "Entry",
    "Incident",
    "IncidentGroupObjectPermission",
    "LogEntry",
    "LogKind",
    "LogText",
    "MeetingResponse",
    "NamedPerson",
    "Phase",
    "Record",
    "RecordGrant",
    "ReferenceCounter",
    "ReportState",
    "Reveal",
    "ScanState",
    "Section",
    "Sensitivity",
    "Stage",
    "StoredFile",
    "Trait",
]
