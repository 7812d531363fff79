"""What the process apart is asked: a part of a run, all together, a catalogue, or a picture to show.

Whatever decodes bytes that somebody gave is asked here, so that it happens in that process alone.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
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


def draw() -> dict[str, Any]:
    """Return the question that asks what is shown of a picture, whose bytes are attached."""
    return {"do": "draw"}


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
        if question["do"] == "draw":
            (content,) = attachments
            return {"outcome": _drawn(content)}
        return {"outcome": _computed(question, attachments)}
    except catalogues.Gone as gone:
        return {"gone": str(gone)}
    except Refused as refused:
        return {"refusal": refused.to_json()}


def _computed(question: Json, attachments: list[bytes]) -> Any:
    kind = AnalysisKind(question["kind"])
    parameters, given = question["parameters"], question["given"]
    if question["do"] == "combine":
        return analyses.of(kind).combine(parameters, given)
    if kind in OF_STORED:
        stored = OF_STORED[kind].handed(question.get("path", ""), attachments)
        return OF_STORED[kind].work(parameters, given, stored)
    names = analyses.contents_of(kind, given)
    attached = dict(zip(names, attachments, strict=True))
    return analyses.work(kind, parameters, given, attached.__getitem__)


def gist(analysis: AnyAnalysis, outcome: Json) -> Any:
    """Return what `combine` needs of an outcome: all of it, unless the kind says what."""
    chosen = getattr(analysis, "gist", None)
    return outcome if chosen is None else chosen(outcome)


def pictures(outcome: Json) -> tuple[bytes, bytes]:
    """Return the picture and the small one that were answered."""
    picture, thumbnail = (b64decode(outcome[name]) for name in ("picture", "thumbnail"))
    return picture, thumbnail


def _drawn(content: bytes) -> dict[str, Any]:
    from assays.numerics.picture_views import MEDIA_TYPE, views

    made = views(content)
    return {
        "picture": b64encode(made.picture).decode(),
        "thumbnail": b64encode(made.thumbnail).decode(),
        "width": made.width,
        "height": made.height,
        "media_type": MEDIA_TYPE,
    }
