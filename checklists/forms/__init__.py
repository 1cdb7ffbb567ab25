"""Forms of the checklist room: they validate, the actions save."""

from checklists.forms.agencies import MobiliseForm, PhaseLeadForm, ToldForm
from checklists.forms.boxes import Boxes
from checklists.forms.ending import NOT_KNOWN_YET, AnswerForm, EndForm, end_form
from checklists.forms.fields import DISCREET, WhomField
from checklists.forms.items import (
    AssignForm,
    DueForm,
    EvidenceForm,
    LocalItemForm,
    NoteForm,
    ReasonForm,
    ReassignForm,
)
from checklists.forms.support import OrganisationForm, ResourceForm
from checklists.forms.templates import ChangeTemplateForm, TemplateForm

__all__ = [
    "DISCREET",
    "NOT_KNOWN_YET",
    "AnswerForm",
    "AssignForm",
    "Boxes",
    "ChangeTemplateForm",
    "DueForm",
    "EndForm",
    "EvidenceForm",
    "LocalItemForm",
    "MobiliseForm",
    "NoteForm",
    "OrganisationForm",
    "PhaseLeadForm",
    "ReasonForm",
    "ReassignForm",
    "ResourceForm",
    "TemplateForm",
    "ToldForm",
    "WhomField",
    "end_form",
]
