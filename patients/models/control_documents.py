"""Schematics and kill codes as versioned documents that two people sign."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import SealedField
from labsys.lib.records import Audit, Export, Record
from patients.models.control_signatures import SIGNED, ControlSignature, constraints_of
from patients.models.interventions import Intervention


class ControlDocument(Record):
    """A schematic of controllers, or a kill code; its content stands in its versions."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id uid kind code title recorded_at recorded_by"}

    class Kind(models.TextChoices):
        SCHEMATIC = "SCHEMATIC", _("schematic")
        KILL_CODE = "KILL_CODE", _("kill code")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    code = models.SlugField(max_length=32, unique=True)
    title = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("controllers' document")
        verbose_name_plural = _("controllers' documents")

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class ControlDocumentVersion(Record):
    """One version: bytes kept under their hash, or, of a kill code, sealed in this row.

    The hash of a kill code is that of its ciphertext: a hash of the code itself could be guessed.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"withdrawn_at", "withdrawn_by", "withdrawn_because"})
    SEALED = frozenset({"sealed"})
    EXPORT = {
        Export.SEALED: "sealed",
        Export.TECHNICAL: "id uid document number media_type size sha256 note withdrawn_at withdrawn_by "
        "withdrawn_because recorded_at recorded_by",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(ControlDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = SealedField(null=True)
    note = models.CharField(max_length=500, help_text=_("What is new, and why."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version of a controllers' document")
        verbose_name_plural = _("versions of controllers' documents")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="patients_controldocumentversion_number"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="patients_controldocumentversion_digest",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because=""),
                name="patients_controldocumentversion_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.code} v{self.number}"


class ControlDocumentSignature(ControlSignature):
    """Somebody's name under a version: who drafted it, or one of the two who signed it."""

    EXPORT = {Export.IDENTIFYING: "signed_name", Export.TECHNICAL: f"{SIGNED} version"}

    version = models.ForeignKey(
        ControlDocumentVersion, on_delete=models.PROTECT, related_name="signatures"
    )

    class Meta:
        verbose_name = _("signature under a controllers' document")
        verbose_name_plural = _("signatures under controllers' documents")
        constraints = constraints_of("controldocumentsignature", "version")


class KillCodeUse(Record):
    """A kill code was used on a patient: which version; the rest stands in its intervention."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id intervention version recorded_at recorded_by"}

    intervention = models.OneToOneField(
        Intervention, on_delete=models.PROTECT, related_name="kill_code_use"
    )
    version = models.ForeignKey(
        ControlDocumentVersion, on_delete=models.PROTECT, related_name="uses"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("use of a kill code")
        verbose_name_plural = _("uses of kill codes")

    def __str__(self) -> str:
        return str(self.version)
