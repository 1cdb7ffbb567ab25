"""Forms of the incident room: they validate, the actions save."""

from incidents.forms.agencies import AnswerHandoverForm, EngagementForm, HandoverForm, offered_gateways
from incidents.forms.categorise import CategoriseForm
from incidents.forms.fields import YES_NO, ConfirmForm, ReasonForm, late_reason, required
from incidents.forms.log import CorrectionForm, LogFilterForm, NoteForm
from incidents.forms.reasons import BreakGlassForm, GovernanceReasonForm, RevealForm
from incidents.forms.records import HoldersField, RecordExtras
from incidents.forms.situation import STATUS_ACTS, IncidentFilterForm, SituationForm, StatusForm

__all__ = [
    "STATUS_ACTS",
    "YES_NO",
    "AnswerHandoverForm",
    "BreakGlassForm",
    "CategoriseForm",
    "ConfirmForm",
    "CorrectionForm",
    "EngagementForm",
    "GovernanceReasonForm",
    "HandoverForm",
    "HoldersField",
    "IncidentFilterForm",
    "LogFilterForm",
    "NoteForm",
    "ReasonForm",
    "RecordExtras",
    "RevealForm",
    "SituationForm",
    "StatusForm",
    "late_reason",
    "offered_gateways",
    "required",
]
