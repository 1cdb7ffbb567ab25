"""How people come in: invitations, the letters that carry them, and what was typed when a session ended."""

import uuid

from django.db import models
from django.db.models import Q

from partners.models.agencies import Agency
from partners.models.people import Membership, User
from svit import clock


class Invitation(models.Model):
    """The way in for somebody who has no account yet: for one membership, for three days, used once.

    The link holds the signed `uuid` and nothing that tells who or where. A newer one revokes those before it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="invitations")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_a_membership",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="an_invitation_is_used_or_revoked",
            ),
        ]

    def __str__(self):
        return str(self.uuid)

    def state(self, now):
        """open, used, withdrawn (the membership ended), superseded (a newer one was sent) or expired."""
        if self.used_at or self.membership.user.has_usable_password():
            return "used"
        if not self.membership.may_act(now):
            return "withdrawn"
        if self.revoked_at:
            return "superseded"
        return "expired" if now >= self.expires_at else "open"


class LetterKind(models.TextChoices):
    """What an account is written about; the words are in templates/account/email/."""

    INVITATION = "invitation", "Invitation"
    OFFER = "offer", "Offer of a further role"
    JOINED = "joined", "A member of a shared agency"
    TO_CONFIRM = "to_confirm", "A role to confirm"
    SECURITY = "security", "A changed password or second factor"
    PASSWORD = "password", "Link for a new password"


class Letter(models.Model):
    """A message about an account that waits to go out: a worker sends it, so that no page waits for a mail server.

    It holds no words and no link. A request for a new password is a row for whatever address was typed, known or
    not, so that the page does the same for both; `address` is emptied once it went or nobody has it.
    """

    kind = models.CharField(max_length=12, choices=LetterKind)
    address = models.EmailField(blank=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="letters")
    onward = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(sent_at=None, failed_at=None), name="letters_waiting"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def state(self):
        """sent, failed or waiting."""
        return "sent" if self.sent_at else "failed" if self.failed_at else "waiting"


class KeptAnswers(models.Model):
    """What somebody had typed on a page when their session ended; given back there once, after they sign in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_answers")
    path = models.CharField(max_length=500)
    answers = models.JSONField()
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="one_draft_a_page")]

    def __str__(self):
        return str(self.pk)


class SingleSignOn(models.Model):
    """The service with which an agency signs its people in (OpenID Connect); made by `manage.py single_sign_on`.

    `domains` are those of the addresses whose owners are sent there, each between spaces. The service's own settings
    and its secret are the sign-in library's.
    """

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="single_sign_on")
    app = models.OneToOneField("socialaccount.SocialApp", on_delete=models.PROTECT, related_name="+")
    domains = models.TextField(blank=True)
    active = models.BooleanField(default=True)

    def __str__(self):
        return f"Single sign-on of {self.agency}"
