"""The partnership, the agencies that respond in it, and what they signed."""

import uuid

from django.contrib.auth.models import Group
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from partners import working_time
from partners.history import kept


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
    second_factor_for_all = models.BooleanField(
        "practitioners need a second factor",
        default=False,
        help_text="All other roles need one in any case.",
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


def week_days():
    """Monday to Friday, as a new agency works."""
    return sorted(working_time.OFFICE.days)


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


class WorkingHours(models.Model):
    """When an agency works, for the clocks that count working hours."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="working_hours")
    days = models.JSONField("days of the week", default=week_days)
    opens = models.TimeField("from", default=working_time.OFFICE.opens)
    closes = models.TimeField("until", default=working_time.OFFICE.closes)
    bank_holidays = models.BooleanField("also on bank holidays", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = kept()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=models.F("opens")), name="it_closes_after_it_opens"
            ),
        ]

    def __str__(self):
        return f"Working hours of {self.agency}"

    def calendar(self):
        return working_time.Calendar(frozenset(self.days), self.opens, self.closes, self.bank_holidays)


class SharingAgreement(models.Model):
    """What an agency and a partnership have signed about sharing information."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    purposes = models.TextField(blank=True)
    gateway = models.CharField("legal gateway", max_length=120, blank=True)
    signed_on = models.DateField("signed on")
    review_by = models.DateField("review by")
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    history = kept(excluded_fields=["remind_at"])

    class Meta:
        ordering = ["-signed_on"]

    def __str__(self):
        return f"{self.agency} with {self.partnership}"
