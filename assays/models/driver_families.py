"""Families of instruments that are declared here, beside those that ship."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.versioned import LIFE_FIELDS, Life, Versioned, life_of
from assays.rules.states import VersionStatus
from labsys.lib.records import Export


class DriverFamily(Versioned):
    """One version of how a family of instruments writes; the one in force reads its messages."""

    LIFE = Life("instruments.family", key=("name",))
    EXPORT = {Export.TECHNICAL: f"id name number label base declaration note {LIFE_FIELDS}"}

    name = models.SlugField(max_length=40, help_text=_("What instruments are set to."))
    label = models.CharField(max_length=80, help_text=_("What people call it."))
    base = models.CharField(
        max_length=40, help_text=_("The driver that holds for everything not declared here.")
    )
    declaration = models.JSONField(help_text=_("What the family writes otherwise than its base."))
    note = models.TextField(help_text=_("Why this version was made, and from what manual."))

    class Meta:
        verbose_name_plural = _("driver families")
        constraints = [
            *life_of("assays_driverfamily", "name"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_driverfamily_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"
