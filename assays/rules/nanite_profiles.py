"""Profiles of nanites as they are recorded: markers, alleles, intensities, quality; and their CSV.

The content of a profile is JSON that the numbers take as it is: ``markers`` (marker -> alleles, one
in two copies twice), ``intensities`` (marker -> allele -> signal) and ``quality`` (marker -> 0 to 1).
Names are written as in the trade: 11, "11" and 11.0 are one allele, 9.3 another.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from assays.numerics.markers import factor_of, key_of, spelt_twice
from assays.rules.signatures import digest
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

COLUMNS = ("marker", "allele", "intensity", "quality")
LONGEST_FILE = 262_144
MOST_MARKERS = 500
MOST_ALLELES = 100  # of one marker
LONGEST_NAME = 60
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
Content = dict[str, Any]


class ProfileRefused(Refused):
    """A profile that cannot be recorded as it was given."""

    field = "content"


def read_csv(raw: bytes) -> Content:
    """Return the profile of a file of one line per allele: marker, allele, intensity, quality.

    Separated by commas, semicolons or tabs; intensity and quality may be left empty. Quality is of a
    marker, so it is the same on all its lines or on one of them.
    """
    rows = list(_lines(raw))
    heads = [one.strip().casefold() for one in rows[0]] if rows else []
    if heads[:2] != list(COLUMNS[:2]) or heads != list(COLUMNS[: len(heads)]):
        raise ProfileRefused(
            "COLUMNS",
            _("The first line names the columns marker, allele, intensity, quality in this order."),
        )
    alleles: dict[str, list[str]] = {}
    intensities: dict[str, dict[str, float]] = {}
    quality: dict[str, float] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(heads):
            raise ProfileRefused(
                "LINE",
                _("Line %(line)d has %(given)d cells; there are %(wanted)d columns."),
                line=number,
                given=len(row),
                wanted=len(heads),
            )
        cells = dict.fromkeys(COLUMNS, "") | dict(zip(heads, row, strict=True))
        marker, allele = _name(cells["marker"], number), _name(cells["allele"], number)
        alleles.setdefault(marker, []).append(allele)
        if cells["intensity"].strip():
            _set(intensities.setdefault(marker, {}), allele, _number(cells, "intensity", number))
        if cells["quality"].strip():
            _set(quality, marker, _number(cells, "quality", number))
    return checked({"markers": alleles, "intensities": intensities, "quality": quality})


def checked(given: Mapping[str, Any]) -> Content:
    """Return the content of a profile with its names as they are written, or say what is wrong."""
    if not isinstance(given, Mapping) or set(given) - {"markers", "intensities", "quality"}:
        raise ProfileRefused(
            "SHAPE", _("A profile has markers, and may have intensities and quality.")
        )
    markers = _mapping(given.get("markers"), "markers")
    if not 0 < len(markers) <= MOST_MARKERS:
        raise ProfileRefused(
            "MARKERS",
            _("A profile has 1 to %(most)d markers; this one has %(given)d."),
            most=MOST_MARKERS,
            given=len(markers),
        )
    found = {name: _alleles(name, alleles) for name, alleles in _once(markers)}
    spelt = {key_of(name): name for name in found}
    signals: dict[str, dict[str, float]] = {}
    for name, levels in _once(_mapping(given.get("intensities", {}), "intensities")):
        marker = _known(spelt.get(key_of(name), name), found)
        signals[marker] = {
            _known(allele, found[marker]): _level("INTENSITY", marker, one, math.inf)
            for allele, one in _mapping(levels, "intensities").items()
        }
    quality = {
        _known(spelt.get(key_of(name), name), found): _level("QUALITY", name, one, 1.0)
        for name, one in _once(_mapping(given.get("quality", {}), "quality"))
    }
    return {
        "markers": {marker: found[marker] for marker in sorted(found)},
        "intensities": {
            marker: dict(sorted(signals[marker].items())) for marker in sorted(signals)
        },
        "quality": dict(sorted(quality.items())),
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the sha256 of a profile's content."""
    return digest(content)


def linked(before: str, uid: str, content_digest: str, corrects: int | None) -> str:
    """Return the digest of the whole catalogue once a row is added to the rows before it.

    ``before`` is that of the row before ("" for the first), ``corrects`` the place of the row that
    is corrected or withdrawn. Two catalogues with the same digest hold the same profiles.
    """
    return digest([before, uid, content_digest, corrects])


def factors(content: Mapping[str, Any]) -> list[str]:
    """Return what a catalogue compares: "MARKER/allele" of every allele, once each."""
    return sorted(
        {factor_of(m, one) for m, alleles in content["markers"].items() for one in alleles}
    )


def _lines(raw: bytes) -> Iterable[list[str]]:
    if len(raw) > LONGEST_FILE:
        raise ProfileRefused("LONG", _("The file has more than %(most)d bytes."), most=LONGEST_FILE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProfileRefused("ENCODING", _("The file is not written in UTF-8.")) from None
    if "\x00" in text or not text.strip():
        raise ProfileRefused("EMPTY", _("The file holds no profile."))
    first = text.lstrip().splitlines()[0]
    separator = next((one for one in ("\t", ";") if one in first), ",")
    try:
        yield from csv.reader(io.StringIO(text.strip()), delimiter=separator, strict=True)
    except csv.Error as error:
        raise ProfileRefused("CSV", _("The file is no CSV: %(why)s."), why=str(error)) from error


def _set(into: dict[str, float], name: str, value: float) -> None:
    if into.setdefault(name, value) != value:
        raise ProfileRefused(
            "TWO_VALUES",
            _("%(name)s has two values: %(first)s and %(second)s."),
            name=name,
            first=into[name],
            second=value,
        )


def _number(cells: Mapping[str, str], column: str, line: int) -> float:
    text = cells[column].strip()
    if not _NUMBER.fullmatch(text):
        raise ProfileRefused(
            column.upper(),
            _("Line %(line)d: %(column)s is %(given)s; write a number with a decimal point."),
            line=line,
            column=column,
            given=cited(text),
        )
    return float(text)


def _mapping(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ProfileRefused("SHAPE", _("%(name)s is an object by marker."), name=name)
    return given


def _once(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is said of each marker under its name; two spellings of one are refused."""
    named = [(_name(marker), said) for marker, said in given.items()]
    twice = spelt_twice(name for name, _said in named)
    if twice is not None:
        raise ProfileRefused("MARKER_TWICE", _("%(marker)s stands twice."), marker=twice[1])
    return named


def _alleles(marker: str, given: Any) -> list[str]:
    if not isinstance(given, list | tuple) or not 0 < len(given) <= MOST_ALLELES:
        raise ProfileRefused(
            "ALLELES",
            _("%(marker)s has 1 to %(most)d alleles; leave a marker out that was not read."),
            marker=marker,
            most=MOST_ALLELES,
        )
    return sorted(_name(one) for one in given)


def place_of(allele: str) -> tuple[Decimal, str]:
    """Return what alleles are put in order by for reading: 9 before 9.3 before 10, words behind."""
    return (Decimal(allele) if _DECIMAL.fullmatch(allele) else Decimal("inf"), allele)


def _known(given: Any, names: Iterable[str]) -> str:
    name = _name(given)
    if name not in names:
        raise ProfileRefused(
            "UNREAD", _("%(name)s has an intensity or a quality, but was not read."), name=name
        )
    return name


def _level(code: str, marker: Any, given: Any, most: float) -> float:
    is_number = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    level = float(given) if is_number else math.nan
    if not 0 <= level <= most or math.isinf(level):
        raise ProfileRefused(
            code,
            _("%(what)s of %(marker)s is %(given)s; it is a number from 0%(most)s."),
            what=code.capitalize(),
            marker=cited(marker),
            given=cited(given),
            most="" if math.isinf(most) else " to 1",
        )
    return level


def _name(given: Any, line: int | None = None) -> str:
    is_named = isinstance(given, str | int | float | Decimal) and not isinstance(given, bool)
    text = str(given).strip() if is_named else ""
    if _DECIMAL.fullmatch(text):
        whole, _point, part = text.partition(".")
        text = ".".join(filter(None, (whole.lstrip("0") or "0", part.rstrip("0"))))
    if not text or len(text) > LONGEST_NAME or not text.isprintable() or "/" in text:
        at = "" if line is None else f"line {line}: "
        raise ProfileRefused(
            "NAME",
            _("%(at)s%(given)s names no marker and no allele: up to %(most)d letters, no slash."),
            at=at,
            given=cited(given),
            most=LONGEST_NAME,
        )
    return text
