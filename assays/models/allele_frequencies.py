"""Tables of allele frequencies: versioned, with their source, approved by another than who brought them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.versioned import Life, Versioned, life_of
from assays.rules.states import VersionStatus
from labsys.lib.records import Export


class AlleleFrequencies(Versioned):
    """The frequencies of alleles in one population, as a source states them."""

    LIFE = Life("catalogue.frequencies", key=("code",))
    LARGE = frozenset({"table"})
    EXPORT = {
        Export.TECHNICAL: "id number code population source people table table_digest note status "
        "drafted_by drafted_at approved_by approved_at active_from active_until"
    }

    code = models.SlugField(max_length=32)
    population = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    people = models.PositiveIntegerField()
    table = models.JSONField()
    table_digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = _("allele frequencies")
        constraints = [
            *life_of("assays_allelefrequencies", "code"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_allelefrequencies_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"
