"""Tables of allele frequencies, read from CSV: marker, allele, frequency."""

from __future__ import annotations

import csv
import io
import math
import re

from assays.numerics.markers import key_of
from assays.rules.nanite_profiles import checked
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

COLUMNS = ["marker", "allele", "frequency"]
LONGEST_FILE = 2_097_152
LEAST_PEOPLE = 5
# Tables are printed with few digits: their sums are not exactly 1.
SUM_SLACK = 0.02
_NUMBER = re.compile(r"[01](?:\.[0-9]{1,12})?|\.[0-9]{1,12}")


class FrequenciesRefused(Refused):
    """A table of frequencies that cannot be used as it was given."""

    field = "content"


def read_csv(raw: bytes) -> dict[str, dict[str, float]]:
    """Return marker -> allele -> frequency of a file with a line per allele."""
    if len(raw) > LONGEST_FILE:
        raise FrequenciesRefused(
            "LONG", _("The file has more than %(most)d bytes."), most=LONGEST_FILE
        )
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise FrequenciesRefused("ENCODING", _("The file is not written in UTF-8.")) from None
    first = text.partition("\n")[0]
    separator = next((one for one in ("\t", ";") if one in first), ",")
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or [one.strip().casefold() for one in rows[0]] != COLUMNS:
        raise FrequenciesRefused(
            "COLUMNS", _("The first line names the columns marker, allele, frequency.")
        )
    table: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            _add(table, row, number)
    for marker, found in table.items():
        total = math.fsum(found.values())
        if not 0 < total <= 1 + SUM_SLACK:
            raise FrequenciesRefused(
                "SUM",
                _("The frequencies of %(marker)s add up to %(total)s; they add up to 1 at most."),
                marker=marker,
                total=f"{total:.6g}",
            )
    if not table:
        raise FrequenciesRefused("EMPTY", _("The file holds no frequency."))
    return table


def check_people(people: int) -> int:
    """Return on how many people a table rests: the least frequency of an allele is 5/2N."""
    if people < LEAST_PEOPLE:
        raise FrequenciesRefused(
            "PEOPLE", _("A table rests on %(least)d people or more."), least=LEAST_PEOPLE
        )
    return people


def _add(table: dict[str, dict[str, float]], row: list[str], line: int) -> None:
    if len(row) != len(COLUMNS):
        raise FrequenciesRefused(
            "LINE",
            _("Line %(line)d has %(given)d cells; there are %(wanted)d columns."),
            line=line,
            given=len(row),
            wanted=len(COLUMNS),
        )
    text = row[2].strip()
    if not _NUMBER.fullmatch(text) or float(text) > 1:
        raise FrequenciesRefused(
            "FREQUENCY",
            _("Line %(line)d: the frequency is %(given)s; it is a number from 0 to 1."),
            line=line,
            given=cited(text),
        )
    # Named as profiles name them: 11.0 is 11 in both.
    ((marker, (allele,)),) = checked({"markers": {row[0]: [row[1]]}})["markers"].items()
    other = next((one for one in table if key_of(one) == key_of(marker)), marker)
    if other != marker:
        raise FrequenciesRefused(
            "MARKER_TWICE",
            _("Line %(line)d: %(marker)s is the marker that was written %(other)s before."),
            line=line,
            marker=marker,
            other=other,
        )
    if allele in table.setdefault(marker, {}):
        raise FrequenciesRefused(
            "TWICE",
            _("Line %(line)d: allele %(allele)s of %(marker)s stands twice."),
            line=line,
            allele=allele,
            marker=marker,
        )
    table[marker][allele] = float(text)
