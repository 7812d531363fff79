"""Beckman Coulter DxH cell counters: LIS2-A2, components parted by `!`; from a published session.

The specimen is O.3, the analyser's own number O.4. An empty field stands before the reference range:
flags, status and time are in R.8, R.10 and R.14. A value is followed by what flags it (`146!  H `): H,
L and N are ordinary, any other letter or sign asks that the value be reviewed. A day of birth has the
age behind it. Tests that begin with @ are for research alone and are read as all others.
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments.declarations import ASTM, ASTM_PATIENT, matches
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at, place

BECKMAN_DXH = Driver(
    name="beckman-dxh",
    label="Beckman Coulter DxH",
    senders=(r"^(?:UniCel ?)?DxH(?:\b| ?\d)",),
    astm=replace(
        PLAIN,
        specimen=at("O.3.1"),
        value=at("R.4.1"),
        flags=place("R.4.2"),
        flags_or=at("R.8", "R.7"),
        status=place("R.10"),
        status_or=at("R.9"),
        observed_at=at("R.14", "R.13"),
        sent={
            **ASTM.sent,
            "flags": at("R.8"),
            "status": at("R.10", "R.9"),
            "observed_at": at("R.14", "R.13"),
        },
        questionable=((matches("R.4.2", r"[^HLN\s]"),),),
        patient=replace(ASTM_PATIENT, birth_date=place("P.8.1")),
    ),
)
