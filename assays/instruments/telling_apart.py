"""Results of one test that only another part of its field tells apart: which is meant is not known.

An immunoassay analyser sends a concentration, its interpretation and the signal it was computed from
under one code, and says which is which in a later component; another names the panel where others
name the test. Who knows the family knows where to look; by the book nobody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assays.instruments.messages import unreadable
from assays.instruments.readings import Reading, Sort


def doubted(readings: Sequence[Reading]) -> list[Reading]:
    """Doubt the results of one specimen whose codes are the same while their fields are not."""
    said: dict[tuple[str, str], set[str]] = {}
    for one in readings:
        if one.sort is not Sort.SUPPLEMENT and one.code:
            said.setdefault((one.specimen, one.code), set()).add(one.as_sent.get("code", ""))
    return [
        _doubted(one) if len(said.get((one.specimen, one.code), ())) > 1 else one
        for one in readings
    ]


def _doubted(reading: Reading) -> Reading:
    whole = reading.as_sent.get("code", "")[:60]
    detail = f"several results are called {reading.code[:40]}; which this is, only {whole} says"
    return replace(reading, doubts=(*reading.doubts, unreadable(detail)))
