"""Intervals worked by hand: haemoglobin as the World Health Organization gives its limits.

WHO/NMH/NHD/MNM/11.1 (2011), table 1: below these anaemia begins, in g/L at sea level. 6 to 59 months
110; 5 to 11 years 115; 12 to 14 years 120; women from 15 years, not pregnant 120, pregnant 110; men
from 15 years 130.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assays.rules.ages import AgeRange, age_in_days, age_range, days_of_years
from assays.rules.contexts import NOT_PREGNANT, PREGNANT_UNDATED, PatientContext, pregnant
from assays.rules.flags import flag
from assays.rules.intervals import CriticalLimits, IntervalRow
from assays.rules.reference_intervals import Outcome, Resolution, select
from labsys.lib.quantities import parse_quantity

FIVE, TWELVE, FIFTEEN = (days_of_years(Decimal(years)) for years in (5, 12, 15))


def row(
    id_: str, sex: str, ages: tuple[int, int | None], low: str, state: str = "ANY"
) -> IntervalRow:
    return IntervalRow(id_, 1, "human", sex, ages[0], ages[1], state, Decimal(low), None)


HAEMOGLOBIN = [
    row("small", "*", (183, FIVE), "110"),
    row("school", "*", (FIVE, TWELVE), "115"),
    row("young", "*", (TWELVE, FIFTEEN), "120"),
    row("women", "F", (FIFTEEN, None), "120", "NONPREGNANT"),
    row("pregnant", "F", (FIFTEEN, None), "110", "PREGNANT"),
    row("men", "M", (FIFTEEN, None), "130"),
]


def selected(**patient: Any) -> Resolution:
    context = PatientContext(**{"species": "human", **patient})
    return select(context, unit="g/L", rows=HAEMOGLOBIN)


def ids(found: Resolution) -> list[str]:
    return [one.id for one in found.candidates]


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (date(2025, 8, 21), date(2026, 2, 20), ["small"]),
        (date(2025, 8, 22), date(2026, 2, 20), []),
        (date(2021, 11, 22), date(2026, 11, 21), ["small"]),
        (date(2021, 11, 21), date(2026, 11, 21), ["school"]),
        (date(2014, 11, 22), date(2026, 11, 21), ["school"]),
        (date(2014, 11, 21), date(2026, 11, 21), ["young"]),
        # Born on a leap day: eleven on 28 February of another year, twelve on 1 March.
        (date(2012, 2, 29), date(2023, 2, 28), ["school"]),
        (date(2012, 2, 29), date(2024, 2, 28), ["school"]),
        (date(2012, 2, 29), date(2024, 2, 29), ["young"]),
        (date(2008, 2, 29), date(2023, 2, 28), ["young"]),
        (date(2008, 2, 29), date(2023, 3, 1), ["men"]),
    ],
)
def test_a_boy_passes_into_the_next_row_on_his_birthday(
    born: date, on: date, expected: list[str]
) -> None:
    days = age_in_days(born, on)

    assert ids(selected(sex="M", age=AgeRange(days, days))) == expected


@pytest.mark.parametrize(
    ("patient", "expected", "unknown"),
    [
        ({"sex": "F", "age": 11000, "pregnancy": False}, ["women"], ()),
        ({"sex": "F", "age": 11000, "pregnancy": True}, ["pregnant"], ()),
        ({"sex": "F", "age": 11000, "pregnancy": pregnant(100)}, ["pregnant"], ()),
        # One row is for every pregnancy: how far it is would change nothing, and is not asked.
        ({"sex": "F", "age": 11000}, ["women", "pregnant"], ("pregnancy",)),
        # From 60 years on an unrecorded pregnancy is none.
        ({"sex": "F", "age": days_of_years(Decimal(60))}, ["women"], ()),
        ({"sex": "M", "age": 11000}, ["men"], ()),
        ({"sex": None, "age": 11000, "pregnancy": False}, ["women", "men"], ("sex",)),
        ({"age": 11000}, ["women", "pregnant", "men"], ("sex", "pregnancy")),
        # Below twelve years sex does not matter, so it is not asked either.
        ({"age": 2500}, ["school"], ()),
        ({"sex": "M", "age": AgeRange(FIFTEEN - 1, FIFTEEN)}, ["young", "men"], ("age",)),
        ({"sex": "M"}, ["small", "school", "young", "men"], ("age",)),
        ({"sex": "M", "age": 100}, [], ()),
        ({"species": "dog", "sex": "M", "age": 11000}, [], ()),
    ],
)
def test_what_is_not_known_leaves_every_row_that_may_hold(
    patient: dict[str, Any], expected: list[str], unknown: tuple[str, ...]
) -> None:
    found = selected(**patient)

    assert (ids(found), found.unknown) == (expected, unknown)


@pytest.mark.parametrize(
    ("patient", "value", "expected"),
    [
        ({"sex": "F", "pregnancy": NOT_PREGNANT}, "119", "L"),
        ({"sex": "F", "pregnancy": NOT_PREGNANT}, "120", "N"),
        ({"sex": "F", "pregnancy": PREGNANT_UNDATED}, "110", "N"),
        ({"sex": "F", "pregnancy": PREGNANT_UNDATED}, "109.9", "L"),
        ({"sex": "M"}, "129", "L"),
        ({"sex": "F"}, "115", "indeterminate"),
        ({"sex": "F"}, "109", "L"),
        ({"sex": "F"}, "120", "N"),
        ({}, "125", "indeterminate"),
        ({}, "130", "N"),
        ({"sex": "M"}, "<130", "L"),
        ({"sex": "M"}, "<=130", "indeterminate"),
        ({"sex": "M"}, ">200", "N"),
        ({"sex": "M"}, ">100", "indeterminate"),
    ],
)
def test_a_value_is_called_by_what_every_row_allows(
    patient: dict[str, Any], value: str, expected: str
) -> None:
    found = flag(parse_quantity(value, unit="g/L"), selected(age=11000, **patient))

    assert [one.value for one in found.flags] == [expected]


def test_an_estimated_birth_year_asks_every_row_of_its_days() -> None:
    ages = age_range(date(2011, 1, 1), date(2011, 12, 31), date(2026, 6, 1))

    found = selected(sex="M", age=ages)

    assert (ids(found), found.outcome) == (["young", "men"], Outcome.SEVERAL)


def test_a_critical_limit_of_adults_holds_for_whoever_may_be_one() -> None:
    adults = CriticalLimits(
        "adult", 1, "human", "*", days_of_years(Decimal(18)), None, Decimal(66), None
    )

    def held(**patient: Any) -> int:
        context = PatientContext(species="human", **patient)
        return len(select(context, unit="g/L", rows=HAEMOGLOBIN, critical=[adults]).critical)

    assert (held(age=6574), held(age=6575), held()) == (0, 1, 1)


@pytest.mark.parametrize("phases", [5, object()])
def test_phases_that_cannot_be_read_are_refused_in_words(phases: Any) -> None:
    with pytest.raises(ValueError, match="is no phase"):
        PatientContext(species="human", phases=phases)
