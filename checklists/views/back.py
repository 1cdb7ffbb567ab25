"""The way back from an item's page: to the list from which it was opened."""

from django.urls import reverse

from incidents.frame import slug


def way_back(came, item):
    """(address, words) of the list that `came` names."""
    return {
        "work": (reverse("my-work"), "My work"),
        "team": (reverse("team-work"), "Team work"),
        "checklist": (reverse("checklist", args=[item.incident.uuid]), "Checklist"),
        "phase": (reverse("phase", args=[item.incident.uuid, slug(item.phase)]), item.get_phase_display()),
    }[came]


def came_from(request):
    """Which list the page was opened from, as its address says; nothing where it says none of ours."""
    came = request.GET.get("from", "")
    return came if came in ("work", "team", "checklist", "phase") else ""


def coming_from(came, item):
    """The item's address, which remembers the list."""
    return f"{item.get_absolute_url()}?from={came}" if came else item.get_absolute_url()
