"""Mindray BS and CL analysers over ASTM.

H.12 says what a message is: PR results, RQ a query, QR control material, CR calibration; SA and QA
are a host's. The specimen is the bar code (O.4): O.3 has the instrument's own number. A test is its
index (R.3.1), with its name and replicate behind it and the kind of result, not a code, in
component 4. A value has a second part for words. Some versions put an empty field before the range:
then flags and status stand in R.8 and R.10, the times in R.13 and R.14. An answer says SA in H.12, and
has the bar code in O.4 and a test's number in component 1 of O.5 (from memory).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import says
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at, place

_PLACES = ("1", "2", "3", "4")

BS_OVER_ASTM = replace(
    PLAIN,
    processing_ids=frozenset({"PR", "RQ", "QR", "CR"}),
    specimen=at("O.4"),
    code=at(*(f"R.3.{place}" for place in _PLACES)),
    ordered=at(*(f"O.5.{place}" for place in _PLACES)),
    value=at("R.4.1", "R.4.2"),
    flags_or=at("R.8"),
    status_or=at("R.10"),
    control=(*PLAIN.control, (says("H.12", "QR", "CR"),)),
)

BS_ORDERS = replace(
    ordering.ASTM,
    specimen=place("O.4"),
    code=place("O.5.1"),
    fixed={"H.12": "SA"},
)
