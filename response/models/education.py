"""Education: schools that are told, their plans, therapeutic support, who may fall out of school."""

from django.db import models

from incidents.models import Concerns, Record, Section, Sensitivity, Ticks
from response.models.reporting import an_agency
from svit.history import History


class Through(models.TextChoices):
    VICTIM = "victim", "A victim"
    SUSPECT = "suspect", "A suspect"
    WITNESS = "witness", "A witness"
    SIBLING = "sibling", "A brother or sister"
    FRIENDS = "friends", "Friends"
    PLACE = "place", "It happened nearby"


class SettingKind(models.TextChoices):
    SCHOOL = "school", "School"
    COLLEGE = "college", "College"
    ALTERNATIVE = "alternative", "Alternative provision"
    SERVICE = "service", "The council’s education service"
    OTHER = "other", "Another setting"


class Telling(models.TextChoices):
    HELD = "held", "Held until next of kin are told"
    READY = "ready", "May be told now"
    TOLD = "told", "Told"


class SchoolAlert(Record):
    """A school or college that has to know: through whom, what may be said and to whom (toolkit, Alert schools)."""

    phase = "education"
    section = Section.EDUCATION
    groups = (
        ("", ("school", "setting", "through")),
        ("What may be said", ("may_say", "to_whom", "not_to_say")),
        ("Telling them", ("state", "tell_by_at", "told_at", "told_by", "kin", "answer")),
    )
    asked_for = {
        "state": {
            Telling.HELD: ("tell_by_at",),
            Telling.READY: ("tell_by_at",),
            Telling.TOLD: ("told_at", "told_by", "kin", "answer"),
        }
    }
    missing = {
        "school": "Enter which school or setting.",
        "through": "Tick through whom it is linked.",
        "may_say": "Enter what may be said.",
        "told_at": "Enter when they were told.",
        "kin": "Choose whether next of kin knew before.",
        "setting": "Choose what kind of setting it is.",
    }
    past = ("told_at",)
    restricted = ("through",)
    brief = ("setting", "state", "tell_by_at", "told_at")
    gold = ("school", "setting", "through", "may_say", "state", "tell_by_at", "told_at")
    completes = ("alert-schools",)
    due, due_words = "tell_by_at", "A school is to be told."
    guidance = "A school hears it after the next of kin, before the first lesson, from one named role, in agreed words."
    empty = "No schools recorded. Think of victims, suspects, witnesses, and their brothers and sisters."

    school = models.CharField("school or setting", max_length=150)
    setting = models.CharField("kind of setting", max_length=12, choices=SettingKind)
    through = Ticks("linked through", options=Through.choices, blank=False)
    may_say = models.TextField("what may be said", help_text="The exact words. Do not name anyone.")
    to_whom = models.CharField(
        "to whom", max_length=150, blank=True, help_text="Head, safeguarding lead, year team."
    )
    not_to_say = models.TextField("what must not be said", blank=True)
    state = models.CharField("has it been told?", max_length=6, choices=Telling, default=Telling.HELD)
    tell_by_at = models.DateTimeField("when it is to be told by", null=True, blank=True)
    told_at = models.DateTimeField("when it was told", null=True)
    told_by = models.CharField("who told it", max_length=120, blank=True, help_text="A role.")
    kin = models.CharField(
        "did next of kin know before?", max_length=8,
        choices=[("yes", "Yes"), ("not_kin", "There was nobody to be told"), ("no", "No")],
    )  # fmt: skip
    answer = models.TextField("what the school says, and asks for", blank=True)

    history = History()

    class Meta:
        verbose_name = "school alert"

    def entry_title(self):
        return f"School alert: {self.school}"

    @property
    def is_over(self):
        return self.state == Telling.TOLD

    @classmethod
    def wrong(cls, values):
        if values.get("state") == Telling.TOLD and values.get("kin") == "no" and not values.get("answer"):
            yield (
                "answer",
                "Next of kin did not know before. Say why the school was told, and what was done about it.",
            )


class PlanState(models.TextChoices):
    NONE = "none", "There is none"
    READY = "ready", "Ready"
    IN_USE = "in_use", "In use"


class SchoolPlan(Record):
    """A school's own critical incident plan, and what it needs to use it (toolkit)."""

    phase = "education"
    section = Section.EDUCATION
    fields = ("school", "state", "lead", "helped_by", "help", "gaps", "term_end_on", "holidays", "review_on")
    missing = {"school": "Enter which school.", "state": "Choose how far its plan is."}
    brief = ("state", "helped_by", "term_end_on", "review_on")
    gold = ("school", "state", "helped_by", "help", "gaps", "term_end_on", "holidays")
    completes = ("critical-incident-plan",)
    due, due_words = "review_on", "A school's critical incident plan is to be looked at again."
    empty = "No school's plan recorded."

    school = models.CharField("school or setting", max_length=150)
    state = models.CharField("its critical incident plan", max_length=8, choices=PlanState)
    lead = models.CharField("who leads there", max_length=120, blank=True, help_text="A role.")
    helped_by = an_agency("agency that helps")
    help = models.TextField("what help it gets", blank=True)
    gaps = models.TextField("what is missing", blank=True)
    term_end_on = models.DateField("last day of term", null=True, blank=True)
    holidays = models.TextField("who looks after pupils when school is out", blank=True)
    review_on = models.DateField("when to look again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "school’s critical incident plan"

    def entry_title(self):
        return f"Critical incident plan: {self.school}"


class TherapeuticSupport(Record):
    """Counselling or group work at a school: by whom, for whom, until when (toolkit)."""

    phase = "education"
    section = Section.EDUCATION
    fields = ("school", "service", "agency", "for_whom", "from_on", "until_on", "places", "outcome")
    missing = {"school": "Enter which school.", "service": "Enter what is offered."}
    brief = ("service", "agency", "from_on", "until_on")
    gold = ("school", "service", "agency", "for_whom", "from_on", "until_on", "places", "outcome")
    completes = ("therapeutic-services",)
    due, due_words = "until_on", "Therapeutic support at a school ends: see what comes after it."
    empty = "No therapeutic support recorded."

    school = models.CharField("school or setting", max_length=150)
    service = models.CharField("what is offered", max_length=150)
    agency = an_agency("agency that offers it")
    for_whom = models.CharField(
        "for whom", max_length=150, blank=True, help_text="Year groups, friends. No names."
    )
    from_on = models.DateField("from", null=True, blank=True)
    until_on = models.DateField("until", null=True, blank=True)
    places = models.CharField("how many can come", max_length=60, blank=True)
    outcome = models.TextField("what came of it", blank=True)

    history = History()

    class Meta:
        verbose_name = "therapeutic support"
        verbose_name_plural = "therapeutic support"

    def entry_title(self):
        return f"Therapeutic support: {self.school}"

    @property
    def is_over(self):
        return bool(self.outcome)

    @classmethod
    def wrong(cls, values):
        first, last = values.get("from_on"), values.get("until_on")
        if first and last and last < first:
            yield "until_on", "It ends before it begins. Put one of the two right."


class Attendance(models.TextChoices):
    FULL = "full", "In school as usual"
    PART = "part", "In school in part"
    AWAY = "away", "Not in school"
    NONE = "none", "Has no place"


class OutOfSchool(Record):
    """Somebody who may stay away, be excluded, or lose contact when term ends."""

    phase = "education"
    section = Section.EDUCATION
    sensitivity = Sensitivity.RESTRICTED
    concerns = Concerns.MUST
    fields = ("attendance", "exclusion", "worries", "plan", "agency", "term_end_on", "holidays", "review_on")
    missing = {
        "attendance": "Choose whether they are in school.",
        "exclusion": "Choose how high the risk is.",
    }
    restricted = ("worries", "plan", "holidays")
    brief = ("attendance", "exclusion", "agency", "review_on")
    gold = ("attendance", "exclusion", "plan", "agency", "term_end_on")
    due, due_words = "review_on", "Attendance and the risk of exclusion are to be looked at again."
    guidance = (
        "An exclusion after an incident raises the risk. Ask the school to speak to you before it decides."
    )
    empty = "Nobody recorded."

    attendance = models.CharField("in school?", max_length=5, choices=Attendance)
    exclusion = models.CharField(
        "risk of exclusion", max_length=8, choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")]
    )
    worries = models.TextField(
        "what stands in the way", blank=True, help_text="Fear of the route, of others, of talk."
    )
    plan = models.TextField("what is done", blank=True)
    agency = an_agency("agency that follows it up")
    term_end_on = models.DateField("last day of term", null=True, blank=True)
    holidays = models.TextField("who keeps contact when school is out", blank=True)
    review_on = models.DateField("when to look again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "attendance and risk of exclusion"
        verbose_name_plural = "attendance and risk of exclusion"

    def entry_title(self):
        return f"Attendance: {self.get_attendance_display().lower()}"
