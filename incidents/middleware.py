"""What stands between a view and its answer: a reason that is asked first, and a reading that must be recorded."""

import logging

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.urls import reverse
from django_guid import get_guid

from incidents.access import ReasonNeeded
from incidents.actions import NotRecorded

logger = logging.getLogger(__name__)


class AskReason:
    """Turns `ReasonNeeded` into the question page; every other refusal goes on as it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, ReasonNeeded):
            asked = {"next": request.get_full_path()} if request.method == "GET" else {}
            return redirect(reverse("governance-reason", args=[exception.incident.uuid], query=asked))
        return None


class NothingUnrecorded:
    """A page of which it cannot be recorded that it was read is not shown (DPA 2018 s.62): words stand in its place."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, NotRecorded):
            return None
        logger.error(
            "A page was not shown: that it was read could not be recorded (%s)",
            type(exception.__cause__).__name__,
        )
        # Without a context processor or a query: what broke may be what those need.
        page = loader.render_to_string("incidents/not_recorded.html", {"number": get_guid()})
        return HttpResponse(page, status=503)
