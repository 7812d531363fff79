"""What a process that computes analyses is asked: one part of a run, or all parts together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assays.rules.analyses import ANALYSES, Analysis
from assays.rules.analyses.runs import AnalysisKind
from labsys.lib.wording import Refused

Json = Mapping[str, Any]


def work(kind: AnalysisKind, parameters: Json, given: Json) -> dict[str, Any]:
    """Return the question that asks for one part of a run."""
    return {"do": "work", "kind": kind.value, "parameters": parameters, "given": given}


def combine(kind: AnalysisKind, parameters: Json, gists: list[Any]) -> dict[str, Any]:
    """Return the question that asks what parts give together."""
    return {"do": "combine", "kind": kind.value, "parameters": parameters, "given": gists}


def do(question: Json, attachments: list[bytes]) -> dict[str, Any]:
    """Answer a question: with an ``outcome``, or with the ``refusal`` that says why there is none."""
    analysis = ANALYSES[AnalysisKind(question["kind"])]
    ask = analysis.work if question["do"] == "work" else analysis.combine
    try:
        return {"outcome": ask(question["parameters"], question["given"])}
    except Refused as refused:
        return {"refusal": told(refused)}


def told(refused: Refused) -> dict[str, Any]:
    """Return a refusal as it is kept: for programs, for a reader's language, and as a sentence."""
    return {
        "code": refused.code,
        "message": refused.message,
        "params": {name: str(value) for name, value in refused.params.items()},
        "sentence": str(refused),
    }


def gist(analysis: Analysis, outcome: Json) -> Any:
    """Return what `combine` needs of an outcome: all of it, unless the kind says what."""
    chosen = getattr(analysis, "gist", None)
    return outcome if chosen is None else chosen(outcome)
