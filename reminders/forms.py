"""What a recipient is asked: until when and why a message is put off, and when messages come."""

from datetime import timedelta

from django import forms

from reminders.times import post_of
from svit import clock
from svit.fields import GovDateTimeField
from svit.templatetags.svit import when_short
from svit.widgets import Radios, Textarea

TOMORROW, THREE_DAYS, ENTER = "tomorrow", "three_days", "enter"
DAYS = {TOMORROW: 1, THREE_DAYS: 3}


class SnoozeForm(forms.Form):
    reveals = {"until": {ENTER: ["at"]}}

    until = forms.ChoiceField(
        label="Until when?", choices=[], widget=Radios(), error_messages={"required": "Choose until when."}
    )
    at = GovDateTimeField(
        label="Day and time", name="the day and time", required=False, future=True,
        help_text="Within the next 14 days.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Why?", widget=Textarea(rows=3), max_length=2000, error_messages={"required": "Enter the reason."},
        help_text="It stands in the log, and the coordinators read it. Do not name anyone.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = [
            (TOMORROW, f"Tomorrow: {when_short(self._post(TOMORROW))}"),
            (THREE_DAYS, f"In 3 days: {when_short(self._post(THREE_DAYS))}"),
            (ENTER, "Enter a day and time"),
        ]

    @staticmethod
    def _post(choice):
        return post_of(clock.today() + timedelta(days=DAYS[choice]))

    def clean(self):
        data = super().clean()
        if data.get("until") == ENTER and not data.get("at") and "at" not in self.errors:
            self.add_error("at", "Enter the day and time.")
        return data if self.errors else self._answers(data)

    def _answers(self, data):
        """The answers as the action takes them."""
        at = data.pop("at")
        data["until"] = at if data["until"] == ENTER else self._post(data["until"])
        return data


class DigestForm(forms.Form):
    when = forms.ChoiceField(
        label="When do you want them?", widget=Radios(),
        choices=[("as_they_come", "As they come"), ("daily", "Once a day at 8am, as one e-mail")],
        error_messages={"required": "Choose when you want them."},
    )  # fmt: skip

    def clean(self):
        data = super().clean()
        return data if self.errors else {"daily": data["when"] == "daily"}
