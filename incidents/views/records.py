"""What every kind of record has: list, add, read, change, history and reveal."""

from django import forms
from django.contrib import messages
from django.db import models
from django.forms import modelform_factory
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access, actions, queries
from incidents.access import To
from incidents.forms import RecordExtras
from incidents.frame import frame
from incidents.models import KINDS, Sensitivity
from incidents.queries import people_who_may_hold
from incidents.sharing import sharing_of
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovDateTimeField
from svit.refused import perform
from svit.widgets import Radios, Textarea


def field_for(field, **kwargs):
    """The form field of a model field, as our pages draw it, with a message in the field's words."""
    if isinstance(field, models.DateTimeField):
        return GovDateTimeField(label=str(field.verbose_name).capitalize(), required=not field.blank)
    if isinstance(field, models.DateField):
        return GovDateField(label=str(field.verbose_name).capitalize(), required=not field.blank)
    if isinstance(field, models.TextField):
        kwargs["widget"] = Textarea(rows=4)
    form_field = field.formfield(**kwargs)
    if field.choices:
        form_field.widget = Radios()
        form_field.choices = field.choices
    form_field.error_messages["required"] = f"Enter the {field.verbose_name}."
    return form_field


def _kind(name):
    model = KINDS.get(name.replace("-", ""))
    if model is None or model.page != "record":
        raise Http404
    return model


class ChangeForm(VersionedForm, forms.ModelForm):
    """A kind's fields, over what others may change meanwhile."""


def _form(model, *args, form=forms.ModelForm, masked=(), **kwargs):
    fields = [name for name in model.fields if name not in masked]
    return modelform_factory(model, form=form, fields=fields, formfield_callback=field_for)(*args, **kwargs)


@require_safe
def record_list(request, uuid, kind):
    """The records of a kind that the actor may know of; restricted ones masked."""
    seen, model = access.get_sight(request.actor, uuid), _kind(kind)
    if not seen.sees(model.section):
        raise access.PermissionDenied
    records = queries.records(seen, model)
    open_now = access.revealed_entries(seen.actor, seen.incident)
    for record in records:
        record.masked = access.is_masked(seen, record.entry, open_now)
        record.rows = [] if record.masked else record.summary(seen)
    page = frame(request, seen, active=model.tab) | {
        "model": model._meta,
        "records": records,
        "empty": model.empty,
        "kind": kind,
        "contributes": seen.contributes(model.section) and not seen.reading,
    }
    actions.consult_all(
        seen.incident, by=request.actor, subject_kind=model.kind(),
        subjects=[record.entry.uuid for record in records if not record.masked],
    )  # fmt: skip
    return render(request, "incidents/records.html", page)


@require_http_methods(["GET", "POST"])
def add_record(request, uuid, kind):
    """A new record of a kind."""
    seen, model = access.get_sight(request.actor, uuid, to=To.CONTRIBUTE, live=True), _kind(kind)
    if not seen.contributes(model.section):
        raise access.PermissionDenied
    form = _form(model, request.POST or None)
    extras = RecordExtras(request.POST or None, people=people_who_may_hold(seen))
    if form.is_valid() & extras.is_valid():
        extras.cleaned_data |= form.cleaned_data
        if perform(extras, actions.create_record, seen=seen, model=model):
            messages.success(request, f"{capfirst(model._meta.verbose_name)} added.")
            return redirect("records", uuid=uuid, kind=kind)
    page = frame(request, seen, active=model.tab) | {
        "form": form,
        "forms": [form, extras],
        "model": model._meta,
    }
    return render(request, "incidents/record_form.html", page | {"title": f"Add {model._meta.verbose_name}"})


def _record(request, uuid, entry_uuid, to=To.VIEW, *, live=False):
    seen = access.get_sight(request.actor, uuid, to=to, live=live)
    entry = access.get_entry(seen, entry_uuid)
    return seen, queries.record_of(entry)


@require_safe
def record(request, uuid, entry_uuid):
    """One record; one with a page of its own is shown there."""
    seen, found = _record(request, uuid, entry_uuid)
    if found.page != "record":
        return redirect(found.page, uuid=uuid, entry_uuid=entry_uuid)
    masked = access.is_masked(seen, found.entry)
    if not masked:
        actions.consult(seen.incident, by=request.actor, subject_kind=found.kind(), subject=found.entry.uuid)
    page = frame(request, seen, active=found.tab) | {
        "record": found,
        "masked": masked,
        "rows": [] if masked else found.summary(seen),
        "history": [] if masked else found.changes(seen),
        **sharing_of(seen, found.entry),
        "hears_reveals": found.entry.sensitivity == Sensitivity.RESTRICTED
        and access.may_stop_reveals(seen, found.entry),
        "contributes": seen.contributes(found.entry.section) and not seen.reading and not masked,
    }
    return render(request, "incidents/record.html", page)


@require_http_methods(["GET", "POST"])
def change_record(request, uuid, entry_uuid):
    """Change a record; what another person changed meanwhile is merged or asked about."""
    seen, found = _record(request, uuid, entry_uuid, To.CONTRIBUTE, live=True)
    if (
        found.page != "record"
        or access.is_masked(seen, found.entry)
        or not seen.contributes(found.entry.section)
    ):
        raise access.PermissionDenied
    form = _form(
        type(found), request.POST or None, form=ChangeForm, instance=found, initial={"version": found.version}
    )
    if form.is_valid() and perform(
        form, actions.change_record, seen=seen, record=queries.record_of(found.entry)
    ):
        messages.success(request, "Saved.")
        return redirect("record", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active=found.tab) | {
        "form": form,
        "model": found._meta,
        "title": f"Change {found._meta.verbose_name}",
        "cancel_url": reverse("record", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/record_form.html", page)
