"""Instruments that write LIS2-A2 or HL7 by the book; what they do differently is set.

LIS2-A2 leaves open which components are used. The generic driver takes what can be taken in one way
only: the first part of a test that says anything (R.3.4, the maker's code, before all others), a
value with one part, a specimen where no part beside it could be one (O.3, then O.4; never a field of
the patient). Blanks around an identifier or a code are no part of it. A result without a status is
final unless its order is not: what is final here still awaits verification.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import ASTM, ASTM_STATUSES, HL7, Meaning
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at

# What no family differs in, where it writes no status and fills its fields up with blanks.
PLAIN = replace(ASTM, padding=" ", statuses={**ASTM_STATUSES, "": Meaning.FINAL})

LIS2A2 = Driver(
    name="lis2a2",
    label="LIS2-A2 by the book",
    astm=replace(
        PLAIN,
        specimen=(),
        specimen_fields=at("O.3", "O.4"),
        code=at("R.3.4", "R.3.5", "R.3.1", "R.3.2", "R.3.3"),
        must_tell_apart=True,
        ordered=at("O.5.4", "O.5.5", "O.5.1", "O.5.2", "O.5.3"),
        status_or=at("R.10"),
        value=at("R.4.1", "R.4.2", "R.4.3", "R.4.4"),
        query=at("Q.3.2", "Q.3.1", "Q.3.3"),
    ),
    orders=(ordering.ASTM,),
)
HL7_ORU_OUL = Driver(
    name="hl7-oru-oul",
    label="HL7 ORU and OUL by the book",
    # Where OBX-3 says nothing at all, what stands beside it is the only name of the test.
    hl7=replace(HL7, code=(*HL7.code, *at("OBX-4.1")), must_agree=True, must_tell_apart=True),
    orders=(ordering.LAW,),
)
