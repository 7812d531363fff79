"""How each sort of thing that a driver declares is written as JSON, and read from it.

What cannot be is a `Wrong`: why, as a sentence's end, and never anything but that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assays.instruments import charsets
from assays.instruments.conditions import Condition, Like, Rule
from assays.instruments.declarations import Meaning, PatientPlaces
from assays.instruments.dialects import Dialect
from assays.instruments.segments import Place, place
from labsys.lib.units import UnitRefused, check_unit
from labsys.lib.wording import gettext_noop as _

LONGEST = 120
MOST = 200
_ASTM_RECORDS = frozenset("HPORCQMSL")
_SEGMENT = 3  # letters of a segment of HL7
# What would let a pattern take longer than the text is long: endless repeats, references, looking
# around, repeated groups, and more than a few things that may or may not be there.
_ENDLESS = re.compile(r"[*+]|\{[0-9]*,\}|\(\?(?!:)|\\[1-9]|\)\{|\{[0-9]*,?[0-9]{2,}\}")
_UNSURE = re.compile(r"\?|\{")
_MOST_UNSURE = 4
_PATTERN_LITERAL = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?:")


class Wrong(ValueError):
    """Why something declared cannot be; `message` and `params` let a door say it in its language."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.message, self.params = message, params


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` takes JSON and the dialect it is about, and raises Wrong; `write` is its inverse."""

    read: Callable[[Any, Dialect], Any]
    write: Callable[[Any], Any]


def read_text(value: Any, _dialect: Dialect) -> str:
    if not isinstance(value, str):
        raise Wrong(_("a text is required"))
    if len(value) > LONGEST or not value.isprintable():
        raise Wrong(_("at most %(most)d printable characters are taken"), most=LONGEST)
    return value


def read_filled(value: Any, dialect: Dialect) -> str:
    if not read_text(value, dialect).strip():
        raise Wrong(_("a text that is not blank is required"))
    return str(value)


def read_flag(value: Any, _dialect: Dialect) -> bool:
    if not isinstance(value, bool):
        raise Wrong(_("true or false is required"))
    return value


def read_charset(value: Any, dialect: Dialect) -> str:
    name = read_filled(value, dialect)
    if charsets.codec(name) is None:
        raise Wrong(_("the character set “%(name)s” is not known here"), name=name)
    return name


def read_unit(value: Any, dialect: Dialect) -> str:
    unit = read_filled(value, dialect)
    try:
        return check_unit(unit)
    except UnitRefused as refused:
        raise Wrong(_("“%(unit)s” is no UCUM unit"), unit=unit) from refused


def read_place(value: Any, dialect: Dialect) -> Place:
    text = read_text(value, dialect)
    try:
        found = place(text)
    except ValueError as wrong:
        raise Wrong(
            _("“%(text)s” is not a place such as O.3, R.3.4 or SPM-2.1"), text=text
        ) from wrong
    if dialect is Dialect.ASTM and found.segment not in _ASTM_RECORDS:
        raise Wrong(_("“%(text)s” is no place of ASTM, whose records have one letter"), text=text)
    if dialect is Dialect.HL7 and len(found.segment) != _SEGMENT:
        raise Wrong(
            _("“%(text)s” is no place of HL7, whose segments have three letters"), text=text
        )
    return found


def read_list(value: Any, read: Callable[[Any, Dialect], Any], dialect: Dialect) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise Wrong(_("a list of at most %(most)d is required"), most=MOST)
    return tuple(read(one, dialect) for one in value)


def read_table(value: Any, read: Callable[[Any, Dialect], Any], dialect: Dialect) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MOST:
        raise Wrong(_("an object of at most %(most)d is required"), most=MOST)
    return {read_text(name, dialect): read(one, dialect) for name, one in value.items()}


def read_meaning(value: Any, _dialect: Dialect) -> Meaning:
    if not isinstance(value, str) or value not in tuple(Meaning):
        raise Wrong(
            _("“%(text)s” is not one of %(known)s"), text=value, known=", ".join(sorted(Meaning))
        )
    return Meaning(value)


def read_pattern(value: Any, dialect: Dialect) -> str:
    pattern = read_filled(value, dialect)
    bare = _PATTERN_LITERAL.sub("", pattern)
    if _ENDLESS.search(bare) or re.search(r"\\[1-9]", pattern):
        raise Wrong(
            _("the pattern “%(text)s” repeats without limit (* + {n,}), or refers back"),
            text=pattern,
        )
    if len(_UNSURE.findall(bare)) > _MOST_UNSURE:
        raise Wrong(
            _(
                "the pattern “%(text)s” has more than %(most)d parts that may be missing or repeated"
            ),
            text=pattern,
            most=_MOST_UNSURE,
        )
    try:
        re.compile(pattern)
    except re.error as wrong:
        raise Wrong(_("“%(text)s” is no pattern: %(why)s"), text=pattern, why=wrong) from wrong
    return pattern


def read_condition(value: Any, dialect: Dialect) -> Condition:
    """Read `{"at": "O.12", "says": ["Q"]}`; `filled` and `blank` are true."""
    if not isinstance(value, dict) or "at" not in value:
        raise Wrong(_("a condition is an object with “at”, such as %(such)s"), such=_SUCH)
    likes = [name for name in value if name != "at"]
    if len(likes) != 1 or likes[0] not in tuple(Like):
        raise Wrong(
            _("a condition has, beside “at”, one of %(known)s"), known=", ".join(sorted(Like))
        )
    where, like = read_place(value["at"], dialect), Like(likes[0])
    given = value[like.value]
    if like in (Like.FILLED, Like.BLANK):
        if given is not True:
            raise Wrong(_("“%(like)s” is true or is left out"), like=like.value)
        return Condition(where, like)
    one = read_pattern if like is Like.MATCHES else read_text
    texts = read_list(given if isinstance(given, list) else [given], one, dialect)
    if not texts or (like is not Like.SAYS and not all(texts)):
        raise Wrong(_("“%(like)s” needs a text"), like=like.value)
    return Condition(where, like, texts)


def read_rule(value: Any, dialect: Dialect) -> Rule:
    """Read one rule: a condition, or a list of conditions that all hold."""
    rule: Rule = read_list(value if isinstance(value, list) else [value], read_condition, dialect)
    if not rule:
        raise Wrong(_("a rule needs a condition, such as %(such)s"), such=_SUCH)
    return rule


def read_patient(value: Any, dialect: Dialect) -> PatientPlaces | None:
    if value is None:
        return None
    names = ("record_number", "name", "birth_date", "sex")
    if not isinstance(value, dict) or set(value) != set(names):
        raise Wrong(_("null, or an object with %(names)s is required"), names=", ".join(names))
    return PatientPlaces(
        record_number=read_list(value["record_number"], read_place, dialect),
        name=read_place(value["name"], dialect),
        birth_date=read_place(value["birth_date"], dialect),
        sex=read_place(value["sex"], dialect),
    )


def _write_patient(found: PatientPlaces | None) -> Any:
    return found and {
        "record_number": [str(one) for one in found.record_number],
        "name": str(found.name),
        "birth_date": str(found.birth_date),
        "sex": str(found.sex),
    }


def _write_condition(found: Condition) -> dict[str, Any]:
    is_bare = found.like in (Like.FILLED, Like.BLANK)
    return {"at": str(found.where), found.like.value: True if is_bare else list(found.texts)}


def _write_rule(found: Rule) -> Any:
    written = [_write_condition(one) for one in found]
    return written[0] if len(written) == 1 else written


def _listed(read: Callable[[Any, Dialect], Any], write: Callable[[Any], Any]) -> Kind:
    return Kind(
        lambda value, dialect: read_list(value, read, dialect),
        lambda found: [write(one) for one in found],
    )


def _tabled(read: Callable[[Any, Dialect], Any], write: Callable[[Any], Any]) -> Kind:
    return Kind(
        lambda value, dialect: read_table(value, read, dialect),
        lambda found: {name: write(one) for name, one in found.items()},
    )


def _same(found: Any) -> Any:
    return found


def _places_of(value: Any, dialect: Dialect) -> tuple[Place, ...]:
    return read_list(value, read_place, dialect)


_SUCH = '{"at": "O.12", "says": ["Q"]}'
TEXT = Kind(read_text, _same)
FLAG = Kind(read_flag, _same)
CHARSET = Kind(read_charset, _same)
PLACE = Kind(read_place, str)
PLACES = _listed(read_place, str)
TEXTS = _listed(read_filled, _same)
RULES = _listed(read_rule, _write_rule)
PATIENT = Kind(read_patient, _write_patient)
TABLE = _tabled(read_filled, _same)
UNITS = _tabled(read_unit, _same)
MEANINGS = _tabled(read_meaning, lambda found: found.value)
SENT = _tabled(_places_of, lambda found: [str(one) for one in found])
SET = Kind(
    lambda value, dialect: frozenset(read_list(value, read_filled, dialect)),
    sorted,
)


def is_object(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)
