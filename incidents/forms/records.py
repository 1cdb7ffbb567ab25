"""What every kind of record asks besides its own fields."""

from django import forms

from incidents.forms.fields import required
from incidents.models import Sensitivity
from svit.widgets import Checkboxes, Radios


class HoldersField(forms.MultipleChoiceField):
    """The named holders of a sealed record besides whoever seals it; cleans to users, known by their uuid."""

    widget = Checkboxes

    def __init__(self, **options):
        super().__init__(**{"label": "Who holds it, besides you"} | options)

    def offer(self, people):
        """`people` are (user, words), as `queries.people_who_may_hold` gives them."""
        self.users = {str(user.uuid): user for user, _ in people}
        self.choices = [(str(user.uuid), words) for user, words in people]

    def clean(self, value):
        return [self.users[key] for key in super().clean(value)]


class RecordExtras(forms.Form):
    """Who may read a new record."""

    sensitivity = forms.ChoiceField(
        label="Who may read it", widget=Radios(), initial=Sensitivity.STANDARD,
        choices=[
            (Sensitivity.STANDARD, "Standard: everybody who sees this section"),
            (Sensitivity.RESTRICTED, "Restricted: others see that it exists, and give a reason to read it"),
            (Sensitivity.SEALED, "Sealed: named people alone know that it exists"),
        ],
        error_messages=required("Choose who may read it."),
    )  # fmt: skip
    holders = HoldersField(required=False, help_text="Only where it is sealed: at least one more person.")

    reveals = {"sensitivity": {Sensitivity.SEALED: ["holders"]}}

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holders"].offer(people)
