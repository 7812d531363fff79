"""Which measures of health are looked at around removals, read from CSV: analyte, better, smallest, unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from labsys.lib.quantities import QuantityRefused, parse_decimal, plain
from labsys.lib.units import UnitRefused, check_unit
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

COLUMNS = ["analyte", "better", "smallest", "unit"]
MOST_MEASURES = 24
LONGEST_FILE = 16_384
MOST_DAYS = 3_660


class Better(StrEnum):
    """Which way is good for the patient."""

    HIGHER = "HIGHER"
    LOWER = "LOWER"


class MeasuresRefused(Refused):
    """Measures that cannot be used as they were given."""

    field = "content"


@dataclass(frozen=True, slots=True)
class Measure:
    """An analyte, which way is better, and the smallest change that matters, in `unit`."""

    analyte: str
    better: Better
    smallest: Decimal
    unit: str

    def to_json(self) -> dict[str, str]:
        return {
            "analyte": self.analyte,
            "better": self.better.value,
            "smallest": plain(self.smallest),
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Windows:
    """How many days around a removal count.

    ``baseline`` days before nanites came; ``carried`` days before the removal began; after it ended
    nothing counts for ``settling`` days, then what comes until day ``after``. Where no exposure is on
    record, nanites may have come as long as ``unseen`` days before they were first measured.
    """

    baseline: int = 730
    carried: int = 30
    settling: int = 7
    after: int = 60
    unseen: int = 28

    def span(self, name: str) -> timedelta:
        return timedelta(days=getattr(self, name))


def of_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Return measures as they are kept."""
    return tuple(
        Measure(one["analyte"], Better(one["better"]), Decimal(one["smallest"]), one["unit"])
        for one in rows
    )


def check_windows(windows: Windows) -> Windows:
    """Return windows that leave a day after the settling."""
    for name in ("baseline", "carried", "settling", "after", "unseen"):
        days = getattr(windows, name)
        least = 0 if name in ("settling", "unseen") else 1
        if not least <= days <= MOST_DAYS:
            raise _refused(
                name,
                _("Days are between %(least)d and %(most)d, not %(given)d."),
                least=least,
                most=MOST_DAYS,
                given=days,
            )
    if windows.after <= windows.settling:
        raise _refused(
            "after",
            _("Values count until day %(after)d; that is later than the %(settling)d days before."),
            after=windows.after,
            settling=windows.settling,
        )
    return windows


def _refused(name: str, message: str, **params: object) -> MeasuresRefused:
    refused = MeasuresRefused("DAYS", message, **params)
    refused.field = f"{name}_days"
    return refused


def read_csv(raw: bytes, known: Mapping[str, Collection[str]]) -> tuple[Measure, ...]:
    """Return the measures of a file with a line each; `known` has the units of each numeric analyte."""
    if len(raw) > LONGEST_FILE:
        raise MeasuresRefused(
            "LONG", _("The file has more than %(most)d bytes."), most=LONGEST_FILE
        )
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise MeasuresRefused("ENCODING", _("The file is not written in UTF-8.")) from None
    first = text.partition("\n")[0]
    separator = next((one for one in ("\t", ";") if one in first), ",")
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or [one.strip().casefold() for one in rows[0]] != COLUMNS:
        raise MeasuresRefused(
            "COLUMNS", _("The first line names the columns analyte, better, smallest, unit.")
        )
    found: dict[str, Measure] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        one = _measure(row, line, known)
        if one.analyte in found:
            raise MeasuresRefused(
                "TWICE",
                _("Line %(line)d: %(analyte)s stands twice."),
                line=line,
                analyte=one.analyte,
            )
        found[one.analyte] = one
    if not 1 <= len(found) <= MOST_MEASURES:
        raise MeasuresRefused(
            "NUMBER",
            _("The file holds %(given)d measures; there are 1 to %(most)d."),
            given=len(found),
            most=MOST_MEASURES,
        )
    return tuple(found.values())


def _measure(row: Sequence[str], line: int, known: Mapping[str, Collection[str]]) -> Measure:
    if len(row) != len(COLUMNS):
        raise MeasuresRefused(
            "LINE",
            _("Line %(line)d has %(given)d cells; there are %(wanted)d columns."),
            line=line,
            given=len(row),
            wanted=len(COLUMNS),
        )
    analyte, better, smallest, unit = (cell.strip() for cell in row)
    if analyte not in known:
        raise MeasuresRefused(
            "ANALYTE",
            _("Line %(line)d: %(given)s is no analyte with a number in the catalogue."),
            line=line,
            given=cited(analyte),
        )
    if better.upper() not in set(Better):
        raise MeasuresRefused(
            "BETTER",
            _("Line %(line)d: better is “higher” or “lower”, not %(given)s."),
            line=line,
            given=cited(better),
        )
    if unit not in known[analyte]:
        raise MeasuresRefused(
            "UNIT",
            _("Line %(line)d: %(analyte)s is measured in %(units)s, not in %(given)s."),
            line=line,
            analyte=analyte,
            units=", ".join(sorted(known[analyte])),
            given=cited(unit),
        )
    try:
        change = parse_decimal(smallest)
        check_unit(unit)
    except (QuantityRefused, UnitRefused):
        change = Decimal(0)
    if change <= 0:
        raise MeasuresRefused(
            "SMALLEST",
            _("Line %(line)d: the smallest change that matters is above 0, not %(given)s."),
            line=line,
            given=cited(smallest),
        )
    return Measure(analyte, Better(better.upper()), change, unit)
