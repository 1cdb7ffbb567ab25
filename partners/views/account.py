"""A person's own account: who they are here, for whom they act, and signing in and out."""

from allauth.account import views as allauth
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, queries, sessions, single_sign_on
from partners.acting import Way, choose, ways
from partners.forms.account import (
    ActingForm,
    AgencySignInForm,
    ChangeForm,
    ResetForm,
    ResetFromLinkForm,
    SetForm,
    SignInForm,
    TextsForm,
)
from reminders import channels
from reminders.queries import has_digest
from svit.coming_back import where_next
from svit.refused import perform

# The library's pages take a PUT for a POST, and answer to every other method
asked = require_http_methods(["GET", "HEAD", "POST"])
reauthenticate = asked(allauth.reauthenticate)
sign_in = asked(allauth.LoginView.as_view(form_class=SignInForm))
sign_out = asked(allauth.logout)
inactive = asked(allauth.account_inactive)
change_password = asked(allauth.PasswordChangeView.as_view(form_class=ChangeForm))
set_password = asked(allauth.PasswordSetView.as_view(form_class=SetForm))
reset_password = asked(allauth.PasswordResetView.as_view(form_class=ResetForm))
reset_password_sent = asked(allauth.password_reset_done)
reset_password_from_link = asked(allauth.PasswordResetFromKeyView.as_view(form_class=ResetFromLinkForm))
reset_password_done = asked(allauth.password_reset_from_key_done)
back_from_agency = require_safe(openid_connect.callback)


@require_safe
def account(request):
    """Name, address, role, agency; the way to another membership, to the password and out."""
    page = {
        "actor": request.actor,
        "several": len(ways(request.memberships)) > 1,
        "leave": queries.away_now(request.user),
        "sets_up": access.can_set_up(request.actor),
        "offered": [way for way in ways(request.memberships) if not way.membership.picked_at],
        "waits": [one for one in request.memberships if one.confirmed_at is None],
        "to_confirm": len(queries.to_confirm(request.actor)) if access.confirms_roles(request.actor) else 0,
        "once_a_day": has_digest(request.user),
        "texting": channels.texting() or request.actor.user.mobile,
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


@require_http_methods(["GET", "POST"])
def texts(request):
    """Give a mobile number for what is urgent, or take it back. Where no texts are sent, nobody is asked for one."""
    if not (channels.texting() or request.user.mobile):
        raise Http404
    form = TextsForm(request.POST or None, initial={"mobile": request.user.mobile})
    if form.is_valid() and perform(form, actions.text_me, by=request.actor):
        given = form.cleaned_data["mobile"]
        said = "You will be texted when something urgent is due." if given else "You get no texts."
        messages.success(request, said)
        return redirect("account")
    page = {
        "form": form,
        "title": "Text me when something urgent is due",
        "submit": "Save",
        "cancel_url": resolve_url("account"),
    }
    return render(request, "partners/texts.html", page)


@login_not_required
@require_http_methods(["GET", "POST"])
def agency_sign_in(request):
    """Sign in by the service of one's agency. The answer depends on the domain, and tells nothing of a person."""
    form = AgencySignInForm(request.POST or None)
    onward = where_next(request, resolve_url("home"))
    if form.is_valid():
        if service := single_sign_on.service_for(form.cleaned_data["email"]):
            return single_sign_on.begin(request, service, onward=onward)
        form.add_error(
            "email", "No agency with such addresses signs in so. Sign in with your password instead"
        )
    page = {"form": form, "onward": onward}
    return render(request, "partners/agency_sign_in.html", page)


@require_POST
def stay(request):
    """Somebody is still there: the session goes on."""
    return HttpResponse(status=204)


@require_POST
def keep_answers(request):
    """Keep what was typed on a page, before the session ends."""
    path = request.POST.get("page", "")
    answers = request.POST.copy()
    answers.pop("page", None)
    sessions.keep(user=request.user, path=path, answers=answers)
    return HttpResponse(status=204)
