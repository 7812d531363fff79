"""Waivers: their texts, who signed which, and who withdrew."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Programme
from labsys.accounts.models import Principal
from labsys.lib.fields import SealedField
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

_SHA256 = r"^[0-9a-f]{64}$"


class WaiverText(Record):
    """One version of a programme's waiver, in one or more languages, fixed by its hash."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"approved_by", "approved_at", "discarded_at"})
    LARGE = frozenset({"body"})
    EXPORT = {
        Export.TECHNICAL: "id programme number title body sha256 effective_from predecessor_until "
        "drafted_by recorded_at approved_by approved_at discarded_at"
    }

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="waiver_texts")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.JSONField(help_text=_("Language code -> text."))
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateTimeField()
    predecessor_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("How long signatures under the text before this one are still accepted."),
    )
    drafted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="consent_waivertext_number"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("drafted_by")),
                name="consent_waivertext_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class WaiverSignature(Record):
    """A person or their guardian signed a waiver text, before a witness who checked who signs.

    It carries the signer's own proof: what they drew, or the login whose password they gave again.
    Rows without one were recorded before proofs were kept; the constraint refuses a new one.
    """

    AUDIT = Audit.FACT
    SEALED = frozenset({"drawing"})
    EXPORT = {
        Export.IDENTIFYING: "guardian_name",
        Export.INDIRECT: "person informed_at signed_at signer guardian_relation",
        Export.SEALED: "drawing",
        Export.TECHNICAL: "id text text_sha256 language identity_checked witness recorded_at recorded_by "
        "proof drawing_sha256 account sha256",
    }

    class Signer(models.TextChoices):
        SELF = "SELF", _("the person")
        GUARDIAN = "GUARDIAN", _("a guardian")

    class Proof(models.TextChoices):
        DRAWN = "DRAWN", _("drawn by hand")
        PASSWORD = "PASSWORD", _("own password given again")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="waiver_signatures")
    text = models.ForeignKey(WaiverText, on_delete=models.PROTECT, related_name="signatures")
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    identity_checked = models.CharField(
        max_length=200, help_text=_("What was checked, not its value.")
    )
    signer = models.CharField(max_length=8, choices=Signer.choices, default=Signer.SELF)
    guardian_name = models.CharField(max_length=200, blank=True)
    guardian_relation = models.CharField(max_length=80, blank=True)
    witness = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    proof = models.CharField(
        max_length=8,
        blank=True,
        choices=Proof.choices,
        help_text=_("Empty = recorded before proofs were kept."),
    )
    drawing = SealedField(null=True)
    drawing_sha256 = models.CharField(max_length=64, blank=True)
    account = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("The signer's login, whose password was given again."),
    )
    sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("Of all that this signature says.")
    )
    informed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When the person was given the text and told what it means."),
    )
    signed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signer="SELF", guardian_name="", guardian_relation="")
                | Q(signer="GUARDIAN") & ~Q(guardian_name="") & ~Q(guardian_relation=""),
                name="consent_waiversignature_guardian_named",
            ),
            models.CheckConstraint(
                condition=Q(informed_at=None) | Q(informed_at__lte=F("signed_at")),
                name="consent_waiversignature_informed_before",
            ),
            # Not validated: rows of before proofs were kept stay; PostgreSQL asks it of every new one.
            models.CheckConstraint(
                condition=Q(sha256__regex=_SHA256)
                & (
                    Q(proof="DRAWN", drawing__isnull=False, account=None)
                    & Q(drawing_sha256__regex=_SHA256)
                    | Q(proof="PASSWORD", drawing=None, drawing_sha256="", account__isnull=False)
                ),
                name="consent_waiversignature_one_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} signed {self.text}"


class WaiverSignatureAnnulment(Record):
    """A signature was recorded in error."""

    AUDIT = Audit.FACT
    EXPORT = {Export.INDIRECT: "reason", Export.TECHNICAL: "id signature recorded_at recorded_by"}

    signature = models.OneToOneField(
        WaiverSignature, on_delete=models.PROTECT, related_name="annulment"
    )
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.signature} annulled"


class WaiverWithdrawal(Record):
    """A person withdrew: effective at once, from any state, without a reason."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person effective_at",
        Export.TECHNICAL: "id programme door recorded_at recorded_by",
    }

    class Door(models.TextChoices):
        OWN_PAGE = "OWN_PAGE", _("own page")
        STAFF = "STAFF", _("staff")
        API = "API", _("API")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="waiver_withdrawals")
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        related_name="withdrawals",
        help_text=_("Empty = from every programme."),
    )
    door = models.CharField(max_length=8, choices=Door.choices)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.person} withdrew"
