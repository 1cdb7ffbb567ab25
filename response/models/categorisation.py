"""Who else takes part: other boroughs, and the people who speak for a community."""

from django.db import models

from incidents.models import Record, Section, Ticks
from response.models.reporting import an_agency
from svit.history import History


class BoroughLink(models.TextChoices):
    HOME = "home", "Somebody involved lives there"
    SCHOOL = "school", "Somebody involved goes to school there"
    SCENE = "scene", "It happened on both sides of the border"
    GROUP = "group", "A group from there is involved"
    TENSION = "tension", "Tension may move there"


class BoroughLead(models.TextChoices):
    OURS = "ours", "We lead"
    THEIRS = "theirs", "They lead"
    JOINT = "joint", "Led together"
    OPEN = "open", "Not agreed yet"


class OtherBorough(Record):
    """Another borough that has a part in the response: why, who leads, who is asked there (toolkit, Response lead)."""

    phase = "categorisation"
    groups = (
        ("", ("borough", "why", "lead", "agency")),
        ("What is agreed", ("contact", "told_at", "agreed", "shared", "next_at")),
    )
    missing = {"why": "Tick why it has a part.", "lead": "Choose who leads."}
    past = ("told_at",)
    brief = ("why", "lead", "agency", "told_at", "next_at")
    gold = ("borough", "why", "lead", "agency", "told_at", "agreed", "shared", "next_at")
    partners = ("borough", "lead")
    completes = ("partners-outside-borough",)
    due, due_words = "next_at", "Another borough is to be spoken to again."
    empty = "No other borough recorded. Ask where those involved live and go to school."

    borough = models.CharField(max_length=100)
    why = Ticks("why it has a part", options=BoroughLink.choices, blank=False)
    lead = models.CharField("who leads", max_length=8, choices=BoroughLead)
    agency = an_agency("agency there that takes part")
    contact = models.CharField(
        "whom to ask there", max_length=150, blank=True, help_text="A role and a team."
    )
    told_at = models.DateTimeField("when they were told", null=True, blank=True)
    agreed = models.TextField("what was agreed", blank=True)
    shared = models.TextField("what was shared with them, and on what basis", blank=True)
    next_at = models.DateTimeField("when to speak again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "other borough"

    def entry_title(self):
        return f"Other borough: {self.borough}"


class Voice(models.TextChoices):
    KIN = "kin", "Key individual network"
    ADVISER = "adviser", "Independent adviser"
    FAITH = "faith", "Faith group"
    RESIDENTS = "residents", "Residents’ group"
    TRADERS = "traders", "Traders"
    YOUTH = "youth", "Young people’s group"
    PARENTS = "parents", "Parents’ group"
    OTHER = "other", "Another group"


class CommunityVoice(Record):
    """Somebody who speaks for a community in the response; an independent adviser advises and decides nothing."""

    phase = "categorisation"
    section = Section.COMMUNITY
    fields = ("voice", "stands_for", "role", "brought_in_at", "told", "said", "wishes", "care")
    missing = {"voice": "Choose what they belong to.", "stands_for": "Enter whom they speak for."}
    past = ("brought_in_at",)
    brief = ("voice", "role", "brought_in_at", "said")
    gold = ("voice", "stands_for", "role", "brought_in_at", "told", "said", "wishes", "care")
    partners = ("voice", "stands_for")
    guidance = (
        "The group and the role: names and numbers stand in the directory. They advise, they do not decide."
    )
    empty = "No community representative recorded. The directory has the key individual network."

    voice = models.CharField("what they belong to", max_length=10, choices=Voice)
    stands_for = models.CharField("whom they speak for", max_length=150)
    role = models.CharField(max_length=120, blank=True, help_text="Such as chair of the forum. No name.")
    brought_in_at = models.DateTimeField("when they were brought in", null=True, blank=True)
    told = models.TextField("what they were told", blank=True)
    said = models.TextField("what they say is felt", blank=True)
    wishes = models.TextField("what they advise or ask for", blank=True)
    care = models.TextField("what keeps them safe and supported", blank=True)

    history = History()

    class Meta:
        verbose_name = "community representative"

    def entry_title(self):
        return f"{self.get_voice_display()}: {self.stands_for}"
