"""Forms of the incident room: they validate, the actions save."""

from incidents.forms.agencies import AnswerHandoverForm, EngagementForm, HandoverForm, offered_gateways
from incidents.forms.categorise import CategoriseForm
from incidents.forms.fields import YES_NO, ConfirmForm, ReasonForm, late_reason, required
from incidents.forms.log import CorrectionForm, LogFilterForm, NoteForm
from incidents.forms.reasons import BreakGlassForm, GovernanceReasonForm, RevealForm
from incidents.forms.records import AddForm, ChangeForm, HoldersField, RecordExtras, form_of
from incidents.forms.situation import STATUS_ACTS, IncidentFilterForm, SituationForm, StatusForm

__all__ = [
    "STATUS_ACTS",
    "YES_NO",
    "AddForm",
    "AnswerHandoverForm",
    "BreakGlassForm",
    "CategoriseForm",
    "ChangeForm",
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
    "form_of",
    "late_reason",
    "offered_gateways",
    "required",
]
