"""Meetings about an incident: agenda, who was there, what was decided and why, what was added after the signature."""

import uuid

from django.db import models
from django.db.models import Q

from incidents.models import Record, Section
from partners.models import Agency, User
from response.models.reporting import an_agency
from svit import clock
from svit.history import History


class MeetingKind(models.TextChoices):
    GOLD_GROUP = "gold_group", "Gold group"
    INCIDENT_MANAGEMENT = "incident_management", "Incident Management Meeting"
    PARTNERS = "partners", "Partners meeting"
    PANEL = "panel", "Exploitation and risk panel"
    COMMUNITY = "community", "Community meeting"


class Meeting(Record):
    """A meeting about one incident. It is set up, started, ended, and signed by its chair; then nothing changes.

    What is written down in it is never edited: what was wrong is put right by a later decision or an addendum.
    """

    phase = "categorisation"
    section = Section.MEETINGS
    page = "meeting"
    tab = "meetings"
    fields = ("what", "planned_at", "place", "chaired_by", "chair", "purpose")
    missing = {
        "what": "Choose what kind of meeting it is.",
        "chaired_by": "Choose the agency that chairs it.",
    }

    what = models.CharField("kind of meeting", max_length=20, choices=MeetingKind)
    number = models.PositiveIntegerField(
        default=1, editable=False
    )  # of its kind in the incident; 0 of a sealed one
    planned_at = models.DateTimeField("when it is held")
    place = models.CharField(
        "where", max_length=200, blank=True, help_text="A room, or how to join. No passcodes."
    )
    chaired_by = an_agency("agency that chairs it", null=False, blank=False)
    chair = models.CharField("who chairs it", max_length=120, blank=True, help_text="A role, no name.")
    purpose = models.TextField("what it is to decide", blank=True, help_text="Do not name anyone.")
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    signed_as = models.CharField(max_length=200, blank=True, editable=False)  # agency and role

    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(ended_at__isnull=False),
                name="what_is_signed_has_ended",
            ),
        ]

    def entry_title(self):
        kind = self.get_what_display()
        return f"{kind} {self.number}" if self.number else kind

    @property
    def state(self):
        if self.signed_at:
            return "Signed"
        if self.ended_at:
            return "Ended, not signed"
        return "Live" if self.started_at else "Planned"

    @property
    def is_live(self):
        return self.started_at is not None and self.ended_at is None


class AgendaPoint(models.Model):
    """One point of a meeting's agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="one_point_a_place")]

    def __str__(self):
        return self.title


class Answer(models.TextChoices):
    PRESENT = "present", "Present"
    DEPUTY = "deputy", "Deputy"
    APOLOGIES = "apologies", "Apologies"


class Attendance(models.Model):
    """Whether an agency was there. Independent advisers advise and carry no decision: they never own one."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    adviser = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="an_agency_attends_once")]


class Decision(models.Model):
    """What was decided, why, and by which agency; `number` counts within its meeting (JESIP decision log).

    A `restricted` one is for those alone who may read restricted content, and stands on no shared screen.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    why = models.TextField()
    options = models.TextField(blank=True)
    risks = models.TextField(blank=True)
    powers = models.TextField(blank=True)
    by_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    restricted = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_for = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(unique=True, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="decisions_are_numbered")]


class Raised(models.Model):
    """An item of the checklist that a meeting raised, under a number of the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="raised")
    item = models.OneToOneField(
        "checklists.ChecklistItem", on_delete=models.CASCADE, related_name="raised_in"
    )
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    submission = models.UUIDField(unique=True, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="actions_are_numbered")]


class Addendum(models.Model):
    """What was added to the minutes after the chair signed them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="addenda")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "pk"]


STANDARD = (
    "Marking and confidentiality",
    "Earlier actions",
    "Situation",
    "Victim and family",
    "Safeguarding",
    "Community impact and tension",
    "Policing and outreach",
    "Communications",
    "Health, education and housing",
    "Memorials and key dates",
    "Staff welfare",
    "Risks",
    "Decisions",
    "Next meeting or stand-down",
)
AGENDAS = {
    MeetingKind.GOLD_GROUP: (*STANDARD[:4], "Investigation, within its limits", *STANDARD[4:]),
    MeetingKind.INCIDENT_MANAGEMENT: STANDARD,
    MeetingKind.PARTNERS: STANDARD,
    MeetingKind.PANEL: (
        "Marking and confidentiality",
        "Earlier actions",
        "Each young person: risk, plan, lead worker",
        "Are the risk plans good enough?",
        "Missing episodes and exploitation",
        "Places and groups",
        "Decisions",
        "Next meeting",
    ),
    MeetingKind.COMMUNITY: (
        "Welcome, and what may be said",
        "What is known",
        "What people see and feel",
        "What is being done",
        "Support, and where to find it",
        "What people ask for",
        "How to stay in touch",
    ),
}
