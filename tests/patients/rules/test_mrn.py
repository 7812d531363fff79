"""A medical record number carries a check digit that catches every single wrong digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules import mrn

numbers = st.builds(mrn.make, st.integers(1, mrn.LAST_SEQUENCE))


@given(st.integers(1, mrn.LAST_SEQUENCE))
def test_a_number_that_was_made_checks_and_holds_its_sequence(sequence: int) -> None:
    number = mrn.make(sequence)

    assert mrn.check(number) == number
    assert int(number[:-1]) == sequence
    assert len(number) == mrn.LENGTH


@given(numbers, st.integers(0, mrn.LENGTH - 1), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)

    assert not mrn.is_valid(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "not made of digits"),
        ("1234567x", "not made of digits"),
        ("١٢٣٤٥٦٧٨", "not made of digits"),
        ("1234567", "has 7 digits"),
        ("123456789", "has 9 digits"),
        (mrn.make(1)[:-1] + str((int(mrn.make(1)[-1]) + 1) % 10), "at least one digit is wrong"),
    ],
)
def test_what_is_no_number_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(mrn.MRNRefused, match=said):
        mrn.check(typed)


@pytest.mark.parametrize("sequence", [0, -1, mrn.LAST_SEQUENCE + 1])
def test_no_number_is_made_outside_the_sequence(sequence: int) -> None:
    with pytest.raises(ValueError, match="lies outside"):
        mrn.make(sequence)
