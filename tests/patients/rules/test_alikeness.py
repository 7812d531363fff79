"""Two spellings of one name: folding, sounding, one slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules import alikeness
from patients.rules.alikeness import Alike


@pytest.mark.parametrize(
    ("name", "code"),
    [
        # The examples of the National Archives.
        ("Washington", "W252"),
        ("Lee", "L000"),
        ("Gutierrez", "G362"),
        ("Pfister", "P236"),
        ("Jackson", "J250"),
        ("Tymczak", "T522"),
        ("VanDeusen", "V532"),
        ("Ashcraft", "A261"),
        ("", ""),
        ("ÆØß", "A200"),
    ],
)
def test_soundex_as_the_archives_give_it(name: str, code: str) -> None:
    assert alikeness.soundex(name) == code


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Vega-Ros", "vega ros", Alike.SAME),
        ("Müller", "MULLER", Alike.SAME),
        ("O'Brien", "OBrien", Alike.SAME),
        ("Anna Maria", "Maria Anna", Alike.SAME),
        ("Tanaka", "Tamaka", Alike.CLOSE),
        ("Tanaka", "Tanaak", Alike.CLOSE),
        ("Vega-Ros", "Vega", Alike.CLOSE),
        ("A.", "Ada", Alike.CLOSE),
        ("Meyer", "Maier", Alike.CLOSE),
        ("Ada", "Ida", Alike.DIFFERENT),
        ("Tanaka", "Okafor", Alike.DIFFERENT),
        ("", "Okafor", Alike.UNSTATED),
        ("Иванов", "иванов", Alike.SAME),
        ("Иванов", "Петров", Alike.DIFFERENT),
    ],
)
def test_names_are_compared_as_a_person_would(one: str, other: str, found: Alike) -> None:
    assert alikeness.compared(one, other) is alikeness.compared(other, one) is found


names = st.text(alphabet="aáßbdnmt -'Иб", max_size=8)


@given(names, names)
def test_the_order_of_two_names_changes_nothing(one: str, other: str) -> None:
    assert alikeness.compared(one, other) is alikeness.compared(other, one)
    assert alikeness.one_slip(one, other) == alikeness.one_slip(other, one)


@given(st.text(alphabet="0123456789AB", min_size=2, max_size=9))
def test_an_exchange_is_one_slip_and_leads_back(value: str) -> None:
    for made in alikeness.exchanged(value):
        assert alikeness.one_slip(made, value)
        assert value in alikeness.exchanged(made)
