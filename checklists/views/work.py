"""My work and the team's, over all incidents."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from checklists import actions, forms, queries
from checklists.models import ItemKind
from checklists.views.back import coming_from
from checklists.views.items import END_URLS
from incidents.sharing import NOT_FURTHER
from svit import clock
from svit.refused import perform

BUTTONS = {
    ItemKind.ACTION: "Mark done",
    ItemKind.QUESTION: "Answer",
    ItemKind.ASSURANCE: "Confirm",
    ItemKind.RECURRING: "Record check",
}
GROUPS = [("overdue", "Overdue"), ("soon", "Due soon"), ("later", "Later")]
EMPTY = {
    "open": "Nothing assigned to you.",
    "overdue": "Nothing is overdue.",
    "soon": "Nothing is due soon.",
    "later": "Nothing is due later.",
    "waiting": "You wait for nobody.",
    "done": "Nothing done in the last 30 days.",
}


def _dress(item, now, tab, *, team, chosen):
    """What a row shows: the group it stands in, its words, and the one thing to do."""
    incident = item.incident
    item.url = coming_from("team" if team else "work", item)
    item.chosen = str(item.uuid) in chosen
    item.note_url = reverse("item-note", args=[incident.uuid, item.uuid])
    item.act_url = reverse(END_URLS[ItemKind(item.kind)], args=[incident.uuid, item.uuid])
    item.button = BUTTONS[ItemKind(item.kind)]
    item.hidden = f": {item.title}"
    # A question wants its answer, a contact item its contacts: those are a page away. The rest is one press.
    item.opens = (
        item.kind == ItemKind.QUESTION or item.follows_clocks or tab == "waiting" or not item.agency_id
    )
    if not item.agency_id:
        item.button = "Assign"
        item.url_of_button = reverse("item-assign", args=[incident.uuid, item.uuid])
    else:
        item.url_of_button = item.url
        if item.follows_clocks or tab == "waiting":
            item.button = "Open"
    words = [item.get_phase_display()]
    if item.sent_back_at and not item.agency_id:
        words.append("Sent back" if item.sent_back_by_id else item.sent_back_reason.rstrip("."))
    elif tab in ("waiting",):
        words.append(str(item.agency))
    words.append(
        {"not_started": "Not started", "seen": "Seen", "in_progress": "In progress"}.get(item.progress, "")
    )
    words.append(NOT_FURTHER if item.not_further else "")
    item.words = ". ".join(word for word in words if word) + "."
    item.unopened = bool(item.is_open and item.agency_id and item.progress == "not_started")
    item.by = item.done_by.name if item.done_by else "Nobody named"
    if not item.is_open:
        item.group = "done"
    elif item.due_at and item.due_at < now:
        item.group = "overdue"
    else:
        item.group = "soon" if item.due_at and item.due_at <= now + queries.SOON else "later"
    return item


def _page(request, *, team):
    actor, now = request.actor, clock.now()
    if not actor.works_items:
        raise PermissionDenied
    tab = request.GET.get("tab", "open")
    tab = tab if tab in dict(queries.TABS) else "open"
    counts = queries.work_counts(actor, team=team)
    items, after = queries.my_work(actor, tab, after=request.GET.get("after", ""), team=team)
    chosen = set(request.POST.getlist("items"))
    items = [_dress(item, now, tab, team=team, chosen=chosen) for item in items]
    groups = []
    if tab == "open":
        for key, name in GROUPS:
            rows = [item for item in items if item.group == key]
            if rows:
                groups.append({"name": name, "count": counts[key], "rows": rows})
    elif items:
        groups.append({"name": dict(queries.TABS)[tab], "count": counts[tab], "rows": items})
    here = reverse("team-work" if team else "my-work")
    key = request.GET.get("after", "")
    first = "latest" if tab == "done" else "earliest due"
    return {
        "caption": f"Items {'of your team' if team else 'for you'}, the {first} first",
        "tab": tab,
        "groups": groups,
        "tabs": [
            {"text": text, "url": f"{here}?tab={key}", "active": key == tab, "count": counts[key]}
            for key, text in queries.TABS
        ],
        "now": now,
        "agency": actor.agency,
        "here": f"{here}?tab={tab}",
        "older_url": f"{here}?tab={tab}&after={_quoted(after)}" if after else "",
        "newer_url": f"{here}?tab={tab}" if request.GET.get("after") else "",
        "empty": EMPTY[tab],
        "team_url": reverse("team-work"),
        "my_url": reverse("my-work"),
        "my_team_url": f"{here}?{urlencode({'tab': tab} | ({'after': key} if key else {}))}",
    }


def _quoted(key):
    return key.replace("+", "%2B")


@require_safe
def my_work(request):
    """What is this person's to do, over all incidents, overdue first."""
    page = _page(request, team=False)
    if not page["groups"] and page["tab"] == "open":
        page["recent"], _ = queries.my_work(request.actor, "done", size=5)
    return render(request, "checklists/my_work.html", page)


def _chosen(request):
    """The ticked items' identifiers; what is no identifier is left out."""
    found = []
    for text in request.POST.getlist("items")[:200]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_http_methods(["GET", "POST"])
def team_work(request):
    """The agency's items, and giving several of them to one colleague."""
    actor = request.actor
    if not actor.works_items:
        raise PermissionDenied
    people = queries.people_of([actor.agency]).get(actor.agency.pk, [])
    form = forms.ReassignForm(
        *((request.POST,) if request.method == "POST" else ()), agency=actor.agency, people=people
    )
    if request.method == "POST" and form.is_valid():
        items = queries.team_items(actor, _chosen(request))
        if not items:
            form.add_error(None, "Tick at least one item.")
        else:
            _, assignee = form.cleaned_data.pop("whom")
            if perform(form, actions.reassign, actor=actor, items=items, assignee=assignee):
                moved = form.result
                whom = assignee.name if assignee else "anybody in the team"
                messages.success(request, f"{moved} {'item' if moved == 1 else 'items'} given to {whom}.")
                return redirect(
                    f"{reverse('team-work')}?{urlencode({'tab': request.GET.get('tab', 'open')})}"
                )
    return render(request, "checklists/team_work.html", _page(request, team=True) | {"form": form})
