"""The questions of recorded instruments: read, and answered so that the answer names what they asked."""

from __future__ import annotations

import pytest

from assays.instruments import drivers, questions
from assays.instruments.astm import records, writing
from assays.instruments.astm.writing import Letter
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.hl7 import orders, tree
from assays.instruments.hl7.writing import Envelope
from assays.instruments.questions import Asks, Question
from assays.instruments.readings import Doubt
from assays.rules.worklists import Answer
from tests.assays.instruments.asking import AT, sample
from tests.assays.instruments.drivers.recorded import CORPUS, FAMILIES, Recording, recordings

pytestmark = pytest.mark.skipif(CORPUS is None, reason="no corpus of recorded sessions here")

ASKING = [one for one in recordings() if "query_specimens" in one.expected]
ENVELOPE = Envelope(control_id="L1X00", sent_at=AT)


def of(recording: Recording) -> tuple[Driver, list[Question]]:
    name, settings = FAMILIES[recording.family]
    driver = drivers.find(name)
    messages = driver.unwrap(recording.content, settings)
    found = [questions.read(one.text, driver, settings) for one in messages]
    return driver, [one for one in found if one is not None]


def test_the_corpus_asks() -> None:
    assert len(ASKING) >= 4


@pytest.mark.parametrize("recording", ASKING, ids=lambda one: one.file)
def test_a_recorded_question_is_read_as_expected(recording: Recording) -> None:
    _driver, (question,) = of(recording)

    expected = recording.expected
    assert list(question.specimens) == expected["query_specimens"]
    assert question.tag == expected.get("query_tag", "")
    assert (question.rack, question.position) == (
        expected.get("rack", ""),
        expected.get("position", ""),
    )


@pytest.mark.parametrize("recording", ASKING, ids=lambda one: one.file)
def test_the_answer_to_a_recorded_question_names_what_was_asked(recording: Recording) -> None:
    driver, (question,) = of(recording)
    answers = [Answer(name, sample(name)) for name in question.specimens]

    if question.asks is Asks.ASTM:
        form = driver.order_form(Dialect.ASTM)
        assert form is not None
        said = writing.answer(question, answers, form, Letter("L1X00", AT)) or b""
        found = records.split(said.decode())
        assert not isinstance(found, Doubt)
        named = [one.text(3) for one in found if one.name == "O"]
    else:
        reply = tree.parse(orders.reply(question, answers, ENVELOPE))
        assert not isinstance(reply, Doubt)
        (qpd,) = [one for one in reply.segments if one.name == "QPD"]
        asked = question.named("QPD")
        assert asked is not None
        assert qpd.fields == asked.fields
        form = driver.order_form(Dialect.HL7)
        assert form is not None
        told = [tree.parse(orders.order(sample(n), form, ENVELOPE)) for n in question.specimens]
        named = [
            segment.text(2, 1)
            for one in told
            if not isinstance(one, Doubt)
            for segment in one.segments
            if segment.name == "SPM"
        ]
    assert named == recording.expected["query_specimens"]


def test_a_recorded_genexpert_asks_and_takes_its_question_back() -> None:
    found = [
        question
        for one in recordings()
        if one.file.startswith("hl7/cepheid_genexpert_hl7/Q")
        for question in of(one)[1]
    ]

    assert {one.asks for one in found} == {Asks.Z02, Asks.CANCEL}
    assert len({one.tag for one in found}) == 1


def test_no_other_recorded_message_asks_for_work() -> None:
    odd = {one.file for one in recordings() if one not in ASKING and of(one)[1]}

    # Control values in Q records cannot be told from a question: no specimen has such a name.
    assert {name for name in odd if not name.startswith("hl7/cepheid_genexpert_hl7/Q")} == {
        "synthetic/qc_q_records.astm"
    }
