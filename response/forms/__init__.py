"""Forms of the response room."""

from response.forms.clocks import (
    AssignClockForm,
    ClockKindForm,
    ClockRuleForm,
    HandOverForm,
    MashRuleForm,
    MissForm,
    StartForm,
    WorkingHoursForm,
)
from response.forms.contact import (
    ContactForm,
    PauseAnswerForm,
    PauseEndForm,
    PauseForm,
    ReferralForm,
    ToldForm,
)
from response.forms.incident import JoinForm, KnownForm, LogIncidentForm, UrgentForm
from response.forms.people import PARTS, HoldersForm, NewPersonForm, SealForm

__all__ = [
    "PARTS",
    "AssignClockForm",
    "ClockKindForm",
    "ClockRuleForm",
    "ContactForm",
    "HandOverForm",
    "HoldersForm",
    "JoinForm",
    "KnownForm",
    "LogIncidentForm",
    "MashRuleForm",
    "MissForm",
    "NewPersonForm",
    "PauseAnswerForm",
    "PauseEndForm",
    "PauseForm",
    "ReferralForm",
    "SealForm",
    "StartForm",
    "ToldForm",
    "UrgentForm",
    "WorkingHoursForm",
]
