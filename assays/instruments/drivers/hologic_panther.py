"""Hologic Panther: ASTM; not seen on a wire, from published sessions.

Component 4 of R.3 names the assay, component 5 what of it is reported: the outcome, and what it was
judged by (signals, cut-offs, the internal control, whether the run was valid), which are no results.
The code is both. A status repeats (`F\\R`: final, and sent before). P records name nobody.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import ends, starts
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at
from assays.instruments.values import DETECTED, NOT_DETECTED, Spelling

HOLOGIC_PANTHER = Driver(
    name="hologic-panther",
    label="Hologic Panther",
    senders=(r"^Panther\b",),
    astm=replace(
        PLAIN,
        patient=None,
        specimen=at("O.3.1"),
        qualifier=at("R.3.5"),
        supplement=(
            (starts("R.3.5", "IC"),),
            (ends("R.3.5", "RLU", "SCO", "Cutoff", "Valid"),),
        ),
        spelling=Spelling(
            words={"Not Detected": NOT_DETECTED, "POSITIVE": DETECTED},
            units={"copies/mL": "{copies}/mL"},
        ),
    ),
)
