"""A run of an analysis: its life cycle, what it was made with, and whether another gave the same."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assays.rules.signatures import digest
from labsys.lib.states import StateTable
from labsys.lib.wording import gettext_noop as _

Json = Mapping[str, Any]


class AnalysisKind(StrEnum):
    KINETICS = "KINETICS"
    EPIDEMIC = "EPIDEMIC"
    DRIFT = "DRIFT"
    TRIAL = "TRIAL"
    PLATE = "PLATE"
    MICROGRAPHS = "MICROGRAPHS"
    AGREEMENT = "AGREEMENT"
    SEARCH = "SEARCH"
    GROUPS = "GROUPS"
    REPROFILE = "REPROFILE"


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
        # Done although some parts could not be used, or were given up: they say why. Failed where all
        # were, or where what the others gave could not be put together.
        _S.RUNNING: frozenset({_S.DONE, _S.FAILED, _S.CANCELLED}),
    },
)
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


class Phase(StrEnum):
    """How far a run is, as whoever waits for it is told."""

    WAITING = "WAITING"
    COMPUTING = "COMPUTING"
    COMBINING = "COMBINING"
    ENDED = "ENDED"


def phase(status: RunStatus, *, done: int, total: int) -> Phase:
    """Return the phase of a run of which so many parts are done."""
    if status not in OPEN:
        return Phase.ENDED
    if done >= total:
        return Phase.COMBINING
    return Phase.WAITING if status is RunStatus.QUEUED else Phase.COMPUTING


# How often the work on a part is begun; after that it is given up, and its run goes on without it.
ATTEMPTS = 3


class Code(StrEnum):
    """Why something was given up, whatever the analysis."""

    MEMORY = "MEMORY"
    TIME = "TIME"
    CRASH = "CRASH"
    FAULT = "FAULT"
    WORKERS = "WORKERS"


GIVEN_UP: Mapping[Code, str] = {
    Code.MEMORY: _("It needs more memory than a task may use."),
    Code.TIME: _("It took longer than a task may take, %(attempts)s times."),
    Code.CRASH: _("The process that computed it crashed, %(attempts)s times."),
    Code.FAULT: _("It failed by a fault of the program, %(attempts)s times: report this."),
    Code.WORKERS: _("The workers that took it died, %(attempts)s times."),
}


def given_up(code: Code, *, attempts: int, error: str) -> dict[str, Any]:
    """Return the refusal of what was given up: a sentence, and for who looks into it the error."""
    message = GIVEN_UP[code]
    return {
        "code": code.value,
        "message": message,
        "params": {"attempts": str(attempts)},
        "sentence": message % {"attempts": attempts},
        "given_up": {"attempts": attempts, "error": error[-2000:]},
    }


def made_with(method: str, also: Sequence[str] = ()) -> dict[str, str]:
    """Return what decides about the digits of an analysis: the method and what it computes with.

    ``also``: packages beside those that every analysis may use.
    """
    return {
        "method": method,
        "code": code(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in ("numpy", "scipy", *also)},
    }


@cache
def code() -> str:
    """Return the beginning of the SHA-256 of every line of code that decides about digits.

    A version that somebody has to raise says less: it is the same while somebody edits.
    """
    here = Path(__file__).parent
    found = hashlib.sha256()
    for folder in (here, here.parent.parent / "numerics"):
        for path in sorted(folder.rglob("*.py")):
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Whether a repetition gave the same to the bit; where not, what was different.

    ``different``: names of what it was made with (``method``, ``numpy`` ...) or ``inputs``; empty
    where nothing explains it, which is a fault of the method. ``versions`` says of each what it was,
    and what it is in the repetition.
    """

    is_same: bool
    different: tuple[str, ...]
    versions: tuple[tuple[str, str, str], ...] = ()


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
    versions = [(name, first.get(name, "–"), second.get(name, "–")) for name in different]
    if inputs[0] != inputs[1]:
        different.insert(0, "inputs")
    return Reproduction(outcomes[0] == outcomes[1], tuple(different), tuple(versions))


def digest_of(content: Any) -> str:
    """Return the sha256 of JSON content, however its keys are ordered; floats count to the bit."""
    return digest(content)
