"""Health: who takes part, the stay in hospital, leaving it, where support is found, staff."""

from django.db import models

from incidents.models import Concerns, Record, Section, Sensitivity, Ticks
from response.models.reporting import an_agency
from svit.history import History


class Setting(models.TextChoices):
    HOSPITAL = "hospital", "Hospital"
    GP = "gp", "GP"
    PUBLIC_HEALTH = "public_health", "Public health"
    MENTAL_HEALTH = "mental_health", "Mental health service"
    AMBULANCE = "ambulance", "Ambulance service"
    VIOLENCE_TEAM = "violence_team", "Violence reduction team in the hospital"


class HealthPartner(Record):
    """A health service that takes part, and whom to ask there (toolkit, Health planning)."""

    phase = "health"
    section = Section.HEALTH
    fields = ("setting", "agency", "contact", "hours", "does", "agreed")
    missing = {
        "setting": "Choose what kind of service it is.",
        "does": "Enter what it does in this response.",
    }
    brief = ("agency", "contact", "does")
    gold = ("setting", "agency", "does", "agreed")
    completes = ("partners",)
    empty = "No health partner recorded. Start with the hospital, the GP and public health."

    setting = models.CharField("kind of service", max_length=16, choices=Setting)
    agency = an_agency("agency")
    contact = models.CharField("whom to ask", max_length=150, blank=True, help_text="A role and a team.")
    hours = models.CharField("when they can be reached", max_length=100, blank=True)
    does = models.TextField("what it does in this response")
    agreed = models.TextField("what was agreed", blank=True)

    history = History()

    class Meta:
        verbose_name = "health partner"

    def entry_title(self):
        return f"Health partner: {self.get_setting_display()}"


class HospitalStay(Record):
    """Where somebody lies, how they and the ward are kept safe, what their visitors need (toolkit)."""

    phase = "health"
    section = Section.HEALTH
    sensitivity = Sensitivity.RESTRICTED
    concerns = Concerns.MUST
    groups = (
        ("", ("hospital", "ward", "contact")),
        ("Keeping the ward safe", ("security", "callers")),
        ("Visitors", ("visitors", "needs", "kept_away")),
    )
    restricted = ("hospital", "ward", "contact", "security", "callers", "visitors", "needs", "kept_away")
    brief = ("security", "visitors")
    gold = ("security", "needs")
    completes = ("visitors",)
    guidance = "What is needed to keep them safe. Diagnosis and treatment stay with the hospital."
    empty = "No stay in hospital recorded."

    hospital = models.CharField(max_length=120)
    ward = models.CharField(max_length=80, blank=True)
    contact = models.CharField("whom to ask on the ward", max_length=120, blank=True, help_text="A role.")
    security = models.TextField("how the ward is kept safe", blank=True)
    callers = models.CharField(
        "how a caller is recognised", max_length=200, blank=True, help_text="Not the word."
    )
    visitors = models.TextField("who visits", blank=True)
    needs = models.TextField(
        "what visitors need", blank=True, help_text="A room, an interpreter, food, a way home."
    )
    kept_away = models.TextField("who is to be kept away, and why", blank=True)

    history = History()

    class Meta:
        verbose_name = "stay in hospital"
        verbose_name_plural = "stays in hospital"

    def entry_title(self):
        return "Stay in hospital"


class Leaving(models.TextChoices):
    NOT_KNOWN = "not_known", "No date yet"
    EXPECTED = "expected", "A day is expected"
    LEFT = "left", "They have left"


TOLD = [
    ("police", "Police"),
    ("family_liaison", "Family liaison"),
    ("social_care", "Social care"),
    ("youth", "Youth service"),
    ("school", "School"),
    ("housing", "Housing"),
    ("gp", "GP"),
    ("victim_services", "Victim services"),
]


class DischargePlan(Record):
    """When somebody leaves hospital, what may happen then, who was told before (toolkit, Discuss discharge plans)."""

    phase = "health"
    section = Section.HEALTH
    sensitivity = Sensitivity.RESTRICTED
    concerns = Concerns.MUST
    groups = (
        ("", ("state", "expected_on", "left_at")),
        ("Leaving safely", ("risks", "safety", "transport", "going_to")),
        ("Afterwards", ("told", "support", "follow_up")),
    )
    asked_for = {"state": {Leaving.EXPECTED: ("expected_on",), Leaving.LEFT: ("left_at",)}}
    missing = {"state": "Choose whether a day is known.", "expected_on": "Enter the day that is expected.",
               "left_at": "Enter when they left."}  # fmt: skip
    past = ("left_at",)
    restricted = ("risks", "safety", "transport", "going_to", "support", "follow_up")
    brief = ("state", "expected_on", "left_at", "told")
    gold = ("state", "expected_on", "left_at", "told", "risks", "safety")
    completes = ("discharge",)
    due, due_words = "expected_on", "Somebody is expected to leave hospital: see that the plan is ready."
    guidance = (
        "Nobody who was hurt should leave before police, family liaison and the support worker know the day."
    )
    empty = "No discharge plan. Ask the ward to ring before any discharge."

    state = models.CharField("is the day known?", max_length=10, choices=Leaving)
    expected_on = models.DateField("day that is expected", null=True)
    left_at = models.DateTimeField("when they left", null=True)
    risks = models.TextField(
        "risks on leaving", blank=True, help_text="On the way, at home, on the estate, at school."
    )
    safety = models.TextField("what is done about them", blank=True)
    transport = models.TextField("how they get there", blank=True)
    going_to = models.CharField(
        "where they go", max_length=150, blank=True, help_text="Home or family. No address."
    )
    told = Ticks("who was told of the day", options=TOLD)
    support = models.TextField("support from the first day", blank=True)
    follow_up = models.TextField(
        "appointments and follow-up", blank=True, help_text="That there are, not what for."
    )

    history = History()

    class Meta:
        verbose_name = "discharge plan"

    def entry_title(self):
        return f"Discharge plan: {self.get_state_display().lower()}"

    @property
    def is_over(self):
        return self.state == Leaving.LEFT


class Audience(models.TextChoices):
    VICTIMS = "victims", "Victims"
    FAMILY = "family", "Family"
    YOUNG_PEOPLE = "young_people", "Young people"
    WITNESSES = "witnesses", "Witnesses"
    RESIDENTS = "residents", "Residents"
    STAFF = "staff", "Staff and volunteers"


class Pathway(Record):
    """Where a group of people finds support for body and mind, and how they get there (toolkit, health and trauma)."""

    phase = "health"
    section = Section.HEALTH
    fields = ("audience", "service", "agency", "way_in", "hours", "wait", "offered")
    missing = {"audience": "Tick whom it is for.", "service": "Enter what the service is."}
    brief = ("audience", "agency", "way_in", "wait")
    gold = ("audience", "service", "agency", "way_in", "wait", "offered")
    partners = ("audience", "service", "agency", "way_in", "hours")
    empty = "No pathway recorded. Say for each group where support is found."

    audience = Ticks("whom it is for", options=Audience.choices, blank=False)
    service = models.CharField(max_length=150)
    agency = an_agency("agency that offers it")
    way_in = models.TextField(
        "how somebody gets there", blank=True, help_text="Self-referral, a number, a drop-in."
    )
    hours = models.CharField("when it is open", max_length=120, blank=True)
    wait = models.CharField("how long people wait", max_length=100, blank=True)
    offered = models.TextField("how it was made known", blank=True)

    history = History()

    class Meta:
        verbose_name = "pathway to support"
        verbose_name_plural = "pathways to support"

    def entry_title(self):
        return f"Pathway: {self.service}"


class StaffCare(Record):
    """A team that was touched by the incident, what was seen, and what is done for it (toolkit, signs of trauma)."""

    phase = "health"
    section = Section.HEALTH
    fields = ("team", "agency", "signs", "offered", "follow_up_on", "outcome")
    missing = {"team": "Enter which team."}
    brief = ("agency", "offered", "follow_up_on")
    gold = ("team", "agency", "offered", "follow_up_on")
    completes = ("trauma-signs",)
    due, due_words = "follow_up_on", "A team that was touched by the incident is to be asked how it is."
    guidance = "Think of whoever was there first: ambulance, officers, teachers, youth workers, cleaners."
    empty = "No team recorded."

    team = models.CharField(max_length=150)
    agency = an_agency("agency")
    signs = models.TextField("signs that were seen", blank=True, help_text="Of the team, not of a person.")
    offered = models.TextField(
        "what is offered", blank=True, help_text="Debrief, supervision, time off, counselling."
    )
    follow_up_on = models.DateField("when to ask again", null=True, blank=True)
    outcome = models.TextField("what came of it", blank=True)

    history = History()

    class Meta:
        verbose_name = "care for a team"
        verbose_name_plural = "care for teams"

    def entry_title(self):
        return f"Care for a team: {self.team}"

    @property
    def is_over(self):
        return bool(self.outcome)
