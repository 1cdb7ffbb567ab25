"""Reporting: the scene, the first report, who was informed, what is in place, what came to light late."""

from django.db import models

from incidents.models import Record, Ticks
from partners.models import Agency
from svit.history import History


def an_agency(words, **options):
    """The column of an agency that a record names."""
    options = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+"} | options
    return models.ForeignKey(Agency, verbose_name=words, **options)


class Cordon(models.TextChoices):
    NONE = "none", "No cordon"
    INNER = "inner", "Inner cordon"
    BOTH = "both", "Inner and outer cordon"


class SceneState(models.TextChoices):
    HELD = "held", "Held"
    PARTLY = "partly", "Released in part"
    RELEASED = "released", "Released"


class Scene(Record):
    """A place that is kept as it is while it is examined, and who keeps it safe (toolkit, Scene management)."""

    phase = "reporting"
    groups = (
        ("", ("place", "why")),
        ("Keeping it safe", ("managed_by", "since_at", "cordon", "edge", "safety", "neighbours")),
        ("Its release", ("state", "review_at", "released_at", "left")),
    )
    asked_for = {
        "cordon": {Cordon.INNER: ("edge",), Cordon.BOTH: ("edge",)},
        "state": {
            SceneState.HELD: ("review_at",),
            SceneState.PARTLY: ("review_at",),
            SceneState.RELEASED: ("released_at", "left"),
        },
    }
    missing = {"released_at": "Enter when it was released.", "cordon": "Choose which cordon there is."}
    past = ("since_at", "released_at")
    brief = ("managed_by", "cordon", "state", "review_at", "released_at")
    gold = (
        "why",
        "managed_by",
        "since_at",
        "cordon",
        "safety",
        "neighbours",
        "state",
        "review_at",
        "released_at",
    )
    partners = ("cordon", "managed_by", "neighbours", "state")
    completes = ("scene-managed",)
    due, due_words = "review_at", "Whether a scene can be released is to be looked at."
    guidance = "One record for each scene. The police usually manage it: write down what they say, and when."
    empty = "No scene recorded. Ask the police which places are held."

    place = models.CharField(
        "place", max_length=200, help_text="As the police name it: a street, a station, a bus."
    )
    why = models.CharField("what happened there", max_length=200, blank=True)
    managed_by = an_agency("agency that manages it", help_text="Whom to ask about it.")
    since_at = models.DateTimeField("held since", null=True, blank=True)
    cordon = models.CharField(max_length=8, choices=Cordon)
    edge = models.TextField("where the cordon runs", blank=True, help_text="Streets, entrances, bus stops.")
    safety = models.TextField(
        "safety measures",
        blank=True,
        help_text="Lighting, traffic, cleaning, who stands there, children on their way.",
    )
    neighbours = models.TextField(
        "what residents and businesses were told", blank=True, help_text="The factual line, without a name."
    )
    state = models.CharField("state of the scene", max_length=8, choices=SceneState, default=SceneState.HELD)
    review_at = models.DateTimeField("when its release is looked at next", null=True, blank=True)
    released_at = models.DateTimeField("when it was released", null=True)
    left = models.TextField(
        "what is left to do there", blank=True, help_text="Cleaning, repair, tributes, reassurance."
    )

    history = History()

    class Meta:
        verbose_name = "scene"

    def entry_title(self):
        return f"Scene: {self.place}"

    @property
    def is_over(self):
        return self.state == SceneState.RELEASED

    @classmethod
    def wrong(cls, values):
        since, released = values.get("since_at"), values.get("released_at")
        if since and released and released < since:
            yield "released_at", "It was released before it was held. Put one of the two right."


class ReportShape(models.TextChoices):
    METHANE = "methane", "METHANE: a major incident, or one that may become one"
    ETHANE = "ethane", "ETHANE: below that"


class Declared(models.TextChoices):
    NO = "no", "Not declared"
    STANDBY = "standby", "On standby"
    YES = "yes", "Declared"


class FirstReport(Record):
    """The first report from the scene in the shape that the emergency services share (JESIP)."""

    phase = "reporting"
    groups = (
        ("", ("shape", "major", "reported_at", "reported_by")),
        ("What is reported", ("location", "type", "hazards", "access", "casualties", "services")),
    )
    asked_for = {"shape": {ReportShape.METHANE: ("major",)}}
    missing = {
        "shape": "Choose METHANE or ETHANE.",
        "major": "Choose whether a major incident is declared.",
        "type": "Enter what type of incident it is.",
        "location": "Enter the exact location.",
    }
    past = ("reported_at",)
    restricted = ("location",)
    brief = ("shape", "major", "reported_at", "type", "casualties")
    gold = (
        "shape",
        "major",
        "reported_at",
        "reported_by",
        "type",
        "hazards",
        "access",
        "casualties",
        "services",
    )
    checked = True
    guidance = "A new report for each new picture: the earlier ones stay, and show what was known when."
    empty = "No METHANE or ETHANE report. The first emergency service on the scene gives it."

    shape = models.CharField("shape of the report", max_length=8, choices=ReportShape)
    major = models.CharField("major incident", max_length=8, choices=Declared)
    reported_at = models.DateTimeField("when it was reported")
    reported_by = models.CharField(
        "who reported it", max_length=120, help_text="Service and role, such as duty inspector."
    )
    location = models.TextField(
        "exact location", help_text="Shown to those alone who may read restricted content."
    )
    type = models.TextField("type of incident")
    hazards = models.TextField("hazards, present and possible", blank=True)
    access = models.TextField("access, and routes that are safe", blank=True)
    casualties = models.TextField(
        "number, type and severity of casualties", blank=True, help_text="Numbers and severity. No names."
    )
    services = models.TextField("emergency services present and needed", blank=True)

    history = History()

    class Meta:
        verbose_name = "METHANE report"

    def entry_title(self):
        return f"{self.shape.upper()} report"


STAKEHOLDERS = [
    ("council_leader", "Leader of the council or lead member"),
    ("chief_executive", "Chief executive"),
    ("childrens_director", "Director of children’s services"),
    ("adults_director", "Director of adult services"),
    ("borough_commander", "Police command of the borough"),
    ("hospital", "Hospital"),
    ("education", "Education service"),
    ("schools", "Schools and colleges"),
    ("housing", "Housing"),
    ("youth", "Youth service and youth justice"),
    ("probation", "Probation"),
    ("victim_services", "Victim services"),
    ("councillors", "Ward councillors"),
    ("mp", "Member of Parliament"),
    ("mayor", "Mayor’s office and violence reduction unit"),
    ("faith", "Faith and community leaders"),
    ("boroughs", "Neighbouring boroughs"),
    ("communications", "Communications teams"),
    ("cctv", "CCTV control"),
]
OUTSIDE = {"schools", "councillors", "mp", "mayor", "faith"}  # who may be heard before the family is


class KinFirst(models.TextChoices):
    TOLD = "told", "Yes, they were told first"
    NOT_YET = "not_yet", "Not yet"
    NOBODY = "nobody", "There is nobody to be told"


class Method(models.TextChoices):
    TELEPHONE = "telephone", "By telephone"
    PERSON = "person", "In person"
    MEETING = "meeting", "In a meeting or call"
    EMAIL = "email", "By e-mail, without personal data"


class Informed(Record):
    """Who was informed, in one act: when, by whom, of what. Next of kin come first (toolkit, Incident reporting)."""

    phase = "reporting"
    groups = (
        ("", ("kin", "kin_why")),
        ("Whom you informed", ("parties", "others", "informed_at", "how", "informed_by")),
        ("What they know", ("told", "asked")),
    )
    asked_for = {"kin": {KinFirst.NOT_YET: ("kin_why",)}}
    missing = {"kin": "Choose whether next of kin were told first.", "told": "Enter what they were told."}
    past = ("informed_at",)
    brief = ("parties", "others", "informed_at", "how")
    gold = ("kin", "parties", "others", "informed_at", "how", "informed_by", "told", "asked")
    partners = ("parties", "others", "informed_at")
    completes = ("stakeholders-informed",)
    guidance = (
        "Tick everybody whom you informed in this round. Next of kin hear it first, from the police or the family"
        " liaison officer, and not from a councillor or a school."
    )
    empty = "Nobody recorded as informed yet."

    kin = models.CharField("were next of kin told first?", max_length=8, choices=KinFirst)
    kin_why = models.CharField("why others were told before them", max_length=300, blank=True)
    parties = Ticks("who was informed", options=STAKEHOLDERS)
    others = models.CharField("others", max_length=200, blank=True, help_text="Roles and bodies, not names.")
    informed_at = models.DateTimeField("when they were informed")
    how = models.CharField("how", max_length=10, choices=Method)
    informed_by = models.CharField("who informed them", max_length=120, blank=True, help_text="A role.")
    told = models.TextField("what they were told", help_text="The factual line. Do not name anyone.")
    asked = models.TextField("what they asked for, or offered", blank=True)

    history = History()

    class Meta:
        verbose_name = "round of informing"
        verbose_name_plural = "who was informed"

    def entry_title(self):
        count = len(self.parties) + bool(self.others)
        return f"Informed: {count} {'party' if count == 1 else 'parties'}"

    @classmethod
    def wrong(cls, values):
        if not values.get("parties") and not values.get("others"):
            yield "parties", "Tick who was informed, or enter others."
        outside = OUTSIDE & set(values.get("parties") or ())
        if values.get("kin") == KinFirst.NOT_YET and outside and not values.get("kin_why"):
            yield "kin_why", "Say why others were told before the next of kin."


IN_PLACE = [
    ("care", "Medical care for everybody who is hurt"),
    ("officers", "Officers at the scene"),
    ("family", "Somebody with the family"),
    ("hospital", "Police or security at the hospital"),
    ("patrols", "Reassurance patrols"),
    ("outreach", "Youth and outreach workers on the street"),
    ("cctv", "CCTV watched and kept"),
    ("schools", "Schools on the route warned"),
    ("shelter", "A place for those who cannot go home"),
    ("traffic", "Streets closed, buses turned round"),
]


class ImmediateResponse(Record):
    """What is in place in the first hours, by whom, and what is missing (toolkit, Incident reporting)."""

    phase = "reporting"
    fields = ("led_by", "as_of_at", "in_place", "more", "gaps", "asked_of", "review_at")
    missing = {"in_place": "Tick what is in place."}
    past = ("as_of_at",)
    brief = ("led_by", "as_of_at", "in_place", "gaps")
    gold = ("led_by", "as_of_at", "in_place", "more", "gaps", "asked_of")
    partners = ("led_by", "in_place", "asked_of")
    completes = ("immediate-response",)
    due, due_words = "review_at", "The immediate response is to be looked at again."
    empty = "No picture of the immediate response yet."

    led_by = an_agency("agency that leads it")
    as_of_at = models.DateTimeField("as it stood at")
    in_place = Ticks("what is in place", options=IN_PLACE)
    more = models.TextField("what else is in place", blank=True)
    gaps = models.TextField("what is missing", blank=True, help_text="And what may go wrong because of it.")
    asked_of = models.TextField("what was asked of whom", blank=True)
    review_at = models.DateTimeField("when to look again", null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = "picture of the immediate response"
        verbose_name_plural = "immediate response"

    def entry_title(self):
        return "Immediate response"


class CameBy(models.TextChoices):
    GP = "gp", "A GP or other health appointment"
    CCTV = "cctv", "CCTV footage"
    SERVICE = "service", "Another service"
    INJURY = "injury", "An injury that somebody saw"
    DISCLOSURE = "disclosure", "Somebody told a professional"
    OTHER = "other", "Another way"


class LateRoute(Record):
    """How an incident came to light long after it happened, and what that changes (toolkit, Incident reporting)."""

    phase = "reporting"
    fields = ("came_by", "came_by_other", "came_at", "noticed_by", "why_late", "alters", "lesson")
    asked_for = {"came_by": {CameBy.OTHER: ("came_by_other",)}}
    missing = {"came_by": "Choose how it came to light.", "came_by_other": "Enter how it came to light."}
    past = ("came_at",)
    brief = ("came_by", "came_at", "noticed_by", "alters")
    gold = ("came_by", "came_by_other", "came_at", "noticed_by", "why_late", "alters")
    completes = ("late-identified-route",)
    guidance = "Clocks run from when the incident became known. What came late is a lesson for the review."

    came_by = models.CharField("how it came to light", max_length=10, choices=CameBy)
    came_by_other = models.CharField("which other way", max_length=200)
    came_at = models.DateTimeField("when it came to light")
    noticed_by = an_agency("agency that noticed it")
    why_late = models.TextField("why it was not known earlier", blank=True)
    alters = models.TextField(
        "what this changes in the response", blank=True, help_text="Who is at risk until now."
    )
    lesson = models.TextField("what should have been noticed, and by whom", blank=True)

    history = History()

    class Meta:
        verbose_name = "late-identified route"

    def entry_title(self):
        return f"Came to light late: {self.get_came_by_display()}"
