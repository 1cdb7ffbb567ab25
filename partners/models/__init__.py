"""The data of this room: people, the agencies they act for, and how they come in."""

from partners.models.agencies import Agency, AgencyKind, Partnership, Regime, SharingAgreement, WorkingHours
from partners.models.directory import Contact, ContactKind, OnCall
from partners.models.duty import Leave, Rota, RotaPlace
from partners.models.people import (
    AGENCY_ROLES,
    INCIDENT_ROLES,
    PARTNERSHIP_ROLES,
    WORKING_ROLES,
    Membership,
    Role,
    User,
    UserManager,
)
from partners.models.ways_in import Invitation, KeptAnswers, Letter, LetterKind, SingleSignOn

__all__ = [
    "AGENCY_ROLES",
    "INCIDENT_ROLES",
    "PARTNERSHIP_ROLES",
    "WORKING_ROLES",
    "Agency",
    "AgencyKind",
    "Contact",
    "ContactKind",
    "Invitation",
    "KeptAnswers",
    "Leave",
    "Letter",
    "LetterKind",
    "Membership",
    "OnCall",
    "Partnership",
    "Regime",
    "Role",
    "Rota",
    "RotaPlace",
    "SharingAgreement",
    "SingleSignOn",
    "User",
    "UserManager",
    "WorkingHours",
]
