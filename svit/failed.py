"""The page of a failure: what to do now, and the number by which somebody finds out what went wrong."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader
from django_guid import get_guid


def failed(request: HttpRequest) -> HttpResponse:
    """Without a context processor or a query: whatever broke may be what those need."""
    return HttpResponseServerError(loader.render_to_string("500.html", {"number": get_guid()}))
