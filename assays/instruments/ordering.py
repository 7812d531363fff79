"""How a family wants to be told what to measure: what a driver declares of the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assays.instruments.dialects import Dialect
from assays.instruments.segments import Place, place


class Form(StrEnum):
    """The messages by which work is told that nobody asked for."""

    NONE = "NONE"  # it takes work only as the answer to a question
    ASTM = "ASTM"  # H, P, O, L in a session of our own
    LAW = "LAW"  # OML^O33 (IHE LAB-28)
    DSR = "DSR"  # DSR^Q03

    @property
    def takes_back(self) -> bool:
        """Whether it has a message by which work is taken back: what is published of DSR has none."""
        return self is not Form.DSR


class NoWork(StrEnum):
    """How an ASTM analyser is told that there is nothing to do."""

    END = "L|1|I"  # no information for the query
    NO_ORDER = "O.26=Y"
    NO_PATIENT = "O.26=Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForm:
    """How one family is told, in one dialect.

    `specimen` and `code` are places of an order (O.3, O.5.4); with `has_code_tail` an empty component
    follows each code. `fixed` is what a record always says. `echoed` is what of the question goes
    back: where to, and from which component of Q.3; the specimen is written after it. `width` fills
    an identifier up with blanks in front. `is_numbered`: its messages have a number in H.3.
    `is_one_test_each`: each test has an order of its own. `reported_as` says which tests
    come back under another code. `answers_within` is how many seconds it waits for an answer. How its
    frames are cut is said of its link.
    """

    dialect: Dialect
    unasked: Form
    delimiters: str = "|\\^&"
    charset: str = "UTF-8"
    specimen: Place = place("O.3")
    code: Place = place("O.5.4")
    has_code_tail: bool = False
    is_numbered: bool = False
    is_one_test_each: bool = False
    width: int = 0
    fixed: Mapping[str, str] = field(default_factory=dict)
    echoed: Mapping[str, str] = field(default_factory=dict)
    no_work: NoWork = NoWork.END
    reported_as: Mapping[str, str] = field(default_factory=dict)
    answers_within: int = 60
    # HL7: the coding system of its tests (OBR-4.3).
    coding: str = "L"


ASTM = OrderForm(dialect=Dialect.ASTM, unasked=Form.ASTM)
LAW = OrderForm(dialect=Dialect.HL7, unasked=Form.LAW, delimiters="|^~\\&")
DSR = OrderForm(dialect=Dialect.HL7, unasked=Form.DSR, delimiters="|^~\\&")
