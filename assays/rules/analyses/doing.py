"""What a process that computes analyses is asked: one part of a run, all parts together, or a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assays.rules import analyses
from assays.rules.analyses import OF_STORED, AnyAnalysis, catalogues
from assays.rules.analyses.runs import AnalysisKind
from labsys.lib.wording import Refused

Json = Mapping[str, Any]


def work(kind: AnalysisKind, parameters: Json, given: Json, path: str = "") -> dict[str, Any]:
    """Return the question that asks for one part of a run; ``path``: of the catalogue it is asked of."""
    asked = {"do": "work", "kind": kind.value, "parameters": parameters, "given": given}
    return asked | {"path": path} if path else asked


def combine(kind: AnalysisKind, parameters: Json, gists: list[Any]) -> dict[str, Any]:
    """Return the question that asks what parts give together."""
    return {"do": "combine", "kind": kind.value, "parameters": parameters, "given": gists}


def make(folder: Path, before: str, after: str) -> dict[str, Any]:
    """Return the question that asks for a catalogue; what is new in it and what gone is attached."""
    return {"do": "make", "folder": str(folder), "before": before, "after": after}


def do(question: Json, attachments: list[bytes]) -> dict[str, Any]:
    """Answer a question: with an ``outcome``, or with the ``refusal`` that says why there is none.

    Where the catalogue that it is about has to be made again, the answer is what is ``gone``.
    """
    try:
        if question["do"] == "make":
            folder, before = Path(question["folder"]), question["before"]
            catalogues.made(folder, before, question["after"], attachments)
            return {"outcome": {}}
        return _computed(question, attachments)
    except catalogues.Gone as gone:
        return {"gone": str(gone)}


def _computed(question: Json, attachments: list[bytes]) -> dict[str, Any]:
    kind, parameters, given = (
        AnalysisKind(question["kind"]),
        question["parameters"],
        question["given"],
    )
    try:
        if question["do"] == "combine":
            return {"outcome": analyses.of(kind).combine(parameters, given)}
        if kind in OF_STORED:
            stored = OF_STORED[kind].handed(question.get("path", ""), attachments)
            return {"outcome": OF_STORED[kind].work(parameters, given, stored)}
        names = analyses.contents_of(kind, given)
        attached = dict(zip(names, attachments, strict=True))
        return {"outcome": analyses.work(kind, parameters, given, attached.__getitem__)}
    except Refused as refused:
        return {"refusal": refused.to_json()}


def gist(analysis: AnyAnalysis, outcome: Json) -> Any:
    """Return what `combine` needs of an outcome: all of it, unless the kind says what."""
    chosen = getattr(analysis, "gist", None)
    return outcome if chosen is None else chosen(outcome)
