"""Reading the catalogue's rows in force into the plain values of `assays.queries.catalogue`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from assays.models import (
    AssayVersion,
    CalculationVersion,
    CodeMapping,
    CriticalLimit,
    PanelVersion,
    ReferenceInterval,
    UnitConversion,
)
from assays.queries import coded_comments, reflexes
from assays.queries.range_signatures import Statement, signed_statements, statement
from assays.rules.calculated import Definition
from assays.rules.catalogue import ValueKind
from assays.rules.catalogue_in_force import (
    ActiveAssay,
    ActiveCalculation,
    ActivePanel,
    Catalogue,
    MappedCode,
    Stamp,
    index,
)
from assays.rules.delta_check import DeltaRule
from assays.rules.intervals import CriticalLimits, IntervalRow, PlausibilityLimits
from assays.rules.range_rows import RowKind
from assays.rules.states import VersionStatus
from labsys.lib.units import Conversion

ACTIVE = VersionStatus.ACTIVE.value
# The columns of an interval in the order in which `IntervalRow` takes them.
_STATED = (
    *("version__number", "species", "sex", "age_low_days", "age_high_days", "state"),
    *("low", "high", "established", "reason"),
)

_BOUNDS = ("species", "sex", "age_low_days", "age_high_days", "low", "high", "state")


def load(stamp: Stamp) -> Catalogue:
    """Read everything in force; a constant number of queries whatever the catalogue's size."""
    return index(
        stamp=stamp,
        assays=_assays(),
        mappings=_mappings(),
        panels=_panels(),
        calculations=_calculations(),
        reflexes=reflexes.active(),
        comments=coded_comments.active(),
    )


def interval_rows(version_ids: list[int]) -> dict[int, tuple[IntervalRow, ...]]:
    """Return the interval rows of versions (in any state) as the rules know them.

    A row counts as signed when it, or the identical row it was copied from, is signed.
    """
    rows = ReferenceInterval.objects.filter(version__in=version_ids).order_by("version", "id")
    found = defaultdict(list)
    # Plain columns: there are as many rows as the catalogue has cells.
    for version, id_, *stated, own, copied in rows.values_list(
        "version", "id", *_STATED, "signature", "copied_from__signature"
    ):
        is_row_signed = own is not None or copied is not None
        found[version].append(IntervalRow(str(id_), *stated, signed=is_row_signed))
    return {version: tuple(held) for version, held in found.items()}


def critical_limits(version_ids: list[int]) -> dict[int, tuple[CriticalLimits, ...]]:
    """Return the critical limits of versions (in any state) as the rules know them."""
    rows = CriticalLimit.objects.filter(version__in=version_ids).order_by("version", "id")
    found = defaultdict(list)
    for version, id_, number, *stated, own, copied in rows.values_list(
        "version", "id", "version__number", *_BOUNDS, "signature", "copied_from__signature"
    ):
        is_row_signed = own is not None or copied is not None
        limits = dict(zip(_BOUNDS, stated, strict=True))
        found[version].append(
            CriticalLimits(id=str(id_), version=number, **limits, signed=is_row_signed)
        )
    return {version: tuple(held) for version, held in found.items()}


def _assays() -> dict[int, ActiveAssay]:
    versions = list(
        AssayVersion.objects.filter(status=ACTIVE)
        .select_related("assay__analyte")
        .order_by("assay__analyte__code", "assay_id")
    )
    ids = [version.pk for version in versions]
    intervals, critical, conversions = interval_rows(ids), critical_limits(ids), _conversions()
    signed = signed_statements(versions)
    return {
        version.assay_id: _assay(
            version,
            signed,
            intervals=intervals.get(version.pk, ()),
            critical=critical.get(version.pk, ()),
            conversions=tuple(conversions.get(version.assay.analyte_id, ())),
        )
        for version in versions
    }


def assay_of(version: AssayVersion) -> ActiveAssay:
    """Return what one version says, in whatever state it is, as if it were in force."""
    return _assay(
        version,
        signed_statements([version]),
        intervals=interval_rows([version.pk]).get(version.pk, ()),
        critical=critical_limits([version.pk]).get(version.pk, ()),
        conversions=(),
    )


def _assay(version: AssayVersion, signed: Collection[Statement], **rows: Any) -> ActiveAssay:
    assay, analyte = version.assay, version.assay.analyte
    return ActiveAssay(
        assay_id=assay.pk,
        version_id=version.pk,
        number=version.number,
        analyte_id=analyte.pk,
        code=analyte.code,
        name=analyte.name,
        section=analyte.section,
        loinc=analyte.loinc,
        method=assay.method,
        specimen_type_id=assay.specimen_type_id,
        kind=ValueKind(version.kind),
        unit=version.unit,
        answers=tuple(version.answers),
        decimals=version.decimals,
        amr_low=version.amr_low,
        amr_high=version.amr_high,
        lob=version.lob,
        lod=version.lod,
        loq=version.loq,
        tea_percent=version.tea_percent,
        tea_source=version.tea_source,
        plausibility=_plausibility(version, signed),
        is_measuring_signed=statement(version, RowKind.REPORTABLE) in signed,
        delta=_delta(version),
        **rows,
    )


def _plausibility(
    version: AssayVersion, signed: Collection[Statement]
) -> PlausibilityLimits | None:
    if version.plausible_low is None and version.plausible_high is None:
        return None
    return PlausibilityLimits(
        str(version.pk),
        version.number,
        version.plausible_low,
        version.plausible_high,
        signed=statement(version, RowKind.PLAUSIBILITY) in signed,
    )


def _delta(version: AssayVersion) -> DeltaRule:
    hours = version.delta_window_hours
    return DeltaRule(
        absolute=version.delta_absolute,
        per_day=version.delta_per_day,
        percent=version.delta_percent,
        cv_method_percent=version.method_cv_percent,
        cv_within_percent=version.within_person_cv_percent,
        window=None if hours is None else timedelta(hours=hours),
    )


def _conversions() -> dict[int, list[Conversion]]:
    found = defaultdict(list)
    for row in UnitConversion.objects.filter(status=ACTIVE).order_by("id"):
        found[row.analyte_id].append(
            Conversion(str(row.pk), row.number, row.from_unit, row.to_unit, row.factor, row.offset)
        )
    return found


def _calculations() -> dict[int, ActiveCalculation]:
    rows = CalculationVersion.objects.filter(status=ACTIVE).prefetch_related("inputs")
    return {
        row.assay_id: ActiveCalculation(
            assay_id=row.assay_id,
            version_id=row.pk,
            number=row.number,
            definition=Definition.from_json(row.definition),
            inputs={one.name: one.analyte_id for one in row.inputs.all()},
        )
        for row in rows.order_by("assay_id")
    }


def _mappings() -> dict[tuple[int, str], MappedCode]:
    rows = CodeMapping.objects.filter(status=ACTIVE)
    return {
        (row.instrument_id, row.code): MappedCode(row.pk, row.number, row.assay_id) for row in rows
    }


def _panels() -> dict[int, ActivePanel]:
    versions = (
        PanelVersion.objects.filter(status=ACTIVE, panel__is_active=True)
        .select_related("panel")
        .prefetch_related("members")
        .order_by("panel__name")
    )
    return {
        version.panel_id: ActivePanel(
            panel_id=version.panel_id,
            version_id=version.pk,
            code=version.panel.code,
            name=version.panel.name,
            assay_ids=tuple(member.assay_id for member in version.members.all()),
        )
        for version in versions
    }
