"""Abbott m2000: ASTM; a run of specimens in one session.

Each specimen has up to three results of one test, told apart by component 9 of R.3: F the result, I
its interpretation in words, P the cycle number. A failed run has O.26=X, no result, and the reason
in a comment. Controls are specimens with fixed names.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import ASTM, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.values import NOT_DETECTED, Spelling

ABBOTT_M2000 = Driver(
    name="abbott-m2000",
    label="Abbott m2000",
    senders=(r"^m2000\b",),
    astm=replace(
        ASTM,
        patient=None,
        supplement=((says("R.3.9", "I", "P"),),),
        control_names=("HIV_NEG", "HIV_LOPOS", "HIV_HIPOS"),
        spelling=Spelling(
            words={"Not detected": NOT_DETECTED, "Target not detected": NOT_DETECTED},
            units={"Copies / mL": "{copies}/mL"},
        ),
    ),
    orders=(ordering.ASTM,),
)
