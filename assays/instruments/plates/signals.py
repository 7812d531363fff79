"""Signals of wells from what a plate reader exports: a list of wells or a matrix."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from assays.instruments.plates.cells import Cells, blocks, cells_of, number, well_name
from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

# What readers write where the detector was full.
_SATURATED = re.compile(r"(?i)[>#*]*\s*(ovr?flw?|over(flow)?|sat(urated)?|out)?[>#*]*")
_OVER = re.compile(r">\s*[+-]?\d+([.,]\d+)?")
_SIGNALS = ("signal", "value", "od", "absorbance", "rlu", "cps", "counts", "response", "result")


def read_signals(
    text: str, *, block: str | None = None, saturation: float | None = None
) -> Mapping[str, float]:
    """Return the signal of each well that has one, by its name (A1).

    ``text`` is a list with the columns well and signal (or value, OD, absorbance, RLU, CPS, counts),
    or what a reader exports: lines about the run and one matrix or several, of which ``block`` names
    one by its title. A saturated signal is infinity, so that a well that no layout needs troubles
    nobody: what readers write for one (OVRFLW, >4.0, ####), or a number of ``saturation`` or more.
    Raises Unusable: FILE_EMPTY, NO_WELLS, WELL_UNKNOWN, WELL_TWICE, NOT_A_NUMBER, BLOCKS (several
    matrices and none named), BLOCK_UNKNOWN.
    """
    if saturation is not None and math.isnan(saturation):
        raise Unusable("SATURATION", _("A saturated signal is a number."))
    cells = cells_of(text)
    found = _listed(cells)
    if found is None:
        found = _in_block(cells, block)
    signals = {well: _signal(value, well, saturation) for well, value in found.items()}
    if not signals:
        raise Unusable("NO_WELLS", _("The plate file holds no signal of a well."))
    return signals


def _listed(cells: Cells) -> dict[str, str] | None:
    """Return the values of a list of wells, None where the file is none."""
    for place, row in enumerate(cells[:60]):
        heading = [cell.lower() for cell in row]
        if "well" not in heading:
            continue
        column = next((heading.index(name) for name in _SIGNALS if name in heading), None)
        if column is None:
            continue
        at = heading.index("well")
        found: dict[str, str] = {}
        for later in cells[place + 1 :]:
            if len(later) <= max(at, column) or not later[at]:
                if any(later):
                    continue
                break
            well = well_name(later[at])
            _check_once(found, well)
            if later[column]:
                found[well] = later[column]
        return found
    return None


def _in_block(cells: Cells, wanted: str | None) -> dict[str, str]:
    found = list(blocks(cells))
    if wanted is not None:
        found = [one for one in found if one.title.lower() == wanted.lower()]
        if not found:
            raise Unusable(
                "BLOCK_UNKNOWN",
                _("The plate file has no block %(block)s."),
                block=cited(wanted),
            )
    if not found:
        raise Unusable(
            "NO_WELLS",
            _("The plate file has no list of wells and no matrix with lines A, B, C ..."),
        )
    if len(found) > 1:
        raise Unusable(
            "BLOCKS",
            _("The plate file has several blocks; name one of: %(titles)s."),
            titles=cited(", ".join(one.title for one in found), 200),
        )
    return found[0].cells


def _signal(value: str, well: str, saturation: float | None) -> float:
    try:
        found = number(value)
    except ValueError as error:
        if _OVER.fullmatch(value) or (_SATURATED.fullmatch(value) and value.strip()):
            return math.inf
        raise Unusable(
            "NOT_A_NUMBER",
            _("Well %(well)s holds %(value)s: no signal."),
            well=well,
            value=cited(value),
        ) from error
    return math.inf if saturation is not None and found >= saturation else found


def _check_once(found: Mapping[str, object], well: str) -> None:
    if well in found:
        raise Unusable("WELL_TWICE", _("Well %(well)s is given twice."), well=well)
