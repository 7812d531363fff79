"""The weekly checks: their outcomes, their contents, and findings that stop a clearance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models import Result
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import AnnulCode, ScreeningCode
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import SealedField
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

SECOND_INTERVIEW = ScreeningCode.SECOND_INTERVIEW_NEEDED.value
ANNULLED_AS = [
    (AnnulCode.WRONG_PERSON.value, _("recorded of the wrong person")),
    (AnnulCode.NOT_HELD.value, _("not held")),
    (AnnulCode.TYPED_WRONGLY.value, _("typed wrongly")),
    (AnnulCode.OTHER.value, _("another error")),
]


class Check(Record):
    """A medical or psychological check as a named clinician concluded it."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person performed_at",
        Export.CLINICAL: "outcome proposed reason_codes",
        Export.TECHNICAL: "id uid kind examiner second_examiner rule_version covers "
        "recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=13, choices=choices(CheckKind))
    outcome = models.CharField(max_length=10, choices=choices(CheckOutcome))
    # Of a medical check. What was proposed of a psychological one is sealed with its answers: beside
    # the outcome it tells that there was something to look at.
    proposed = models.CharField(max_length=10, blank=True, choices=choices(CheckOutcome))
    reason_codes = models.JSONField(default=list)
    rule_version = models.CharField(max_length=32, blank=True)
    covers = models.JSONField(
        null=True,
        help_text=_(
            "What was asked, measured and found; empty = not kept, and taken for everything."
        ),
    )
    examiner = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    second_examiner = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    performed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in CheckKind]),
                name="consent_check_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in CheckOutcome]),
                name="consent_check_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(proposed="FAILED"), name="consent_check_no_rule_proposes_failed"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-performed_at"], name="consent_check_by_person"),
            models.Index(
                fields=["performed_at"],
                condition=Q(reason_codes__contains=[SECOND_INTERVIEW]),
                name="consent_check_second_interview",
            ),
            # Refusals count for ever and are few; passes of years are not read for them.
            models.Index(
                fields=["person"],
                condition=Q(outcome__in=["FAILED", "REFERRED"]),
                name="consent_check_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.performed_at:%Y-%m-%d}"

    @property
    def is_private(self) -> bool:
        """Whether psychologists alone are told what was proposed, and who agreed to a laxer outcome."""
        return bool(self.kind == CheckKind.PSYCHOLOGICAL.value)

    @property
    def told(self) -> list[str]:
        """What the screening staff are told; the reasons of a medical check are the examiners'."""
        return list(self.reason_codes) if self.kind == CheckKind.PSYCHOLOGICAL.value else []


class CheckLift(Record):
    """A later check names an earlier refusal that it lifts."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id by_check lifted recorded_at recorded_by"}

    by_check = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="lifts")
    lifted = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="lifted_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by_check", "lifted"], name="consent_checklift_once"),
            models.CheckConstraint(
                condition=~Q(by_check=F("lifted")), name="consent_checklift_another_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_check} lifts {self.lifted}"


class CheckAnnulment(Record):
    """A passed check was recorded in error; what it lifted stands again.

    Of a medical check the reason is told in words; of a psychological one by a code, and the words are
    sealed for psychologists.
    """

    AUDIT = Audit.FACT
    SEALED = frozenset({"words"})
    EXPORT = {
        Export.INDIRECT: "reason",
        Export.CLINICAL: "code",
        Export.SEALED: "words",
        Export.TECHNICAL: "id of_check recorded_at recorded_by",
    }

    of_check = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="annulment")
    reason = models.TextField(blank=True)
    code = models.CharField(max_length=13, blank=True, choices=ANNULLED_AS)
    words = SealedField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(~Q(reason="") & Q(code="", words=None))
                | (
                    Q(reason="", words__isnull=False) & Q(code__in=[one.value for one in AnnulCode])
                ),
                name="consent_checkannulment_words_or_sealed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.of_check} annulled"


class MedicalFindings(Record):
    """What was measured and seen at a medical check."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "vitals score signs nanite_control examined results comment grounds",
        Export.TECHNICAL: "id of_check sent recorded_at recorded_by",
    }

    class Control(models.TextChoices):
        CONTROLLED = "CONTROLLED", _("under control")
        NOT_CONTROLLED = "NOT_CONTROLLED", _("not under control")

    of_check = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="medical")
    vitals = models.JSONField(default=dict)
    score = models.JSONField(
        default=dict, help_text=_("NEWS2 with its parts, or why it was not scored.")
    )
    signs = models.JSONField(default=list)
    nanite_control = models.CharField(
        max_length=14,
        blank=True,
        choices=Control.choices,
        help_text=_("Whether the nanites answer to their controller; empty = not examined."),
    )
    examined = models.JSONField(
        default=dict, blank=True, help_text=_("What was examined: item -> normal or abnormal.")
    )
    results = models.JSONField(
        default=list, blank=True, help_text=_("The laboratory results that the check rested on.")
    )
    comment = models.TextField(blank=True)
    grounds = models.TextField(
        blank=True, help_text=_("Why the outcome is laxer than the one proposed.")
    )
    sent = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("The digest of the message that brought it; empty = recorded on the page."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("medical findings")
        verbose_name_plural = _("medical findings")
        constraints = [
            models.CheckConstraint(
                condition=Q(nanite_control__in=["", "CONTROLLED", "NOT_CONTROLLED"]),
                name="consent_medicalfindings_control_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.of_check}"


class PsychologicalRecord(Record):
    """Answers, scores and notes of a psychological check: sealed, for psychologists alone."""

    AUDIT = Audit.FACT
    SEALED = frozenset({"content"})
    EXPORT = {Export.SEALED: "content", Export.TECHNICAL: "id of_check recorded_at recorded_by"}

    of_check = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="psychological")
    content = SealedField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.of_check}"


class FindingClear(Record):
    """A clinician recorded that a critical nanite result is dealt with.

    The finding itself is no row: it follows from the result, in the instant it is recorded.
    """

    AUDIT = Audit.FACT
    EXPORT = {Export.CLINICAL: "reason", Export.TECHNICAL: "id result recorded_at recorded_by"}

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="finding_clear")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.result} dealt with"
