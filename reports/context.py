"""What every page shows around its content: marking, navigation by role, badges, account."""

from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from partners import sessions
from partners.models import Role
from reports.queries import badges

HOME = ("Home", "home")
INCIDENTS = ("Incidents", "incidents")
MY_WORK = ("My work", "my-work")
TEAM_WORK = ("Team work", "team-work")
KEY_DATES = ("Key dates", "key-dates")
SETUP = ("Set-up", "setup")
DAILY_RISK = ("Daily risk", "risk-list")
FIGURES = ("Figures", "figures")
ACCESS_RECORD = ("Access record", "access-record")
REVEALS = ("Reveals", "access-reveals")
DISCLOSURES = ("Disclosures", "access-disclosures")
RETENTION = ("Retention", "retention")
SUBJECT_ACCESS = ("Subject access", "subject-access")

LINKS = {
    Role.COORDINATOR: [HOME, INCIDENTS, MY_WORK, DAILY_RISK, KEY_DATES, FIGURES],
    Role.CSP_MANAGER: [HOME, INCIDENTS, MY_WORK, DAILY_RISK, KEY_DATES, FIGURES, RETENTION],
    Role.PRACTITIONER: [MY_WORK, INCIDENTS],
    Role.AGENCY_MANAGER: [TEAM_WORK, MY_WORK, INCIDENTS, FIGURES, SETUP],
    Role.ADMINISTRATOR: [SETUP, FIGURES],
    Role.GOVERNANCE_OFFICER: [
        ACCESS_RECORD,
        REVEALS,
        DISCLOSURES,
        RETENTION,
        SUBJECT_ACCESS,
        FIGURES,
        INCIDENTS,
    ],
}


def page(request):
    """The context of the layouts; a page of an incident overrides marking and exercise."""
    actor = getattr(request, "actor", None)
    common = {"embedded": settings.EMBEDDED, "marking": "OFFICIAL"}
    if actor is None or actor.membership is None:
        return common
    partnership = actor.agency.csp_of
    overdue, unseen = badges(actor)
    counts = {"my-work": overdue, "inbox": unseen}
    links = [(text, name, reverse(name)) for text, name in LINKS[actor.role]]
    active = _active(request.path, [url for _, _, url in links])
    navigation = [
        {"text": text, "url": url, "active": url == active, "badge": counts.get(name)}
        for text, name, url in links
    ]
    return common | {
        "marking": partnership.marking if partnership else "OFFICIAL-SENSITIVE",
        "marking_note": partnership.handling if partnership else "Need to know only. Do not forward.",
        "navigation": navigation,
        "account": {
            "text": actor.full_label,
            "url": reverse("account"),
            "sign_out_url": f"{reverse('account_logout')}?next={quote(request.get_full_path())}",
            "search_url": reverse("search") if actor.works_items or actor.governs else None,
            "inbox_url": reverse("inbox"),
            "inbox_count": unseen,
            "session": {
                "warn": int(sessions.WARNED_AT.total_seconds()),
                "end": int(sessions.IDLE.total_seconds()),
            },
        },
        "phone_work": {"url": reverse("my-work"), "badge": overdue} if actor.works_items else None,
    }


def _active(here, urls):
    """The link under which this page stands: the one that says most of its address."""
    return max(
        (url for url in urls if here == url or (url != "/" and here.startswith(url))), key=len, default=None
    )
