"""Which measures of health are looked at around removals: versioned, approved by another than who drafted them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.versioned import Life, Versioned, life_of
from assays.rules.benefit_measures import Measure, Windows, of_json
from assays.rules.states import VersionStatus
from labsys.lib.records import Export


class BenefitMeasures(Versioned):
    """Analytes with which way is better and the smallest change that matters, and the days that count."""

    LIFE = Life("catalogue.benefits", key=("code",))
    EXPORT = {
        Export.TECHNICAL: "id number code measures agent baseline_days carried_days settling_days "
        "after_days unseen_days source note status drafted_by drafted_at approved_by approved_at "
        "active_from active_until"
    }
    CODE = "BENEFITS"

    code = models.SlugField(max_length=32, default=CODE)
    measures = models.JSONField()
    agent = models.CharField(
        max_length=80, help_text=_("As exposures name it; before the first one lies the baseline.")
    )
    baseline_days = models.PositiveSmallIntegerField()
    carried_days = models.PositiveSmallIntegerField()
    settling_days = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField()
    unseen_days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("measures of benefits")
        verbose_name_plural = _("measures of benefits")
        constraints = [
            *life_of("assays_benefitmeasures", "code"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_benefitmeasures_status_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    baseline_days__gte=1, carried_days__gte=1, after_days__gt=F("settling_days")
                ),
                name="assays_benefitmeasures_days_to_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"

    @property
    def chosen(self) -> tuple[Measure, ...]:
        """The measures in their order."""
        return of_json(self.measures)

    @property
    def windows(self) -> Windows:
        return Windows(
            self.baseline_days,
            self.carried_days,
            self.settling_days,
            self.after_days,
            self.unseen_days,
        )
