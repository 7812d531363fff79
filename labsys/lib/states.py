"""A life cycle as one table, read by the code that moves rows, the tests and the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """Which states a row may be born in and which moves exist; nothing else is allowed."""

    name: str
    states: type[S]
    initial: frozenset[S]
    moves: Mapping[S, frozenset[S]]

    def __post_init__(self) -> None:
        complete = {state: frozenset(self.moves.get(state, ())) for state in self.states}
        object.__setattr__(self, "moves", MappingProxyType(complete))
        unreachable = set(self.states) - self.reachable
        if not self.initial or unreachable:
            raise ValueError(f"{self.name}: no way leads to {sorted(unreachable)}")

    def can_move(self, old: S, new: S) -> bool:
        return new in self.moves[old]

    def can_start(self, state: S) -> bool:
        return state in self.initial

    @property
    def final(self) -> frozenset[S]:
        """States that nothing leaves."""
        return frozenset(state for state, targets in self.moves.items() if not targets)

    @property
    def reachable(self) -> frozenset[S]:
        found, open_states = set(self.initial), list(self.initial)
        while open_states:
            for target in self.moves[open_states.pop()] - found:
                found.add(target)
                open_states.append(target)
        return frozenset(found)


def mermaid(table: StateTable[S]) -> str:
    """Draw the table as a Mermaid state diagram, in the order in which states are declared."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state.name}" for state in table.states if state in table.initial]
    for old in table.states:
        targets = (new for new in table.states if new in table.moves[old])
        lines += [f"    {old.name} --> {new.name}" for new in targets]
    lines += [f"    {state.name} --> [*]" for state in table.states if state in table.final]
    return "\n".join(lines) + "\n"
