"""A person's own account: who they are here, for whom they act, and signing in and out."""

from allauth.account import views as allauth
from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from partners import access, queries
from partners.acting import Way, choose, ways
from partners.forms.account import (
    ActingForm,
    ChangeForm,
    ResetForm,
    ResetFromLinkForm,
    SetForm,
    SignInForm,
)
from svit.coming_back import where_next

sign_in = allauth.LoginView.as_view(form_class=SignInForm)
sign_out = allauth.logout
inactive = allauth.account_inactive
change_password = allauth.PasswordChangeView.as_view(form_class=ChangeForm)
set_password = allauth.PasswordSetView.as_view(form_class=SetForm)
reset_password = allauth.PasswordResetView.as_view(form_class=ResetForm)
reset_password_sent = allauth.password_reset_done
reset_password_from_link = allauth.PasswordResetFromKeyView.as_view(form_class=ResetFromLinkForm)
reset_password_done = allauth.password_reset_from_key_done


@require_safe
def account(request):
    """Name, address, role, agency; the way to another membership, to the password and out."""
    page = {
        "actor": request.actor,
        "several": len(ways(request.memberships)) > 1,
        "sets_up": access.can_set_up(request.actor),
        "offered": [way for way in ways(request.memberships) if not way.membership.picked_at],
        "added": [] if access.can_set_up(request.actor) else queries.added_elsewhere(request.actor),
    }
    return render(request, "partners/account.html", page)


@require_http_methods(["GET", "POST"])
def acting(request):
    """Choose for which agency and partnership to act from now on."""
    choices = {way.key: way for way in ways(request.memberships)}
    actor = request.actor
    form = ActingForm(
        request.POST or None,
        choices=[(key, way.label) for key, way in choices.items()],
        initial={"acting": Way(actor.membership, actor.chosen).key if actor.membership else None},
    )
    onward = where_next(request, resolve_url("account"))
    if form.is_valid():
        way = choices[form.cleaned_data["acting"]]
        choose(request, way)
        messages.success(request, f"You act as {way.label}.")
        return redirect(onward)
    page = {
        "form": form,
        "several": len(choices) > 1 or not actor.membership,
        "onward": onward,
        "actor": actor,
    }
    return render(request, "partners/acting.html", page)


acting.chooses = True  # open to whoever has not chosen yet
