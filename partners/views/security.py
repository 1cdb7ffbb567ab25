"""Second factors, passkeys and the places where one is signed in: the sign-in library's pages, as ours."""

from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from allauth.usersessions import views as usersessions
from django.contrib import messages
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from partners import queries, second_factor
from partners.views.account import asked
from svit.coming_back import where_next

ONWARD = "onward"  # where somebody was going who had to set up a second factor first


class Overview(base.IndexView):
    """What signs this person in, and what else could."""

    def get_context_data(self, **kwargs):
        request = self.request
        if onward := where_next(request, ""):
            request.session[ONWARD] = onward
        found = super().get_context_data(**kwargs)
        held = found["authenticators"]
        needed = second_factor.needs_one(request.memberships)
        return found | {
            "actor": request.actor,
            "lacking": needed and request.session.get(second_factor.SESSION) != request.user.pk,
            "passkeys": held.get("webauthn", []),
            "app": held.get("totp"),
            "codes": held["recovery_codes"].get_unused_codes() if "recovery_codes" in held else None,
            "has_password": request.user.has_usable_password(),
        }


class Code(base.AuthenticateView):
    """The second factor at sign-in; a passkey is offered to whoever has one."""

    def get_context_data(self, **kwargs):
        passkey = is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN])
        return super().get_context_data(**kwargs) | {"has_passkey": passkey}


class Codes(codes.ViewRecoveryCodesView):
    """The codes, shown once; and then on to where the person was going."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"onward": self.request.session.pop(ONWARD, None)}


class AddPasskey(webauthn.AddWebAuthnView):
    """A passkey of the kind that signs in by itself, so with a PIN, a finger or a face."""

    def get_context_data(self, **kwargs):
        options = auth.begin_registration(self.request.user, True)
        return FormView.get_context_data(self, **kwargs) | {"js_data": {"creation_options": options}}


overview = asked(Overview.as_view())
recovery_codes = asked(Codes.as_view())
new_recovery_codes = asked(codes.generate_recovery_codes)
set_up_app = asked(totp.activate_totp)
turn_off_app = asked(totp.deactivate_totp)
add_passkey = asked(AddPasskey.as_view())
rename_passkey = asked(webauthn.EditWebAuthnView.as_view(success_url=reverse_lazy("mfa_index")))
remove_passkey = asked(webauthn.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index")))
sign_in_by_passkey = asked(webauthn.login_webauthn)
code = asked(Code.as_view())
code_again = asked(base.reauthenticate)
passkey_again = asked(webauthn.reauthenticate_webauthn)
signed_in = asked(usersessions.list_usersessions)


@require_POST
def sign_out_there(request, pk):
    """End one other session of one's own."""
    session = queries.other_session(request, pk)
    if session is not None:
        session.end()
        messages.success(request, "Signed out there.")
    return redirect(resolve_url("usersessions_list"))
