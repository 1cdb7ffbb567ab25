"""How a Django form becomes GOV.UK form groups. settings.FORM_RENDERER names `Renderer`.

What a form may say of itself (label_size, page_heading, reveals, hints) is in docs/components.md.
"""

from functools import cached_property
from pathlib import Path

import django.forms
from django.conf import settings
from django.forms import boundfield, widgets
from django.forms.renderers import DjangoTemplates

from svit import kept
from svit.widgets import Parts

# The first that fits: to Django a list of checkboxes is a kind of radios, and both are kinds of Select
INPUT_CLASSES = (
    (widgets.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (widgets.RadioSelect, "govuk-radios__input"),
    (widgets.CheckboxInput, "govuk-checkboxes__input"),
    (widgets.Select, "govuk-select"),
    (widgets.FileInput, "govuk-file-upload"),
    (widgets.Textarea, "govuk-textarea"),
    (widgets.Input, "govuk-input"),
)
MARKED_WHEN_WRONG = ("govuk-select", "govuk-file-upload", "govuk-textarea", "govuk-input")


def input_class(widget):
    """The design system's class for this widget, or "" where it has none."""
    return next((name for kind, name in INPUT_CLASSES if isinstance(widget, kind)), "")


class Option:
    """One radio or checkbox: its input, and what belongs to that answer alone."""

    def __init__(self, field, drawn):
        value = str(drawn.data["value"])
        self.tag = drawn.tag
        self.id = drawn.id_for_label
        self.label = drawn.choice_label
        self.hint = field.hints.get(value, "")
        self.revealed = [field.form[name] for name in field.reveals.get(value, ())]
        if self.hint:
            drawn.data["attrs"]["aria-describedby"] = f"{self.id}_hint"
        if self.revealed:
            drawn.data["attrs"]["data-svit-reveals"] = f"{self.id}_more"


class GovBoundField(boundfield.BoundField):
    """A field that knows how the design system draws it."""

    def value(self):
        """What was typed before the session ended, where this page gives it back; else Django's."""
        typed = kept.of_form(self.form)
        if typed is None:
            return super().value()
        return self.field.prepare_value(self.field.widget.value_from_datadict(typed, {}, self.html_name))

    @cached_property
    def kind(self):
        """Which of the shapes in django/forms/field.html this field takes."""
        widget = self.field.widget
        if isinstance(widget, widgets.RadioSelect):
            return "checkboxes" if isinstance(widget, widgets.CheckboxSelectMultiple) else "radios"
        if isinstance(widget, widgets.CheckboxInput):
            return "checkbox"
        if isinstance(widget, Parts):
            return "parts"
        if isinstance(widget, widgets.PasswordInput) and getattr(widget, "reveal", False):
            return "password"
        if getattr(widget, "prefix", "") or getattr(widget, "suffix", ""):
            return "wrapped"
        return "counted" if getattr(widget, "count", None) else "plain"

    @cached_property
    def has_fieldset(self):
        return self.kind in ("radios", "checkboxes", "parts")

    @cached_property
    def is_heading(self):
        """One question a page: the label is the page's h1."""
        return getattr(self.form, "page_heading", None) == self.name

    @cached_property
    def size(self):
        sizes = getattr(self.form, "label_sizes", {})
        default = "l" if self.is_heading else getattr(self.form, "label_size", "s")
        return sizes.get(self.name, default)

    @cached_property
    def reveals(self):
        """Value of a choice: names of the fields that it shows."""
        return {
            str(value): names for value, names in getattr(self.form, "reveals", {}).get(self.name, {}).items()
        }

    @cached_property
    def hints(self):
        """Value of a choice: the hint under it."""
        return {
            str(value): hint for value, hint in getattr(self.form, "hints", {}).get(self.name, {}).items()
        }

    @cached_property
    def is_revealed(self):
        """Whether another field's answer shows this one, and so draws it."""
        chosen = getattr(self.form, "reveals", {}).values()
        return any(self.name in names for values in chosen for names in values.values())

    @cached_property
    def options(self):
        return [Option(self, drawn) for drawn in self.subwidgets]

    @cached_property
    def parts(self):
        """The inputs of a date or time: (label, drawn input, its id)."""
        widget = self.field.widget
        context = widget.get_context(
            self.html_name,
            self.value(),
            {"id": self.auto_id, **({"disabled": True} if self.field.disabled else {})},
        )
        wrong = self.wrong_parts
        drawn = []
        for label, sub, data in zip(
            widget.labels, widget.widgets, context["widget"]["subwidgets"], strict=True
        ):
            data["attrs"].pop("required", None)
            if self.errors and (not wrong or label.lower() in wrong):
                data["attrs"]["class"] += " govuk-input--error"
            tag = sub._render(data["template_name"], {"widget": data}, self.form.renderer)
            drawn.append({"label": label, "tag": tag, "id": data["attrs"]["id"]})
        return drawn

    @cached_property
    def wrong_parts(self):
        """Which parts of a date the error is about: all of them where it does not say."""
        if self.name not in self.form.errors:
            return set()
        errors = self.form.errors.as_data()[self.name]
        return {part for error in errors for part in (error.params or {}).get("parts", ())}

    @cached_property
    def first_input_id(self):
        """Where a link from the error summary leads: the first input that is wrong."""
        if self.kind == "parts":
            order = [label.lower() for label in self.field.widget.labels]
            wrong = [order.index(part) for part in self.wrong_parts if part in order]
            return f"{self.auto_id}_{min(wrong, default=0)}"
        if self.kind in ("radios", "checkboxes"):
            return self.options[0].id if self.options else self.auto_id
        return self.id_for_label or self.auto_id

    @property
    def choice_class(self):
        """Modifiers of a list of radios or checkboxes."""
        widget, base = self.field.widget, f"govuk-{self.kind}"
        layout = {"two": " svit-two", "inline": f" {base}--inline svit-inline"}
        small = f" {base}--small" if getattr(widget, "small", False) else ""
        return base + small + layout.get(getattr(widget, "layout", ""), "")

    @property
    def divider(self):
        return getattr(self.field.widget, "divider", "")

    @property
    def aria_describedby(self):
        """Hint, then error, then the count: also where the widget already names its own description."""
        if not self.auto_id or self.is_hidden:
            return ""
        ids = [self.field.widget.attrs.get("aria-describedby", "")]
        ids += [f"{self.auto_id}_helptext"] if self.help_text else []
        ids += [f"{self.auto_id}_error"] if self.errors else []
        ids += [f"{self.auto_id}-info"] if self.kind == "counted" else []
        return " ".join(filter(None, ids))

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)  # the server asks, and words the answer; the browser does not
        if widget.is_hidden:
            return attrs
        if isinstance(widget, (widgets.CheckboxInput, widgets.RadioSelect)):
            attrs.pop("aria-invalid", None)  # no such state on a radio or a checkbox
        if self.has_fieldset:
            attrs.pop("aria-describedby", None)  # stands on the fieldset
        elif described := self.aria_describedby:
            attrs["aria-describedby"] = described
        if base := input_class(widget):
            wrong = f"{base}--error" if self.errors and base in MARKED_WHEN_WRONG else ""
            own = widget.attrs.get("class", "")
            if self.kind == "counted":
                own += " govuk-js-character-count"
            if self.kind == "password":
                own += " govuk-password-input__input govuk-js-password-input-input"
            attrs["class"] = " ".join(f"{base} {wrong} {own}".split())
        return attrs


class Renderer(DjangoTemplates):
    """Django's form templates, with ours in front of them."""

    bound_field_class = GovBoundField

    @cached_property
    def engine(self):
        ours = [folder for engine in settings.TEMPLATES for folder in engine.get("DIRS", ())]
        djangos = Path(django.forms.__file__).parent / self.backend.app_dirname
        return self.backend({"APP_DIRS": True, "DIRS": [*ours, djangos], "NAME": "forms", "OPTIONS": {}})
