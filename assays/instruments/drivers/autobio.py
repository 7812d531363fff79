"""Autobio AutoLumo: HL7 2.3.1 (ORU^R01); not seen on a wire, from a published integration.

The specimen is the bar code (OBR-2). The test's number stands in OBX-4, and OBX-3 has a running
number and its name. OBX-5 has the signal, and behind it (component 2) the concentration.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import HL7
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at

AUTOBIO_AUTOLUMO = Driver(
    name="autobio-autolumo",
    label="Autobio AutoLumo",
    senders=(r"^AutoLumo\b",),
    hl7=replace(
        HL7,
        specimen=at("OBR-2.1"),
        order_as_specimen=(),
        code=at("OBX-4.1"),
        value=at("OBX-5.2"),
        run=(),
        sent={
            **{name: where for name, where in HL7.sent.items() if name != "run"},
            "specimen": at("OBR-2"),
            "code": at("OBX-4"),
            "name": at("OBX-3"),
        },
    ),
)
