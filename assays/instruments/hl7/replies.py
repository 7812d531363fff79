"""The answer to an HL7 message: ACK with MSA and, where something is wrong, ERR.

Original mode (MSH-15 and MSH-16 empty) has one answer, AA, AE or AR. In enhanced mode MSH-15 says when
the sender wants to know that its message is kept (CA, CE, CR) and MSH-16 when it wants to know what
became of it (AA, AE, AR); IHE LAW asks with NE and AL for the second alone. Since only syntax is judged
before the answer, both can be given at once.

A question is replied to with its answer, which is found once it is stored (`hl7.orders`); before, only
that it is stored is said, to a sender that asks for it.

AA and CA mean: durably stored. The answer to the same bytes has the same control id, so that a
repetition gets the same answer again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from assays.instruments.hl7.header import Header, header
from assays.instruments.hl7.judging import ERRORS, Code, Fault, Judgement, judge

__all__ = ["Code", "Fault", "Header", "Judgement", "header", "judge", "reply"]

OURSELVES = b"labsys"
# What came otherwise than in a block may hold it; an answer must not end at what it repeats.
_END_OF_BLOCK = b"\x1c"
NOT_STORED = Fault("207", "The message could not be stored now; please send it again.", segment="")
_COMMIT = {Code.ACCEPTED: b"CA", Code.ERROR: b"CE", Code.REJECTED: b"CR"}
# HL7 table 0155: when an answer is wanted, by whether the message is taken.
_WANTED: dict[bytes, tuple[bool, ...]] = {
    b"AL": (True, False),
    b"SU": (True,),
    b"ER": (False,),
    b"NE": (),
    b"": (),
}
# Beside MSH-16 analysers of IHE LAW write it in MSH-15, and know the application's answers alone.
_ON_ERROR = b"ER"
# What Mindray writes there instead: a result, a calibration, a control. It wants the original answer.
_NO_CONDITION = frozenset((b"0", b"1", b"2"))


def reply(judgement: Judgement, *, sent_at: datetime, is_stored: bool = True) -> tuple[bytes, ...]:
    """Return the answers to a message, framed for MLLP, in the order they are sent.

    `sent_at` is when we answer, with its zone. A message that is not stored (`is_stored` false) is
    never accepted: its sender is asked for it again (AE, 207). None is returned where the sender
    wants none, or where the message is an answer itself.
    """
    if judgement.is_answer:
        return ()
    if not is_stored:
        judgement = Judgement(judgement.payload, judgement.header, (NOT_STORED,))
    return tuple(_framed(judgement, code, sent_at) for code in _codes(judgement))


def _codes(judgement: Judgement) -> Iterator[bytes]:
    head, code = judgement.header, judgement.code
    accept, application = _conditions(head)
    final = code.value.encode()
    if judgement.asks and judgement.is_accepted:
        if accept and True in _WANTED.get(accept, (True, False)):
            yield _COMMIT[code]
        return
    if not accept and not application:
        yield final
        return
    is_told = judgement.is_accepted in _WANTED.get(application, (True, False))
    if judgement.is_accepted in _WANTED.get(accept, (True, False)) and not (
        accept == _ON_ERROR and is_told
    ):
        yield _COMMIT[code]
        if not judgement.is_accepted:
            return  # what is not kept has no further course to tell of
    if is_told:
        yield final


def _conditions(head: Header) -> tuple[bytes, bytes]:
    """Return when answers are wanted (MSH-15 and MSH-16); both empty in original mode."""
    accept, application = head.field(15).strip(), head.field(16).strip()
    return accept, b"" if application in _NO_CONDITION else application


def _framed(judgement: Judgement, code: bytes, sent_at: datetime) -> bytes:
    head = judgement.header
    answer = _Answer(head, judgement)
    segments = [answer.msh(code, sent_at), answer.msa(code)]
    segments += [answer.err(fault) for fault in judgement.faults]
    text = b"".join(segment + b"\r" for segment in segments).replace(_END_OF_BLOCK, b"")
    return b"\x0b" + text + _END_OF_BLOCK + b"\r"


class _Answer:
    """Writes with the delimiters and in the character set of the message: what it says is given back
    as the same bytes, what we say is ASCII."""

    def __init__(self, head: Header, judgement: Judgement) -> None:
        self._head = head
        self._judgement = judgement
        faulty = {fault.field for fault in judgement.faults if fault.segment == "MSH"}
        is_plain = 2 not in faulty
        self._bar = head.separator if is_plain else b"|"
        self._encoding = head.encoding if is_plain else b"^~\\&"
        self._is_readable = not faulty & {2, 18} and not any(
            fault.code == "102" for fault in judgement.faults
        )

    def msh(self, code: bytes, sent_at: datetime) -> bytes:
        component = self._encoding[:1]
        event = self._head.event.encode() if self._head.event.isalnum() else b""
        kind = component.join((b"ACK", event, b"ACK")) if event else b"ACK"
        mode = any(_conditions(self._head))
        fields = [
            b"MSH",
            self._encoding,
            self._echo(5) or OURSELVES,
            self._echo(6),
            self._echo(3),
            self._echo(4),
            sent_at.strftime("%Y%m%d%H%M%S%z").encode(),
            b"",
            kind,
            self._control_id(code),
            self._echo(11) or b"P",
            self._echo(12) or b"2.5.1",
            b"",
            b"",
            b"NE" if mode else b"",
            b"NE" if mode else b"",
            b"",
            self._echo(18),
            b"",
            b"",
            self._echo(21),
        ]
        return self._bar.join(fields).rstrip(self._bar)

    def msa(self, code: bytes) -> bytes:
        fields = [b"MSA", code, self._echo(10)]
        if self._is_old and self._judgement.faults:
            fields.append(self._text(self._judgement.refusal))
        return self._bar.join(fields)

    def err(self, fault: Fault) -> bytes:
        component = self._encoding[:1]
        name = self._text(ERRORS[fault.code])
        place = [fault.segment.encode(), b"%d" % fault.sequence] if fault.segment else [b"", b""]
        if self._is_old:
            coded = (self._encoding[3:4] or b"&").join((fault.code.encode(), name, b"HL70357"))
            field = b"%d" % fault.field if fault.field else b""
            return self._bar.join((b"ERR", component.join((*place, field, coded))))
        if fault.field:
            place.append(b"%d" % fault.field)
        fields = [
            b"ERR",
            b"",
            component.join(place) if fault.segment else b"",
            component.join((fault.code.encode(), name, b"HL70357")),
            b"E",
            b"",
            b"",
            b"",
            self._text(fault.sentence),
        ]
        return self._bar.join(fields)

    @property
    def _is_old(self) -> bool:
        """Before 2.5 an ERR holds places and codes alone."""
        return self._head.version.startswith(("2.3", "2.4"))

    def _control_id(self, code: bytes) -> bytes:
        """At most 20 characters (version 2.5), the same for the same content and answer."""
        found = hashlib.sha256(code)
        found.update(self._judgement.payload)
        return found.hexdigest()[:20].encode()

    def _echo(self, number: int) -> bytes:
        content = self._head.field(number)
        return content if self._is_readable or content.isascii() else b""

    def _text(self, text: str) -> bytes:
        """Escape our own words: a delimiter in them would be one of the segment."""
        escape = self._encoding[2:3]
        marks = {
            self._bar: b"F",
            self._encoding[:1]: b"S",
            self._encoding[1:2]: b"R",
            escape: b"E",
            self._encoding[3:4]: b"T",
        }
        out = bytearray()
        for byte in text.encode("ascii", errors="replace"):
            one = bytes((byte,))
            mark = marks.get(one)
            out += one if mark is None else escape + mark + escape
        return bytes(out)
