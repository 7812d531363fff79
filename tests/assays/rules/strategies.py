"""Random rows, patients and points of the space that both live in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from assays.rules.ages import AgeRange
from assays.rules.contexts import PatientContext, Pregnancy, PregnancyStatus, Sex
from assays.rules.intervals import IntervalRow
from assays.rules.physiology import GESTATION_END, DrawTime, Fasting, Phase, region_of

STATES = [
    "ANY", "NONPREGNANT", "PREGNANT", "PREG_T1", "PREG_T2", "PREG_T3", "PREG_W4", "PREG_D35_42",
    "FOLLICULAR", "MIDCYCLE", "LUTEAL", "POSTMENOPAUSE", "NO_CYCLE", "FASTING", "RANDOM", "AM",
    "NOT_AM", "PREG_T1+FASTING", "LUTEAL+AM", "RANDOM+NOT_AM",
]  # fmt: skip
AGES = [0, 30, 366, 731, 6575, 20089, 43830]
limits = st.sampled_from([None, *(Decimal(number) / 2 for number in range(13))])


@dataclass(frozen=True)
class Point:
    """One person in one state: nothing about them is unknown."""

    species: str
    sex: str
    age: int
    phase: Phase | None
    gestation: int | None
    fasting: Fasting
    draw: DrawTime


def is_held_by(point: Point, row: IntervalRow, rows: list[IntervalRow]) -> bool:
    """The meaning of a row in the plainest words, for the geometry to be held against."""
    has_own = any(other.species == point.species for other in rows)
    region = region_of(row.state)
    if point.gestation is None:
        is_body = point.phase in region.phases
    else:
        low, high = region.gestation or (0, 0)
        is_body = low <= point.gestation < high
    return (
        row.species == (point.species if has_own else "*")
        and row.sex in (point.sex, "*")
        and row.age_low_days <= point.age
        and (row.age_high_days is None or point.age < row.age_high_days)
        and is_body
        and point.fasting in region.fasting
        and point.draw in region.draw
    )


@st.composite
def points(draw: st.DrawFn) -> Point:
    sex = draw(st.sampled_from("MF"))
    near = st.sampled_from([age + step for age in AGES for step in (-1, 0, 1) if age + step >= 0])
    is_pregnant = sex == "F" and draw(st.booleans())
    phase = Phase.NO_CYCLE if sex == "M" else draw(st.sampled_from(Phase))
    return Point(
        species=draw(st.sampled_from(["human", "other"])),
        sex=sex,
        age=draw(near | st.integers(0, 50_000)),
        phase=None if is_pregnant else phase,
        gestation=draw(st.integers(0, GESTATION_END - 1)) if is_pregnant else None,
        fasting=draw(st.sampled_from(Fasting)),
        draw=draw(st.sampled_from(DrawTime)),
    )


@st.composite
def interval_rows(draw: st.DrawFn) -> list[IntervalRow]:
    rows = []
    for number in range(draw(st.integers(0, 6))):
        age_low, age_high = sorted(
            draw(st.lists(st.sampled_from(AGES), min_size=2, max_size=2, unique=True))
        )
        low, high = draw(limits), draw(limits)
        if low is not None and high is not None:
            low, high = min(low, high), max(low, high)
        rows.append(
            IntervalRow(
                id=str(number),
                version=1,
                species=draw(st.sampled_from(["human", "human", "human", "other", "*"])),
                sex=draw(st.sampled_from("*MF")),
                age_low_days=age_low,
                age_high_days=draw(st.sampled_from([age_high, None])),
                state=draw(st.sampled_from(STATES)),
                low=Decimal(1) if low is None and high is None else low,
                high=high if high is None or low is not None else max(high, Decimal(0)),
                signed=draw(st.booleans()),
            )
        )
    return rows


@st.composite
def contexts_around(draw: st.DrawFn, point: Point) -> PatientContext:
    """What a laboratory may know of a point: the truth or less, never anything else."""
    spread = draw(st.integers(0, 800))
    if point.gestation is None:
        pregnancy = draw(st.sampled_from([PregnancyStatus.NOT_PREGNANT, PregnancyStatus.UNKNOWN]))
        known = Pregnancy(pregnancy)
        others = draw(st.frozensets(st.sampled_from(Phase)))
        phases = draw(st.sampled_from([None, frozenset({point.phase}), others | {point.phase}]))
    elif draw(st.booleans()):
        known, phases = Pregnancy(PregnancyStatus.PREGNANT, point.gestation), None
    else:
        off = draw(st.integers(0, 20))
        estimate = min(max(point.gestation + off, 0), GESTATION_END - 1)
        dated = Pregnancy(PregnancyStatus.PREGNANT, estimate, off)
        known = draw(
            st.sampled_from(
                [dated, Pregnancy(PregnancyStatus.PREGNANT), Pregnancy(PregnancyStatus.UNKNOWN)]
            )
        )
        phases = None
    return PatientContext(
        species=point.species,
        sex=Sex(draw(st.sampled_from([point.sex, "U"]))),
        age=draw(
            st.sampled_from(
                [
                    AgeRange(point.age, point.age),
                    AgeRange(max(0, point.age - spread), point.age + spread),
                    AgeRange(max(0, point.age - spread), None),
                ]
            )
        ),
        pregnancy=known,
        phases=phases,
        fasting=draw(st.sampled_from([point.fasting, None])),
        draw=draw(st.sampled_from([point.draw, None])),
    )
