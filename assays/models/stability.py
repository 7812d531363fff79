"""How long specimens may be measured and have to be kept: versioned rows, approved by another."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay, SpecimenType
from assays.models.versioned import LIFE_FIELDS, Life, Versioned, life_of
from assays.rules.storage import Temperature
from labsys.lib.records import Export


class StabilityLimit(Versioned):
    """For how many hours after collection an assay may be measured, by how the specimen was kept.

    A blank limit is not established; 0 means that the specimen must not be kept so.
    """

    LIFE = Life("catalogue.stability", key=("assay",))
    EXPORT = {
        Export.TECHNICAL: "id assay number ambient_hours refrigerated_hours frozen_hours "
        f"deep_frozen_hours source {LIFE_FIELDS}"
    }

    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="stability_limits")
    ambient_hours = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("hours at room temperature")
    )
    refrigerated_hours = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("hours refrigerated")
    )
    frozen_hours = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("hours frozen")
    )
    deep_frozen_hours = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("hours deep-frozen")
    )
    source = models.TextField(help_text=_("Where it is from: insert, paper, own trial."))

    class Meta:
        constraints = life_of("assays_stabilitylimit", "assay")

    def __str__(self) -> str:
        return f"stability of {self.assay}"

    @property
    def hours(self) -> dict[Temperature, int]:
        """The limits that are established, as `assays.rules.stability.check` takes them."""
        stated = {
            Temperature.AMBIENT: self.ambient_hours,
            Temperature.REFRIGERATED: self.refrigerated_hours,
            Temperature.FROZEN: self.frozen_hours,
            Temperature.DEEP_FROZEN: self.deep_frozen_hours,
        }
        return {name: hours for name, hours in stated.items() if hours is not None}


class RetentionRule(Versioned):
    """For how many days after its receipt a specimen of one type is kept before it is disposed of."""

    LIFE = Life("catalogue.retention", key=("specimen_type",))
    EXPORT = {Export.TECHNICAL: f"id specimen_type number days source {LIFE_FIELDS}"}

    specimen_type = models.ForeignKey(
        SpecimenType, on_delete=models.PROTECT, related_name="retention_rules"
    )
    days = models.PositiveIntegerField(verbose_name=_("days kept after receipt"))
    source = models.TextField(help_text=_("Where it is from: insert, paper, own trial."))

    class Meta:
        constraints = life_of("assays_retentionrule", "specimen_type")

    def __str__(self) -> str:
        return f"retention of {self.specimen_type}"
