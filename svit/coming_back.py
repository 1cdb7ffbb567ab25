"""Where a page leads when its task is done."""

from django.utils.http import url_has_allowed_host_and_scheme


def where_next(request, otherwise):
    """The page of ours that the form or the address asked to come back to; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else otherwise
