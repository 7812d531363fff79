"""Units are UCUM codes compared exactly; one becomes another only by an approved row.

There is no table of built-in conversions: ``g/L`` for ``g/dL`` may be obvious, but mass to
moles needs a molar mass and activity units need a method, so every step is a versioned row
that two people have seen.

What is stored, sent and compared is the code; people read it as it is customarily printed (`shown`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache

from labsys.lib.quantities import Comparator, Quantity, to_decimals
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# Terms of UCUM's grammar: atoms with optional exponent, brackets and annotations. This refuses
# typing errors and separators; whether the atom exists is for the person who approves the row.
_FACTOR = r"(?:(?:10[*^]-?[0-9]+|[A-Za-z%'\"]+[A-Za-z0-9%'\"]*-?[0-9]*|[A-Za-z]*\[[A-Za-z0-9_.']+\]-?[0-9]*|[0-9]+)(?:\{[!-z|~]+\})?|\{[!-z|~]+\})"
_UCUM = re.compile(rf"/?{_FACTOR}(?:[./]{_FACTOR})*\Z")


# How codes are printed. Atoms that take a prefix, prefixes, and atoms that take none.
_METRIC = {
    **{code: code for code in ("g", "L", "mol", "m", "s", "U", "kat", "Pa")},
    **{"eq": "Eq", "osm": "Osm", "[IU]": "IU", "m[Hg]": "mHg"},
}
_PREFIXES = {"": "", "k": "k", "d": "d", "c": "c", "m": "m", "u": "µ", "n": "n", "p": "p", "f": "f"}
_PRINTED = {
    **{
        before + code: sign + word
        for before, sign in _PREFIXES.items()
        for code, word in _METRIC.items()
    },
    **{"%": "%", "min": "min", "h": "h", "d": "d", "Cel": "°C", "[pH]": "pH"},
}
_PART = re.compile(
    r"(?P<sign>[./]?)"
    r"(?:10[*^](?P<power>-?[0-9]+)|(?P<atom>[A-Za-z%\[\]]+)(?P<exponent>-?[0-9]+)?|(?P<number>[0-9]+))?"
    r"(?:\{(?P<words>[^{}]+)\})?"
)
_READING = re.compile(r"(?P<number>(?:.* )?[<>]?=?-?[0-9]+(?:\.[0-9]+)?) (?P<unit>\S+)", re.DOTALL)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


_OUTWARD = {
    Comparator.LESS: ROUND_CEILING,
    Comparator.AT_MOST: ROUND_CEILING,
    Comparator.GREATER: ROUND_FLOOR,
    Comparator.AT_LEAST: ROUND_FLOOR,
}


class UnitRefused(Refused):
    """A unit that is unknown here, or that no approved row converts."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """An approved row: ``to = from * factor + offset``."""

    id: str
    version: int
    from_unit: str
    to_unit: str
    factor: Decimal
    offset: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        # A negative factor would turn "less than" into "more than"; none exists in the laboratory.
        if self.factor <= 0:
            raise ValueError("a conversion factor is greater than zero")


def check_unit(unit: str) -> str:
    """Return ``unit`` when it is written as a UCUM code, else refuse it."""
    if len(unit) > 50 or not _UCUM.match(unit):
        raise UnitRefused("unit_syntax", _("“%(unit)s” is not a UCUM unit."), unit=unit[:50])
    return unit


@lru_cache(maxsize=1000)
def shown(unit: str) -> str:
    """Return a UCUM code as it is customarily printed: ``×10³/µL``, ``mL/min/1.73 m²``, ``mIU/L``.

    An annotation in braces stands in its words; the unity ``1`` is not printed. A code with a part
    that is not known here is returned as it is: it is never guessed at. For reading only.
    """
    if unit == "1":
        return ""
    written, place = "", 0
    while place < len(unit):
        part = _PART.match(unit, place)
        text = _printed(part, is_first=not place) if part else None
        if part is None or text is None:
            return unit
        written, place = written + text, part.end()
    return written


def reading(value: object) -> str:
    """Return a value as people read it, with its unit as it is customarily printed.

    ``value`` is a quantity, or a text that ends in one as traces keep it: ``WBC 4.1 10*3/uL`` reads
    ``WBC 4.1 ×10³/µL``. Anything else stays as `str` writes it. For reading only.
    """
    text = str(value)
    found = _READING.fullmatch(text)
    return f"{found['number']} {shown(found['unit'])}".rstrip() if found else text


def _printed(part: re.Match[str], *, is_first: bool) -> str | None:
    """Return one part of a unit in print; None where it is not understood."""
    sign, power, atom, exponent, number, words = part.groups()
    is_joined = sign in ("", "/") if is_first else bool(sign)
    if not is_joined or not (power or atom or number or words) or (atom and atom not in _PRINTED):
        return None
    of = number or ""
    if power:
        of = f"{'' if sign else '×'}10{power.translate(_RAISED)}"
    elif atom:
        of = _PRINTED[atom] + (exponent or "").translate(_RAISED)
    said = re.sub(r"\bm([23])\b", _raise_area, (words or "").replace("_", " "))
    return {".": "·"}.get(sign, sign) + " ".join(filter(None, (of, said)))


def _raise_area(found: re.Match[str]) -> str:
    return "m" + found[1].translate(_RAISED)


def find_conversion(rows: Iterable[Conversion], *, from_unit: str, to_unit: str) -> Conversion:
    """Return the one row that converts, refusing none and refusing several."""
    found = [row for row in rows if (row.from_unit, row.to_unit) == (from_unit, to_unit)]
    if len(found) == 1:
        return found[0]
    message = (
        _("No approved conversion leads from “%(from_unit)s” to “%(to_unit)s”.")
        if not found
        else _("Several conversions lead from “%(from_unit)s” to “%(to_unit)s”.")
    )
    code = "no_conversion" if not found else "ambiguous_conversion"
    raise UnitRefused(code, message, from_unit=from_unit, to_unit=to_unit)


def convert(quantity: Quantity, conversion: Conversion, *, decimals: int) -> Quantity:
    """Apply an approved row and round to the assay's decimals; the comparator is kept.

    A bound is rounded outward: "< 0.4 g/L" is "< 0.1 g/dL", as "< 0.0" would leave out what was said.
    """
    if quantity.unit != conversion.from_unit:
        raise UnitRefused(
            "unit_differs",
            _("The value is in “%(unit)s”, the conversion starts from “%(from_unit)s”."),
            unit=quantity.unit,
            from_unit=conversion.from_unit,
        )
    with localcontext(prec=60):  # exact for every value and factor that fit their columns
        value = quantity.value * conversion.factor + conversion.offset
    rounding = _OUTWARD.get(quantity.comparator, ROUND_HALF_EVEN)
    return Quantity(to_decimals(value, decimals, rounding), conversion.to_unit, quantity.comparator)
