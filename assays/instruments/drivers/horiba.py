"""HORIBA ABX analysers: ASTM, with NUL and empty sessions between the messages.

- Yumizen H500 and H550: control material has the type CTRL (O.16). A value the instrument doubts has
  the status W, beside a flag such as LL; its time stands in R.12. Units are written `10E3/uL`.
- Pentra: the specimen is followed by rack and position (O.3.2, O.3.3). There is no unit, or a `1`
  that is none; a value that could not be measured is written `-----`, with the status X.

M records hold histograms: they are kept with the message and not read.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at
from assays.instruments.values import Spelling

_HORIBA = replace(PLAIN, specimen=at("O.3.1"))

HORIBA_YUMIZEN = Driver(
    name="horiba-yumizen",
    label="HORIBA Yumizen H500 and H550",
    senders=(r"^(?:Yumizen ?)?H\d{3}\b",),
    astm=_HORIBA,
    orders=(ordering.ASTM,),
)
HORIBA_PENTRA = Driver(
    name="horiba-pentra",
    label="HORIBA ABX Pentra",
    senders=(r"^ABX", r"^Pentra\b", r"^P400\b"),
    astm=replace(_HORIBA, spelling=Spelling(no_units=frozenset({"1"}))),
    orders=(ordering.ASTM,),
)
