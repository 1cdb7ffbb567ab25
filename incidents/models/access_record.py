"""Who collected, read, changed, disclosed or erased personal data (DPA 2018 s.62)."""

from django.db import models
from django.db.models.functions import Now

from partners.models import Agency, Partnership, Regime, User


class AccessAct(models.TextChoices):
    """The acts that s.62 names."""

    COLLECTION = "collection", "Collection"
    CONSULTATION = "consultation", "Consultation"
    ALTERATION = "alteration", "Alteration"
    DISCLOSURE = "disclosure", "Disclosure"
    COMBINATION = "combination", "Combination"
    ERASURE = "erasure", "Erasure"


class AccessRecord(models.Model):
    """One act on personal data, inserted in the transaction of the act itself. It holds none of the data.

    It is never changed; `purpose` and `recipient` alone, which somebody typed, can be erased later. `sha256` is of
    the file that was passed on. An act on the access record itself, or on a list, concerns no one incident.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, db_index=False, related_name="+"
    )  # whose incident it is
    incident_uuid = models.UUIDField(null=True)
    reference = models.CharField(
        max_length=20, blank=True, default="", db_default=""
    )  # outlives the incident
    subject_kind = models.CharField(max_length=40)
    subject_uuid = models.UUIDField()
    act = models.CharField(max_length=12, choices=AccessAct)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    system = models.CharField(max_length=60, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    regime = models.CharField(max_length=20, choices=Regime, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["subject_uuid", "user", "-at"], name="access_of_subject"),
            models.Index(fields=["incident_uuid", "-at"], name="access_of_incident"),
            models.Index(fields=["partnership", "-at", "-id"], name="access_of_partnership"),
            models.Index(fields=["user", "-at", "-id"], name="access_by_user"),
            models.Index(fields=["agency", "-at", "-id"], name="access_by_agency"),
            models.Index(
                fields=["partnership", "-at", "-id"], name="access_disclosed",
                condition=models.Q(act=AccessAct.DISCLOSURE),
            ),
        ]  # fmt: skip


class AccessSeal(models.Model):
    """A link of the chain: a batch of access records, sealed together. Append-only.

    `digest` is over the link before, this one's number, time and count, and `records`, the digest over the digests of
    the batch (incidents/chain.py). `last` is the highest record in it; `drained` says that nothing was left to seal.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, unique=True)  # so the chain has one end, and cannot fork
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField()
    drained = models.BooleanField()
    records = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]


class AccessDigest(models.Model):
    """That a record is sealed, in which seal, and with which digest; the salt keeps what was typed from being guessed.

    Append-only. When the words of its record are erased the salt goes with them, and `words`, their salted digest,
    stands in their place. No foreign key to the record: one that was deleted has to be found.
    """

    record_id = models.PositiveBigIntegerField(primary_key=True)
    seal = models.ForeignKey(AccessSeal, on_delete=models.PROTECT, related_name="digests")
    salt = models.CharField(max_length=32, blank=True)
    words = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
