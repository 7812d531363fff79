"""Abbott Alinity m: HL7 OUL^R22 (IHE LAW) from a sender without a name.

The specimen is the container's id (SAC-3), units stand in OBX-6.2, thousands are set off by commas.
A code ending in `.I` is the interpretation, in words, of the result before it. The INV behind a
result name the lots that were used, control lots among them: they mark no control.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import HL7, ends
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at
from assays.instruments.values import BELOW_LIMIT, NOT_DETECTED, Spelling

ABBOTT_ALINITY_M = Driver(
    name="abbott-alinity-m",
    label="Abbott Alinity m",
    senders=(r"^Alinity m\b",),
    # Its header names nobody: its own code system does.
    marks=(r"\^99ABT\b", r"\|Alinity m\b"),
    hl7=replace(
        HL7,
        charset="UTF-8",
        specimen=at("SAC-3"),
        order_as_specimen=(),
        supplement=(*HL7.supplement, (ends("OBX-3.1", ".I"),)),
        spelling=Spelling(
            words={
                "Not Detected": NOT_DETECTED,
                "Target Not Detected": NOT_DETECTED,
                "Detected <LLOQ": BELOW_LIMIT,
            },
            units={"Copies/mL": "{copies}/mL"},
            has_thousands_comma=True,
        ),
    ),
    orders=(ordering.LAW,),
)
