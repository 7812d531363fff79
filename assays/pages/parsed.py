"""What a message says, as a tree beside its bytes; for reading only, nothing is decided by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext

from assays.instruments.trees import Node, tree
from assays.models import TransmissionMessage

MOST_LINES = 1500
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True)
class Line:
    """One line of the tree: how deep it stands, its place in the message, its name, its text."""

    depth: int
    label: str
    title: str
    value: str


@dataclass(frozen=True)
class Parsed:
    """The tree of a message, or the text of one that is JSON; neither where it is none."""

    lines: tuple[Line, ...] = ()
    text: str = ""
    is_cut: bool = False


def of(message: TransmissionMessage, *, limit: int) -> Parsed:
    """Return what a message says, as far as its first `limit` bytes tell."""
    content = bytes(message.content)
    if message.dialect == TransmissionMessage.Dialect.HTTP:
        return _json(content, limit)
    settings = message.instrument.settings if message.instrument is not None else {}
    return of_content(content, message.dialect, settings.get("charset"), limit=limit)


def of_content(content: bytes, dialect: str, charset: object, *, limit: int) -> Parsed:
    """Return what bytes say that came over no wire, or over one that is known by its settings."""
    found = tree(content[:limit], dialect, charset if isinstance(charset, str) else None)
    lines = list(islice(_lines(found, 0), MOST_LINES + 1))
    is_cut = len(content) > limit or len(lines) > MOST_LINES
    return Parsed(lines=tuple(lines[:MOST_LINES]), is_cut=is_cut and bool(lines))


def _lines(nodes: Iterable[Node], depth: int) -> Iterator[Line]:
    for node in nodes:
        yield Line(depth, node.label, gettext(node.title) if node.title else "", node.value)
        yield from _lines(node.parts, depth + 1)


def _json(content: bytes, limit: int) -> Parsed:
    try:
        json.loads(content)
        text = indented(content.decode(), limit=limit)
    except (ValueError, RecursionError):
        return Parsed()
    return Parsed(text=text[:limit], is_cut=len(text) > limit)


def indented(text: str, *, limit: int) -> str:
    """Return JSON one value per line: every digit and every name as it stands there, even twice.

    Only the escapes within texts are resolved. What goes beyond `limit` characters is not made.
    """
    made: list[str] = []
    depth = size = 0
    for found in _PART.finditer(text):
        part = found[0]
        if part in ("}", "]"):
            depth -= 1
            made.append(_new_line(depth))
        is_text = part.startswith('"')
        made.append(json.dumps(json.loads(part), ensure_ascii=False) if is_text else part)
        if part in ("{", "["):
            depth += 1
        if part in ("{", "[", ","):
            made.append(_new_line(depth))
        elif part == ":":
            made.append(" ")
        size += len(made[-1]) + len(part)
        if size > 2 * limit:
            break
    return "".join(made)


def _new_line(depth: int) -> str:
    return "\n" + "  " * depth
