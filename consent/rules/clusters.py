"""Clusters of symptoms, for a questionnaire that also asks how many of each are present."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Items that belong together, and how many of them have to be present."""

    name: str
    items: frozenset[int]
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """All clusters; a symptom is present when it is rated `rated_from` or higher."""

    rated_from: int
    clusters: tuple[Cluster, ...]

    def are_met(self, given: Mapping[int, int]) -> bool:
        """Say whether each cluster has as many symptoms as it needs."""
        present = {item for item, answer in given.items() if answer >= self.rated_from}
        return all(len(one.items & present) >= one.needed for one in self.clusters)
