"""What is asked on the pages of this room."""

from reports.forms.packs import PackForm, SearchForm
from reports.forms.redaction import ChosenForm, DisclosureForm, SecondForm, WordsForm
from reports.forms.retention import DecisionForm, ProposalForm, RuleForm, WhyForm
from reports.forms.subject import EndForm, GatherForm, PersonForm

__all__ = [
    "ChosenForm",
    "DecisionForm",
    "DisclosureForm",
    "EndForm",
    "GatherForm",
    "PackForm",
    "PersonForm",
    "ProposalForm",
    "RuleForm",
    "SearchForm",
    "SecondForm",
    "WhyForm",
    "WordsForm",
]
