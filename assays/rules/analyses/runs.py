"""A run of an analysis: its life cycle, what it was made with, and whether another gave the same."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any

from assays.rules.signatures import digest
from labsys.lib.states import StateTable

Json = Mapping[str, Any]


class AnalysisKind(StrEnum):
    KINETICS = "KINETICS"
    EPIDEMIC = "EPIDEMIC"


class RunStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


_S = RunStatus
RUN: StateTable[RunStatus] = StateTable(
    name="analysis run",
    states=RunStatus,
    initial=frozenset({_S.QUEUED}),
    moves={
        _S.QUEUED: frozenset({_S.RUNNING, _S.CANCELLED}),
        # Done although some parts could not be used: they say why. Failed where none could.
        _S.RUNNING: frozenset({_S.DONE, _S.FAILED, _S.CANCELLED}),
    },
)
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


def made_with(method: str) -> dict[str, str]:
    """Return what decides about the digits of an analysis: the method and what it computes with."""
    return {
        "method": method,
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in ("numpy", "scipy")},
    }


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Whether a repetition gave the same to the bit; where not, what was different.

    ``different``: names of what it was made with (``method``, ``numpy`` ...) or ``inputs``; empty
    where nothing explains it, which is a fault of the method.
    """

    is_same: bool
    different: tuple[str, ...]


def reproduction(
    *,
    outcomes: tuple[str, str],
    inputs: tuple[str, str],
    made_with: tuple[Json, Json],
) -> Reproduction:
    """Compare the digests of a run (first) and its repetition (second)."""
    first, second = made_with
    names = sorted({*first, *second})
    different = [name for name in names if first.get(name) != second.get(name)]
    if inputs[0] != inputs[1]:
        different.insert(0, "inputs")
    return Reproduction(outcomes[0] == outcomes[1], tuple(different))


def digest_of(content: Any) -> str:
    """Return the sha256 of JSON content, however its keys are ordered; floats count to the bit."""
    return digest(content)
