"""What an ASTM analyser is told: work, work cancelled, or that there is none (LIS2-A2).

Header, then P and O of each specimen, then L: F ends the answer to a question, N what nobody asked
for, I says that there is no information. A question that names other delimiters than the family's is
answered with those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assays.instruments.composing import Marks, Raw, Segments, encoded, name_in
from assays.instruments.ordering import NoWork, OrderForm
from assays.instruments.questions import Asked, Question
from assays.instruments.segments import Segment, place
from assays.rules.worklists import Answer, Sample, Wanted

OURSELVES = "labsys"
# LIS2-A2 O.6, by our priorities: at once, soon, soon, routine.
_PRIORITIES = ("S", "A", "A", "R")
_CANCEL, _NEW = "C", "N"


@dataclass(frozen=True, slots=True)
class Letter:
    """What every message has: its number, its moment, the zone of the instrument, its receiver."""

    control_id: str
    sent_at: datetime
    zone: str = "UTC"
    receiver: str = ""

    def moment(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y%m%d%H%M%S}"


def answer(
    question: Question, answers: Sequence[Answer], form: OrderForm, letter: Letter
) -> bytes | None:
    """Return the answer to a question; None where it was taken back, and nothing is said."""
    if question.is_aborted:
        return None
    marks = _marks_of(question)
    asked = {one.specimen: one for one in question.asked}
    lines = [_header(form, letter, marks, question)]
    number = 0
    for one in answers:
        if one.sample is not None:
            number += 1
            lines += _work(number, one.sample, form, letter, marks, asked.get(one.asked))
        elif form.no_work is not NoWork.END:
            number += 1
            lines += _nothing(number, one, form, marks, asked.get(one.asked))
    if not number:
        lines += [_echo(one) for one in question.segments if one.name == "Q"]
    ends = form.fixed.get("L.3", "F") if number else "I"
    lines.append(marks.segment("L", {2: "1", 3: ends}))
    return encoded(lines, form.charset)


def download(
    sample: Sample, form: OrderForm, letter: Letter, *, is_cancelled: bool = False
) -> bytes:
    """Return work that nobody asked for, or what of it is cancelled (O.12)."""
    marks = _marks(form.delimiters)
    action = _CANCEL if is_cancelled else ""
    lines = [_header(form, letter, marks, None)]
    lines += _work(1, sample, form, letter, marks, None, action=action)
    lines.append(marks.segment("L", {2: "1", 3: "N"}))
    return encoded(lines, form.charset)


def _marks(declared: str) -> Marks:
    """Take the delimiters as a header has them: field, repeat, component, escape."""
    return Marks(declared[0], declared[2], declared[1], declared[3], first=2)


def _marks_of(question: Question) -> Marks:
    used = question.header.delimiters
    return Marks(used.field, used.component, used.repeat, used.escape, first=2)


def _header(form: OrderForm, letter: Letter, marks: Marks, question: Question | None) -> str:
    record = Segments("H")
    record.put("H.2", Raw(marks.repeat + marks.component + marks.escape))
    record.put("H.5", OURSELVES)
    if form.is_numbered:
        record.put("H.3", letter.control_id)
    sender = question.header.raw(5) if question else marks.escaped(letter.receiver)
    version = question.header.raw(13) if question else ""
    record.put("H.10", Raw(sender))
    record.put("H.12", "P").put("H.13", Raw(version or "LIS2-A2"))
    record.put("H.14", letter.moment(letter.sent_at))
    return _fixed(record, form, "H").written(marks)


def _work(
    number: int,
    sample: Sample,
    form: OrderForm,
    letter: Letter,
    marks: Marks,
    asked: Asked | None,
    *,
    action: str = "",
) -> Iterator[str]:
    yield _patient(number, sample, form, marks)
    together = [sample.tests] if not form.is_one_test_each else [(one,) for one in sample.tests]
    for place_, tests in enumerate(together, start=1):
        record = _specimen(place_, sample.name, form, marks, asked)
        record.put(form.code, _tests(tests, form, marks))
        record.put("O.6", _PRIORITIES[min(sample.priority, 3)])
        if sample.collected_at is not None:
            record.put("O.8", letter.moment(sample.collected_at))
        record.put("O.12", _NEW).put("O.16", sample.material)
        record.put("O.26", "Q" if asked else "O")
        record = _fixed(record, form, "O")
        if action:
            record.put("O.12", action)
        yield record.written(marks)


def _nothing(
    number: int, said: Answer, form: OrderForm, marks: Marks, asked: Asked | None
) -> Iterator[str]:
    yield marks.segment("P", {2: str(number)})
    record = _specimen(1, said.asked, form, marks, asked)
    record.put("O.26", form.no_work.value.rpartition("=")[2])
    yield record.written(marks)


def _specimen(
    number: int, name: str, form: OrderForm, marks: Marks, asked: Asked | None
) -> Segments:
    record = Segments("O").put("O.2", str(number))
    for to, source in form.echoed.items():
        if asked is not None:
            record.put(to, asked.part(place(source).component))
    return record.put(form.specimen, name.rjust(form.width))


def _tests(tests: Sequence[Wanted], form: OrderForm, marks: Marks) -> Raw:
    tail = marks.component if form.has_code_tail else ""
    return marks.repeats(marks.at(form.code, one.code, tail) for one in tests)


def _patient(number: int, sample: Sample, form: OrderForm, marks: Marks) -> str:
    """Write no more than a number, but to an instrument that is to know whose specimen it is."""
    fields = {2: str(number)}
    who = sample.patient
    if who is not None:
        family, given = name_in(who.family, form.charset), name_in(who.given, form.charset)
        fields |= {3: who.record_number, 6: marks.components(family, given)}
        fields |= {8: f"{who.birth_date:%Y%m%d}" if who.birth_date else "", 9: who.sex}
    return marks.segment("P", fields)


def _fixed(record: Segments, form: OrderForm, name: str) -> Segments:
    for where, text in form.fixed.items():
        at = place(where)
        if at.segment == name:
            record.put(at, text)
    return record


def _echo(query: Segment) -> str:
    return query.delimiters.field.join(query.fields[1:])
