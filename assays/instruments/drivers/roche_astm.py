"""Roche cobas c111, c311, e411, 6000 and 8000: ASTM, a message or a run of patients in one frame.

H.11 says what a message is: RSUPL results, TSREQ a query, whose specimen is component 3 of Q.3. What
stands behind a test's number (`989/1/not`) is its dilution. Identifiers are filled up with blanks.
c311 writes a sequence number before the specimen's (O.3.2), c111 its rack behind it and all of it in
O.4; e411, 6000 and 8000 (which calls itself H7600 too) have the specimen alone in O.3, and sequence,
rack and position in O.4. A Hitachi 7600 has the sequence before it, as c311: of 6000, 8000 and 7600 the
second part is the specimen where there is one. How e411 calls itself and `CONTROL` in its O.4.5 are from
memory.

An answer says TSDWN^REPLY in H.11, has the specimen's number in O.3, gives the rest of Q.3 back in O.4
(sequence, rack, position, and behind an empty part the kinds of specimen and container), ends each
test with an empty part, and is closed as normal (from published examples).
"""

from __future__ import annotations

from dataclasses import replace

from assays.instruments import ordering
from assays.instruments.declarations import says, starts
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at

_COBAS = replace(
    PLAIN,
    code_ends_at="/",
    value=at("R.4.1", "R.4.2", "R.4.3"),
    query=at("Q.3.3", "Q.3.2"),
    control=(
        *PLAIN.control,
        (says("O.4.5", "QC", "CONTROL"),),
        (says("O.3.5", "QC", "CONTROL"),),
        (starts("O.3.2", "LYPHOCHEK"),),
    ),
)

_ORDERS = replace(
    ordering.ASTM,
    has_code_tail=True,
    fixed={
        **{"H.11.1": "TSDWN", "H.11.2": "REPLY", "L.3": "N"},
        **{"O.12": "A", "O.16": "1", "O.26": "O"},
    },
    echoed={f"O.4.{n}": f"Q.3.{n + 3}" for n in (1, 2, 3, 5, 6)},
)

ROCHE_COBAS_C311 = Driver(
    name="roche-cobas-c311",
    label="Roche cobas c311",
    senders=(r"^c311\b", r"^cobas[ -]?c ?311\b"),
    astm=replace(_COBAS, specimen=at("O.3.2")),
    orders=(replace(_ORDERS, width=22),),
)
ROCHE_COBAS_C111 = Driver(
    name="roche-cobas-c111",
    label="Roche cobas c111",
    senders=(r"\^Roche\^c111\b", r"^(?:cobas[ -]?)?c ?111\b"),
    astm=replace(_COBAS, specimen=at("O.4.1", "O.3.1")),
    orders=(_ORDERS,),
)
ROCHE_COBAS_E411 = Driver(
    name="roche-cobas-e411",
    label="Roche cobas e411 and Elecsys 2010",
    senders=(r"^(?:cobas[ -]?)?e ?411\b", r"^Elecsys\b"),
    astm=replace(_COBAS, specimen=at("O.3.1")),
    orders=(replace(_ORDERS, width=22),),
)
ROCHE_COBAS_6000 = Driver(
    name="roche-cobas-6000",
    label="Roche cobas 6000 and 8000",
    senders=(r"^cobas[ -]?[68]000\b", r"^H7600\b"),
    astm=replace(_COBAS, specimen=at("O.3.2", "O.3.1")),
    orders=(replace(_ORDERS, width=22),),
)
