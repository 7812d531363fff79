"""A life cycle is one table, and the drawing shows all of it."""

from __future__ import annotations

from enum import StrEnum

import pytest

from labsys.lib.states import StateTable, mermaid


class Door(StrEnum):
    SHUT = "SHUT"
    OPEN = "OPEN"
    GONE = "GONE"


TABLE = StateTable(
    name="door",
    states=Door,
    initial=frozenset({Door.SHUT}),
    moves={
        Door.SHUT: frozenset({Door.OPEN}),
        Door.OPEN: frozenset({Door.SHUT, Door.GONE}),
    },
)


def test_the_drawing_shows_births_moves_and_ends_in_declared_order() -> None:
    assert mermaid(TABLE) == (
        "stateDiagram-v2\n"
        "    [*] --> SHUT\n"
        "    SHUT --> OPEN\n"
        "    OPEN --> SHUT\n"
        "    OPEN --> GONE\n"
        "    GONE --> [*]\n"
    )


def test_a_state_nothing_leaves_is_final() -> None:
    assert TABLE.final == {Door.GONE}


def test_a_row_is_born_only_in_an_initial_state() -> None:
    assert [TABLE.can_start(state) for state in Door] == [True, False, False]


def test_a_state_that_nothing_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match="no way leads to"):
        StateTable("door", Door, frozenset({Door.SHUT}), {Door.SHUT: frozenset({Door.OPEN})})


def test_a_table_cannot_be_changed_in_place() -> None:
    with pytest.raises(TypeError):
        TABLE.moves[Door.GONE] = frozenset({Door.SHUT})  # type: ignore[index]
