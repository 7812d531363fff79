"""Whether two entries may be one person: symmetric, with reasons, and never certain by name alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log2
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from patients.rules import duplicate_keys, duplicates
from patients.rules.births import Birth, Precision
from patients.rules.duplicates import DEFAULTS, Entry, Grade, Match, Why

BORN = Birth(date(1990, 5, 7), Precision.DAY)
ADA = Entry(
    id=1,
    names=frozenset({("Vega-Ros", "Lyra")}),
    species="human",
    sex="F",
    birth=BORN,
    numbers=frozenset({("passport", "AB 12345")}),
    registered_on=date(2026, 3, 1),
)


def other(**changes: Any) -> Entry:
    return replace(ADA, **{"id": 2, "numbers": frozenset(), **changes})


def born(year: int, month: int, day: int) -> Birth:
    return Birth(date(year, month, day), Precision.DAY)


def named(family: str, given_: str = "Lyra") -> frozenset[tuple[str, str]]:
    return frozenset({(family, given_)})


def whys(match: Match) -> set[Why]:
    return {reason.why for reason in match.reasons}


@pytest.mark.parametrize(
    ("entry", "grade", "why"),
    [
        (other(), Grade.CERTAIN, Why.BIRTH_SAME),
        (other(names=named("VEGA ROS")), Grade.CERTAIN, Why.FAMILY_SAME),
        (other(names=named("Lyra", "Vega-Ros")), Grade.PROBABLE, Why.NAMES_EXCHANGED),
        (other(names=named("Vega")), Grade.PROBABLE, Why.FAMILY_CLOSE),
        (other(birth=born(1990, 7, 5)), Grade.PROBABLE, Why.BIRTH_EXCHANGED),
        (other(birth=born(1909, 5, 7)), Grade.PROBABLE, Why.BIRTH_EXCHANGED),
        (other(birth=born(1991, 5, 7)), Grade.POSSIBLE, Why.BIRTH_ONE_PART),
        (other(birth=Birth(date(1990, 1, 1), Precision.YEAR)), Grade.PROBABLE, Why.BIRTH_FITS),
        (other(birth=Birth()), Grade.POSSIBLE, Why.FAMILY_SAME),
        (other(sex="M"), Grade.PROBABLE, Why.SEX_DIFFERS),
        (other(species="vulcan"), Grade.POSSIBLE, Why.SPECIES_DIFFERS),
        (other(names=named("Vega-Ros", "Nova")), Grade.POSSIBLE, Why.TWINS),
        (other(kin=frozenset({1})), Grade.POSSIBLE, Why.RELATIVES),
        (other(birth=born(1961, 2, 3)), None, Why.GENERATION),
        (other(names=named("Okafor", "Chi"), birth=born(1971, 2, 3)), None, Why.FAMILY_DIFFERS),
        (
            other(names=named("Okafor"), numbers=frozenset({("Passport", "ab12345")})),
            Grade.PROBABLE,
            Why.NUMBER_SAME,
        ),
        (other(numbers=frozenset({("passport", "AB12354")})), Grade.CERTAIN, Why.NUMBER_CLOSE),
        (other(numbers=frozenset({("passport", "ZZ99999")})), Grade.CERTAIN, Why.NUMBER_DIFFERS),
    ],
)
def test_a_pair_is_graded_with_its_reason(entry: Entry, grade: Grade | None, why: Why) -> None:
    match = duplicates.compare(ADA, entry)

    assert match.grade is grade, match
    assert why in whys(match)


def test_two_unnamed_are_told_by_marks_place_and_day() -> None:
    seen = frozenset({("Dock 7", date(2026, 3, 1))})
    one = Entry(
        id=1, species="human", mark="grey coat, dock 7", places=seen, registered_on=date(2026, 3, 1)
    )
    again = replace(one, id=2, mark="Dock 7, coat grey", registered_on=date(2026, 3, 2))
    elsewhere = replace(
        one, id=3, mark="burnt hand", places=frozenset({("Gate", date(2026, 3, 1))})
    )

    match = duplicates.compare(one, again)

    assert match.grade is Grade.POSSIBLE
    assert whys(match) == {Why.MARKS_ALIKE, Why.SAME_PLACE, Why.SAME_DAY}
    assert duplicates.compare(one, elsewhere).grade is None


def test_weights_are_the_logarithm_of_what_is_set() -> None:
    said = duplicates.chances_of({"SEX_SAME": [0.9, 0.45]})
    match = duplicates.compare(ADA, other(), chances=said)

    (sex,) = (one for one in match.reasons if one.why is Why.SEX_SAME)
    assert sex.bits == 1.0
    (birth,) = (one for one in match.reasons if one.why is Why.BIRTH_SAME)
    assert birth.bits == round(log2(0.92 * 70 * 365.25), 1)
    assert set(DEFAULTS) == set(Why) - {Why.TWINS, Why.GENERATION}


@pytest.mark.parametrize(
    "said", [{"NAME": [1, 1]}, {"SEX_SAME": [0, 1]}, {"SEX_SAME": 1}, {"SEX_SAME": [1, 1, 1]}]
)
def test_weights_that_are_none_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="NAME|SEX_SAME"):
        duplicates.chances_of(said)


words = st.sampled_from(["Vega", "Ros", "Vega-Ros", "Tanaka", "Tamaka", "Lyra", "Nova", "A", "Ida"])
days = st.dates(date(1950, 1, 1), date(2020, 12, 31))
births = st.one_of(
    st.just(Birth()),
    st.builds(Birth, days, st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR])),
    st.builds(Birth, days, st.just(Precision.ESTIMATED), st.integers(0, 2000)),
)
entries = st.builds(
    Entry,
    names=st.frozensets(st.tuples(words, st.one_of(st.just(""), words)), max_size=2),
    species=st.sampled_from(["human", "vulcan"]),
    sex=st.sampled_from("FMOU"),
    birth=births,
    numbers=st.frozensets(
        st.tuples(
            st.sampled_from(["passport", "MRN"]), st.sampled_from(["A1234", "A1243", "B-99"])
        ),
        max_size=2,
    ),
    mark=st.sampled_from(["", "grey coat", "coat grey torn", "dock 7"]),
    deceased_on=st.none() | days,
    registered_on=st.sampled_from([date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 1)]),
    places=st.frozensets(
        st.tuples(st.sampled_from("XY"), st.sampled_from([date(2026, 3, 1), date(2026, 3, 3)])),
        max_size=2,
    ),
    events=st.frozensets(st.sampled_from(["fire", "leak"]), max_size=2),
    kin=st.frozensets(st.integers(1, 2), max_size=1),
)


@given(entries, entries)
def test_which_entry_comes_first_changes_nothing(one: Entry, two: Entry) -> None:
    one, two = replace(one, id=1), replace(two, id=2)

    assert duplicates.compare(one, two) == duplicates.compare(two, one)


@given(entries, entries)
def test_no_pair_is_certain_by_name_alone(one: Entry, two: Entry) -> None:
    bare = {"birth": Birth(), "numbers": frozenset(), "places": frozenset(), "events": frozenset()}
    match = duplicates.compare(replace(one, id=1, **bare), replace(two, id=2, **bare))

    assert match.grade is not Grade.CERTAIN


@given(entries, entries)
def test_another_species_or_sex_never_speaks_for_a_pair(one: Entry, two: Entry) -> None:
    assume("U" not in (one.sex, two.sex))
    same = duplicates.compare(one, replace(two, sex=one.sex, species=one.species))

    for change in (
        {"sex": "M" if one.sex == "F" else "F", "species": one.species},
        {"sex": one.sex, "species": "elf"},
    ):
        assert duplicates.compare(one, replace(two, **change)).bits < same.bits


@given(entries, entries)
def test_whoever_is_found_under_a_key_finds_back(one: Entry, two: Entry) -> None:
    first = duplicate_keys.sought(one) & duplicate_keys.stored(two)
    second = duplicate_keys.sought(two) & duplicate_keys.stored(one)

    assert bool(first) == bool(second)


@given(entries, entries)
def test_what_is_certain_or_probable_shares_a_key(one: Entry, two: Entry) -> None:
    """Nobody is missed by the keys, but for two unnamed ones that only a place brings together."""
    one, two = replace(one, id=1), replace(two, id=2)
    assume(not one.is_unnamed and not two.is_unnamed)
    if duplicates.compare(one, two).grade in (Grade.CERTAIN, Grade.PROBABLE):
        assert duplicate_keys.sought(one) & duplicate_keys.stored(two)
