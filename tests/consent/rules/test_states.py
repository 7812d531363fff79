"""Every (old, new) pair of every life cycle of clearance: what is not written here is not allowed."""

from __future__ import annotations

from itertools import product

import pytest

from consent.rules.states import TABLES

ALLOWED = {
    "clinical alert": """
        OPEN: ACKNOWLEDGED
        ACKNOWLEDGED: CLOSED
        CLOSED:
    """,
    "notification": """
        WAITING: SENT GIVEN_UP
        SENT:
        GIVEN_UP:
    """,
    "departure": """
        PLANNED: LEFT CANCELLED
        LEFT:
        CANCELLED:
    """,
    "appointment": """
        BOOKED: KEPT MISSED MOVED CANCELLED
        KEPT:
        MISSED: KEPT
        MOVED:
        CANCELLED:
    """,
    "round": """
        OPEN: DONE ENDED
        DONE:
        ENDED:
    """,
    "recall": """
        OPEN: LOCATED INFORMED RETURNED CANCELLED
        LOCATED: INFORMED RETURNED CANCELLED
        INFORMED: RETURNED CANCELLED
        RETURNED: EXAMINED CANCELLED
        EXAMINED:
        CANCELLED:
    """,
}


def test_every_table_is_written_here() -> None:
    assert {table.name for table in TABLES} == set(ALLOWED)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_pair_of_states(table) -> None:
    written = {
        old.strip(): set(new.split())
        for old, _colon, new in (line.partition(":") for line in ALLOWED[table.name].split("\n"))
        if old.strip()
    }

    assert set(written) == set(table.states)
    for old, new in product(table.states, repeat=2):
        assert table.can_move(old, new) == (new.value in written[old.value]), (old, new)
