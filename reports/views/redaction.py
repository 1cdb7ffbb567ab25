"""Words that have to go from an incident, the second person's answer, and the disclosure of what stood there."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.access import To, get_sight
from incidents.frame import frame
from incidents.models import RedactionState
from reminders import ring
from reports import access, redacting
from reports.forms import ChosenForm, DisclosureForm, SecondForm, WordsForm
from svit.refused import Refused, perform


@require_http_methods(["GET", "POST"])
def redact_words(request, uuid):
    """Which words; then where they stand; then they are withheld there at once."""
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    form = WordsForm(request.POST or None)
    page = frame(request, seen, active="log")
    if form.is_valid():
        found = perform(form, partial(_places, seen))
        if found:
            form = _chosen(request, form)
            if "confirmed" in request.POST and form.is_valid() and perform(form, redacting.ask, seen=seen):
                messages.success(
                    request, "Withheld now. A second person redacts the words or gives them back."
                )
                return redirect("redaction", uuid=uuid, redaction_uuid=form.result.uuid)
            page["packs"] = redacting.made_packs(seen.incident).count()
            page["places"] = True
    page |= {"form": form, "redactions": access.visible_redactions(seen)}
    page["cancel_url"] = reverse("incident-log", args=[uuid])
    return render(request, "reports/redact_words.html", page)


def _places(seen, *, words, reason):
    found = redacting.places(seen, words)
    if not found:
        raise Refused("These words stand nowhere that is looked through.", "words")
    return found


def _chosen(request, form):
    places = form.result
    if "confirmed" in request.POST:
        return ChosenForm(request.POST, places=places)
    return ChosenForm(places=places, initial=form.cleaned_data)


@require_http_methods(["GET", "POST"])
def redaction(request, uuid, redaction_uuid):
    """What was withheld and why; the second person redacts it or gives it back."""
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    found = access.get_redaction(seen, redaction_uuid)
    form = SecondForm(request.POST or None)
    if form.is_valid() and _decide(form, seen, found):
        messages.success(request, "Redacted." if found.state == "confirmed" else "The words stand again.")
        return redirect("redaction", uuid=uuid, redaction_uuid=redaction_uuid)
    waits = found.state == RedactionState.ASKED
    second = found.asked_by_id != request.actor.user.pk
    page = frame(request, seen, active="log") | {
        "redaction": found,
        "waits": waits,
        "second": second,
        "form": form if waits else None,
    }
    return render(request, "reports/redaction.html", page)


def _decide(form, seen, found):
    decision = form.cleaned_data.pop("decision")
    done = perform(form, getattr(redacting, decision), seen=seen, redaction=found)
    if done:
        found.state = form.result.state
        transaction.on_commit(partial(ring, "reports.dispose"))
    return done


@never_cache
@require_http_methods(["GET", "POST"])
def disclose(request, uuid):
    """The originals of what was redacted, shown once for each reason."""
    seen = get_sight(request.actor, uuid)
    if not seen.reading:
        raise PermissionDenied("Only the governance officer discloses what was redacted.")
    form = DisclosureForm(request.POST or None)
    page = frame(request, seen, active="log") | {"form": form, "cancel_url": seen.incident.get_absolute_url()}
    if form.is_valid() and perform(form, redacting.disclose, seen=seen):
        page |= {"originals": form.result, "disclosed": True}
    return render(request, "reports/disclose.html", page)
