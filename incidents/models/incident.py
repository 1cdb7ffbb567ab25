"""The incident, its phases and its categorisation."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from partners.models import Agency, Partnership, User
from svit import clock
from svit.history import History


class Stage(models.TextChoices):
    """Where the response stands; `remobilise` leads back to responding."""

    REPORTED = "reported", "Reported"
    RESPONDING = "responding", "Responding"
    SCALED_DOWN = "scaled_down", "Scaled down"
    CLOSED = "closed", "Closed"


class ReportState(models.TextChoices):
    """Whether the owning partnership has taken the report on."""

    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    JOINED = "joined", "Joined to another incident"


class IncidentKind(models.TextChoices):
    INCIDENT = "incident", "Serious violence incident"
    URGENT_RESPONSE = "urgent_response", "Urgent response without an incident"


class Happened(models.TextChoices):
    """What happened, in words that fit a title without names."""

    STABBING = "stabbing", "Stabbing"
    SHOOTING = "shooting", "Shooting"
    ASSAULT = "assault", "Assault"
    ROBBERY = "robbery", "Robbery"
    THREAT = "threat", "Threat"
    NOT_KNOWN = "not_known", "Not known"


class Source(models.TextChoices):
    """How the incident came to notice (toolkit, incident reporting and the late-identified routes)."""

    POLICE = "police", "Police"
    TRANSPORT_POLICE = "transport_police", "British Transport Police"
    FIRE = "fire", "Fire brigade"
    AMBULANCE = "ambulance", "Ambulance"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Children's social care"
    ADULTS_SOCIAL_CARE = "adults_social_care", "Adults' social care"
    HEALTH = "health", "Health or GP"
    CCTV = "cctv", "CCTV"
    SCHOOL = "school", "School"
    VOLUNTARY = "voluntary", "Voluntary sector"
    COMMUNITY = "community", "Community"
    NOT_KNOWN = "not_known", "Not known"


class Injury(models.TextChoices):
    FATAL = "fatal", "Fatal"
    LIFE_AT_RISK = "life_at_risk", "Life at risk"
    SERIOUS = "serious", "Serious"
    MINOR = "minor", "Minor"
    NONE = "none", "None"
    NOT_KNOWN = "not_known", "Not known"


class Precision(models.TextChoices):
    """How well a time is known."""

    EXACT = "exact", "Exact"
    ABOUT = "about", "About"
    UNKNOWN = "unknown", "Not known"


# What `Incident.live` says, as a condition; the index of those that go on has it too.
LIVE = ~Q(stage=Stage.CLOSED) & Q(report_state__in=(ReportState.ACCEPTED, ReportState.UNCONFIRMED))
# A phase that has no place in a response, or was closed: what stands in it presses nobody.
AT_REST = Q(closed_at__isnull=False) | ~Q(not_applicable_reason="")


class Trait(models.TextChoices):
    """What makes a toolkit item fit an incident (`when` in the toolkit's data)."""

    REPORTED_LATE = "reported_late", "Came to light late"
    CROSS_BOROUGH = "cross_borough", "Crosses a borough boundary"
    YOUNG_PERSON = "young_person", "A child or young adult under 25 is involved"
    CHILD_IN_CUSTODY = "child_in_custody", "A child is in custody"
    HOSPITAL_OR_CUSTODY = "hospital_or_custody", "Somebody is in hospital or custody"
    EXPLOITATION_SIGNS = "exploitation_signs", "Signs of exploitation"


class Incident(models.Model):
    """One serious violence incident, owned by one partnership.

    `occurred_at` is the event's own time with its precision, `known_at` when anybody who reports knew,
    `logged_at` when it was written down: items fall due from the last, clocks run from their own event.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="incidents")
    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=IncidentKind, default=IncidentKind.INCIDENT)
    exercise = models.BooleanField(default=False)
    happened = models.CharField("what happened", max_length=20, choices=Happened)
    place = models.CharField("where", max_length=200, blank=True)
    # As it was typed, where that is more exact than a title may be: the coordinators read it, nobody else.
    exact_place = models.CharField("exact place", max_length=200, blank=True, default="", db_default="")
    area = models.CharField("ward or neighbourhood", max_length=120, blank=True)
    occurred_at = models.DateTimeField("when it happened", null=True, blank=True)
    occurred_precision = models.CharField(max_length=10, choices=Precision, default=Precision.EXACT)
    known_at = models.DateTimeField("when it became known")
    source = models.CharField("who told us", max_length=30, choices=Source)
    injury = models.CharField("worst injury", max_length=20, choices=Injury)
    summary = models.TextField(blank=True)
    traits = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.REPORTED)
    report_state = models.CharField(max_length=12, choices=ReportState, default=ReportState.ACCEPTED)
    state_reason = models.TextField(blank=True)
    joined_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined"
    )
    marking = models.CharField(max_length=40)
    situation = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    biggest_risk = models.TextField(blank=True)
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    logged_at = models.DateTimeField(default=clock.now, db_index=True)
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    logged_for = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    retention_at = models.DateTimeField(
        null=True, blank=True, editable=False
    )  # when its retention is looked at

    history = History(excluded_fields=["remind_at", "retention_at", "updated_at"])

    class Meta:
        ordering = ["-logged_at", "-pk"]
        indexes = [
            models.Index(fields=["partnership", "-logged_at", "-id"], name="incident_list"),
            models.Index(fields=["partnership", "place"], name="incident_place"),
            models.Index(fields=["partnership", "-logged_at", "-id"], condition=LIVE, name="incident_live"),
            models.Index(
                fields=["retention_at"], condition=Q(retention_at__isnull=False), name="incident_retention"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(report_state=ReportState.JOINED) | Q(joined_to__isnull=False),
                name="a_joined_report_says_to_which",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__isnull=False) | Q(occurred_precision=Precision.UNKNOWN),
                name="an_unknown_time_says_so",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def title(self):
        """Type and place, never a name."""
        what = self.get_happened_display() if self.happened != Happened.NOT_KNOWN else "Serious violence"
        if self.kind == IncidentKind.URGENT_RESPONSE:
            what = "Urgent response"
        return f"{what}, {self.place}" if self.place else what

    @property
    def starts_at(self):
        """The event's time, or the time of knowing where the event's own is not known."""
        return self.occurred_at or self.known_at

    @property
    def unconfirmed(self):
        return self.report_state == ReportState.UNCONFIRMED

    @property
    def live(self):
        """Whether the response takes writes: not closed, declined or joined away."""
        return not self.at_rest

    @property
    def at_rest(self):
        """Why the response takes no writes, in words; "" where it is live."""
        if self.report_state == ReportState.DECLINED:
            return f"The report {self.reference} was declined, so nothing is added to it."
        if self.report_state == ReportState.JOINED:
            return f"The report {self.reference} was joined to an incident: what is new belongs there."
        if self.stage == Stage.CLOSED:
            return f"{self.reference} is closed. A coordinator can reopen it."
        return ""

    def day(self, now):
        """`Day 1` is the day on which it was logged."""
        return (clock.local(now).date() - clock.local(self.logged_at).date()).days + 1

    def get_absolute_url(self):
        return reverse("incident", args=[self.uuid])


class ReferenceCounter(models.Model):
    """The last number given, so that references have no gap; locked while a number is taken."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    exercise = models.BooleanField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "year", "exercise"], name="one_counter_a_series"),
        ]


PHASES = [
    ("reporting", "Incident reporting"),
    ("categorisation", "Categorisation"),
    ("response_plan", "Response plan"),
    ("communications", "Communications"),
    ("health", "Health planning"),
    ("community", "Community liaison"),
    ("relationships", "Relationship mapping"),
    ("education", "Education engagement"),
    ("review", "Review"),
]


class Phase(models.Model):
    """One of the nine phases of an incident. Progress is derived from its items; closing is an act."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="phases")
    key = models.CharField(max_length=20, choices=PHASES)
    order = models.PositiveSmallIntegerField()
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    not_applicable_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    history = History()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["incident", "key"], name="nine_phases_once")]
        indexes = [models.Index(fields=["incident", "key"], condition=AT_REST, name="phases_at_rest")]

    def __str__(self):
        return self.get_key_display()


class LocalCategory(models.TextChoices):
    """The partnership's own category; the sources give no national scale."""

    CRITICAL = "critical", "Critical incident"
    OF_NOTE = "of_note", "Incident of note"
    SERIOUS = "serious", "Serious violence incident"
    BELOW = "below", "Below the serious violence threshold"


class Seriousness(models.TextChoices):
    """The toolkit's test: is the impact on confidence likely to be significant?"""

    YES = "yes", "Yes, likely to be significant"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known yet"


class MeetingResponse(models.TextChoices):
    """What meets, and who calls it (toolkit, critical incident / key partners meeting)."""

    GOLD_GROUP = "gold_group", "Gold group, called by the police"
    PARTNERS_MEETING = "partners_meeting", "Partners meeting, led by the council"
    INCIDENT_MANAGEMENT = "incident_management", "Incident Management Meeting"
    NONE = "none", "No meeting"


class OfNote(models.TextChoices):
    """Why the council leads a response that the police have not called critical."""

    CUMULATIVE = "cumulative", "Cumulative level of activity"
    CONCERN = "concern", "Community concern"
    TRAUMA = "trauma", "Trauma"
    OTHER = "other", "Other"


class Categorisation(models.Model):
    """How an incident is categorised from a moment on. Each change is a new row, the latest stands."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="categorisations")
    police_called = models.CharField(
        max_length=10, choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")]
    )
    police_declared = models.CharField(
        max_length=10, choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")]
    )
    category = models.CharField("local category", max_length=20, choices=LocalCategory)
    serious = models.CharField(max_length=10, choices=Seriousness)
    response = models.CharField(max_length=20, choices=MeetingResponse)
    of_note = models.JSONField(default=list, blank=True)
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    lead_person = models.CharField(max_length=150, blank=True)
    other_boroughs = models.CharField(max_length=200, blank=True)
    rationale = models.TextField()
    occurred_at = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        get_latest_by = ["recorded_at", "pk"]

    def __str__(self):
        return self.get_category_display()
