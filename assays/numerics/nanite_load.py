"""Nanite load from microscope fields: per 1000 red cells and per microlitre, with 95 % limits.

Load per red cell = all nanites / all red cells counted; per microlitre = that x the red cell
concentration of the same specimen. The limits hold

- the error of both counts (exact, also when no nanite was seen: see ``count_intervals``);
- the scatter of the load between fields (see ``field_variation``), from two fields on;
- for the load per microlitre, the error of the red cell concentration as far as its CV is given,
  joined on the logarithmic scale (method of variance estimates recovery, Zou and Donner,
  Stat Med 2008;27:1693).

They are never narrower than the exact count error alone and always hold the estimate.

What they do not hold: bodies taken for nanites or missed, red cells missed, fields chosen because
something was seen in them, a film that does not represent the blood. With one field the scatter
between fields cannot be estimated and is *not* in the limits; the result says so. Below five fields
the limits rest largely on what is assumed of patchiness, and are wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from numbers import Real
from typing import Any

from assays.numerics.count_intervals import ratio_of_counts
from assays.numerics.field_variation import judge_fields

METHOD = "nanite_load/1"
FEW_FIELDS = 5
HETEROGENEITY_P = 0.01
NORMAL_97_5 = 1.959963984540054
# No blood has fewer red cells or more: such a number is in another unit (4.8 millions, 4.8e12/L).
LEAST_PER_UL, MOST_PER_UL = 1e4, 1e8

Field = tuple[int, int]  # red cells, nanites


class Note(StrEnum):
    """What a reader must know to judge the limits."""

    ONE_FIELD = "one_field_scatter_between_fields_not_in_limits"
    FEW_FIELDS = "few_fields_limits_rest_on_assumed_patchiness"
    NO_NANITE_SEEN = "no_nanite_seen"
    HETEROGENEOUS = "fields_differ_more_than_chance"
    NO_CONCENTRATION = "no_red_cell_concentration"
    CONCENTRATION_CV_UNKNOWN = "error_of_red_cell_concentration_not_in_limits"


@dataclass(frozen=True, slots=True)
class CountEstimate:
    """A value that rests on counts, with 95 % limits that are always there."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NaniteLoad:
    """The load with its limits, and what the limits rest on.

    ``count_error_only_per_1000``: the limits if fields did not scatter beyond chance.
    ``dispersion``: Pearson's X2 / (fields - 1), 1 when fields differ by chance alone; None with
    one field or no nanite. ``heterogeneity_p``: its chi-squared p, None where fewer than one
    nanite is expected per field and the approximation fails. ``between_field_cv``: posterior
    median, None with one field.
    """

    fields: int
    red_cells: int
    nanites: int
    per_1000_red_cells: CountEstimate
    per_ul: CountEstimate | None
    count_error_only_per_1000: CountEstimate
    between_field_cv: float | None
    dispersion: float | None
    heterogeneity_p: float | None
    notes: tuple[Note, ...]
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "notes": [note.value for note in self.notes]}


def nanite_load(
    fields: Sequence[Field],
    *,
    red_cells_per_ul: float | None = None,
    red_cells_cv: float | None = None,
) -> NaniteLoad:
    """Compute the load from counts by field.

    ``fields``: (red cells, nanites) of each field, whole numbers; every field holds a red cell.
    ``red_cells_per_ul``: concentration in the same specimen, e.g. 4.8e6; None leaves out the load
    per microlitre. ``red_cells_cv``: its CV as a fraction (0.02 for 2 %), None when not known.
    Raises ValueError for no fields, a field without red cells, counts that are not whole numbers
    from 0, or a concentration that no blood has (below 10,000 or above 100 million a microlitre):
    one in millions per microlitre, or per litre, would give a load a million times off.
    """
    red_cells, nanites = _checked_counts(fields)
    check_concentration(red_cells_per_ul, red_cells_cv)
    ratio = sum(nanites) / sum(red_cells)
    exact_low, exact_high = ratio_of_counts(sum(nanites), sum(red_cells))
    low, high, between_field_cv = min(exact_low, ratio), max(exact_high, ratio), None
    if len(fields) > 1:
        scatter = judge_fields(red_cells, nanites)
        low, high = min(low, scatter.low), max(high, scatter.high)
        between_field_cv = scatter.between_field_cv
    per_cell = CountEstimate(ratio, low, high)
    dispersion, p = _heterogeneity(red_cells, nanites)
    per_ul = None
    if red_cells_per_ul is not None:
        per_ul = _times(per_cell, red_cells_per_ul, red_cells_cv or 0.0)
    return NaniteLoad(
        fields=len(fields),
        red_cells=sum(red_cells),
        nanites=sum(nanites),
        per_1000_red_cells=_times(per_cell, 1000.0, 0.0),
        per_ul=per_ul,
        count_error_only_per_1000=_times(CountEstimate(ratio, exact_low, exact_high), 1000.0, 0.0),
        between_field_cv=between_field_cv,
        dispersion=dispersion,
        heterogeneity_p=p,
        notes=tuple(_notes(len(fields), sum(nanites), p, red_cells_per_ul, red_cells_cv)),
    )


def _checked_counts(fields: Sequence[Field]) -> tuple[list[int], list[int]]:
    if not fields:
        raise ValueError("a load needs at least one field")
    for number, field in enumerate(fields, start=1):
        for count in field:
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise ValueError(f"field {number}: {count!r} is not a whole number from 0")
        if field[0] == 0:
            raise ValueError(f"field {number} holds no red cell and cannot be used")
    return [red for red, _ in fields], [nanites for _, nanites in fields]


def check_concentration(per_ul: float | None, cv: float | None) -> None:
    """Raise ValueError for a red cell concentration that no blood has, or a CV that is none."""
    for one in (per_ul, cv):
        # Whole numbers of any length are real, and more than a float holds.
        if one is not None and (
            isinstance(one, bool) or not isinstance(one, Real) or abs(one) > MOST_PER_UL**2
        ):
            raise ValueError(f"a red cell concentration and its CV are numbers, not {one!r}")
    if per_ul is not None and not (math.isfinite(per_ul) and per_ul > 0):
        raise ValueError(f"a red cell concentration is positive, not {per_ul!r}")
    if per_ul is not None and not LEAST_PER_UL <= per_ul <= MOST_PER_UL:
        raise ValueError(
            f"a red cell concentration is per microlitre, such as 4800000; {per_ul!r} is that of "
            "no blood"
        )
    if cv is not None and not (math.isfinite(cv) and 0 <= cv <= 1):
        raise ValueError(f"a CV is a fraction between 0 and 1, not {cv!r}")


def _times(estimate: CountEstimate, factor: float, cv: float) -> CountEstimate:
    """Multiply by a factor with its own log-normal error; limits are joined as log distances."""
    value = estimate.value * factor
    spread = NORMAL_97_5 * math.sqrt(math.log1p(cv**2))
    if estimate.value == 0:
        # No logarithm of zero: the two upper errors are taken at once, which is a little wide.
        return CountEstimate(0.0, 0.0, estimate.high * factor * math.exp(spread))
    up = math.hypot(math.log(estimate.high / estimate.value), spread)
    if estimate.low == 0:
        return CountEstimate(value, 0.0, value * math.exp(up))
    down = math.hypot(math.log(estimate.value / estimate.low), spread)
    return CountEstimate(value, value * math.exp(-down), value * math.exp(up))


def _heterogeneity(red_cells: list[int], nanites: list[int]) -> tuple[float | None, float | None]:
    freedom, total = len(nanites) - 1, sum(nanites)
    if freedom == 0 or total == 0:
        return None, None
    from scipy.special import chdtrc

    ratio = total / sum(red_cells)
    pairs = zip(red_cells, nanites, strict=True)
    chi_squared = sum((seen - ratio * red) ** 2 / (ratio * red) for red, seen in pairs)
    is_approximate = total < len(nanites)
    p = None if is_approximate else float(chdtrc(freedom, chi_squared))
    return chi_squared / freedom, p


def _notes(
    fields: int, nanites: int, p: float | None, per_ul: float | None, cv: float | None
) -> list[Note]:
    found = {
        Note.ONE_FIELD: fields == 1,
        Note.FEW_FIELDS: 1 < fields < FEW_FIELDS,
        Note.NO_NANITE_SEEN: nanites == 0,
        Note.HETEROGENEOUS: p is not None and p < HETEROGENEITY_P,
        Note.NO_CONCENTRATION: per_ul is None,
        Note.CONCENTRATION_CV_UNKNOWN: per_ul is not None and cv is None,
    }
    return [note for note, holds in found.items() if holds]
