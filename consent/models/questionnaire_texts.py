"""The wording of questionnaires that a hospital enters under a licence of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class QuestionnaireText(Record):
    """One version of a questionnaire's wording in one language, fixed by its hash."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"approved_by", "approved_at", "discarded_at"})
    LARGE = frozenset({"instruction", "items", "options"})
    EXPORT = {
        Export.TECHNICAL: "id name language number title instruction items options licence sha256 "
        "effective_from drafted_by recorded_at approved_by approved_at discarded_at"
    }

    name = models.CharField(_("questionnaire"), max_length=32)
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    instruction = models.TextField(blank=True)
    items = models.JSONField(help_text=_("One per line, in the order of the printed form."))
    options = models.JSONField(
        help_text=_(
            "The words of the answers: one per line with its number in front, such as “0 Never”. "
            "“3: 0 Never” is for item 3 alone. Left empty, the numbers are shown."
        )
    )
    licence = models.TextField(
        help_text=_("Under which licence or permission the hospital uses this text, and from whom.")
    )
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateTimeField()
    drafted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "language", "number"], name="consent_questionnairetext_number"
            ),
            models.CheckConstraint(
                condition=~Q(licence=""), name="consent_questionnairetext_licence_stated"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("drafted_by")),
                name="consent_questionnairetext_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.language} v{self.number}"
