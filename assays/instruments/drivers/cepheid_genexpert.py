"""Cepheid GeneXpert: ASTM with delimiters of its own, or HL7 (ORU^R30/R32); English and French.

A cartridge reports results of the assay, which name it (R.3.5, OBX-3.1.3), and behind each the
analytes, cycle numbers and end points it was judged by, which do not. R.3.8 marks what completes a
result (its logarithm). A value is a word in component 1 or a number in component 2. A word with the
flag `<` or `>` was found outside the measuring range. Whether a comma is a decimal sign follows the
instrument's language: set `decimal_comma`. What stands as patient was typed by the operator.

It asks for work and gives up after 60 s; what it did not ask for it refuses (from a published
interface description). Its ASTM messages are numbered in H.3, and each test has an order of its own,
with O.12=A and O.16=ORH (from memory).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import ASTM, HL7, blank, filled, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.ordering import Form
from assays.instruments.segments import at
from assays.instruments.values import DETECTED, ERROR, NOT_DETECTED, Spelling

_SPELLING = Spelling(
    words={
        "DETECTED": DETECTED,
        "NOT DETECTED": NOT_DETECTED,
        "POSITIVE": DETECTED,
        "NEGATIVE": NOT_DETECTED,
        "ERROR": ERROR,
        "INVALID": ERROR,
        "NO RESULT": ERROR,
        "DÉTECTÉ": DETECTED,
        "NON DÉTECTÉ": NOT_DETECTED,
        "ERREUR": ERROR,
        "PAS DE RÉSULTAT": ERROR,
    },
    units={"copies/mL": "{copies}/mL"},
)

CEPHEID_GENEXPERT = Driver(
    name="cepheid-genexpert",
    label="Cepheid GeneXpert",
    senders=(r"\bGeneXpert\b",),
    astm=replace(
        ASTM,
        patient=None,
        code=at("R.3.2", "R.3.4"),
        qualifier=at("R.3.7"),
        value=at("R.4.1", "R.4.2"),
        supplement=((blank("R.3.5"),), (filled("R.3.8"),), (says("R.3.7", "QC"),)),
        spelling=_SPELLING,
    ),
    hl7=replace(
        HL7,
        charset="UTF-8",
        patient=None,
        order_as_specimen=(),
        code=at("OBX-3.1.2"),
        value=at("OBX-5.1", "OBX-5.2"),
        run=(),
        observed_at=at("OBX-19", "OBX-14", "TQ1-8"),
        supplement=((blank("OBX-3.1.3"),),),
        query=at("QPD-4.1"),
        spelling=_SPELLING,
    ),
    orders=(
        replace(
            ordering.ASTM,
            unasked=Form.NONE,
            delimiters="|@^\\",
            is_numbered=True,
            is_one_test_each=True,
            fixed={"O.12": "A", "O.16": "ORH"},
        ),
        replace(ordering.LAW, unasked=Form.NONE),
    ),
)
