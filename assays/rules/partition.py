"""Cut ages and states of the body into cells that no row divides, and say which rows hold each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeVar

from assays.rules.ages import AgeRange
from assays.rules.intervals import ANY_SEX, ANY_SPECIES, CriticalLimits, IntervalRow
from assays.rules.physiology import Region, Window, region_of

# Half-open, None without end; an age range of a person is turned into one.
Ages = tuple[int, int | None]
Row = TypeVar("Row", IntervalRow, CriticalLimits)


@dataclass(frozen=True, slots=True)
class Cell:
    ages: Ages
    region: Region
    rows: tuple[IntervalRow, ...]


def ages_of(age: AgeRange) -> Ages:
    return age.youngest, None if age.oldest is None else age.oldest + 1


def rows_of_species(rows: Sequence[Row], species: str) -> list[Row]:
    """Return the rows of a species, or those for every other species when it has none."""
    own = [row for row in rows if row.species == species]
    return own or [row for row in rows if row.species == ANY_SPECIES]


def matching(rows: Sequence[Row], sex: str, ages: Ages, region: Region) -> list[Row]:
    """Return the rows that hold at least one point of the box."""
    return [
        row
        for row in rows
        if row.sex in (sex, ANY_SEX)
        and _meet(ages_of_row(row), ages)
        and not (region_of(row.state) & region).is_empty
    ]


def is_covered(rows: Sequence[IntervalRow], ages: Ages, region: Region) -> bool:
    """Say whether the rows, already matched by sex, hold every point of the box."""
    if any(holds(row, ages, region) for row in rows):
        return True
    return all(cell.rows for cell in cells(rows, ages, region))


def holds(row: IntervalRow, ages: Ages, region: Region) -> bool:
    return holds_ages(row, ages) and row.region.contains(region)


def holds_ages(row: IntervalRow, ages: Ages) -> bool:
    if row.age_low_days > ages[0]:
        return False
    if row.age_high_days is None:
        return True
    return ages[1] is not None and ages[1] <= row.age_high_days


def ages_of_row(row: IntervalRow | CriticalLimits) -> Ages:
    return row.age_low_days, row.age_high_days


def cells(rows: Sequence[IntervalRow], ages: Ages, region: Region) -> Iterator[Cell]:
    """Yield every cell of the box, in order of age, with the rows that hold it."""
    regions = [row.region for row in rows]
    atoms = list(_atoms(regions, region))
    for segment in _segments(rows, ages):
        aged = [row for row in rows if _meet(ages_of_row(row), segment)]
        for atom in atoms:
            yield Cell(segment, atom, tuple(row for row in aged if row.region.contains(atom)))


def _segments(rows: Sequence[IntervalRow], ages: Ages) -> Iterator[Ages]:
    low, high = ages
    cuts = {low}
    for row in rows:
        for cut in ages_of_row(row):
            if cut is not None and cut > low and (high is None or cut < high):
                cuts.add(cut)
    yield from pairwise([*sorted(cuts), high])


def _atoms(regions: Sequence[Region], whole: Region) -> Iterator[Region]:
    """Split a region along the axes that some row divides, and only along those."""
    phases = [frozenset({phase}) for phase in sorted(whole.phases)]
    is_fasting_split = any(not region.fasting >= whole.fasting for region in regions)
    is_draw_split = any(not region.draw >= whole.draw for region in regions)
    fastings = [frozenset({f}) for f in sorted(whole.fasting)]
    draws = [frozenset({d}) for d in sorted(whole.draw)]
    for fasting, draw in product(
        fastings if is_fasting_split else [whole.fasting],
        draws if is_draw_split else [whole.draw],
    ):
        for phase in phases:
            yield Region(phase, None, fasting, draw)
        for window in _windows(regions, whole.gestation):
            yield Region(frozenset(), window, fasting, draw)


def _windows(regions: Sequence[Region], whole: Window | None) -> Iterator[Window]:
    if whole is None:
        return
    cuts = {whole[0], whole[1]}
    for region in regions:
        cuts.update(cut for cut in region.gestation or () if whole[0] < cut < whole[1])
    yield from pairwise(sorted(cuts))


def _meet(first: Ages, second: Ages) -> bool:
    return (second[1] is None or first[0] < second[1]) and (
        first[1] is None or second[0] < first[1]
    )
