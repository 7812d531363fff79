"""JSON written out for reading says what was sent, to the digit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.pages.parsed import indented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('{"value":13.20}', '{\n  "value": 13.20\n}'),
        ('{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'),
        ('[1e400, "\\u00e9\\""]', '[\n  1e400,\n  "é\\""\n]'),
        ("null", "null"),
    ],
)
def test_digits_and_repeated_names_stay_as_they_were_sent(sent: str, shown: str) -> None:
    assert indented(sent, limit=1000) == shown


@given(VALUES)
def test_what_is_shown_means_what_was_sent(value: object) -> None:
    assert json.loads(indented(json.dumps(value), limit=100_000)) == value


def test_no_more_is_made_than_is_shown() -> None:
    sent = json.dumps(["x" * 50] * 10_000)

    assert 1000 < len(indented(sent, limit=1000)) < 5000
