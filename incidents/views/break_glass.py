"""Opening an incident for life at risk."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from incidents import access, actions
from incidents.forms import BreakGlassForm
from partners.guesses import guessed_wrongly, may_guess
from svit.refused import perform

GUESS = "break_glass"
TOO_MANY = "Too many references that are not there. Ring the coordinators, or wait an hour."


@require_http_methods(["GET", "POST"])
def break_glass(request):
    """By its typed reference, with a reason, for four hours, and loudly."""
    if not access.can_break_glass(request.actor):
        raise access.PermissionDenied("Only a manager of an agency opens an incident for life at risk.")
    form = BreakGlassForm(request.POST or None)
    if form.is_valid() and not may_guess(request, GUESS):
        form.add_error("reference", TOO_MANY)
    elif form.is_valid() and perform(form, actions.break_glass, by=request.actor):
        messages.success(
            request, "Open for four hours. The coordinators and the governance officer are told."
        )
        return redirect(form.result.incident)
    elif form.has_error("reference", code=None) and form.data.get("reference"):
        guessed_wrongly(request, GUESS)
    return render(request, "incidents/break_glass.html", {"form": form, "cancel_url": reverse("incidents")})
