"""BioSystems BA200 and BA400: HL7 OUL^R22 (IHE LAW) with MSH-15=ER. Not seen on a wire.

A unit and a code repeat in their second component. Alarms of the measurement stand in OBX-8 as
numbers, several of them parted by `~`, NONE where there is none; the status is F all the same. A
concentration below zero is sent as it was calculated: it is read, and it is questionable. Controls
are marked in SPM-11, and their lot by INV-3=CO.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import HL7, matches, starts
from assays.instruments.drivers.driver import Driver

BIOSYSTEMS_BA = Driver(
    name="biosystems-ba",
    label="BioSystems BA200 and BA400",
    senders=(r"^BA[24]00\b", r"^BioSystems\b"),
    hl7=replace(
        HL7,
        charset="UTF-8",
        order_as_specimen=(),
        no_flags=frozenset({"NONE"}),
        questionable=((starts("OBX-5", "-"), matches("OBX-5", r"- ?[0-9]")),),
    ),
    orders=(ordering.LAW,),
)
