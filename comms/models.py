"""What is said about an incident."""

from django.db import models

from incidents.models import Record, Section
from svit.history import History


class KeyMessage(Record):
    """A factual line that every partner may use, in the words agreed for an audience."""

    phase = "communications"
    section = Section.COMMUNICATIONS
    fields = ("audience", "message")
    tab = "messages"
    empty = "No agreed line. Say nothing beyond the police statement."

    audience = models.CharField(max_length=100)
    message = models.TextField("exact words")

    history = History()

    def entry_title(self):
        return f"Key message for {self.audience}"[:200]
