"""The controls of one instrument and assay over some time: per level its measurements and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Prefetch, QuerySet

from assays.data import shipped_catalogue
from assays.models import ControlMeasurement, ControlViolation
from assays.numerics import quality
from assays.queries import catalogue, controls
from assays.queries.controls import Restart

# More than anybody reads off a chart; the export holds all of them.
MOST = 2000


@dataclass(frozen=True, slots=True)
class AllowableError:
    """How far off a result may be, in per cent, and who says so; `detail` is the catalogue's word."""

    percent: float
    source: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What measurements of one level of one lot come to; shown beside its target, never used as one."""

    lot: str
    count: int
    mean: float
    sd: float | None
    cv_percent: float | None
    target_mean: Decimal | None
    target_sd: Decimal | None
    unit: str
    bias_percent: float | None = None
    sigma: float | None = None


@dataclass
class Level:
    """One level of a material over its lots: measurements by time, and figures per lot."""

    material: str
    number: int
    rows: list[ControlMeasurement] = field(default_factory=list)
    figures: list[Figures] = field(default_factory=list)

    @property
    def lots(self) -> Iterator[tuple[str, ControlMeasurement]]:
        """Yield each lot with the first measurement of it that follows another lot."""
        before = None
        for row in self.rows:
            if row.level.lot_id != before:
                yield row.level.lot.number, row
            before = row.level.lot_id


@dataclass(frozen=True)
class Shown:
    """Everything a chart page shows of one instrument and assay."""

    levels: list[Level]
    restarts: Sequence[Restart]
    error: AllowableError | None
    is_capped: bool


def measurements(instrument_id: int, assay_id: int) -> QuerySet[ControlMeasurement]:
    """Return the measurements in force, with everything a reader wants beside them."""
    rows = ControlMeasurement.objects.filter(
        instrument=instrument_id,
        assay=assay_id,
        corrected_by=None,
        evaluation__isnull=False,
    )
    return rows.select_related(
        "level__lot__material",
        "evaluation__target",
        "evaluation__rule_set",
        "entered_by__user",
        "corrects",
    ).prefetch_related(
        Prefetch("evaluation__violations", ControlViolation.objects.order_by("-rejects", "id"))
    )


def shown(instrument_id: int, assay_id: int, *, since: datetime, until: datetime) -> Shown:
    """Return the controls measured between two moments, in a constant number of queries."""
    rows = measurements(instrument_id, assay_id).filter(
        observed_at__gte=since, observed_at__lt=until
    )
    found = list(rows.order_by("-observed_at", "-id")[: MOST + 1])
    error = allowable_error(assay_id)
    pair = (instrument_id, assay_id)
    return Shown(
        levels=_levels(found[:MOST][::-1], error),
        restarts=[one for one in controls.restarts([pair], since=since)[pair] if one.at < until],
        error=error,
        is_capped=len(found) > MOST,
    )


def allowable_error(assay_id: int) -> AllowableError | None:
    """Return the total error allowed: the catalogue's own, else what biological variation allows."""
    active = catalogue.current().assays.get(assay_id)
    if active is None:
        return None
    if active.tea_percent is not None:
        return AllowableError(float(active.tea_percent), "CATALOGUE", active.tea_source)
    variation = shipped_catalogue().variation.get(active.code)
    if variation is None:
        return None
    goals = quality.goals(float(variation.cv_within_percent), float(variation.cv_between_percent))
    return AllowableError(goals.tea_percent, "BIOLOGICAL_VARIATION")


def _levels(rows: Sequence[ControlMeasurement], error: AllowableError | None) -> list[Level]:
    found: dict[tuple[str, int], Level] = {}
    for row in rows:
        key = (row.level.lot.material.name, row.level.number)
        found.setdefault(key, Level(*key)).rows.append(row)
    for level in found.values():
        by_lot = sorted(level.rows, key=lambda row: row.level_id)
        for _level, of_lot in groupby(by_lot, key=lambda row: row.level_id):
            if (figures := _figures(list(of_lot), error)) is not None:
                level.figures.append(figures)
    return [found[key] for key in sorted(found)]


def _figures(rows: Sequence[ControlMeasurement], error: AllowableError | None) -> Figures | None:
    values = [float(row.value) for row in rows if row.value is not None and not row.comparator]
    if not values:
        return None
    found = quality.summary(values)
    judged = [row.evaluation.target for row in rows if row.evaluation.target is not None]
    target = judged[-1] if judged else None
    bias = _bias(found.mean, target.mean) if target is not None else None
    has_sigma = error is not None and bias is not None and bool(found.cv_percent)
    return Figures(
        lot=rows[0].level.lot.number,
        count=found.count,
        mean=found.mean,
        sd=found.sd,
        cv_percent=found.cv_percent,
        target_mean=target.mean if target is not None else None,
        target_sd=target.sd if target is not None else None,
        unit=rows[-1].unit,
        bias_percent=bias,
        sigma=quality.sigma(error.percent, bias, found.cv_percent)  # type: ignore[union-attr, arg-type]
        if has_sigma
        else None,
    )


def _bias(mean: float, target: Decimal) -> float | None:
    return quality.bias_percent(mean, float(target)) if target else None
