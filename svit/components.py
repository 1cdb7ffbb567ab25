"""The page `/components/`: every component and form field in each of its states, with invented words.

It is where a change to the styles is looked at, and where the browser tests run axe on all of it at once.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from svit import fields, pictures, widgets

NOW = datetime(2026, 6, 6, 0, 56, tzinfo=UTC)  # 1:56am in London
H = timedelta(hours=1)
LONG = (
    "Northmere and Eastbrook Joint Neighbourhood Safety and Violence Reduction Partnership, "
    "out-of-hours duty desk (temporary arrangement until the end of September)"
)


class EveryField(forms.Form):
    """One of each, as the forms of the application use them."""

    label_size = "s"
    reveals = {"when": {"enter": ["happened_at"]}}
    hints = {"response": {"gold": "Chaired by the CSP manager, within 24 hours"}}

    what = forms.ChoiceField(
        label="What happened?",
        choices=[
            (w.lower(), w) for w in ("Stabbing", "Shooting", "Assault", "Robbery", "Threat", "Not known")
        ],
        widget=widgets.Radios(layout="two", small=True),
        error_messages={"required": "Choose what happened"},
    )
    when = forms.ChoiceField(
        label="When?",
        choices=[("now", "Just now"), ("hour", "Within the last hour"), ("enter", "Enter a time")],
        widget=widgets.Radios(small=True),
        error_messages={"required": "Choose when it happened"},
    )
    happened_at = fields.GovDateTimeField(
        label="Time of the incident", past=True, help_text="For example, 27 6 2026, 9:32am"
    )
    where = forms.CharField(
        label="Where?",
        help_text="Street, place or postcode. No names.",
        widget=widgets.Text(),
        error_messages={"required": "Enter where it happened"},
    )
    called = forms.ChoiceField(
        required=False,
        label="Were the police called?",
        choices=[("yes", "Yes"), ("no", "No"), ("not-known", "Not known")],
        widget=widgets.Radios(layout="inline"),
    )
    response = forms.ChoiceField(
        required=False,
        label="How will partners meet?",
        choices=[("gold", "Gold group"), ("partners", "Partners meeting"), ("none", "No meeting")],
        widget=widgets.Radios(divider="or"),
    )
    setting = forms.MultipleChoiceField(
        required=False,
        label="Anyone in custody or hospital?",
        choices=[("c", "Custody"), ("h", "Hospital"), ("n", "Neither"), ("x", "Not known")],
        widget=widgets.Checkboxes(layout="two", small=True),
    )
    count = forms.IntegerField(
        label="How many children and young adults under 25?",
        help_text="Each opens a person with a contact clock. 0 if none; leave empty if not known.",
        widget=widgets.Number(width=3),
        error_messages={"invalid": "Number of young people must be a number, such as 2"},
    )
    lead = forms.ChoiceField(
        required=False,
        label="Lead agency",
        choices=[("", "Choose an agency"), ("p", LONG)],
        widget=widgets.Select(),
    )
    summary = forms.CharField(
        label="Summary",
        help_text="Two lines will do. Do not name anyone.",
        widget=widgets.Textarea(rows=4, count=300),
    )
    hours = forms.DecimalField(
        required=False, label="Patrol hours", widget=widgets.Text(width=4, suffix="hours")
    )
    cost = forms.DecimalField(required=False, label="Cost", widget=widgets.Money())
    review_on = fields.GovDateField(label="Review date", future=True, help_text="For example, 27 6 2026")
    starts = fields.GovTimeField(label="Starts at", help_text="For example, 9:32am")
    email = forms.EmailField(
        label="Work e-mail",
        error_messages={"invalid": "Enter an e-mail address with an @"},
        widget=widgets.Email(width=30),
    )
    phone = forms.CharField(required=False, label="Telephone", widget=widgets.Telephone())
    password = forms.CharField(required=False, label="Password", widget=widgets.Password(width=20))
    photo = forms.FileField(
        required=False, label="Photo (optional)", help_text="Places only, no faces", widget=widgets.File()
    )
    papers = fields.FilesField(required=False, label="Papers", widget=widgets.Files())
    agreed = forms.BooleanField(
        label="I have read the handling line of this pack",
        error_messages={"required": "Confirm that you have read the handling line"},
    )


class OneQuestion(forms.Form):
    """The label is the page's heading."""

    page_heading = "reason"
    label_sizes = {"reason": "m"}
    reason = forms.CharField(label="Why do you need to see this record?", widget=widgets.Textarea(rows=3))


ANSWERS = {
    "what": "stabbing",
    "when": "hour",
    "where": "Harbour Walk, by the underpass",
    "setting": ["h"],
    "count": 2,
    "summary": "Two young people hurt near the station.",
    "happened_at": NOW - 3 * H,
    "called": "yes",
}
MISTAKES = {
    "when": "enter",
    "happened_at_0": "31",
    "happened_at_2": "2026",
    "count": "several",
    "starts_0": "25:00",
    "email": "nobody",
    "review_on_0": "1",
    "review_on_1": "2",
    "review_on_2": "2019",
    "summary": "Too long. " * 40,
}


def clocks():
    """Missed, soon, running, met, and one estimated that is far over."""
    start = NOW - 51 * H - timedelta(minutes=6)
    return [
        clock(
            "overdue",
            "Person 1",
            "contact made, 48 h",
            "Missed, 3 h 6 min over",
            "2 attempts, no contact",
            "From custody booking, 10:50pm Wed",
            start=start,
            due_hours=48,
            golden=1,
            attempts=[(start + 14 * H, False), (start + 39 * H, False)],
            title="Person 1: 2 attempts, no contact, 3 hours overdue",
        ),
        clock(
            "soon",
            "Person 2",
            "contact made, 48 h",
            "2 h 14 min left, due 4:10am",
            "1 attempt, no contact",
            "From hospital arrival, 4:10am Thu",
            start=NOW - 45.77 * H,
            due_hours=48,
            attempts=[(NOW - 2.5 * H, False)],
            title="Person 2: 1 attempt, no contact, 2 hours 14 minutes left",
        ),
        clock(
            "ok",
            "Person 4",
            "first attempt, 24 h",
            "7 h 24 min left, due 9:20am",
            "No attempt yet",
            "From school referral, 9:20am Fri",
            start=NOW - 16.6 * H,
            due_hours=24,
            title="Person 4: no attempt yet, first attempt due in 7 hours 24 minutes",
        ),
        clock(
            "done",
            "Person 3",
            "contact made, 48 h",
            "Met in 19 h",
            "Contact made at the second attempt",
            "From hospital arrival, 8:10pm Wed",
            start=NOW - 53 * H,
            due_hours=48,
            met_at=NOW - 34 * H,
            attempts=[(NOW - 42 * H, False), (NOW - 34 * H, True)],
            title="Person 3: contact made in 19 hours",
        ),
        clock(
            "overdue",
            "Person 5",
            "contact made, 48 h",
            "Missed, 2 days over",
            "No attempt",
            "From when the incident was logged",
            start=NOW - 97 * H,
            due_hours=48,
            estimated=True,
            title="Person 5, estimated: no attempt, 2 days overdue",
        ),
        clock(
            "ok",
            "Child in custody",
            "first call, 1 h",
            "48 min left, due 2:44am",
            "Not called yet",
            "From custody booking, 1:44am",
            start=NOW - 0.2 * H,
            due_hours=1,
            marks=[(1, "1 h")],
            title="Child in custody: not called yet, 48 minutes left",
        ),
    ]


def clock(state, who, what, lead, finding, source, **drawn):
    return {
        "state": state,
        "who": who,
        "what": what,
        "lead": lead,
        "finding": finding,
        "source": source,
        "estimated": drawn.get("estimated", False),
        "picture": pictures.clock_strip(now=NOW, **drawn),
    }


def rail():
    rows = [
        ("Incident reporting", 5, 0, 0, 5),
        ("Categorisation", 9, 1, 0, 11),
        ("Response plan", 8, 4, 1, 17),
        ("Communications", 3, 2, 1, 7),
        ("Health planning", 2, 1, 0, 3),
        ("Community liaison", 1, 3, 0, 8),
        ("Relationship mapping", 2, 1, 1, 5),
        ("Education engagement", 0, 1, 0, 3),
        ("Review", 0, 0, 0, 0),
    ]
    names = ("name", "done", "progress", "overdue", "total")
    phases = [{**dict(zip(names, row, strict=True)), "url": "#rail"} for row in rows]
    phases[4]["current"] = True
    return phases


def work():
    """Rows of the work table, in groups."""

    def row(title, note, hours, act):
        return {"title": title, "note": note, "due_at": NOW + hours * H, "act": act, "overdue": hours < 0}

    return [
        (
            "Overdue (2)",
            [
                row(
                    "Make contact with Person 1 and family",
                    "48 h from custody booking. 2 attempts so far.",
                    -3.1,
                    "Record contact",
                ),
                row("Identify friends and family", "Relationship mapping. In progress.", -0.67, "Mark done"),
            ],
        ),
        (
            "Due soon (1)",
            [
                row(
                    "Make contact with Person 2 and family",
                    "48 h from hospital arrival.",
                    2.24,
                    "Record contact",
                )
            ],
        ),
        ("Later (1)", [row(LONG, "Response plan. Not started.", 75, "Mark done")]),
    ]


@require_safe
def components(request):
    """Every component, on one page."""
    return render(request, "svit/components.html", everything())


def everything():
    """What the page shows: each component's values."""
    link = {"text": "Add to log", "url": "#identity"}
    return {
        "title": "Components",
        "lead": "Every part of the pages, with invented words.",
        "now": NOW,
        "long": LONG,
        "navigation": [
            {"text": "Home", "url": "#top", "active": False, "badge": None},
            {"text": "Incidents", "url": "#top", "active": True, "badge": None},
            {"text": "My work", "url": "#top", "active": False, "badge": 2},
            {"text": "Meetings", "url": "#top", "active": False, "badge": 0},
        ],
        "phone_work": {"url": "#top", "badge": 2},
        "facts": [
            ("Category", "Serious, gold group"),
            ("Lead", "Northmere CSP"),
            ("Age", "Day 3"),
            ("Shared with", "Eastbrook"),
        ],
        "action": link,
        "menu": [{"text": text, "url": "#identity"} for text in ("Mobilise", "Create pack", "Change status")],
        "tabs": [
            {"text": text, "url": "#identity", "active": text == "Overview"}
            for text in (
                "Overview",
                "Log",
                "Checklist",
                "People",
                "Meetings",
                "Comms",
                "Community",
                "More",
            )
        ],
        "counted_tabs": [
            {"text": text, "url": "#identity", "active": text == "All open", "count": count}
            for text, count in (("All open", 7), ("Overdue", 2), ("Due soon", 2), ("Later", 0))
        ],
        "clocks": clocks(),
        "phases": rail(),
        "work": work(),
        "tasks": [
            {
                "title": "Agree the holding statement",
                "url": "#lists",
                "status": "Overdue 2 h",
                "state": "overdue",
            },
            {
                "title": "Brief both heads",
                "url": "#lists",
                "hint": LONG,
                "status": "Due in 3 h",
                "state": "soon",
            },
            {"title": "Monitor social media", "url": "#lists", "status": "Next check 4pm", "state": "ok"},
            {"title": "Name a lead agency", "url": "#lists", "status": "Done", "state": "done"},
            {"title": "Seen by the hospital", "url": "#lists", "status": "Seen", "state": "seen"},
            {"title": "Hold the review", "status": "Not started", "state": "open"},
        ],
        "summary": [
            {
                "key": "Situation",
                "value": "One young person seriously hurt, stable. One in custody.",
                "url": "#lists",
            },
            {"key": "Lead agency", "value": LONG, "url": "#lists", "hidden": "the lead agency"},
            {"key": "Biggest risk", "value": "Not written yet", "quiet": True},
        ],
        "entries": [
            {
                "title": "Contact attempt, Person 2",
                "at": NOW - 2.5 * H,
                "by": "Northmere Youth Service",
                "url": "#lists",
                "text": "Duty worker at Aldermoor Hospital.\nWard sister will ring when she is awake.",
            },
            {"title": "Clock missed: Person 1, 48 h", "at": NOW - 3 * H, "by": "SVIT"},
            {
                "title": "Tension reading: potential 3, high",
                "when": "about 4pm, 5 June",
                "by": LONG,
                "text": "Two schools report messages.",
                "note": "Written down 35 minutes later.",
            },
        ],
        "rows": [
            {"text": "Person 1, contact made", "state": "overdue", "state_text": "Clock missed"},
            {"text": "3 items done", "url": "#lists", "detail": "1 now overdue"},
            {"text": LONG, "url": "#lists"},
        ],
        "numbers": [
            {"figure": "3", "text": "overdue items", "url": "#lists", "state": "overdue"},
            {"figure": "2", "text": "clocks running", "url": "#lists", "state": "soon"},
            {"figure": "3 of 4", "text": "young people contacted"},
            {"figure": "Potential 3", "text": "tension, was 2 on 4 June"},
        ],
        "files": [
            {"name": "cordon.jpg", "url": "#lists", "detail": "Picture, 240 kB", "remove_url": "#lists"},
            {
                "name": "a-very-long-name-of-minutes-of-the-gold-group-of-6-june-2026-final-3.pdf",
                "detail": "PDF, 1.2 MB",
                "state": "Not scanned",
            },
        ],
        "agenda": [
            {"text": "Situation and clocks", "url": "#meeting", "detail": "1 missed, met late at 6:05am"},
            {
                "text": "Safety of Person 4",
                "url": "#meeting",
                "detail": "decision wanted",
                "current": True,
            },
            {"text": "Next meeting", "url": "#meeting"},
        ],
        "attendance": ["Northmere CSP (chair)", "Children’s Social Care", LONG],
        "card_links": [
            {"text": "Record contact", "url": "#cards"},
            {"text": "Record attempt", "url": "#cards"},
        ],
        "conflict": [
            {"name": "due", "label": "Due time", "yours": "4pm today", "theirs": "9am tomorrow"},
            {"name": "note", "label": "Note", "yours": LONG, "theirs": ""},
        ],
        "selected": [
            {"text": "Decisions", "remove_url": "#filter"},
            {"text": "Northmere Police", "remove_url": "#filter"},
        ],
        "example_messages": [
            SimpleNamespace(level_tag=level, message=words, extra_tags=tags)
            for level, words, tags in (
                ("success", "Marked done: Monitor social media.", "undo:/components/"),
                ("info", "Two colleagues added entries while you were away.", ""),
                ("warning", "Three partners have not opened the message after 15 minutes.", ""),
                ("error", "Not sent. Your answers are still here.", ""),
            )
        ],
        "plain": EveryField(initial=ANSWERS, prefix="plain"),
        "wrong": EveryField(MISTAKES, {}),
        "question": OneQuestion(auto_id="question_%s"),
    }
