"""Mindray: HL7 2.3.1 (ORU^R01), from descriptions and examples; no manual and no session was seen.

- BS (chemistry): MSH-3 names the maker, MSH-4 the model. MSH-10 restarts at 1 with the analyser. The
  specimen is the bar code (OBR-2); OBR-3 is a place inside the analyser. One result a message: its
  code is the number of the test (OBX-3), OBX-4 only its name. MSH-16 tells results (0) from
  calibrations (1) and controls (2). A control has no OBX: number and name of its test, moment, name
  of the control, lot, expiry, level, target, deviation, value and unit stand in OBR-2, 3, 6, 13, 14,
  15, 17, 18, 19, 20 and 21.
- BC (cell counts): MSH-3 names the model, MSH-4 the maker; the specimen is OBR-3, the moment OBR-7.
  UNICODE means UTF-8. Controls are messages with MSH-11=Q, or orders of the kinds 00003 to 00008;
  their OBR-3 is the number of a file in the analyser, and PID-3 their lot. How it was measured,
  warnings (IS), the age and pictures (ED) are no results, nor are the lines of histograms; a count
  that the mode did not make stands there empty. Erba ELite and Dymind write the same (from published
  sessions).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import HL7, HL7_STATUSES, Meaning, blank, matches, says
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.mindray_astm import BS_ORDERS, BS_OVER_ASTM
from assays.instruments.ordering import Form
from assays.instruments.segments import at

_NOT_A_PATIENT = (says("MSH-16", "1", "2"),)
_BS_CONTROL = replace(
    HL7,
    specimen=at("OBR-13"),
    order_as_specimen=(),
    code=at("OBR-2"),
    value=at("OBR-20"),
    unit=at("OBR-21"),
    statuses={**HL7_STATUSES, "": Meaning.FINAL},
    observed_at=at("OBR-6", "OBR-7"),
    run=(),
    value_type=(),
    patient=None,
    control=(_NOT_A_PATIENT,),
    control_name=at("OBR-13"),
    sent={
        "ordered": at("OBR-4"),
        "code": at("OBR-2"),
        "name": at("OBR-3"),
        "control": at("OBR-13"),
        "lot": at("OBR-14"),
        "expires": at("OBR-15"),
        "level": at("OBR-17"),
        "target": at("OBR-18"),
        "deviation": at("OBR-19"),
        "value": at("OBR-20"),
        "unit": at("OBR-21"),
        "observed_at": at("OBR-6", "OBR-7"),
    },
)

MINDRAY_BS = Driver(
    name="mindray-bs",
    label="Mindray BS and CL",
    # Not the serial number of another's instrument: BS649542.
    senders=(r"^BS-?[0-9]{3}(?![0-9])", r"^e?CL-?[0-9]{3,4}(?![0-9])"),
    # What MSH-16 says is no condition of an answer anywhere else.
    marks=(
        r"^H\|[^\r\n]*\|(?:PR|QR|RQ|CR|SA|QA)\|",
        r"^H\|[^\r\n]*\|Mind(?:ray|ry)\b",
        r"^MSH\|\^~\\&\|(?:[^|\r\n]*\|){9}2\.3\.1\|(?:[^|\r\n]*\|){3}[012]\|",
    ),
    orders=(BS_ORDERS, ordering.DSR),
    astm=BS_OVER_ASTM,
    hl7=replace(
        HL7,
        charset="UTF-8",
        specimen=at("OBR-2.1"),
        order_as_specimen=(),
        code=at("OBX-3.1"),
        run=(),
        observed_at=at("OBX-14", "OBR-7"),
        sent={
            **{name: where for name, where in HL7.sent.items() if name != "run"},
            "specimen": at("OBR-2"),
            "name": at("OBX-4"),
            "observed_at": at("OBX-14", "OBR-7"),
        },
        control_name=at("OBR-13"),
        of_order=_BS_CONTROL,
        of_order_when=((says("MSH-16", "2"),),),
    ),
)

MINDRAY_BC = Driver(
    name="mindray-bc",
    label="Mindray BC (cell counts), Erba ELite, Dymind",
    senders=(r"^BC-?[0-9]{3,4}(?![0-9])", r"^ELite ?[0-9]{2,3}\b", r"^D(?:P-H|H|F)[0-9][0-9x]\b"),
    marks=(r"\^99MRC\b",),
    # It asks otherwise (ORM^O01, from memory), and takes nothing unasked.
    orders=(replace(ordering.DSR, unasked=Form.NONE),),
    hl7=replace(
        HL7,
        charset="UTF-8",
        specimen=at("OBR-3.1", "OBR-2.1"),
        order_as_specimen=(),
        control=(
            *HL7.control,
            (matches("OBR-4.1", r"\A0000[3-8]\Z"), says("OBR-4.3", "99MRC")),
        ),
        control_name=at("PID-3.1", "OBR-3.1"),
        supplement=(
            *HL7.supplement,
            (says("OBX-2", "ED", "IS"),),
            (says("OBX-3.1", "30525-0"),),
            (matches("OBX-3.2", r"\b(?:Histogram|Scattergram)\b"),),
            (blank("OBX-5"),),
        ),
    ),
)
