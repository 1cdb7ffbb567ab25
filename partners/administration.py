"""The site of the administration: whoever comes in came by our own sign-in, with a second factor, and is staff."""

from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from partners import second_factor

# These would answer for models that are not registered.
LEFT_OUT = ("view_on_site", "autocomplete")


class Site(AdminSite):
    """No sign-in, password or sign-out of its own: each leads to ours."""

    site_header = site_title = "SVIT administration"
    index_title = "The set-up, to look at"
    enable_nav_sidebar = False

    def get_urls(self):
        return [each for each in super().get_urls() if getattr(each, "name", "") not in LEFT_OUT]

    def has_permission(self, request):
        """Staff, with a second factor in this session; in a copy for trying out as well."""
        return super().has_permission(request) and _has_second_factor(request)

    def login(self, request, extra_context=None):
        """Where somebody signed in goes who may not be here, or not yet. To whoever is no staff it does not exist."""
        index = reverse("admin:index")
        if not request.user.is_staff:
            raise Http404
        if not _has_second_factor(request):
            return redirect(f"{reverse('mfa_index')}?{urlencode({'next': index})}")
        return redirect(index)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


def _has_second_factor(request):
    return request.session.get(second_factor.SESSION) == request.user.pk
