"""People, and the agencies they act for."""

import uuid

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from partners.history import kept
from partners.models.agencies import Agency, Partnership
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
    # For texts when something urgent is due; the person's own to give and to take back, and shown to nobody else.
    mobile = models.CharField(max_length=13, blank=True, default="", db_default="", editable=False)
    # When the person set the account up by an invitation; before that, nobody signs in with it.
    joined_at = models.DateTimeField(null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(mobile="") | Q(mobile__startswith="+447"), name="mobile_is_normalised"
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
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
# Roles that open a partnership's incidents: an administrator gives them, a CSP manager confirms them.
INCIDENT_ROLES = (Role.COORDINATOR, Role.CSP_MANAGER, Role.GOVERNANCE_OFFICER)
AGENCY_ROLES = (Role.PRACTITIONER, Role.AGENCY_MANAGER)
WORKING_ROLES = (
    *AGENCY_ROLES,
    Role.COORDINATOR,
    Role.CSP_MANAGER,
)  # those that respond, and may hold an item


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Memberships in force now: those that `may_act`, that the person has taken up and that are confirmed."""
        return self.may_act().filter(picked_at__isnull=False, confirmed_at__isnull=False)

    def may_act(self):
        """Memberships of people and agencies that are active, also those that are only offered or not confirmed."""
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
    # A role that opens incidents counts once a second person, a CSP manager, has confirmed it.
    confirmed_at = models.DateTimeField(null=True, default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
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
    def counts(self):
        """Whether the person may act by it: taken up, and confirmed where that is asked."""
        return self.picked_at is not None and self.confirmed_at is not None

    def may_act(self, now):
        """Whether it is in force: begun, not ended, of an active person and agency."""
        ended = self.until_at is not None and self.until_at <= now
        return self.from_at <= now and not ended and self.user.is_active and self.agency.active

    @property
    def who(self):
        """The person's name, once the person has taken the role up; before that, the address that was typed."""
        return self.user.name if self.picked_at else self.user.email
