"""What a message says, as a tree beside its bytes; for reading only, nothing is decided by it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from assays.models import TransmissionMessage


@dataclass(frozen=True)
class Line:
    """One line of the tree: how deep it stands, what it is called, what it holds."""

    depth: int
    name: str
    value: str
    title: str = ""


@dataclass(frozen=True)
class Parsed:
    """The tree of a message, or the text of one that is none."""

    lines: tuple[Line, ...] = ()
    text: str = ""
    is_cut: bool = False


def of(message: TransmissionMessage, *, limit: int) -> Parsed:
    """Return what a message says; empty where it cannot be parsed. At most `limit` bytes are read."""
    content = bytes(message.content)
    if message.dialect == TransmissionMessage.Dialect.HTTP:
        return _json(content, limit)
    return Parsed()


def _json(content: bytes, limit: int) -> Parsed:
    try:
        text = json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return Parsed()
    return Parsed(text=text[:limit], is_cut=len(text) > limit)
