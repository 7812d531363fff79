"""Assays with what is in force of each, what is drafted, and what nobody has answered for yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from assays.models import (
    Assay,
    AssayVersion,
    CriticalLimit,
    PanelMember,
    PanelVersion,
    ReferenceInterval,
)
from assays.queries import range_rows
from assays.queries.catalogue_rows import interval_rows
from assays.queries.coverage import describe
from assays.queries.range_signatures import is_signed
from assays.rules.coverage import check_coverage
from assays.rules.states import VersionStatus

ON_A_PAGE = 100
OPEN = (VersionStatus.DRAFT, VersionStatus.APPROVED)
LIVING = (VersionStatus.ACTIVE, *OPEN)


def listed(rows: QuerySet[Assay], *, text: str, section: str) -> QuerySet[Assay]:
    """Return assays by code with their versions in force and drafted, as `living`."""
    found = rows.select_related("analyte", "specimen_type").prefetch_related(
        Prefetch(
            "versions",
            AssayVersion.objects.filter(status__in=LIVING).order_by("number"),
            to_attr="living",
        )
    )
    if text:
        found = found.filter(
            Q(analyte__code__icontains=text)
            | Q(analyte__name__icontains=text)
            | Q(analyte__loinc=text)
        )
    if section:
        found = found.filter(analyte__section=section)
    return found.order_by("analyte__code", "id")


def sections(rows: QuerySet[Assay]) -> list[str]:
    """Return the sections that assays stand in."""
    return sorted(set(rows.values_list("analyte__section", flat=True)))


@dataclass(frozen=True)
class Whole:
    """One version with its rows and whether they cover every patient once."""

    version: AssayVersion
    intervals: Sequence[ReferenceInterval]
    critical: Sequence[CriticalLimit]
    coverage: str
    signed: dict[str, bool]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The intervals with whether somebody signed each; the established ones first."""
        found = [{"row": row, "is_signed": is_signed(row)} for row in self.intervals]
        return sorted(found, key=lambda one: not one["row"].established)

    @property
    def limits(self) -> list[dict[str, Any]]:
        return [{"row": row, "is_signed": is_signed(row)} for row in self.critical]


def whole(version: AssayVersion) -> Whole:
    """Return a version with everything that its page says of it, in a constant number of queries."""
    rows = version.intervals.select_related("signature", "copied_from__signature").order_by("id")
    limits = version.critical_limits.select_related("signature", "copied_from__signature")
    coverage = check_coverage(interval_rows([version.pk]).get(version.pk, ()))
    of_version = range_rows.of_versions([version])
    return Whole(
        version=version,
        intervals=list(rows),
        critical=list(limits.order_by("id")),
        coverage=describe(coverage),
        signed={row.kind.value: row.is_signed for row in of_version},
    )


def life(assay: Assay) -> QuerySet[AssayVersion]:
    """Return every version of an assay, the newest first."""
    rows: QuerySet[AssayVersion] = assay.versions.select_related(
        "drafted_by__user", "approved_by__user", "assay__analyte"
    )
    return rows.order_by("-number")


def panels_of(assay: Assay) -> list[str]:
    """Return the names of the panels in force that hold an assay."""
    rows = PanelMember.objects.filter(
        assay=assay, version__status=VersionStatus.ACTIVE, version__panel__is_active=True
    )
    return list(
        rows.order_by("version__panel__name").values_list("version__panel__name", flat=True)
    )


def panel_versions(rows: QuerySet[PanelVersion]) -> list[PanelVersion]:
    """Return the versions of panels that are in force or drafted, with what each holds."""
    members = PanelMember.objects.select_related("assay__analyte").order_by("position")
    found = rows.filter(status__in=LIVING).select_related("panel", "drafted_by__user")
    return list(
        found.prefetch_related(Prefetch("members", members)).order_by("panel__code", "-number")[
            :500
        ]
    )
