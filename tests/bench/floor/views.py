"""Each page reads and writes what SVIT's page of the same name does, and asks nobody whether it may."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render

from checklists.models import ChecklistItem, OfferedItem, OpenedWith, Template, TemplateItem
from incidents.models import PHASES, Categorisation, Engagement, Entry, Incident, LogEntry, LogText, Phase
from response.models import ContactAttempt, ContactClock, Person
from svit import clock, pictures

MINE = 1  # the agency of the benchmark's coordinator


def _open(at):
    return Q(state="open", due_at__lt=at)


@login_required
def incidents(request):
    """25 incidents, the latest first, with category, lead and the number of overdue items."""
    category = Categorisation.objects.filter(incident=OuterRef("pk")).order_by("-recorded_at")
    lead = Engagement.objects.filter(incident=OuterRef("pk"), role="lead", until_at=None)
    rows = list(
        Incident.objects.order_by("-logged_at", "-pk").annotate(
            category=Subquery(category.values("category")[:1]),
            lead=Subquery(lead.values("agency__name")[:1]),
        )[:25]
    )
    late = ChecklistItem.objects.filter(_open(clock.now()), incident__in=[row.pk for row in rows])
    counts = dict(late.order_by().values_list("incident").annotate(count=Count("pk")))
    for row in rows:
        row.overdue = counts.get(row.pk, 0)
    return render(request, "floor/list.html", {"rows": rows})


@login_required
def search(request):
    """Incidents in which the word stands: in themselves, in their log or in an item."""
    words = request.GET["q"]
    found = Incident.objects.filter(
        Q(reference__icontains=words) | Q(place__icontains=words) | Q(summary__icontains=words)
    ).order_by("-logged_at", "-pk")[:20]
    return render(request, "floor/list.html", {"rows": list(found)})


@login_required
def incident(request, pk):
    """One incident: what is known, its phases, clocks, agencies, overdue items and the latest of its log."""
    now = clock.now()
    row = get_object_or_404(Incident.objects.select_related("partnership"), pk=pk)
    late = _open(now)
    phases = {
        one["phase"]: one
        for one in row.items.order_by()
        .values("phase")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(state="done")), late=Count("pk", filter=late))
    }
    clocks = list(
        ContactClock.objects.filter(person__entry__incident=row, met_at=None, stopped_at=None)
        .select_related("person")
        .order_by("due_at")[:3]
    )
    tried = ContactAttempt.objects.filter(person__in=[one.person_id for one in clocks])
    for one in clocks:
        marks = [(at.occurred_at, at.outcome == "made") for at in tried if at.person_id == one.person_id]
        one.tried, one.left = len(marks), one.due_at - now
        one.picture = pictures.clock_strip(
            start=one.started_at, now=now, due_hours=24, title="A clock", attempts=marks
        )
    for one in phases.values():
        one["bar"] = pictures.phase_bar(
            done=one["done"], progress=0, overdue=one["late"], total=one["total"], title="A phase"
        )
    page = {
        "row": row,
        "now": now,
        "category": row.categorisations.order_by("-recorded_at").first(),
        "phases": [(name, phases.get(key)) for key, name in PHASES],
        "clocks": clocks,
        "engagements": list(row.engagements.filter(until_at=None).select_related("agency")),
        "overdue": list(row.items.filter(late).select_related("agency").order_by("due_at")[:5]),
        "log": list(
            LogEntry.objects.filter(incident=row)
            .select_related("words", "agency", "by")
            .order_by("-occurred_at", "-pk")[:5]
        ),
    }
    return render(request, "floor/incident.html", page)


class Tick(forms.Form):
    note = forms.CharField(required=False)
    version = forms.IntegerField()


def _say(incident_pk, by, kind, text, **about):
    entry = LogEntry.objects.create(
        incident_id=incident_pk, kind=kind, section="general", by=by, agency_id=MINE, by_label="Coordinator",
        marking="OFFICIAL-SENSITIVE", occurred_at=clock.now(), **about,
    )  # fmt: skip
    LogText.objects.create(entry=entry, text=text)


@login_required
def tick(request, pk):
    """An item is done: the row, and a line in the log."""
    form = Tick(request.POST)
    if not form.is_valid():
        return redirect("/list/")
    with transaction.atomic():
        item = ChecklistItem.objects.select_for_update().get(pk=pk)
        if item.state == "open":
            now = clock.now()
            item.state, item.done_at, item.done_recorded_at = "done", now, now
            item.done_by, item.done_for_id, item.version = request.user, MINE, item.version + 1
            item.save()
            _say(item.incident_id, request.user, "item", f"Done: {item.title}",
                 about_kind="checklistitem", about_uuid=item.uuid)  # fmt: skip
    return redirect(f"/incident/{item.incident_id}/")


class Create(forms.ModelForm):
    class Meta:
        model = Incident
        fields = ("happened", "place", "source", "injury", "summary")


@login_required
def create(request):
    """An incident with its phases, its items, two people with two clocks each, and a line in the log."""
    form = Create(request.POST)
    if not form.is_valid():
        return redirect("/list/")
    now = clock.now()
    with transaction.atomic():
        made = form.save(commit=False)
        made.partnership_id, made.reference = 1, f"F-{uuid.uuid4().hex[:12]}"
        made.known_at, made.occurred_at, made.marking = now, now, "OFFICIAL-SENSITIVE"
        made.logged_by, made.logged_for_id = request.user, MINE
        made.save()
        Phase.objects.bulk_create(
            Phase(incident=made, key=key, order=number) for number, (key, _) in enumerate(PHASES)
        )
        template = Template.objects.latest("pk")
        rows = list(TemplateItem.objects.filter(template=template))
        OpenedWith.objects.create(incident=made, template=template)
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                incident=made, template_item=row, phase=row.phase, heading=row.heading, order=row.order,
                section=row.section, kind=row.kind, source=row.source, title=row.title, details=row.note,
                suggested_to=row.suggested_to, clock_kind=row.clock_kind, every=row.every, opened_at=now,
                due_at=now + timedelta(hours=1),
            )
            for row in rows if not row.when
        )  # fmt: skip
        OfferedItem.objects.bulk_create(
            OfferedItem(incident=made, template_item=row) for row in rows if row.when
        )
        for number in (1, 2):
            entry = Entry.objects.create(
                incident=made, partnership_id=1, kind="person", section="people", owner_id=MINE,
                sensitivity="restricted",
            )  # fmt: skip
            person = Person.objects.create(entry=entry, number=number, role="victim")
            ContactClock.objects.bulk_create(
                ContactClock(
                    uuid=uuid.uuid4(), person=person, kind=kind, event="arrest", started_at=now, agency_id=MINE,
                    due_at=now + timedelta(hours=hours),
                )
                for kind, hours in (("first_attempt", 24), ("contact_made", 48))
            )  # fmt: skip
        _say(made.pk, request.user, "logged", "Incident logged.")
    return redirect(f"/incident/{made.pk}/")


@login_required
def work(request):
    """25 items for the agency, the earliest due first, and how many there are."""
    mine = ChecklistItem.objects.filter(
        Q(agency=MINE), Q(assignee=request.user) | Q(assignee=None), state="open"
    ).exclude(incident__stage="closed")
    now = clock.now()
    counts = mine.aggregate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)), later=Count("pk", filter=Q(due_at__gte=now))
    )  # fmt: skip
    rows = list(mine.select_related("incident", "agency").order_by("due_at", "pk")[:25])
    return render(request, "floor/work.html", {"rows": rows, "counts": counts, "now": now})
