"""What a process that computes analyses is asked: one part of a run, or all parts together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assays.rules import analyses
from assays.rules.analyses import AnyAnalysis
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
    kind, parameters, given = (
        AnalysisKind(question["kind"]),
        question["parameters"],
        question["given"],
    )
    try:
        if question["do"] == "combine":
            return {"outcome": analyses.of(kind).combine(parameters, given)}
        names = analyses.contents_of(kind, given)
        attached = dict(zip(names, attachments, strict=True))
        return {"outcome": analyses.work(kind, parameters, given, attached.__getitem__)}
    except Refused as refused:
        return {"refusal": refused.to_json()}


def gist(analysis: AnyAnalysis, outcome: Json) -> Any:
    """Return what `combine` needs of an outcome: all of it, unless the kind says what."""
    chosen = getattr(analysis, "gist", None)
    return outcome if chosen is None else chosen(outcome)
