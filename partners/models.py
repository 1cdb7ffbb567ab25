"""People and the agencies they act for."""

import uuid

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from partners.history import kept
from svit import clock


class UserManager(BaseUserManager):
    """Makes users whose e-mail address is their name."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in with an e-mail address. What they may do comes from memberships alone."""

    username = None
    first_name = None
    last_name = None
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("full name", max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    last_visit_at = models.DateTimeField(null=True, blank=True, editable=False)
    # For whom the person acted last: what the next sign-in begins with.
    last_membership = models.ForeignKey(
        "Membership", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    last_partnership = models.ForeignKey(
        "Partnership", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_an_address"),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Partnership(models.Model):
    """A community safety partnership (CSP): one borough, the owner of its incidents."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    code = models.CharField(
        "reference prefix",
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,4}$", "Enter two to four capital letters, such as NM.")],
        help_text="Opens every incident reference, such as NM in NM-26-0142.",
    )
    area = models.CharField("borough or area", max_length=120)
    police_command = models.CharField("police command", max_length=120, blank=True)
    marking = models.CharField("default marking", max_length=40, default="OFFICIAL-SENSITIVE")
    handling = models.CharField(
        "handling line", max_length=200, default="Need to know only. Do not forward.", blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class AgencyKind(models.TextChoices):
    """Kinds of agency; the first are those that the toolkit's items suggest."""

    COMMUNITY_SAFETY = "community_safety", "Community safety partnership"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Children's social care"
    YOUTH_SERVICES = "youth_services", "Youth services"
    EDUCATION = "education", "Education"
    VICTIM_SERVICES = "victim_services", "Victim services"
    VOLUNTARY = "voluntary", "Voluntary sector"
    COUNCIL = "council", "Council service"
    COMMUNICATIONS = "communications", "Communications"
    CCTV = "cctv", "CCTV control"
    HOUSING = "housing", "Housing"
    ADULT_SOCIAL_CARE = "adult_social_care", "Adult social care"
    PROBATION = "probation", "Probation"
    FIRE = "fire", "Fire brigade"
    TRANSPORT_POLICE = "transport_police", "British Transport Police"
    AMBULANCE = "ambulance", "Ambulance service"
    FAITH = "faith", "Faith organisation"
    COMMUNITY = "community", "Community organisation"


class Regime(models.TextChoices):
    """The data protection regime an agency works under (DPA 2018 part 3, or UK GDPR)."""

    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement (DPA 2018 part 3)"
    UK_GDPR = "uk_gdpr", "UK GDPR"


class Agency(models.Model):
    """An organisation that responds. Its auth group holds the object permissions of its engagements."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=30, choices=AgencyKind)
    partnerships = models.ManyToManyField(Partnership, related_name="agencies")
    regime = models.CharField(max_length=20, choices=Regime, default=Regime.UK_GDPR)
    telephone = models.CharField("duty telephone", max_length=40, blank=True)
    email = models.EmailField("shared mailbox", blank=True)
    address = models.TextField(blank=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, editable=False)
    csp_of = models.OneToOneField(
        Partnership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="csp_agency",
        help_text="Set on the partnership's one CSP agency, whose members coordinate.",
    )
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept(excluded_fields=["group", "csp_of"])

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(csp_of__isnull=True) | Q(kind=AgencyKind.COMMUNITY_SAFETY),
                name="csp_agency_is_community_safety",
            ),
        ]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    """What a member does for the agency. The last four exist in a CSP agency only."""

    PRACTITIONER = "practitioner", "Practitioner"
    AGENCY_MANAGER = "agency_manager", "Agency manager"
    COORDINATOR = "coordinator", "Coordinator"
    CSP_MANAGER = "csp_manager", "CSP manager"
    ADMINISTRATOR = "administrator", "Administrator"
    GOVERNANCE_OFFICER = "governance_officer", "Information governance officer"


PARTNERSHIP_ROLES = (Role.COORDINATOR, Role.CSP_MANAGER, Role.ADMINISTRATOR, Role.GOVERNANCE_OFFICER)
AGENCY_ROLES = (Role.PRACTITIONER, Role.AGENCY_MANAGER)
WORKING_ROLES = (
    *AGENCY_ROLES,
    Role.COORDINATOR,
    Role.CSP_MANAGER,
)  # those that respond, and may hold an item


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Memberships in force now: those that `may_act` and that the person has taken up."""
        return self.may_act().filter(picked_at__isnull=False)

    def may_act(self):
        """Memberships of people and agencies that are active, also those that are only offered."""
        now = clock.now()
        return self.filter(
            Q(until_at__isnull=True) | Q(until_at__gt=now),
            from_at__lte=now,
            user__is_active=True,
            agency__active=True,
        )


class Membership(models.Model):
    """A person's role in one agency, while it lasts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    from_at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField(null=True, blank=True)
    # Whoever has an account already is offered a further role, and takes it up by choosing it.
    picked_at = models.DateTimeField(null=True, default=clock.now, editable=False)
    added_for = models.ForeignKey(
        Partnership,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="The partnership whose administrator added it; empty where the agency's own manager did.",
    )

    objects = MembershipQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["agency__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(until_at__isnull=True),
                name="one_open_membership_a_role",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.agency}, {self.get_role_display()}"

    @property
    def who(self):
        """The person's name, once the person has taken the role up; before that, the address that was typed."""
        return self.user.name if self.picked_at else self.user.email


class ContactKind(models.TextChoices):
    """Whom a directory entry stands for."""

    PERSON = "person", "Person"
    NETWORK = "network", "Network"
    KIN = "kin", "Key individual network (KIN)"
    FORUM = "forum", "Forum"


class Contact(models.Model):
    """A directory entry: somebody to ring, and whom they represent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="contacts")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    kind = models.CharField(max_length=10, choices=ContactKind, default=ContactKind.PERSON)
    name = models.CharField(max_length=150)
    represents = models.CharField(max_length=200, blank=True, help_text="A role, a group or a place.")
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name", "represents"], name="one_directory_entry_a_name"
            ),
        ]

    def __str__(self):
        return self.name


class OnCallQuerySet(models.QuerySet):
    def at(self, moment):
        return self.filter(from_at__lte=moment, until_at__gt=moment)


class OnCall(models.Model):
    """Who answers for an agency in a span of time. Where nobody is on call, all coordinators are."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="on_call")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="on_call")
    from_at = models.DateTimeField("from")
    until_at = models.DateTimeField("until")

    objects = OnCallQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=models.F("from_at")), name="on_call_ends_after_it_begins"
            ),
        ]

    def __str__(self):
        return f"{self.user} for {self.agency}"


class SharingAgreement(models.Model):
    """What an agency and a partnership have signed about sharing information."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    purposes = models.TextField(blank=True)
    gateway = models.CharField("legal gateway", max_length=120, blank=True)
    signed_on = models.DateField("signed on")
    review_by = models.DateField("review by")

    history = kept()

    class Meta:
        ordering = ["-signed_on"]

    def __str__(self):
        return f"{self.agency} with {self.partnership}"
