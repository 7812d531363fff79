"""What a run of an analysis does with each of its parts, by kind: pure, from JSON to JSON.

A kind is a module with ``METHOD`` (its name and version, which changes whenever the digits may),
``work`` for one part, and ``combine`` for the run once every part was done. A kind that works on
stored bytes has them named in its parts by SHA-256 and is handed a way to read them; a kind of the
profile catalogue is handed its rows, or the folder to map it from, which its parts name by digest. `work`
raises a ``Refused`` where a part cannot be used; the others are done all the same. What computes is
imported by `work`: the processes that answer pages never load it. Both are called in a process apart
(see `doing`), which knows no database, has a limit of memory and of time, and may crash.

A kind of which a run has thousands of parts has a ``gist`` too: what `combine` needs of an outcome.
Where there is one, `combine` is given those; what parts drew or listed is not held in memory for all of
them at once. ``MADE_WITH`` names the packages it computes with besides numpy and scipy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from assays.rules.analyses import (
    agreement,
    drift,
    epidemic,
    groups,
    kinetics,
    micrographs,
    plates,
    reprofiles,
    searches,
    trials,
)
from assays.rules.analyses.runs import AnalysisKind

Json = Mapping[str, Any]
Contents = Callable[[str], bytes]


class Analysis(Protocol):
    """One kind of analysis."""

    METHOD: str

    def work(self, parameters: Json, given: Json) -> dict[str, Any]: ...

    def combine(self, parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]: ...


class AnalysisOfContents(Protocol):
    """A kind that works on stored contents: which of them a part needs, by SHA-256.

    ``contents`` gives the bytes of each of those.
    """

    METHOD: str

    def names(self, given: Json) -> list[str]: ...

    def work(self, parameters: Json, given: Json, contents: Contents) -> dict[str, Any]: ...

    def combine(self, parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]: ...


class AnalysisOfStored(Protocol):
    """A kind of the catalogue of profiles: `handed` makes of what came what `work` is given.

    That is the folder of the catalogue, or rows of it as an attachment.
    """

    METHOD: str

    def handed(self, path: str, attachments: Sequence[bytes], /) -> Any: ...

    def work(self, parameters: Json, given: Json, stored: Any, /) -> dict[str, Any]: ...

    def combine(self, parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]: ...


ANALYSES: Mapping[AnalysisKind, Analysis] = {
    AnalysisKind.KINETICS: kinetics,
    AnalysisKind.EPIDEMIC: epidemic,
    AnalysisKind.DRIFT: drift,
    AnalysisKind.TRIAL: trials,
    AnalysisKind.PLATE: plates,
    AnalysisKind.AGREEMENT: agreement,
    AnalysisKind.GROUPS: groups,
}
OF_CONTENTS: Mapping[AnalysisKind, AnalysisOfContents] = {AnalysisKind.MICROGRAPHS: micrographs}
OF_STORED: Mapping[AnalysisKind, AnalysisOfStored] = {
    AnalysisKind.SEARCH: searches,
    AnalysisKind.REPROFILE: reprofiles,
}
AnyAnalysis = Analysis | AnalysisOfContents | AnalysisOfStored


def of(kind: AnalysisKind) -> AnyAnalysis:
    """Return the module of a kind."""
    if kind in OF_CONTENTS:
        return OF_CONTENTS[kind]
    return OF_STORED[kind] if kind in OF_STORED else ANALYSES[kind]


def contents_of(kind: AnalysisKind, given: Json) -> list[str]:
    """Return the contents that a part of a run works on, by SHA-256."""
    return OF_CONTENTS[kind].names(given) if kind in OF_CONTENTS else []


def work(kind: AnalysisKind, parameters: Json, given: Json, contents: Contents) -> dict[str, Any]:
    """Do one part of a run of a kind that needs nothing but its part, or contents."""
    if kind in OF_CONTENTS:
        return OF_CONTENTS[kind].work(parameters, given, contents)
    return ANALYSES[kind].work(parameters, given)


def packages(kind: AnalysisKind) -> tuple[str, ...]:
    """Return what decides about the digits of a kind beside numpy and scipy."""
    found: tuple[str, ...] = getattr(of(kind), "MADE_WITH", ())
    return found
