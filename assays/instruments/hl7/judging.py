"""Whether a message can be taken as it is: its header, its character set, its segments' names.

Only syntax is judged, before the answer and without reading values: an unknown specimen or test is
taken and held later. A question is the one message whose reply says more: see `replies`. Codes and what they mean are HL7 tables 0008 (acknowledgment) and 0357 (errors).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments import charsets
from assays.instruments.hl7.header import Header, header


class Code(StrEnum):
    """What the sender is told (HL7 table 0008, original mode)."""

    ACCEPTED = "AA"
    ERROR = "AE"  # the content is wrong
    REJECTED = "AR"  # not for us, or not to be read at all


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a message: where (ERR-2), its code (table 0357), a sentence."""

    code: str
    sentence: str
    segment: str = "MSH"
    sequence: int = 1
    field: int = 0

    @property
    def is_rejection(self) -> bool:
        """Whether the header itself is at fault, other than by a byte somewhere in it."""
        return self.segment == "MSH" and (self.code != "102" or self.field == 2)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a message, and why."""

    payload: bytes
    header: Header
    faults: tuple[Fault, ...] = ()
    # An answer is never answered: two listeners would go on for ever.
    is_answer: bool = False
    # Its reply is the answer to what it asks, which nobody knows yet.
    asks: bool = False

    @property
    def code(self) -> Code:
        if not self.faults:
            return Code.ACCEPTED
        rejects = any(fault.is_rejection for fault in self.faults)
        return Code.REJECTED if rejects else Code.ERROR

    @property
    def is_accepted(self) -> bool:
        return not self.faults

    @property
    def refusal(self) -> str:
        """Why the message is not taken, as sentences; empty where it is."""
        return " ".join(fault.sentence for fault in self.faults)


# HL7 table 0357.
ERRORS = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "207": "Application internal error",
}
VERSIONS = frozenset(
    {"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"}
)
Taken = Mapping[str, Mapping[str, tuple[str, ...]]]
# Result messages, and the segments without which they hold no result of any specimen.
SEGMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    # Without an event either is read by what stands in it.
    "OUL": {
        "": ("OBR",),
        "R21": ("OBR",),
        "R22": ("SPM", "OBR"),
        "R23": ("SPM", "OBR"),
        "R24": ("SPM", "OBR"),
    },
    "ORU": dict.fromkeys(("", "R01", "R30", "R31", "R32", "R40"), ("OBR",)),
    # How the instrument stands, its supplies, a specimen in it (HL7 2.5.1 chapter 13): no results.
    "ESU": {"U01": ("EQU",)},
    "INU": {"U05": ("EQU",)},
    "SSU": {"U03": ("EQU",)},
}
# Questions that may be answered, and the segment without which they ask nothing.
QUESTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("QBP", "Q11"): ("QPD",),
    ("QBP", "Z01"): ("QPD",),
    ("QBP", "Z03"): ("QPD",),
    ("QRY", "Q02"): ("QRD",),
    ("QCN", "J01"): ("QID",),
}
# One that takes another back is acknowledged as any other message.
_TAKES_BACK = "QCN"
# What a hospital's own system sends besides, and no analyser may: who somebody is, where, what is
# asked for them.
_ADT = ("A01", "A02", "A03", "A04", "A05", "A08", "A11", "A12", "A13", "A24", "A28", "A31", "A37")
HOSPITAL: dict[str, dict[str, tuple[str, ...]]] = {
    "ADT": {
        **dict.fromkeys(_ADT, ("PID",)),
        **dict.fromkeys(("A18", "A34", "A40", "A47"), ("PID", "MRG")),
    },
    "OML": {"O21": ("ORC",)},
    "ORM": {"O01": ("ORC",)},
}
QUERIES = frozenset({"QBP", "QRY", "QCN", "QSB", "QVR", "QRF"})
# Not MSH-11: senders that leave it empty mean production, and could never deliver otherwise.
_REQUIRED = {9: "message type", 10: "control id", 12: "version"}


def judge(
    payload: bytes,
    *,
    processing_ids: Collection[str] = ("P",),
    answers: bool = False,
    is_hospital: bool = False,
) -> Judgement:
    """Judge one message; `processing_ids` are those that the connection takes (HL7 table 0103), and
    `answers` says whether its instrument is told what to measure.

    `is_hospital` says that it is a hospital's system, which may tell who somebody is and order.
    All that is wrong is named at once. Without a header, or its delimiters, nothing else can be
    looked for.
    """
    head = header(payload)
    if not head.is_there:
        sentence = "The message does not begin with an MSH segment."
        return Judgement(payload, head, (Fault("100", sentence),))
    faults = list(_delimiters(head))
    if faults:
        return Judgement(payload, head, tuple(faults))
    taken = {**SEGMENTS, **HOSPITAL} if is_hospital else SEGMENTS
    is_question = answers and (head.kind, head.event) in QUESTIONS
    faults = list(_presence(head))
    if not is_question:
        faults += _kind(head, taken)
    faults += [fault for rule in _RULES for fault in rule(head)]
    faults += _processing(head, processing_ids)
    if not faults:
        faults += _segments(payload, head, taken)
    faults += _characters(payload, head)
    is_answer = head.kind not in taken and _has(payload, "MSA")
    asks = is_question and head.kind != _TAKES_BACK
    return Judgement(payload, head, tuple(faults), is_answer, asks)


def _delimiters(head: Header) -> Iterator[Fault]:
    used = head.separator + head.field(2)
    is_odd = any(byte < 0x21 or byte > 0x7E for byte in used) or any(
        used[at : at + 1].isalnum() for at in range(len(used))
    )
    if not 3 <= len(used) <= 6 or is_odd or len(set(used)) < len(used):
        yield Fault("102", "MSH-2 does not declare the delimiters of the message.", field=2)


def _presence(head: Header) -> Iterator[Fault]:
    for number, name in _REQUIRED.items():
        if not head.field(number).strip():
            yield Fault("101", f"MSH-{number} ({name}) is empty.", field=number)


def _version(head: Header) -> Iterator[Fault]:
    if head.version and head.version not in VERSIONS:
        yield Fault("203", f"Version {_short(head.version)} is not understood here.", field=12)


def _kind(head: Header, taken: Taken) -> Iterator[Fault]:
    kind, event = head.kind, head.event
    if not kind and head.field(9).strip():  # an event without a type
        yield Fault("101", f"MSH-9 ({_REQUIRED[9]}) is empty.", field=9)
    elif kind in QUERIES:
        yield Fault("201", "Queries are not answered on this connection.", field=9)
    elif kind and kind not in taken:
        yield Fault("200", f"Messages of type {_short(kind)} are not taken here.", field=9)
    elif kind and event not in taken[kind]:
        sentence = (
            f"Messages {_short(kind)} of event {_short(event) or 'empty'} are not taken here."
        )
        yield Fault("201", sentence, field=9)


def _charset(head: Header) -> Iterator[Fault]:
    if head.charset and charsets.codec(head.charset) is None:
        sentence = f"The character set {_short(head.charset)} is not known here."
        yield Fault("103", sentence, field=18)


_RULES: tuple[Callable[[Header], Iterator[Fault]], ...] = (
    _version,
    _charset,
)


def _processing(head: Header, processing_ids: Collection[str]) -> Iterator[Fault]:
    given = head.processing_id
    if given and given not in processing_ids:
        yield Fault("202", f"Processing id {_short(given)} is not taken here.", field=11)


def _segments(payload: bytes, head: Header, taken: Taken) -> Iterator[Fault]:
    needed = QUESTIONS.get((head.kind, head.event)) or taken[head.kind][head.event]
    for name in needed:
        if not _has(payload, name):
            sentence = f"A message {head.kind} {head.event} needs a segment {name}."
            yield Fault("100", sentence, segment=name)


def _characters(payload: bytes, head: Header) -> Iterator[Fault]:
    """What no character set is declared for is read with that of the connection, later."""
    if payload.isascii() and b"\x1b" not in payload:
        return
    python = charsets.codec(head.charset) if head.charset else None
    if python is None:
        return
    at = charsets.first_wrong(payload, python)
    if at is not None:
        segment, sequence, field = _place(payload, at, head.separator)
        sentence = (
            f"Byte {at + 1} of the message (0x{payload[at]:02X}) is not in the "
            f"character set {_short(head.charset)}."
        )
        yield Fault("102", sentence, segment, sequence, field)


def _has(payload: bytes, name: str) -> bool:
    wanted = name.encode()
    return b"\r" + wanted in payload or b"\n" + wanted in payload


def _place(payload: bytes, at: int, separator: bytes) -> tuple[str, int, int]:
    """Return segment, its count among those of its name, and field of a byte."""
    begin = max(payload.rfind(b"\r", 0, at), payload.rfind(b"\n", 0, at)) + 1
    name = payload[begin : min(begin + 3, at)]
    is_short = rb"(?=[\r\n]|\Z)" if len(name) < 3 else b""
    of_its_name = re.compile(rb"(?:\A|[\r\n])" + re.escape(name) + is_short)
    field = payload.count(separator, begin, at) + (name == b"MSH")
    if not (name.isalnum() and name.isascii()):
        return "MSH", 1, 0
    return name.decode("ascii"), sum(1 for _ in of_its_name.finditer(payload, 0, at)), field


def _short(text: str) -> str:
    return text[:20]
