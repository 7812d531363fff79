"""Small analysers that stand beside the patient and write HL7 as nobody else does.

- Boditech ichroma II and III: OUL^R24, version 2.6, from published sessions. What the operator typed
  stands in PID-2, the lot of the cartridge in SPM-2 and the name of the test in OBR-2. Each message
  has the number 1 and the processing id T, and each result the status R. A value is text, with its
  unit behind it or in OBX-6; a `0` in OBX-8 is no flag. Of several results only the first is named:
  the others have no code and are held. Control material was not seen.
- EDAN i15 (blood gases): ORU^R01, version 2.4, from a published integration. What the operator typed
  stands in PID-3; OBR-3 counts the runs of a day. The test stands in OBX-4: OBX-3 tells what was
  measured (0) from what was calculated (1). There is no status; OBX-13 says Pass of a measured value,
  and what else it may say is held.
- PixCell HemoScreen (cell counts): ORU^R01, version 2.4, from published sessions. What the operator
  typed stands in PID-2, and OBR-4 says what it was: OBS blood of a patient, LQC control material, PRF
  material of an external comparison. A count the instrument marks (`*` in OBX-8) is questionable; one
  it has no number for (`LL`, `---`) is held.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import HL7, HL7_STATUSES, Meaning, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at, place

BODITECH_ICHROMA = Driver(
    name="boditech-ichroma",
    label="Boditech ichroma II and III",
    senders=(r"^i-?chroma",),
    hl7=replace(
        HL7,
        specimen=at("PID-2.1"),
        order_as_specimen=(),
        processing_ids=frozenset({"T"}),
        patient=None,
        no_flags=frozenset({"0"}),
        statuses={**HL7_STATUSES, "R": Meaning.FINAL},
        sent={**HL7.sent, "specimen": at("PID-2")},
    ),
)
EDAN_I15 = Driver(
    name="edan-i15",
    label="EDAN i15",
    senders=(r"^i15\b",),
    hl7=replace(
        HL7,
        specimen=at("PID-3.1"),
        order_as_specimen=(),
        code=at("OBX-4.1"),
        run=(),
        status=place("OBX-13"),
        status_of_order=(),
        statuses={"PASS": Meaning.FINAL, "": Meaning.FINAL},
        patient=None,
        sent={
            **{name: where for name, where in HL7.sent.items() if name != "run"},
            "specimen": at("PID-3"),
            "code": at("OBX-4"),
            "status": at("OBX-13"),
        },
    ),
)
PIXCELL_HEMOSCREEN = Driver(
    name="pixcell-hemoscreen",
    label="PixCell HemoScreen",
    senders=(r"^HemoScreen\b",),
    hl7=replace(
        HL7,
        specimen=at("PID-2.1"),
        order_as_specimen=(),
        control=(*HL7.control, (says("OBR-4.1", "LQC", "PRF"),)),
        questionable=((says("OBX-8", "*"),),),
        patient=None,
        sent={**HL7.sent, "specimen": at("PID-2")},
    ),
)
