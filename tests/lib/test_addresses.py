"""Numbers and texts that addresses and plain fields carry are never trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.addresses import BIGGEST_ID, number, one_of, text


@pytest.mark.parametrize("given", ["0", "7", "007", str(BIGGEST_ID)])
def test_a_whole_number_is_read(given: str) -> None:
    assert number(given) == int(given)


@pytest.mark.parametrize(
    "given",
    [None, "", "-1", "1.5", " 1", "²", "٣", "1e3", "1_0", "x", "\x00", str(2**63), "9" * 5000],
)
def test_what_is_no_number_that_a_row_can_have_is_none(given: object) -> None:
    assert number(given) is None


@given(st.text())
def test_any_text_is_read_without_failing(given: str) -> None:
    found = number(given)

    assert found is None or 0 <= found <= BIGGEST_ID


def test_a_text_is_cut_and_holds_nothing_that_no_row_takes() -> None:
    assert text({"why": "  a\x00b "}, "why") == "ab"
    assert text({"why": "abc"}, "why", most=2) == "ab"
    assert text({}, "why") == ""


def test_one_of_a_few_is_chosen_or_the_usual_one() -> None:
    assert one_of({"last": "10"}, "last", (5, 10), usual=5) == 10
    assert one_of({"last": "11"}, "last", (5, 10), usual=5) == 5
