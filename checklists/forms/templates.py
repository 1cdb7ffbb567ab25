"""A mobilisation template: what it is called, when it is chosen first, whom it asks, what it gives out."""

from django import forms

from checklists.mobilising import ALL, CATEGORIES, PARTS, kinds_in_words
from partners.forms.fields import LineField
from partners.models import AgencyKind
from svit.conflicts import VersionedForm
from svit.widgets import Checkboxes, Text

KINDS = [choice for choice in AgencyKind.choices if choice[0] != AgencyKind.COMMUNITY_SAFETY]


class TemplateForm(forms.Form):
    """Whole parts of the checklist and single items are fields apart, and clean to one list: `items`."""

    name = LineField(
        label="Name",
        max_length=60,
        widget=Text(width="two-thirds"),
        error_messages={"required": "Enter a name", "max_length": "Use 60 characters or fewer"},
    )
    categories = forms.MultipleChoiceField(
        label="For which categories is it chosen first? (optional)",
        choices=CATEGORIES,
        required=False,
        widget=Checkboxes(small=True),
        help_text="A category that another template has moves to this one. A coordinator can always choose another.",
    )
    kinds = forms.MultipleChoiceField(
        label="Which kinds of agency does it ask? (optional)",
        choices=KINDS,
        required=False,
        widget=Checkboxes(small=True),
        help_text="With no tick it asks every kind that the items name.",
    )
    parts = forms.MultipleChoiceField(
        label="Which open items does it give out?",
        choices=PARTS,
        required=False,
        widget=Checkboxes(small=True),
        help_text="Every open item needs no other tick. Single items can be chosen below as well.",
    )

    def __init__(self, *args, phases, **kwargs):
        super().__init__(*args, **kwargs)
        self.single = {}
        for key, name, choices in phases:
            if choices:
                field = forms.MultipleChoiceField(
                    label=f"Items of {name}", choices=choices, required=False, widget=Checkboxes(small=True)
                )
                self.fields[f"items_{key}"] = field
                self.single[f"items_{key}"] = name
        self._spread(self.initial.get("items", []))

    def _spread(self, chosen):
        """What the template gives out, among the fields that ask for it."""
        self.initial["parts"] = chosen
        for name in self.single:
            self.initial[name] = chosen

    def by_phase(self):
        """The single items of each phase, with how many are chosen: [(summary, field, whether it is open)]."""
        rows = []
        for name, phase in self.single.items():
            known = {value for value, _ in self.fields[name].choices}
            chosen = len(known.intersection(self[name].value() or []))
            count = "none chosen" if not chosen else f"{chosen} of {len(known)} chosen"
            rows.append((f"{phase}: {count}", self[name], bool(self[name].errors)))
        return rows

    def clean(self):
        cleaned = super().clean()
        single = [one for name in self.single for one in cleaned.pop(name, [])]
        cleaned["items"] = [*cleaned.pop("parts", []), *single]
        if not cleaned["items"] and not self.errors:
            self.add_error("parts", "Choose which items it gives out")
        if ALL in cleaned["items"]:
            cleaned["items"] = [ALL]
        return cleaned


class ChangeTemplateForm(VersionedForm, TemplateForm):
    """The same of a template that others may change meanwhile. Two people's items stand side by side as one answer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.spoken = {
            "kinds": (self.fields["kinds"].label, kinds_in_words),
            "items": (self.fields["parts"].label, self._titles),
        }

    def _titles(self, chosen):
        fields = [self.fields[name] for name in ("parts", *self.single)]
        return "; ".join(label for field in fields for key, label in field.choices if key in chosen)
