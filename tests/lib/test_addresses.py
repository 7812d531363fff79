"""Numbers and texts that addresses and plain fields carry are never trusted; rows are led to."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse, set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.addresses import BIGGEST_ID, address, number, one_of, text


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


@pytest.mark.parametrize(
    "name", ["controller-alarm", "grant", "admin:patients_careneed_change", "person-controllers"]
)
def test_the_address_of_a_row_is_that_of_its_page(name: str) -> None:
    is_public = name.startswith("person-")
    for key in (uuid.UUID(int=0), uuid.uuid4()) if is_public else (0, 17, BIGGEST_ID):
        assert address(name, key) == reverse(name, args=[key])
        assert not is_public or address(name, str(key)) == reverse(name, args=[key])


def test_the_address_of_a_row_may_ask_for_several_keys() -> None:
    key = uuid.uuid4()
    assert address("visit-new", key, 17) == reverse("visit-new", args=[key, 17])
    assert address("clusters") == reverse("clusters")


def test_the_address_of_a_row_begins_where_the_site_does() -> None:
    before = address("grant", 1)
    set_script_prefix("/lab/")
    try:
        assert address("grant", 1) == reverse("grant", args=[1]) == f"/lab{before}"
    finally:
        set_script_prefix("/")
