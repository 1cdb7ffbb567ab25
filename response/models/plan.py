"""The response plan: what it is for, what is done for it, the risk of reprisal, intelligence."""

from django.db import models

from incidents.models import Record, Sensitivity, Ticks
from response.models.reporting import an_agency
from svit.history import History


class ResponsePlan(Record):
    """The plan on a page; each change is a version in its history (toolkit, Develop and implement response plan)."""

    phase = "response_plan"
    groups = (
        ("What it is for", ("aims", "strategy", "liaison")),
        ("How it is kept", ("lead", "risks", "measures", "review_at", "reviewed")),
    )
    missing = {"aims": "Enter the aims of the plan."}
    brief = ("aims", "lead", "review_at")
    gold = ("aims", "strategy", "liaison", "lead", "risks", "measures", "review_at", "reviewed")
    partners = ("aims", "liaison", "lead", "review_at")
    completes = ("develop-plan", "review-plan")
    due, due_words = "review_at", "The response plan is to be reviewed."
    guidance = "One plan for the incident. Change it as things change: its history keeps every version."
    empty = "No plan yet. Start with two or three aims."

    aims = models.TextField(help_text="Two or three, each of which can be seen to be reached.")
    strategy = models.TextField(
        "working strategy", blank=True, help_text="How the aims are reached, in which order."
    )
    liaison = models.TextField(
        "scope of community liaison", blank=True, help_text="Which areas, groups and places."
    )
    lead = an_agency("agency that answers for the plan")
    risks = models.TextField("what may go wrong", blank=True)
    measures = models.TextField("how you will see that it works", blank=True)
    review_at = models.DateTimeField("when it is reviewed next", null=True, blank=True)
    reviewed = models.TextField("what the last review found", blank=True)

    history = History()

    class Meta:
        verbose_name = "response plan"

    def entry_title(self):
        return "Response plan"


class Progress(models.TextChoices):
    PLANNED = "planned", "Planned"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


def how_far():
    return models.CharField("how far it is", max_length=8, choices=Progress, default=Progress.PLANNED)


OUTCOME = {"progress": {Progress.DONE: ("outcome",), Progress.STOPPED: ("outcome",)}}


class Presence(models.TextChoices):
    MEDIATION = "mediation", "Mediation"
    PATROLS = "patrols", "Patrols"
    OUTREACH = "outreach", "Outreach and detached youth work"


class Activity(Record, kind=False):
    """Something that an agency does for a time; the base of what a plan is made of."""

    phase = "response_plan"
    past = ()
    asked_for = OUTCOME

    agency = an_agency("agency that does it", null=False, blank=False, on_delete=models.PROTECT)
    from_at = models.DateTimeField("from", null=True, blank=True)
    until_at = models.DateTimeField("until", null=True, blank=True)
    progress = how_far()
    outcome = models.TextField("what came of it", blank=True)

    class Meta:
        abstract = True

    @property
    def is_over(self):
        return self.progress in (Progress.DONE, Progress.STOPPED)

    @classmethod
    def wrong(cls, values):
        first, last = values.get("from_at"), values.get("until_at")
        if first and last and last < first:
            yield "until_at", "It ends before it begins. Put one of the two right."


class StreetWork(Activity):
    """Mediation, patrols and outreach (toolkit)."""

    groups = (
        ("", ("what", "agency", "with_whom")),
        ("Where and when", ("place", "from_at", "until_at", "task")),
        ("How far it is", ("progress", "outcome")),
    )
    missing = {"what": "Tick what is done.", "agency": "Choose the agency that does it."}
    brief = ("what", "agency", "place", "from_at", "until_at", "progress")
    gold = ("what", "agency", "with_whom", "place", "from_at", "until_at", "task", "progress", "outcome")
    partners = ("what", "agency", "place", "from_at", "until_at", "progress")
    completes = ("mediation-patrols",)
    due, due_words = "until_at", "Mediation, patrols or outreach ends: carry it on, or say what came of it."
    empty = "No patrols, mediation or outreach planned."

    place = models.CharField(
        "where", max_length=200, blank=True, help_text="A street, a park, a route. No addresses."
    )
    what = Ticks("what is done", options=Presence.choices, blank=False)
    with_whom = models.CharField(
        "who else is there", max_length=200, blank=True, help_text="Agencies and groups."
    )
    task = models.TextField("what they look out for, and whom they tell", blank=True)

    history = History()

    class Meta:
        verbose_name = "patrol, mediation or outreach"
        verbose_name_plural = "mediation, patrols and outreach"

    def entry_title(self):
        words = ", ".join(label for key, label in Presence.choices if key in self.what)
        return f"{words or 'Street work'}{f': {self.place}' if self.place else ''}"


class Appeal(Activity):
    """An appeal for witnesses: what is asked, through whom it goes out, what came in (toolkit)."""

    groups = (
        ("", ("agency", "words", "channels")),
        ("When", ("from_at", "until_at")),
        ("How far it is", ("progress", "outcome")),
    )
    missing = {"words": "Enter the words of the appeal.", "agency": "Choose the agency that appeals."}
    brief = ("agency", "words", "from_at", "progress")
    gold = ("agency", "words", "channels", "from_at", "until_at", "progress", "outcome")
    partners = ("words", "channels", "from_at")
    completes = ("witness-appeals",)
    guidance = "The police own the words. Other agencies repeat them exactly, and say how to stay anonymous."
    empty = "No appeal for witnesses yet."

    words = models.TextField("exact words")
    channels = models.CharField("how it goes out", max_length=200, blank=True)

    history = History()

    class Meta:
        verbose_name = "appeal for witnesses"
        verbose_name_plural = "appeals for witnesses"

    def entry_title(self):
        return "Appeal for witnesses"


class Footage(Record):
    """CCTV that has to be looked through, kept and supplied before it is overwritten (toolkit)."""

    phase = "response_plan"
    groups = (
        ("", ("cameras", "keeper", "covers_from_at", "covers_until_at")),
        ("Keeping it", ("kept", "kept_until", "kept_where")),
        ("Supplying it", ("asked_by", "supplied_at", "found")),
    )
    missing = {"cameras": "Enter which cameras.", "kept": "Choose whether it is kept.",
               "kept_until": "Enter when it is overwritten."}  # fmt: skip
    asked_for = {"kept": {"no": ("kept_until",), "yes": ("kept_where",)}}
    past = ("covers_from_at", "covers_until_at", "supplied_at")
    brief = ("keeper", "covers_from_at", "kept", "kept_until", "supplied_at")
    gold = (
        "cameras",
        "keeper",
        "covers_from_at",
        "covers_until_at",
        "kept",
        "kept_until",
        "asked_by",
        "supplied_at",
    )
    completes = ("cctv",)
    due, due_words = "kept_until", "CCTV footage is overwritten unless it is kept."
    empty = "No CCTV recorded. Footage is often overwritten after 30 days, on buses and in shops sooner."

    cameras = models.CharField(
        "which cameras", max_length=200, help_text="Place and number. No private address."
    )
    keeper = an_agency("agency that has it")
    covers_from_at = models.DateTimeField("covers from", null=True, blank=True)
    covers_until_at = models.DateTimeField("covers until", null=True, blank=True)
    kept = models.CharField(
        "is it kept?",
        max_length=3,
        choices=[("no", "Not yet: it will be overwritten"), ("yes", "Yes, it is kept")],
    )
    kept_until = models.DateField("day on which it is overwritten", null=True)
    kept_where = models.CharField("where it is kept", max_length=200, blank=True)
    asked_by = an_agency("agency that asked for it")
    supplied_at = models.DateTimeField("when it was supplied", null=True, blank=True)
    found = models.TextField("what was found", blank=True, help_text="For the investigation: keep it short.")
    restricted = ("found",)

    history = History()

    class Meta:
        verbose_name = "CCTV footage"
        verbose_name_plural = "CCTV footage"

    def entry_title(self):
        return f"CCTV: {self.cameras}"


class Supported(models.TextChoices):
    VICTIM = "victim", "Victims"
    FAMILY = "family", "Family"
    FRIENDS = "friends", "Friends and peers"
    WITNESSES = "witnesses", "Witnesses"
    BEREAVED = "bereaved", "Those who are bereaved"


class SupportInPlace(Activity):
    """Victim and bereavement support: by whom, for whom, since when, until when (toolkit)."""

    groups = (
        ("", ("agency", "whom", "offer")),
        ("When", ("from_at", "until_at", "review_at")),
        ("How far it is", ("progress", "outcome")),
    )
    missing = {"agency": "Choose the agency that supports.", "whom": "Tick whom it is for.",
               "offer": "Enter what is offered."}  # fmt: skip
    brief = ("agency", "whom", "offer", "progress", "review_at")
    gold = ("agency", "whom", "offer", "from_at", "until_at", "progress", "outcome")
    partners = ("agency", "whom", "offer")
    completes = ("victim-support",)
    due, due_words = "review_at", "Victim or bereavement support is to be looked at again."
    empty = "No victim or bereavement support recorded."

    whom = Ticks("for whom", options=Supported.choices, blank=False)
    offer = models.TextField("what is offered", help_text="No names: the people have pages of their own.")
    review_at = models.DateTimeField("when to look again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "victim or bereavement support"
        verbose_name_plural = "victim and bereavement support"

    def entry_title(self):
        words = ", ".join(label for key, label in Supported.choices if key in self.whom)
        return f"Support: {words.lower()}"


class Level(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ReprisalRisk(Record):
    """The risk of reactive or retributive behaviour, and what is done about it; each reading is a record (toolkit)."""

    phase = "response_plan"
    sensitivity = Sensitivity.RESTRICTED
    groups = (
        ("", ("level", "read_at", "between", "signs")),
        ("What is done about it", ("agency", "done", "warned", "review_at")),
    )
    missing = {"level": "Choose how high the risk is.", "signs": "Enter what it rests on."}
    past = ("read_at",)
    brief = ("level", "read_at", "agency", "review_at")
    gold = ("level", "read_at", "between", "signs", "agency", "done", "warned", "review_at")
    completes = ("retribution-risk",)
    due, due_words = "review_at", "The risk of reprisal is to be assessed again."
    guidance = "Facts first, then what you make of them. Tell the police of a threat to a life at once, by telephone."
    empty = "The risk of reprisal has not been assessed yet."

    level = models.CharField("how high the risk is", max_length=8, choices=Level)
    read_at = models.DateTimeField("as it stood at")
    between = models.CharField(
        "between whom", max_length=200, blank=True, help_text="Groups or places. No names."
    )
    signs = models.TextField("what it rests on")
    agency = an_agency("agency that acts on it")
    done = models.TextField("what is done to reduce it", blank=True)
    warned = models.TextField("who was warned, and how", blank=True)
    review_at = models.DateTimeField("when to assess it again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "risk of reprisal"
        verbose_name_plural = "risk of reprisal"

    def entry_title(self):
        return f"Risk of reprisal: {self.get_level_display().lower()}"


class SourceGrade(models.TextChoices):
    RELIABLE = "1", "1: reliable"
    UNTESTED = "2", "2: untested"
    UNRELIABLE = "3", "3: not reliable"


class InformationGrade(models.TextChoices):
    DIRECT = "a", "A: known directly to the source"
    INDIRECT_CORROBORATED = "b", "B: known indirectly, corroborated"
    INDIRECT = "c", "C: known indirectly, not corroborated"
    UNKNOWN = "d", "D: not known"
    FALSE = "e", "E: suspected to be false"


class Handling(models.TextChoices):
    PERMITTED = "p", "P: may be shared lawfully"
    CONDITIONS = "c", "C: may be shared with conditions"


class IntelligenceReport(Record):
    """A time-sensitive report for risk assessment, graded, with handling (protocol; the police's 3x5x2 grading)."""

    phase = "response_plan"
    sensitivity = Sensitivity.RESTRICTED
    groups = (
        ("", ("subject", "text", "known_at")),
        ("How it is graded", ("source", "information", "handling", "conditions")),
        ("What it is for", ("agency", "asked", "use_by_at", "used")),
    )
    asked_for = {"handling": {Handling.CONDITIONS: ("conditions",)}}
    missing = {
        "source": "Choose how reliable the source is.",
        "information": "Choose how it is known.",
        "handling": "Choose how it may be shared.",
        "conditions": "Enter the conditions.",
        "text": "Enter what is reported.",
    }
    past = ("known_at",)
    restricted = ("text", "conditions", "asked", "used")
    brief = ("known_at", "agency", "use_by_at", "handling")
    completes = ("intelligence-report",)
    due, due_words = "use_by_at", "A time-sensitive report is to be used, or it goes stale."
    checked = True
    guidance = (
        "What was reported, as it was said. Who the source is stands in no record here. It goes into no pack."
    )
    empty = "No intelligence report."

    subject = models.CharField(max_length=120, help_text="What it is about, in words that give nothing away.")
    text = models.TextField("what is reported")
    known_at = models.DateTimeField("when it became known")
    source = models.CharField("source", max_length=1, choices=SourceGrade)
    information = models.CharField("information", max_length=1, choices=InformationGrade)
    handling = models.CharField(max_length=1, choices=Handling)
    conditions = models.TextField(
        "conditions of sharing", help_text="Who may have it, and what they may do with it."
    )
    agency = an_agency("agency it is for")
    asked = models.TextField("what they are asked to do", blank=True)
    use_by_at = models.DateTimeField("when it is needed by", null=True, blank=True)
    used = models.TextField("what was done with it", blank=True)

    history = History()

    class Meta:
        verbose_name = "intelligence report"

    def entry_title(self):
        return f"Intelligence report: {self.subject}"

    @property
    def is_over(self):
        return bool(self.used)
