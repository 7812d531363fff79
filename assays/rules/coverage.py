"""The coverage gate: exact gaps and overlaps of an assay's intervals, and the rows that fill gaps.

The space is every species named (and every other one), both sexes, every age from birth, and
every state of the body; a male body has no cycle and no pregnancy. An assay whose rows leave a
gap or hold a point twice is not activated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from assays.rules.intervals import ANY_SEX, ANY_SPECIES, IntervalRow
from assays.rules.partition import Ages, Cell, cells, matching
from assays.rules.physiology import (
    ALL_DRAW_TIMES,
    ALL_FASTING,
    ALL_PHASES,
    ANY,
    Phase,
    Region,
    Window,
    window_code,
)

LIFE: Ages = (0, None)
MALE = Region(phases=frozenset({Phase.NO_CYCLE}), gestation=None)
UNIVERSE = {"M": MALE, "F": ANY}


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A part of the space in a row's own terms."""

    species: str
    sex: str
    age_low_days: int
    age_high_days: int | None
    state: str

    def __str__(self) -> str:
        until = "" if self.age_high_days is None else str(self.age_high_days)
        return f"{self.species} {self.sex} [{self.age_low_days}, {until}) days {self.state}"


@dataclass(frozen=True, slots=True)
class Overlap:
    box: Box
    row_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    gaps: tuple[Box, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def is_complete(self) -> bool:
        return not self.gaps and not self.overlaps


def check_coverage(rows: Sequence[IntervalRow]) -> Coverage:
    """Return every gap and overlap, per species with rows of its own and for all others."""
    gaps: list[Box] = []
    overlaps: list[Overlap] = []
    for species in sorted({ANY_SPECIES, *(row.species for row in rows)}):
        own = [row for row in rows if row.species == species]
        gaps += _gaps(species, own)
        overlaps += _overlaps(species, own)
    return Coverage(tuple(gaps), tuple(overlaps))


def fill_holes(
    rows: Sequence[IntervalRow], *, version: int, reason: str = "not_established"
) -> list[IntervalRow]:
    """Return the NOT_ESTABLISHED rows that close every gap, children and other species included.

    Their ids are ``hole:1`` and so on, for the caller to replace. Fails on overlaps: nothing
    here can say which of two rows is right.
    """
    coverage = check_coverage(rows)
    if coverage.overlaps:
        raise ValueError(f"the intervals overlap: {coverage.overlaps[0].box}")
    return [
        IntervalRow(
            id=f"hole:{number}",
            version=version,
            species=gap.species,
            sex=gap.sex,
            age_low_days=gap.age_low_days,
            age_high_days=gap.age_high_days,
            state=gap.state,
            low=None,
            high=None,
            established=False,
            reason=reason,
        )
        for number, gap in enumerate(coverage.gaps, start=1)
    ]


def _gaps(species: str, rows: Sequence[IntervalRow]) -> list[Box]:
    by_sex = {}
    for sex, universe in UNIVERSE.items():
        empty = [c for c in cells(_of_sex(rows, sex), LIFE, universe) if not c.rows]
        by_sex[sex] = list(_boxes(empty, universe))
    both = set(by_sex["M"]) & set(by_sex["F"])
    found = [(ANY_SEX, *part) for part in both]
    found += [(sex, *part) for sex in by_sex for part in by_sex[sex] if part not in both]
    return sorted(
        (Box(species, sex, ages[0], ages[1], state) for sex, ages, state in found),
        key=lambda box: (box.age_low_days, box.sex, box.state),
    )


def _overlaps(species: str, rows: Sequence[IntervalRow]) -> list[Overlap]:
    found = []
    for sex, universe in UNIVERSE.items():
        doubled: dict[tuple[str, ...], list[Cell]] = {}
        for cell in cells(_of_sex(rows, sex), LIFE, universe):
            if len(cell.rows) > 1:
                doubled.setdefault(tuple(row.id for row in cell.rows), []).append(cell)
        for ids, same in doubled.items():
            for ages, state in _boxes(same, universe):
                found.append(Overlap(Box(species, sex, *ages, state), ids))
    return found


def _of_sex(rows: Sequence[IntervalRow], sex: str) -> list[IntervalRow]:
    return matching(rows, sex, LIFE, UNIVERSE[sex])


def _boxes(found: Sequence[Cell], universe: Region) -> Iterator[tuple[Ages, str]]:
    """Join cells into as few boxes with a state code of their own as is simple to read."""
    ages_by_state: dict[str, list[Ages]] = {}
    for ages, same in groupby(found, key=lambda cell: cell.ages):
        for state in _codes([cell.region for cell in same], universe):
            joined = ages_by_state.setdefault(state, [])
            if joined and joined[-1][1] == ages[0]:
                joined[-1] = (joined[-1][0], ages[1])
            else:
                joined.append(ages)
    for state, joined in ages_by_state.items():
        for ages in joined:
            yield ages, state


def _codes(regions: Sequence[Region], universe: Region) -> list[str]:
    """Name a union of atoms: by body where fasting and draw time do not matter, else by each."""
    bodies: dict[tuple[str, str], list[Region]] = {}
    for region in regions:
        for fasting, draw in product(region.fasting, region.draw):
            bodies.setdefault((fasting.value, draw.value), []).append(region)
    named = {circumstance: _body_codes(atoms, universe) for circumstance, atoms in bodies.items()}
    codes = []
    for body in dict.fromkeys(code for names in named.values() for code in names):
        where = {circumstance for circumstance, names in named.items() if body in names}
        codes += [_join(body, circumstance) for circumstance in _circumstances(where)]
    return codes


def _circumstances(where: set[tuple[str, str]]) -> list[str]:
    every = set(product(ALL_FASTING, ALL_DRAW_TIMES))
    if where == every:
        return [""]
    codes: list[str] = []
    left = set(where)
    for fasting in sorted(ALL_FASTING):
        column = {(fasting.value, draw.value) for draw in ALL_DRAW_TIMES}
        if column <= left:
            codes.append(fasting.value)
            left -= column
    for draw in sorted(ALL_DRAW_TIMES):
        row = {(fasting.value, draw.value) for fasting in ALL_FASTING}
        if row <= left:
            codes.append(draw.value)
            left -= row
    return codes + [f"{fasting}+{draw}" for fasting, draw in sorted(left)]


def _join(body: str, circumstance: str) -> str:
    if not circumstance:
        return body
    return circumstance if body == "ANY" else f"{body}+{circumstance}"


def _body_codes(atoms: Sequence[Region], universe: Region) -> list[str]:
    phases = frozenset().union(*(atom.phases for atom in atoms))
    windows = _joined(sorted({atom.gestation for atom in atoms if atom.gestation}))
    if phases == universe.phases and windows == ([universe.gestation] * bool(universe.gestation)):
        return ["ANY"]
    codes = ["NONPREGNANT"] if phases == ALL_PHASES else sorted(phases)
    return [*map(str, codes), *map(window_code, windows)]


def _joined(windows: Sequence[Window]) -> list[Window]:
    joined: list[Window] = []
    for window in windows:
        if joined and joined[-1][1] == window[0]:
            joined[-1] = (joined[-1][0], window[1])
        else:
            joined.append(window)
    return joined
