"""JSON as instruments must send it: exact numbers, no repeated names, no NaN, bounded size."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from labsys.lib.errors import InvalidInput

MAX_BYTES = 1_048_576
MAX_DEPTH = 16


class PayloadTooLarge(ParseError):
    status_code = 413
    default_code = "too-large"


def loads(body: bytes) -> Any:
    """Parse UTF-8 JSON with Decimal numbers; raises ParseError that says what and where."""
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(f"The body has {len(body)} bytes; at most {MAX_BYTES} are accepted.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise ParseError(f"The body is not UTF-8: byte {wrong.start} cannot be read.") from wrong
    try:
        found = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except json.JSONDecodeError as wrong:
        raise ParseError(
            f"The body is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}."
        ) from wrong
    except RecursionError as wrong:
        raise ParseError("The body is nested too deeply.") from wrong
    except ValueError as wrong:  # an integer of more digits than Python converts
        raise ParseError("The body holds a number with too many digits.") from wrong
    _check_depth(found)
    return found


def _check_characters(found: Any, path: tuple[str, ...] = ()) -> None:
    """Refuse half a character: nothing can store, show or answer it. At most MAX_DEPTH deep."""
    if isinstance(found, str) and not _is_whole(found):
        where = path[0] if len(path) == 1 else "".join(f"/{name}" for name in path)
        raise InvalidInput(
            _(
                "The text holds half of a character, which cannot be printed; send both halves or none."
            ),
            field=where,
        )
    if isinstance(found, list):
        for number, inner in enumerate(found):
            _check_characters(inner, (*path, str(number)))
    if isinstance(found, dict):
        for name, inner in found.items():
            shown = name.encode(errors="backslashreplace").decode()
            _check_characters(name, (*path, shown))
            _check_characters(inner, (*path, shown))


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> Any:
    raise ParseError(f"{name} is not a number; send a missing value as absent, with its reason.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ParseError(f"The name {twice[0]!r} stands twice in one object.")
    return found


def _check_depth(found: Any) -> None:
    layer = [found]
    for _level in range(MAX_DEPTH):
        layer = [
            inner
            for outer in layer
            for inner in (
                outer.values()
                if isinstance(outer, dict)
                else outer
                if isinstance(outer, list)
                else ()
            )
        ]
        if not layer:
            return
    raise ParseError(f"The body is nested more than {MAX_DEPTH} deep.")


class StrictJSONParser(BaseParser):
    """DRF parser for application/json."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BYTES + 1)
        found = loads(body)
        if b"\\ud" in body.lower():
            _check_characters(found)
        return found
