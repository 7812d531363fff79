"""Interpretation comments of the laboratory: a code, a wording per language, and when it is said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Analyte
from assays.models.versioned import Life, Versioned, life_of
from assays.rules.states import VersionStatus
from labsys.lib.records import Audit, Export, Record


class CodedComment(Record):
    """A comment that the laboratory makes again and again, by its code."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name"})
    EXPORT = {Export.TECHNICAL: "id code name"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CodedCommentVersion(Versioned):
    """What a comment says, in each language, and which results it is said of by itself.

    A rule names an analyte, and flags or a condition on the value; without a rule the comment is
    only chosen by people.
    """

    LIFE = Life("catalogue.comment", key=("comment",))
    EXPORT = {
        Export.TECHNICAL: "id comment number name texts analyte flags condition note status drafted_by "
        "drafted_at approved_by approved_at active_from active_until"
    }

    comment = models.ForeignKey(CodedComment, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(
        max_length=80,
        blank=True,
        help_text=_("What the comment is called from this version on; empty: as before."),
    )
    texts = models.JSONField(help_text=_("The wording by language code."))
    analyte = models.ForeignKey(
        Analyte,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Of which analyte it may be said; empty: of any."),
    )
    flags = models.JSONField(
        default=list, help_text=_("Said by itself of a value with one of these flags.")
    )
    condition = models.CharField(
        max_length=500, blank=True, help_text=_("Said by itself while this holds.")
    )
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_codedcommentversion", "comment"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_codedcommentversion_status_known",
            ),
            models.CheckConstraint(
                condition=Q(flags=[], condition="") | Q(analyte__isnull=False),
                name="assays_codedcommentversion_rule_of_analyte",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment.code} v{self.number}"

    @property
    def called(self) -> str:
        """The name that this version gives the comment; it has it once the version is in force."""
        return self.name or self.comment.name

    @property
    def is_automatic(self) -> bool:
        """Whether it is said by itself of some results."""
        return bool(self.flags or self.condition)
