"""Forms with which people say when they are away, and who takes turns on call."""

import calendar

from django import forms

from partners.actions.rota import MOST
from partners.forms.fields import ObjectField
from partners.forms.setup import asked
from partners.models import Rota, User
from svit.fields import GovDateTimeField, GovTimeField
from svit.widgets import Select

FEWEST, SPARE = 4, 2  # turns that the form offers
WEEKS = [(number, f"{number} weeks" if number > 1 else "1 week") for number in range(1, Rota.MOST_WEEKS + 1)]


class LeaveForm(forms.Form):
    """From when until when somebody is away."""

    from_at = GovDateTimeField(label="From", name="the beginning")
    until_at = GovDateTimeField(label="Until", name="the end")


class RotaForm(forms.Form):
    """Who takes turns, and when one hands over to the next. Its answers are `people`, `day`, `hand_over`, `weeks`."""

    day = forms.TypedChoiceField(
        label="Which day is the hand-over?",
        choices=[("", "Choose a day"), *enumerate(calendar.day_name)],
        coerce=int,
        widget=Select(),
        error_messages=asked("Choose the day of the hand-over"),
    )
    hand_over = GovTimeField(label="At what time?", name="the hand-over")
    weeks = forms.TypedChoiceField(
        label="How long is a turn?",
        choices=WEEKS,
        coerce=int,
        widget=Select(),
        error_messages=asked("Choose how long a turn is"),
    )

    def __init__(self, data=None, *, people, taking, **kwargs):
        super().__init__(data, **kwargs)
        sent = [number for number in range(1, MOST + 1) if f"turn_{number}" in (data or ())]
        count = min(max([len(taking) + SPARE, FEWEST, *sent]), MOST)
        self.turns = [f"turn_{number}" for number in range(1, count + 1)]
        choices = User.objects.filter(pk__in=[user.pk for user in people]).order_by("name")
        for number, name in enumerate(self.turns):
            first = number == 0
            self.fields[name] = ObjectField(
                label="Who has the turn that runs now?" if first else f"Turn {number + 1} (optional)",
                queryset=choices,
                required=first,
                widget=Select(),
                empty_label="Choose a member" if first else "Nobody",
                wanted="Choose a member of the agency",
            )
            if number < len(taking) and taking[number] in people:
                self.initial.setdefault(name, taking[number].uuid)

    def clean(self):
        answers = super().clean()
        people = [answers.pop(name, None) for name in self.turns]
        return answers | {"people": [user for user in people if user]}
