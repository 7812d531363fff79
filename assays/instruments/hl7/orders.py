"""Work orders in HL7: the reply to a question, the orders that follow it, and what is said to them.

- IHE LAW (2.5.1): QBP^Q11 is replied to with RSP^K11, and answered by one OML^O33 for each specimen;
  one without work has ORC-1 DC. ORL^O34 says of each order OK, UA, CR or UC.
- QRY^Q02 (2.3.1, Mindray and others; from published examples): QCK^Q02, then DSR^Q03, whose DSP rows
  are numbered by meaning: 3 to 5 the patient, 21 the bar code, 24 urgent, 26 the material, 29 and on
  the tests.
- QBP^Z01 and QBP^Z03 (Cepheid; from a published interface description): RSP^Z02 holds the orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assays.instruments.composing import Marks, Raw, name_in
from assays.instruments.hl7 import tree
from assays.instruments.hl7.judging import ERRORS
from assays.instruments.hl7.writing import Envelope, echo, header, marks_of, message
from assays.instruments.ordering import OrderForm
from assays.instruments.questions import Asks, Question
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment, is_filled
from assays.rules.worklists import Answer, Sample, Wanted

# HL7 table 0485, by our priorities: at once, soon, soon, routine.
_PRIORITIES = ("S", "A", "A", "R")
# Rack and position, as the question named them.
Rack = tuple[str, str]
NOWHERE = ("", "")
# Rows of a DSR^Q03.
_NAME, _BIRTH, _SEX, _BAR_CODE, _DRAWN, _URGENT, _MATERIAL, _TESTS = 3, 4, 5, 21, 23, 24, 26, 29


def reply(question: Question, answers: Sequence[Answer], envelope: Envelope) -> bytes:
    """Return what goes back at once, on the connection that asked."""
    to = _reply(question, envelope)
    match question.asks:
        case Asks.LAW:
            return message(_rsp("RSP^K11^RSP_K11", question, answers, to), to)
        case Asks.Z02:
            return message((*_rsp("RSP^Z02", question, answers, to), *_z02(answers, to)), to)
        case Asks.DSR:
            return message(_qck(question, answers, to), to)
    raise ValueError(f"{question.asks} has no reply of this kind")


def failed(question: Question, envelope: Envelope, why: str = "") -> bytes:
    """Return the reply where the work cannot be found: an error, not that there is none.

    `why` is said to a person, of what was asked for (QPD-1).
    """
    to = _reply(question, envelope)
    marks = to.marks
    if question.asks is Asks.DSR:
        lines = [header("QCK^Q02", to), _msa("AE", question, marks)]
        return message((*lines, marks.segment("QAK", {1: "SR", 2: "AE"})), to)
    kind = "RSP^Z02" if question.asks is Asks.Z02 else "RSP^K11^RSP_K11"
    lines = [header(kind, to), _msa("AE", question, marks)]
    if why:
        place = marks.components("QPD", "1", "1")
        error = marks.components("103", ERRORS["103"], "HL70357")
        lines.append(marks.segment("ERR", {2: place, 3: error, 4: "E", 8: why}))
    return message((*lines, _qak("AE", question, marks), *_echoed(question)), to)


def order(
    sample: Sample,
    form: OrderForm,
    envelope: Envelope,
    *,
    control: str = "NW",
    rack: Rack = NOWHERE,
) -> bytes:
    """Return OML^O33 for one specimen; `control` is ORC-1: NW new, CA cancelled."""
    envelope = _lab_28(envelope)
    return message(
        (
            *_oml_head(sample.name, sample, envelope, rack),
            *(line for one in sample.tests for line in _test(one, sample, form, envelope, control)),
        ),
        envelope,
    )


def no_work(name: str, envelope: Envelope, *, rack: Rack = NOWHERE) -> bytes:
    """Return OML^O33 that says there is no work for a specimen (ORC-1 DC; IHE LAB27-004)."""
    envelope = _lab_28(envelope)
    marks = envelope.marks
    control = marks.segment("ORC", {1: "DC", 9: envelope.moment(envelope.sent_at)})
    return message((*_oml_head(name, None, envelope, rack), control), envelope)


def display(
    sample: Sample, form: OrderForm, envelope: Envelope, question: Question | None = None
) -> bytes:
    """Return DSR^Q03 for one specimen."""
    marks, who = envelope.marks, sample.patient
    rows = dict.fromkeys(range(1, _TESTS), "")
    if who is not None:
        family, given = name_in(who.family, form.charset), name_in(who.given, form.charset)
        rows |= {_NAME: f"{given} {family}".strip(), _SEX: who.sex}
        rows[_BIRTH] = f"{who.birth_date:%Y%m%d}000000" if who.birth_date else ""
    rows |= {_BAR_CODE: sample.name, _MATERIAL: sample.material}
    rows[_DRAWN] = envelope.moment(sample.collected_at) if sample.collected_at else ""
    rows[_URGENT] = "N" if sample.priority else "Y"
    lines = [header("DSR^Q03", envelope)]
    if question is not None:
        lines.append(_msa("AA", question, marks))
    lines += [marks.segment("ERR", {1: "0"}), marks.segment("QAK", {1: "SR", 2: "OK"})]
    lines += _asked_for(question, envelope)
    lines += [_row(number, text, marks) for number, text in rows.items()]
    for number, one in enumerate(sample.tests, start=_TESTS):
        code = Raw(marks.escaped(one.code) + marks.component * 3)
        lines.append(_row(number, code, marks))
    # DSC-1 is empty: nothing of this answer follows in another message.
    lines.append(f"DSC{marks.field}")
    return message(lines, envelope)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says to one that we sent: MSA, and ORC-1 of each of our order numbers."""

    control_id: str
    code: str
    orders: Mapping[str, str]


def read_answer(content: bytes) -> Said | None:
    """Read ORL^O34, or a plain acknowledgement; None where it is neither."""
    found = tree.parse(content, charset="UTF-8")
    if isinstance(found, Doubt):
        return None
    said = next((one for one in found.segments if one.name == "MSA"), None)
    if said is None:
        return None
    return Said(said.text(2).strip(), said.text(1).strip().upper(), dict(_lines(found.segments)))


def _lines(segments: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Yield number and ORC-1: the number stands in ORC-2, or in OBR-2 behind it."""
    control = ""
    for one in segments:
        if one.name == "ORC":
            control = one.text(1).strip().upper()
            number = one.text(2, 1).strip()
        elif one.name == "OBR" and control:
            number = one.text(2, 1).strip()
        else:
            continue
        if is_filled(number):
            yield number, control


def _lab_28(envelope: Envelope) -> Envelope:
    """Ask for the answer that says what becomes of the orders, and for no other."""
    return replace(envelope, accept="NE", application="AL", profile=Raw("LAB-28^IHE"))


def back(question: Question, envelope: Envelope) -> Envelope:
    """Return the envelope of what goes to whoever asked, in the delimiters and version it asked in."""
    head = question.header
    return replace(
        envelope,
        marks=marks_of(head),
        sender=(Raw(head.raw(5) or envelope.sender[0]), Raw(head.raw(6))),
        receiver=(Raw(head.raw(3)), Raw(head.raw(4))),
        processing_id=head.text(11, 1).strip() or envelope.processing_id,
        version=head.text(12, 1).strip() or envelope.version,
        charset=Raw(head.raw(18)),
        encoding=question.charset,
    )


def _reply(question: Question, envelope: Envelope) -> Envelope:
    """Return the envelope of a reply: nobody answers it, which the enhanced mode says outright."""
    head = question.header
    return replace(
        back(question, envelope),
        profile=Raw(head.raw(21)),
        accept="NE" if head.raw(15) or question.asks is Asks.Z02 else "",
        application="NE" if head.raw(16) or question.asks is Asks.Z02 else "",
    )


def _rsp(kind: str, question: Question, answers: Sequence[Answer], to: Envelope) -> Iterator[str]:
    has_work = any(one.sample is not None for one in answers)
    yield header(kind, to)
    yield _msa("AA", question, to.marks)
    yield _qak("OK" if has_work else "NF", question, to.marks)
    yield from _echoed(question)


def _msa(code: str, question: Question, marks: Marks) -> str:
    return marks.segment("MSA", {1: code, 2: Raw(question.header.raw(10))})


def _qak(status: str, question: Question, marks: Marks) -> str:
    asked = question.named("QPD")
    name = Raw(asked.raw(1)) if asked is not None else Raw("")
    return marks.segment("QAK", {1: question.tag, 2: status, 3: name})


def _echoed(question: Question) -> list[str]:
    asked = question.named("QPD")
    return [echo(asked)] if asked is not None else []


def _qck(question: Question, answers: Sequence[Answer], to: Envelope) -> Iterator[str]:
    has_work = any(one.sample is not None for one in answers)
    yield header("QCK^Q02", to)
    msa = {1: "AA", 2: Raw(question.header.raw(10)), 3: "Message accepted", 6: "0"}
    yield to.marks.segment("MSA", msa)
    yield to.marks.segment("ERR", {1: "0"})
    yield to.marks.segment("QAK", {1: "SR", 2: "OK" if has_work else "NF"})


def _z02(answers: Sequence[Answer], to: Envelope) -> Iterator[str]:
    marks = to.marks
    samples = [one.sample for one in answers if one.sample is not None]
    for place, sample in enumerate(samples, start=1):
        yield _pid(sample, to, number=place)
        for number, one in enumerate(sample.tests, start=1):
            at = to.moment(to.sent_at)
            yield marks.segment("ORC", {1: "NW", 2: str(number), 9: at})
            yield marks.segment("OBR", {1: str(number), 4: one.code, 11: "A"})
            yield _timing(sample, marks, number="")
            fields = {1: str(number), 2: marks.components(sample.name), 4: "ORH", 11: "P"}
            yield marks.segment("SPM", fields)


def _oml_head(name: str, sample: Sample | None, envelope: Envelope, rack: Rack) -> Iterator[str]:
    marks = envelope.marks
    yield header("OML^O33^OML_O33", envelope)
    if sample is not None and sample.patient is not None:
        yield _pid(sample, envelope)
    fields = {1: "1", 2: name, 11: marks.components("P", "Patient", "HL70369")}
    if sample is not None:
        fields[4] = marks.components(sample.material, "", "HL70487") if sample.material else ""
        fields[17] = envelope.moment(sample.collected_at) if sample.collected_at else ""
    yield marks.segment("SPM", fields)
    yield marks.segment("SAC", {3: name, 10: rack[0], 11: rack[1]})


def _test(
    one: Wanted, sample: Sample, form: OrderForm, envelope: Envelope, control: str
) -> Iterator[str]:
    marks = envelope.marks
    at = envelope.moment(envelope.sent_at)
    yield marks.segment("ORC", {1: control, 2: one.number, 9: at})
    yield _timing(sample, marks)
    code = marks.components(one.code, "", form.coding)
    yield marks.segment("OBR", {1: "1", 2: one.number, 4: code})


def _timing(sample: Sample, marks: Marks, number: str = "1") -> str:
    priority = marks.components(_PRIORITIES[min(sample.priority, 3)], "", "HL70485")
    return marks.segment("TQ1", {1: number, 9: priority})


def _pid(sample: Sample, envelope: Envelope, number: int = 1) -> str:
    """Write no more than a number, but to an instrument that is to know whose specimen it is."""
    marks, who = envelope.marks, sample.patient
    fields = {1: str(number)}
    if who is not None:
        charset = envelope.charset or "ASCII"
        family, given = name_in(who.family, charset), name_in(who.given, charset)
        fields |= {3: who.record_number, 5: marks.components(family, given)}
        fields |= {7: f"{who.birth_date:%Y%m%d}" if who.birth_date else "", 8: who.sex}
    return marks.segment("PID", fields)


def _asked_for(question: Question | None, envelope: Envelope) -> list[str]:
    """Give QRD and QRF back, or say that this came unasked."""
    marks = envelope.marks
    if question is not None:
        return [echo(one) for one in question.segments if one.name in ("QRD", "QRF")]
    at = envelope.moment(envelope.sent_at)
    fields = {1: at, 2: "R", 3: "D", 4: "1", 7: "RD", 9: "OTH", 12: "T"}
    return [marks.segment("QRD", fields), marks.segment("QRF", {6: "RCT", 7: "COR", 8: "ALL"})]


def _row(number: int, text: str, marks: Marks) -> str:
    return marks.segment("DSP", {1: str(number), 3: text})
