"""Triage by the gravest answer, for questionnaires whose answers are not added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What each answer comes to: the gravest of them is the level of the whole.

    `levels` go from nothing to the gravest; `level_of` holds a level for each answer of each item.
    After a "no" (the lowest answer) to one item the `skipped` ones need not be asked.
    """

    levels: tuple[str, ...]
    level_of: tuple[tuple[str, ...], ...]
    skips_after_no_to: int
    skipped: frozenset[int]

    def level(self, given: Mapping[int, int]) -> str:
        """Return the gravest level among the answers, which are numbered from 0 for each item."""
        found = (self.levels.index(self.level_of[item - 1][given[item]]) for item in given)
        return self.levels[max(found, default=0)]

    def may_be_skipped(self, item: int, given: Mapping[int, int]) -> bool:
        return item in self.skipped and given.get(self.skips_after_no_to) == 0
