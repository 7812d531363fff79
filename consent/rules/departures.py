"""The life of a planned departure."""

from __future__ import annotations

from enum import StrEnum

from labsys.lib.states import StateTable


class DepartureState(StrEnum):
    PLANNED = "PLANNED"
    # Whoever was cleared left, each by a posting of their own; the rest stayed.
    LEFT = "LEFT"
    CANCELLED = "CANCELLED"


_S = DepartureState
DEPARTURE = StateTable(
    name="departure",
    states=DepartureState,
    initial=frozenset({_S.PLANNED}),
    moves={_S.PLANNED: frozenset({_S.LEFT, _S.CANCELLED})},
)
