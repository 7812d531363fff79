"""Roche cobas: HL7 OUL^R22 (IHE LAW); the specimen's id is followed by who assigned it.

- 4800: SPM-11 says control of every specimen; a control is one whose own INV says so (CO). The unit
  stands behind the number (`3.26E+05 cp/mL`), OBX-6 names another.
- 5800, 6800, 8800: UCUM units with a power of ten. 6800 writes ValueNotSet and says in the flag what
  it found; results of single targets have LOINC codes and are no results of the test.
- pro: a number has a coded twin, mostly empty.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import HL7, blank, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.segments import at
from assays.instruments.values import BELOW_LIMIT, ERROR, NOT_DETECTED, Spelling

_WORDS = {"Target Not Detected": NOT_DETECTED, "< Titer min": BELOW_LIMIT, "Invalid": ERROR}
_LAW = replace(
    HL7,
    charset="UTF-8",
    # What follows the identifier is taken off only as it is declared.
    specimen=at("SPM-2.1", "SAC-3"),
    order_as_specimen=(),
    specimen_suffixes=("&ROCHE",),
    must_agree=True,
    control_name=at("INV-1.1"),
)

ROCHE_COBAS_4800 = Driver(
    name="roche-cobas-4800",
    label="Roche cobas 4800",
    senders=(r"^cobas ?4800\b",),
    orders=(ordering.LAW,),
    hl7=replace(
        _LAW,
        control=((says("MSH-11.1", "Q"),), (says("INV-3.1", "CO"),)),
        spelling=Spelling(words=_WORDS, units={"cp/mL": "{copies}/mL"}, has_unit_in_value=True),
    ),
)

ROCHE_COBAS_X800 = Driver(
    name="roche-cobas-x800",
    label="Roche cobas 5800, 6800 and 8800",
    senders=(r"^cobas ?(?:5800|6800|8800)\b", r"^X800"),
    orders=(ordering.LAW,),
    hl7=replace(
        _LAW,
        supplement=(*HL7.supplement, (says("OBX-3.3", "LN"),)),
        spelling=Spelling(
            words=_WORDS,
            placeholders=frozenset({"ValueNotSet"}),
            flag_words={"ND": NOT_DETECTED, "BT": BELOW_LIMIT},
            units={f"10*{n}.{{Copies}}/mL": f"10*{n}.{{copies}}/mL" for n in range(-9, 10)},
        ),
    ),
)

ROCHE_COBAS_PRO = Driver(
    name="roche-cobas-pro",
    label="Roche cobas pro and pure",
    senders=(r"^cobas ?®? ?(?:pro|pure)\b",),
    orders=(ordering.LAW,),
    hl7=replace(
        _LAW,
        specimen_suffixes=("&BARCODE", "^BARCODE", "&CONTROL", "^CONTROL"),
        supplement=(*HL7.supplement, (says("OBX-2", "CE"), blank("OBX-5.1"))),
    ),
)
