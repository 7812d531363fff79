"""EUROIMMUN Analyzer: ASTM; a whole plate in one message.

The specimen is the patient's laboratory id (P.4), padded or not: it is taken as it stands. Decimal
comma, results beyond the range as `>8`, no status and no time of the measurement.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import ASTM, ASTM_STATUSES, Meaning
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at
from assays.instruments.values import Spelling

EUROIMMUN_ANALYZER = Driver(
    name="euroimmun-analyzer",
    label="EUROIMMUN Analyzer",
    # Its header says nothing, its orders name no specimen.
    marks=(r"\AH\|\\\^&\|*[\r\n]+P\|\d+\|\|[^|\r\n]+[^O]*[\r\n]+O\|\d+\|\|",),
    astm=replace(
        ASTM,
        patient=None,
        specimen=at("P.4"),
        statuses={**ASTM_STATUSES, "": Meaning.FINAL},
        spelling=Spelling(units={"Ratio": "{ratio}"}, has_decimal_comma=True),
    ),
)
