"""Genrui KT-6300 and KT-6610 (sold as Aruma AR580 too): HL7 2.3.1 (ORU^R01), from a published manual.

The specimen's number stands in PID-3; orders name none. Component 2 of OBX-3 is the test. How it was
measured, the age and remarks (IS) and pictures (ED) are no results. OBX-13 says O where a reagent had
expired, E and e where a value was edited: the first is questionable.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import HL7, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at

GENRUI = Driver(
    name="genrui-kt",
    label="Genrui KT (cell counts)",
    senders=(r"^Genrui\b", r"^KT-?6[0-9]{3}\b"),
    hl7=replace(
        HL7,
        patient=None,
        specimen=at("PID-3.1"),
        order_as_specimen=(),
        code=at("OBX-3.2", "OBX-3.1"),
        supplement=(*HL7.supplement, (says("OBX-2", "IS"),)),
        questionable=((says("OBX-13", "O"),),),
        sent={**HL7.sent, "specimen": at("PID-3"), "edited": at("OBX-13")},
    ),
)
