"""Siemens ADVIA Centaur: ASTM, from published sessions.

A test reports several results under one code, and component 8 of R.3 says which one a record is: DOSE
is the concentration, RLU the light it was computed from and no result. Where two others stand under
one code, which of them is meant is not known. R.9 has two statuses (`F\\R`).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import says
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at

SIEMENS_CENTAUR = Driver(
    name="siemens-centaur",
    label="Siemens ADVIA Centaur",
    senders=(r"^ACCP?\d?\b", r"^(?:ADVIA ?)?Centaur\b"),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        must_tell_apart=True,
        supplement=((says("R.3.8", "RLU"),),),
    ),
)
