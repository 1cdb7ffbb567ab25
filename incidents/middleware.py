"""Sends a governance officer who has given no reason yet to the page that asks for one."""

from django.shortcuts import redirect
from django.urls import reverse

from incidents.access import ReasonNeeded


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
