"""The directory of the partnership."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from partners import access, actions, queries
from partners.forms.setup import ChangeContactForm, ContactForm, ContactSearchForm
from partners.views.setup import frame
from svit.asked import ask
from svit.refused import Refused, perform

FIELDS = ("kind", "name", "represents", "telephone", "email", "version")


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request):
    """Whom to ring, and when that was last confirmed."""
    access.get_partnership(request.actor)
    asked = ask(request, ContactSearchForm)
    if asked.onward:
        return asked.onward
    words = asked.answers.get("q", "")
    rows, number, more = queries.page_of(queries.contacts(request.actor, words), request.GET.get("page", 1))
    page = frame(request, "contacts") | {
        "rows": rows,
        "page": number,
        "more": more,
        "form": asked.form,
        "open": asked.open,
        "words": words,
    }
    return render(request, "partners/contacts.html", page)


@require_http_methods(["GET", "POST"])
def new_contact(request):
    """A new directory entry."""
    own = access.get_partnership(request.actor)
    form = ContactForm(request.POST or None, agencies=queries.choices_of_agency(request.actor))
    if form.is_valid() and perform(form, actions.add_contact, by=request.actor, partnership=own):
        messages.success(request, f"{form.result} added to the directory.")
        return redirect("setup-contacts")
    return _form(request, form, title="Add to the directory", submit="Add entry")


@require_http_methods(["GET", "POST"])
def change_contact(request, uuid):
    """What an entry says."""
    contact = access.get_contact(request.actor, uuid)
    initial = {field: getattr(contact, field) for field in FIELDS}
    initial["agency"] = contact.agency.uuid if contact.agency else None
    form = ChangeContactForm(
        request.POST or None, agencies=queries.choices_of_agency(request.actor), initial=initial
    )
    if form.is_valid() and perform(form, actions.change_contact, contact=contact, by=request.actor):
        messages.success(request, f"{form.result} changed and confirmed.")
        return redirect("setup-contacts")
    return _form(
        request, form, title="Change directory entry", submit="Save", caption=contact.name, contact=contact
    )


@require_POST
def confirm_contact(request, uuid):
    """Somebody rang: the entry is right."""
    contact = access.get_contact(request.actor, uuid)
    return _do(request, actions.confirm_contact, contact, f"{contact} confirmed.")


@require_http_methods(["GET", "POST"])
def remove_contact(request, uuid):
    """Ask first, then remove the entry."""
    contact = access.get_contact(request.actor, uuid)
    if request.method == "POST":
        return _do(request, actions.remove_contact, contact, f"{contact} removed from the directory.")
    page = frame(request, "contacts") | {
        "title": f"Remove {contact} from the directory?",
        "contact": contact,
        "back_url": reverse("setup-change-contact", args=[uuid]),
    }
    return render(request, "partners/remove_contact.html", page)


def _do(request, action, contact, words):
    try:
        action(contact=contact, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words)
    return redirect("setup-contacts")


def _form(request, form, **words):
    back = reverse("setup-contacts")
    page = frame(request, "contacts") | {"form": form, "back_url": back, "cancel_url": back, **words}
    return render(request, "partners/contact_form.html", page)
