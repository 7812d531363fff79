"""External quality assessment: schemes, rounds, own results, what they scored, what followed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.annulment import ANNULMENT, STANDING, Annullable, annulled_by_someone
from assays.models.catalogue import Assay
from assays.models.instruments import Instrument
from assays.models.nonconformities import Nonconformity
from assays.rules.external_quality import LABELS, Verdict
from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class EqaScheme(Record):
    """A programme of a provider that sends samples to be measured and compares the answers."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {Export.TECHNICAL: "id name provider is_active recorded_at recorded_by"}

    name = models.CharField(max_length=120, unique=True)
    provider = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external quality scheme")
        verbose_name_plural = _("external quality schemes")

    def __str__(self) -> str:
        return self.name


class EqaRound(Record):
    """One mailing of a scheme; results are reported by its closing day."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id scheme code closes_on recorded_at recorded_by"}

    scheme = models.ForeignKey(EqaScheme, on_delete=models.PROTECT, related_name="rounds")
    code = models.CharField(_("round"), max_length=40)
    closes_on = models.DateField(_("closes on"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external quality round")
        verbose_name_plural = _("external quality rounds")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="assays_eqaround_once")
        ]
        indexes = [models.Index(fields=["-closes_on", "-id"], name="assays_eqaround_newest")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class EqaResult(Annullable):
    """What this laboratory measured in a sample of a round, before it knew the assigned value."""

    AUDIT = Audit.STATE
    MUTABLE = ANNULMENT
    EXPORT = {
        Export.TECHNICAL: "id round sample assay instrument value unit measured_at remark recorded_at "
        "recorded_by annulled_at annulled_by annul_reason"
    }

    round = models.ForeignKey(EqaRound, on_delete=models.PROTECT, related_name="results")
    sample = models.CharField(max_length=40)
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    value = ExactDecimalField()
    unit = models.CharField(max_length=40)
    measured_at = models.DateTimeField()
    remark = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external quality result")
        verbose_name_plural = _("external quality results")
        constraints = [
            annulled_by_someone("assays_eqaresult_annulled_by_someone"),
            models.UniqueConstraint(
                fields=["round", "sample", "assay", "instrument"],
                condition=STANDING,
                nulls_distinct=False,
                name="assays_eqaresult_one_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.sample} {self.assay}"


class EqaScore(Annullable):
    """What the provider reported of a result, and the verdict; an unsatisfactory one has its nonconformity."""

    AUDIT = Audit.STATE
    MUTABLE = ANNULMENT
    EXPORT = {
        Export.TECHNICAL: "id result assigned sd limit_percent limit_absolute deviation "
        "deviation_percent z verdict nonconformity recorded_at recorded_by annulled_at annulled_by "
        "annul_reason"
    }

    result = models.ForeignKey(EqaResult, on_delete=models.PROTECT, related_name="scores")
    assigned = ExactDecimalField(_("assigned value"))
    sd = ExactDecimalField(_("SD of the scheme"), null=True, blank=True)
    limit_percent = ExactDecimalField(_("allowed deviation, %"), null=True, blank=True)
    limit_absolute = ExactDecimalField(_("allowed deviation"), null=True, blank=True)
    deviation = ExactDecimalField()
    deviation_percent = ExactDecimalField(null=True)
    z = ExactDecimalField(null=True)
    verdict = models.CharField(
        max_length=14, choices=[(one.value, _(LABELS[one])) for one in Verdict]
    )
    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external quality score")
        verbose_name_plural = _("external quality scores")
        constraints = [
            annulled_by_someone("assays_eqascore_annulled_by_someone"),
            models.UniqueConstraint(
                fields=["result"], condition=STANDING, name="assays_eqascore_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(sd__isnull=False)
                | Q(limit_percent__isnull=False)
                | Q(limit_absolute__isnull=False),
                name="assays_eqascore_judged_by_something",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="UNSATISFACTORY") | Q(nonconformity__isnull=False),
                name="assays_eqascore_unsatisfactory_is_followed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.get_verdict_display()}"


class EqaFollowUp(Record):
    """What was found out or done about a score."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id score what recorded_at recorded_by"}

    score = models.ForeignKey(EqaScore, on_delete=models.PROTECT, related_name="follow_ups")
    what = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("external quality follow-up")
        verbose_name_plural = _("external quality follow-ups")

    def __str__(self) -> str:
        return f"{self.score}"
