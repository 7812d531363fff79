"""What people write of a family in a form, a thing a line, and the JSON that it is.

    O.3.1, O.4                             places, the first that says anything counts
    NEG = NOT_DETECTED                     what one text means, a line each
    O.12 says Q or C                       a rule: material is a control where O.12 is Q or C
    OBX-2 says CE and OBX-5.1 is blank     a rule of two conditions

A text that holds a word of the notation, or blanks at its ends, stands in quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assays.instruments.conditions import Like
from assays.instruments.schema.kinds import Wrong
from labsys.lib.wording import gettext_noop as _

# How a condition is said, and the word that it is kept by.
VERBS = {
    "says": Like.SAYS,
    "begins with": Like.STARTS,
    "ends with": Like.ENDS,
    "matches": Like.MATCHES,
    "is filled": Like.FILLED,
    "is blank": Like.BLANK,
}
_WORDS = {like: verb for verb, like in VERBS.items()}
_BARE = (Like.FILLED, Like.BLANK)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ROW = re.compile(r'("(?:[^"\\]|\\.)*"\s*|[^"=]*)=(\s*"(?:[^"\\]|\\.)*"|[^"=]+)')
_LONGEST_LINE = 1000
_KEPT = re.compile("\x01([0-9]+)\x01")
_LOOSE = re.compile(r'"|(?:\A|\s)(?:and|or)(?:\s|\Z)')
_CONDITION = re.compile(rf"(?P<at>\S+) +(?P<verb>{'|'.join(VERBS)})(?: +(?P<texts>.+))?")
_RESERVED = re.compile(r'\A\s|\s\Z|["=]|\A\Z|(?:\A|\s)(?:and|or)(?:\s|\Z)')
SUCH = "O.12 says Q"


def read_places(text: str) -> list[str]:
    """Read places parted by commas, blanks or lines."""
    return re.split(r"[\s,]+", text.strip()) if text.strip() else []


def read_texts(text: str) -> list[str]:
    """Read texts, one a line."""
    return [_unquoted(line) for _number, line in _lines(text)]


def read_table(text: str) -> dict[str, str]:
    """Read `what = meaning`, one a line."""
    found: dict[str, str] = {}
    for number, line in _lines(text):
        row = _ROW.fullmatch(line)
        if row is None or not row[2].strip():
            raise Wrong(
                _("line %(line)d has no “=” with something behind it, as in NEG = NOT_DETECTED"),
                line=number,
            )
        key = _unquoted(row[1].strip())
        if key in found:
            raise Wrong(_("line %(line)d says “%(key)s” again"), line=number, key=key)
        found[key] = _unquoted(row[2].strip())
    return found


def read_rules(text: str) -> list[Any]:
    """Read rules, one a line; raise Wrong for the first line that is none."""
    return [_rule(line, number) for number, line in _lines(text)]


def write_places(found: Sequence[str]) -> str:
    return ", ".join(found)


def write_texts(found: Sequence[str]) -> str:
    return "\n".join(map(_quoted, found))


def write_table(found: Mapping[str, str]) -> str:
    return "\n".join(
        f"{_quoted(name) if name else ''} = {_quoted(one)}" for name, one in found.items()
    )


def write_rules(found: Sequence[Any]) -> str:
    """Write rules as `read_rules` reads them."""
    return "\n".join(
        " and ".join(map(_written, rule if isinstance(rule, list) else [rule])) for rule in found
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines that say something, with their numbers."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > _LONGEST_LINE:
            raise Wrong(_("line %(line)d is longer than %(most)d"), line=number, most=_LONGEST_LINE)
        if line.strip():
            yield number, line.strip()


def _written(condition: Mapping[str, Any]) -> str:
    like = next(one for one in Like if one.value in condition)
    said = f"{condition['at']} {_WORDS[like]}"
    if like in _BARE:
        return said
    texts = condition[like.value]
    given = texts if isinstance(texts, list) else [texts]
    return f"{said} {' or '.join(map(_quoted, given))}"


def _rule(line: str, number: int) -> Any:
    """Read a line; quoted texts are set aside first, so that they may hold any word."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x01{len(kept) - 1}\x01"

    parts = re.split(r"\s+and\s+", _QUOTED.sub(keep, line))
    rule = [_condition(part, kept, number) for part in parts]
    return rule[0] if len(rule) == 1 else rule


def _condition(part: str, kept: Sequence[str], number: int) -> dict[str, Any]:
    found = _CONDITION.fullmatch(part)
    texts = re.split(r"\s+or\s+", found["texts"]) if found is not None and found["texts"] else []
    like = VERBS[found["verb"]] if found is not None else Like.SAYS
    is_wrong = found is None or bool(texts) is (like in _BARE)
    if found is None or is_wrong or any(map(_LOOSE.search, texts)):
        raise Wrong(
            _("line %(line)d is no rule: a place, one of %(verbs)s, and texts, as in %(such)s"),
            line=number,
            verbs=", ".join(VERBS),
            such=SUCH,
        )
    said = [_unquoted(_KEPT.sub(lambda at: kept[int(at[1])], one)) for one in texts]
    return {"at": found["at"], like.value: True if like in _BARE else said}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if _RESERVED.search(text) else text


def _unquoted(text: str) -> str:
    if _QUOTED.fullmatch(text) is None:
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        return text
