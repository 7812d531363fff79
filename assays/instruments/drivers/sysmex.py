"""Sysmex haematology (XN, XN-L, XP) and coagulation (CS) analysers: ASTM.

Both write the specimen's number, filled up with blanks, in component 3 of O.4, behind the rack and
the position; O.3 stays empty, but for what others write in the name of one: by the book. XN and XP name the test in component 5 of R.3, and send beside their
values suspicions (`Blasts?`), words without a value and the names of pictures: none is a result. CS
writes the number of a parameter in component 4, leaves the unit of an INR out, and no status.
Control material has a number that begins with QC- (from memory).

Both ask with rack, position, the specimen's number and a letter in Q.3; an answer has the same four
in O.3, the number filled up with blanks in front (from memory).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import blank, ends, says, starts
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at, place

_IN_O4 = replace(
    PLAIN,
    specimen=at("O.4.3", "O.3.3", "O.3"),
    query=at("Q.3.3"),
    control=(*PLAIN.control, (starts("O.4.3", "QC-", "LYPHOCHEK"),)),
)

_ORDERS = replace(
    ordering.ASTM,
    specimen=place("O.3.3"),
    width=22,
    echoed={"O.3.1": "Q.3.1", "O.3.2": "Q.3.2", "O.3.4": "Q.3.4"},
)

SYSMEX_XN = Driver(
    name="sysmex-xn",
    label="Sysmex XN, XN-L and XP",
    senders=(r"^X[NPSTE]-?L?[ -]?\d", r"^X[NST]\Z"),
    # Rack, position, the specimen's number and how it was read; tests in component 5.
    marks=(r"[\r\n]O\|\d+\|\|\d*\^\d*\^ *[^|^\r\n]+\^[ABCM]\|\^\^\^\^[A-Z]",),
    astm=replace(
        _IN_O4,
        code=at("R.3.5", "R.3.4"),
        ordered=at("O.5.5", "O.5.4"),
        supplement=(
            (ends("R.3.5", "?"),),
            (starts("R.3.5", "SCAT_", "DIST_"),),
            (says("R.7", "A"), blank("R.4"), blank("R.5")),
        ),
    ),
    orders=(replace(_ORDERS, code=place("O.5.5")),),
)
SYSMEX_CS = Driver(
    name="sysmex-cs",
    label="Sysmex CS-1600, CS-2500 and CS-5100",
    senders=(r"^CS-?\d{4}",),
    astm=_IN_O4,
    orders=(_ORDERS,),
)
