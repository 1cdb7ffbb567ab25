"""A person's own account: who they are here, for whom they act, and signing in and out."""

from allauth.account import views as allauth
from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from partners import access, queries
from partners.actor import actor_for
from partners.forms.account import (
    ActingForm,
    ChangeForm,
    ResetForm,
    ResetFromLinkForm,
    SetForm,
    SignInForm,
)
from partners.middleware import MEMBERSHIP, PARTNERSHIP

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
        "several": len(_choices(request)) > 1,
        "sets_up": access.can_set_up(request.actor),
    }
    return render(request, "partners/account.html", page)


@require_http_methods(["GET", "POST"])
def acting(request):
    """Choose for which agency and partnership to act from now on."""
    choices = _choices(request)
    now = _key(request.actor.membership, request.actor.partnership)
    form = ActingForm(
        request.POST or None,
        choices=[(key, label) for key, label, *_ in choices],
        initial={"acting": now},
    )
    onward = _onward(request)
    if form.is_valid():
        _, label, membership, partnership = next(
            row for row in choices if row[0] == form.cleaned_data["acting"]
        )
        request.session[MEMBERSHIP] = membership.pk
        request.session[PARTNERSHIP] = partnership.pk if partnership else None
        messages.success(request, f"You act as {label}.")
        return redirect(onward)
    page = {"form": form, "several": len(choices) > 1, "onward": onward, "actor": request.actor}
    return render(request, "partners/acting.html", page)


def _key(membership, partnership):
    if membership.agency.csp_of_id or partnership is None:
        return str(membership.uuid)
    return f"{membership.uuid}:{partnership.uuid}"


def _choices(request):
    """(key, label, membership, partnership) of each way in which the person may act."""
    rows = []
    for membership in queries.memberships_of(request.user):
        agency = membership.agency
        served = [] if agency.csp_of_id else list(agency.partnerships.all())
        for partnership in served or [None]:
            membership.user = request.user
            label = actor_for(membership).label
            if len(served) > 1:
                label += f", for {partnership}"
            rows.append((_key(membership, partnership), label, membership, partnership))
    return rows


def _onward(request):
    """Where to go afterwards: a page of ours that the address names, else the account page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.startswith("/") else resolve_url("account")
