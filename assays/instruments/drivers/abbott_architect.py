"""Abbott ARCHITECT and Alinity ci-series: ASTM; not seen on a wire, from published sessions.

A test reports several results under one number: the concentration, its interpretation in words, the
signal it was computed from, on Alinity a number of the report. The last part of R.3 says which one a
record is: component 11 of ARCHITECT, 7 of Alinity; F is the result, the others (I, P, G) are none.
Component 7 of ARCHITECT is another thing (P, the protocol). The status is R where the result was
sent before. O.4 has the carrier and the position behind the specimen's number. R.7 has several flags,
parted as components (EXP^HIGH).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import blank, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at

ABBOTT_ARCHITECT = Driver(
    name="abbott-architect",
    label="Abbott ARCHITECT and Alinity ci-series",
    senders=(r"^ARCHITECT\b", r"^Alinity (?:ci|c|i)\b"),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        supplement=(
            (says("R.3.11", "I", "P", "G"),),
            (says("R.3.7", "I", "P", "G"), blank("R.3.8"), blank("R.3.11")),
        ),
    ),
)
