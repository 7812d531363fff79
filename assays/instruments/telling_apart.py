"""Results of one test that only another part of its field tells apart: which is meant is not known.

An immunoassay analyser sends a concentration, its interpretation and the signal it was computed from
under one code, and says which is which in a later component; another names the panel where others
name the test. In HL7 some write a number into OBX-3 and the test into OBX-4. Who knows the family knows
where to look; by the book nobody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assays.instruments.messages import unreadable
from assays.instruments.readings import Reading, Sort


def doubted(readings: Sequence[Reading], *, has_runs: bool = False) -> list[Reading]:
    """Doubt the results of one specimen whose codes are the same while their fields are not.

    Where a dialect numbers the runs of one test (`has_runs`), a number tells no tests apart there.
    """
    said: dict[tuple[str, str], set[str]] = {}
    for one in readings:
        if one.sort is not Sort.SUPPLEMENT and one.code:
            said.setdefault((one.specimen, one.code), set()).add(_label(one, has_runs=has_runs))
    return [
        _doubted(one, _label(one, has_runs=has_runs))
        if len(said.get((one.specimen, one.code), ())) > 1
        else one
        for one in readings
    ]


def _label(reading: Reading, *, has_runs: bool) -> str:
    if not has_runs:
        return reading.as_sent.get("code", "")
    return reading.run if any(sign.isalpha() for sign in reading.run) else ""


def _doubted(reading: Reading, label: str) -> Reading:
    whole = (label or reading.as_sent.get("code", ""))[:60]
    detail = f"several results are called {reading.code[:40]}; which this is, only {whole} says"
    return replace(reading, doubts=(*reading.doubts, unreadable(detail)))
