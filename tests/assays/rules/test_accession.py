"""An accession number carries a check digit that catches every single wrong digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.accession import (
    LAST_SEQUENCE,
    LENGTH,
    AccessionRefused,
    check,
    check_digit,
    is_valid,
    make,
)

# ISO 7064's own example, python-stdnum's documented ones, and published specimen numbers of the
# German tax identification and the Croatian OIB, which use the same system.
PUBLISHED = ["07945", "794623", "002006673085", "36574261809", "86095742719", "33392005961"]

numbers = st.builds(make, st.integers(2000, 2099), st.integers(1, LAST_SEQUENCE))


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_check(number: str) -> None:
    assert check_digit(number[:-1]) == number[-1]


@given(st.integers(2000, 2099), st.integers(1, LAST_SEQUENCE))
def test_a_number_that_was_made_checks_and_says_its_year(year: int, sequence: int) -> None:
    number = make(year, sequence)

    assert check(number) == number
    assert len(number) == LENGTH
    assert number[:9] == f"{year % 100:02d}{sequence:07d}"


@given(numbers, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)

    assert not is_valid(number[:place] + wrong + number[place + 1 :])


def test_one_swap_of_unequal_neighbours_in_forty_five_is_missed_and_no_more() -> None:
    """Over every state the system can be in before the pair: what the docstring promises."""

    def follow(state: int, digit: int) -> int:
        return 2 * ((digit + state) % 10 or 10) % 11

    missed = [
        (state, first, second)
        for state in range(1, 11)
        for first in range(10)
        for second in range(first + 1, 10)
        if follow(follow(state, first), second) == follow(follow(state, second), first)
    ]

    assert len(missed) == 10  # of 10 states x 45 pairs: one pair in each state
    assert {state for state, _, _ in missed} == set(range(1, 11))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "blank"),
        ("26 0000012", "not_digits"),
        ("26000001２0", "not_digits"),
        ("2600000-10", "not_digits"),
        (" 260000019", "not_digits"),
        ("26000001", "length"),
        ("26000001234", "length"),
        ("9" * 10_000, "length"),
    ],
)
def test_what_is_not_a_number_of_ours_is_told_apart(number: str, code: str) -> None:
    with pytest.raises(AccessionRefused) as refusal:
        check(number)

    assert refusal.value.code == code
    assert len(str(refusal.value)) < 120


def test_a_wrong_check_digit_is_named_as_such() -> None:
    number = make(2026, 1)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    with pytest.raises(AccessionRefused, match="at least one digit is wrong"):
        check(wrong)


@pytest.mark.parametrize("sequence", [0, -1, LAST_SEQUENCE + 1])
def test_a_sequence_outside_the_year_is_refused(sequence: int) -> None:
    with pytest.raises(AccessionRefused, match="outside 1 to"):
        make(2026, sequence)


def test_a_check_digit_is_computed_over_ascii_digits_only() -> None:
    with pytest.raises(ValueError, match="ASCII digits"):
        check_digit("12a")
