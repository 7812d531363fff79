"""Which reference interval, critical and plausibility limits hold for one specimen.

An unknown axis (sex, age, pregnancy, gestation, phase, fasting, time of draw) gives every row
that may hold. Nothing is chosen among them: the flag function decides what all of them allow it
to say. The answer is frozen into the result row, so that a later edit of a row, a birth date or
a pregnancy never changes what was said then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assays.rules.contexts import PatientContext, Sex
from assays.rules.intervals import ANY_SEX, CriticalLimits, IntervalRow, PlausibilityLimits
from assays.rules.partition import (
    Ages,
    Row,
    ages_of,
    holds_ages,
    is_covered,
    matching,
    rows_of_species,
)
from assays.rules.physiology import Region
from assays.rules.range_rows import RowKind

METHOD = "ranges/1"
NO_ROW = "no_row"


class Outcome(StrEnum):
    ONE = "ONE"
    SEVERAL = "SEVERAL"
    NOT_ESTABLISHED = "NOT_ESTABLISHED"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Every row that may hold for the patient, and the limits that hold whatever they say.

    ``is_uncovered``: for some of what the patient may be there is no row at all.
    ``unknown``: the axes whose missing value left more than one possibility.
    ``assumptions``: what was settled by age instead of being recorded.
    """

    unit: str
    candidates: tuple[IntervalRow, ...]
    is_uncovered: bool
    unknown: tuple[str, ...]
    assumptions: tuple[str, ...]
    critical: tuple[CriticalLimits, ...]
    plausibility: PlausibilityLimits | None
    context: PatientContext
    method: str = METHOD

    @property
    def established(self) -> tuple[IntervalRow, ...]:
        return tuple(row for row in self.candidates if row.established)

    @property
    def is_partly_unestablished(self) -> bool:
        return self.is_uncovered or len(self.established) < len(self.candidates)

    @property
    def outcome(self) -> Outcome:
        if not self.established:
            return Outcome.NOT_ESTABLISHED
        if len(self.candidates) == 1 and not self.is_uncovered:
            return Outcome.ONE
        return Outcome.SEVERAL

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a range is missing, for each candidate that lacks one."""
        reasons = [row.reason for row in self.candidates if not row.established]
        return tuple(dict.fromkeys(reasons + [NO_ROW] * self.is_uncovered))

    @property
    def is_signed(self) -> bool:
        """True when every interval that may hold was signed by a named person."""
        rows = self.established
        return bool(rows) and all(row.signed for row in rows)

    @property
    def unsigned_limits(self) -> tuple[RowKind, ...]:
        """The kinds of limits beside the range that hold here and that nobody signed."""
        found = []
        if any(not row.signed for row in self.critical):
            found.append(RowKind.CRITICAL)
        if self.plausibility is not None and not self.plausibility.signed:
            found.append(RowKind.PLAUSIBILITY)
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "unit": self.unit,
            "outcome": self.outcome.value,
            "candidates": [row.to_json() for row in self.candidates],
            "uncovered": self.is_uncovered,
            "unknown": list(self.unknown),
            "assumptions": list(self.assumptions),
            "critical": [limits.to_json() for limits in self.critical],
            "plausibility": self.plausibility and self.plausibility.to_json(),
            "context": self.context.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Resolution:
        plausibility = data["plausibility"]
        return cls(
            unit=data["unit"],
            candidates=tuple(map(IntervalRow.from_json, data["candidates"])),
            is_uncovered=data["uncovered"],
            unknown=tuple(data["unknown"]),
            assumptions=tuple(data["assumptions"]),
            critical=tuple(map(CriticalLimits.from_json, data["critical"])),
            plausibility=plausibility and PlausibilityLimits.from_json(plausibility),
            context=PatientContext.from_json(data["context"]),
            method=data["method"],
        )


def select(
    context: PatientContext,
    *,
    unit: str,
    rows: Sequence[IntervalRow],
    critical: Sequence[CriticalLimits] = (),
    plausibility: PlausibilityLimits | None = None,
) -> Resolution:
    """Return every row of an assay version that may hold for this patient at the collection."""
    ages = ages_of(context.age)
    of_species = rows_of_species(tuple(rows), context.species)
    found: list[IntervalRow] = []
    is_uncovered = False
    for sex in context.sexes:
        region = context.region(sex)
        matched = matching(of_species, sex, ages, region)
        found += matched
        is_uncovered |= not is_covered(matched, ages, region)
    candidates = _each_once(of_species, found)
    return Resolution(
        unit=unit,
        candidates=candidates,
        is_uncovered=is_uncovered,
        unknown=tuple(_unknown_axes(context, candidates, ages)),
        assumptions=context.assumptions,
        critical=tuple(_limits_that_may_hold(context, critical)),
        plausibility=plausibility,
        context=context,
    )


def _limits_that_may_hold(
    context: PatientContext, limits: Sequence[CriticalLimits]
) -> Iterator[CriticalLimits]:
    """An adult limit holds for anyone who may be an adult: missing a critical value is worse."""
    of_species = rows_of_species(tuple(limits), context.species)
    ages = ages_of(context.age)
    found = [
        row for sex in context.sexes for row in matching(of_species, sex, ages, context.region(sex))
    ]
    yield from _each_once(of_species, found)


def _each_once(rows: Sequence[Row], found: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows that were found, in their order; a name shared by two rows joins nothing."""
    wanted = {id(row) for row in found}
    return tuple(row for row in rows if id(row) in wanted)


def _unknown_axes(
    context: PatientContext, rows: Sequence[IntervalRow], ages: Ages
) -> Iterator[str]:
    """Name each unrecorded axis along which a candidate holds only part of what is possible."""
    if context.sex is Sex.UNKNOWN and any(row.sex != ANY_SEX for row in rows):
        yield "sex"
    if any(not holds_ages(row, ages) for row in rows):
        yield "age"
    regions = [context.region(sex) for sex in context.sexes]
    whole = Region(
        frozenset().union(*(region.phases for region in regions)),
        next((region.gestation for region in regions if region.gestation), None),
        regions[0].fasting,
        regions[0].draw,
    )
    yield from _unknown_states(whole, [row.region for row in rows])


def _unknown_states(whole: Region, regions: Sequence[Region]) -> Iterator[str]:
    splits_phases = any(not region.phases >= whole.phases for region in regions)
    # Of the gestation that is possible: all of it, a part, or none, which is of no pregnancy.
    held = {(region & whole).gestation for region in regions} - {whole.gestation}
    if whole.phases and whole.gestation and (splits_phases or held):
        yield "pregnancy"
    if held - {None}:
        yield "gestation"
    if any(region.phases and not region.phases >= whole.phases for region in regions):
        yield "cycle_phase"
    if any(not region.fasting >= whole.fasting for region in regions):
        yield "fasting"
    if any(not region.draw >= whole.draw for region in regions):
        yield "draw_time"
