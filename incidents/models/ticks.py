"""Several answers of a fixed list, in one column."""

from django.db import models
from django.forms import MultipleChoiceField


class Ticks(models.JSONField):
    """Those of `options` that were ticked, as a list of their keys; `options` are (key, words)."""

    def __init__(self, *args, options=(), **kwargs):
        self.options = tuple(options)
        super().__init__(*args, **{"default": list, "blank": True} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"options": self.options}

    def formfield(self, **kwargs):
        kwargs = {name: value for name, value in kwargs.items() if name in ("widget", "label", "help_text")}
        kwargs = {"label": self.verbose_name, "help_text": self.help_text} | kwargs
        return MultipleChoiceField(choices=self.options, required=not self.blank, **kwargs)

    def in_words(self, value):
        """The ticked answers, in the order in which they are offered."""
        words = ", ".join(label for key, label in self.options if key in value)
        return words[:1].upper() + words[1:]
