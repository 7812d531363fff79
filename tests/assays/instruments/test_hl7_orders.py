"""What HL7 analysers are told: the reply to a question, the orders, and what they say to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments import drivers, questions
from assays.instruments.hl7 import orders, tree
from assays.instruments.hl7.replies import judge
from assays.instruments.hl7.writing import Envelope
from assays.instruments.questions import Asks
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment
from assays.rules.worklists import Wanted
from tests.assays.instruments.asking import AT, NOBODY, WHO, asked, form, sample, work

ENVELOPE = Envelope(control_id="L1X00", sent_at=AT, zone="Africa/Kampala")
QBP = (
    "MSH|^~\\&|analyzer® x|unit 3|LIS|Central|20260304123000+0300||QBP^Q11^QBP_Q11|Q-9|P|2.5.1"
    "|||NE|AL||UNICODE UTF-8|||LAB-27^IHE\r"
    "QPD|WOS^Work Order Step^IHELAW|TAG-9|A-1|50001|4|||||SER^^L\rRCP|I||R^^HL70394\r"
).encode()
QRY = (
    b"MSH|^~\\&|||||20260304123000||QRY^Q02|31|P|2.3.1||||||ASCII\r"
    b"QRD|20260304123000|R|D|2|||RD|A-1|OTH|||T|\rQRF||||||RCT|COR|ALL||\r"
)
Z03 = (
    b"MSH|^~\\&|LAB9^GeneXpert^1.0||LIS||20260304123000||QBP^Z03^QBP_Z03|abc1|P|2.5\r"
    b"QPD|Z03^HOST QUERY|abc1tag|P-3|A-1\rRCP|I\r"
)
QCN = (
    b"MSH|^~\\&|LAB9^GeneXpert^1.0||LIS||20260304123000||QCN^J01^QCN_J01|abc2|P|2.5|||AL|NE\r"
    b"QID|abc1tag|N/D\r"
)


def read(content: bytes) -> list[Segment]:
    found = tree.parse(content, charset="UTF-8")
    assert not isinstance(found, Doubt)
    return found.segments


def one(content: bytes, name: str) -> Segment:
    (found,) = [segment for segment in read(content) if segment.name == name]
    return found


def names(content: bytes) -> str:
    return " ".join(segment.name for segment in read(content))


@pytest.mark.parametrize(
    ("text", "driver", "asks", "tag", "place"),
    [
        (QBP, "hl7-oru-oul", Asks.LAW, "TAG-9", ("50001", "4")),
        (QRY, "mindray-bs", Asks.DSR, "2", ("", "")),
        (Z03, "cepheid-genexpert", Asks.Z02, "abc1tag", ("", "")),
    ],
)
def test_a_question_says_whose_work_and_what_comes_back_with_the_answer(
    text: bytes, driver: str, asks: Asks, tag: str, place: tuple[str, str]
) -> None:
    found = asked(text, driver)

    assert (found.asks, found.specimens, found.tag) == (asks, ("A-1",), tag)
    assert (found.rack, found.position) == place


def test_a_question_taken_back_names_the_tag_of_the_other() -> None:
    found = asked(QCN, "cepheid-genexpert")

    assert (found.is_aborted, found.tag, found.asked) == (True, "abc1tag", ())


@pytest.mark.parametrize(
    ("old", "new"), [(b"WOS^Work", b"WOS_ALL^Work"), (b"|A-1|", b"|ALL|"), (b"|A-1|", b"|all|")]
)
def test_all_work_may_be_asked_for(old: bytes, new: bytes) -> None:
    found = asked(QBP.replace(old, new), "hl7-oru-oul")

    assert (found.is_for_all, found.specimens) == (True, ())


@pytest.mark.parametrize("kind", [b"QBP^Q13", b"QRY^R02", b"ADT^A01", b"ORU^R01"])
def test_other_messages_are_no_questions(kind: bytes) -> None:
    text = QRY.replace(b"QRY^Q02", kind)

    assert questions.read(text, drivers.find("hl7-oru-oul"), {}) is None


def test_law_is_replied_to_with_tag_and_question() -> None:
    said = orders.reply(asked(QBP, "hl7-oru-oul"), [work()], ENVELOPE)

    assert names(said) == "MSH MSA QAK QPD"
    head = one(said, "MSH")
    assert [head.raw(n) for n in (3, 4, 5, 6)] == ["LIS", "Central", "analyzer® x", "unit 3"]
    assert [head.raw(n) for n in (9, 10, 11, 12)] == ["RSP^K11^RSP_K11", "L1X00", "P", "2.5.1"]
    assert [head.raw(n) for n in (15, 16, 18, 21)] == ["NE", "NE", "UNICODE UTF-8", "LAB-27^IHE"]
    assert [one(said, "MSA").raw(n) for n in (1, 2)] == ["AA", "Q-9"]
    assert one(said, "QAK").fields == ["QAK", "TAG-9", "OK", "WOS^Work Order Step^IHELAW"]
    assert one(said, "QPD").fields == one(QBP, "QPD").fields


def test_law_says_that_nothing_was_found() -> None:
    said = orders.reply(asked(QBP, "hl7-oru-oul"), [NOBODY], ENVELOPE)

    assert (one(said, "MSA").text(1), one(said, "QAK").text(2)) == ("AA", "NF")


@pytest.mark.parametrize(
    ("text", "kind"), [(QBP, "RSP^K11^RSP_K11"), (QRY, "QCK^Q02"), (Z03, "RSP^Z02")]
)
def test_work_that_cannot_be_found_now_is_an_error_and_not_none(text: bytes, kind: str) -> None:
    said = orders.failed(asked(text, "hl7-oru-oul"), ENVELOPE)

    assert one(said, "MSH").raw(9) == kind
    assert (one(said, "MSA").text(1), one(said, "QAK").text(2)) == ("AE", "AE")


@pytest.mark.parametrize("kind", [b"WOS_BY_RACK", b"WOS_BY_TRAY", b"wos_by_rack"])
def test_what_stands_in_a_rack_or_tray_is_not_known_here(kind: bytes) -> None:
    text = QBP.replace(b"WOS^Work", kind + b"^Work").replace(b"|A-1|", b"||")
    found = asked(text, "hl7-oru-oul")

    said = orders.failed(found, ENVELOPE, "Which, nobody here knows.")

    assert (found.is_beyond_us, found.is_for_all, found.rack) == (True, False, "50001")
    assert names(said) == "MSH MSA ERR QAK QPD"
    assert (one(said, "MSA").text(1), one(said, "QAK").text(2)) == ("AE", "AE")
    error = one(said, "ERR")
    assert [error.raw(n) for n in (2, 4, 8)] == ["QPD^1^1", "E", "Which, nobody here knows."]
    assert error.text(3, 1) == "103"


def test_a_specimen_that_is_named_is_asked_for_in_whatever_rack() -> None:
    found = asked(QBP.replace(b"WOS^Work", b"WOS_BY_RACK^Work"), "hl7-oru-oul")

    assert (found.is_beyond_us, found.specimens) == (False, ("A-1",))


def test_delimiters_of_the_question_are_those_of_the_reply() -> None:
    text = QRY.replace(b"^", b"$").replace(b"MSH|$~", b"MSH|$~")

    said = orders.reply(asked(text, "hl7-oru-oul"), [work()], ENVELOPE)

    assert said.startswith(b"MSH|$~\\&|")
    assert one(said, "MSH").text(9, 2) == "Q02"


def test_law_orders_one_test_behind_the_other_under_their_specimen() -> None:
    said = orders.order(sample(), form("hl7-oru-oul", "HL7"), ENVELOPE, rack=("50001", "4"))

    assert names(said) == "MSH SPM SAC ORC TQ1 OBR ORC TQ1 OBR"
    head = one(said, "MSH")
    assert (head.raw(9), head.raw(15), head.raw(16)) == ("OML^O33^OML_O33", "NE", "AL")
    assert (head.raw(21), head.raw(10)) == ("LAB-28^IHE", "L1X00")
    specimen = one(said, "SPM")
    assert [specimen.raw(n) for n in (2, 4, 11, 17)] == [
        *("A-1", "SER^^HL70487", "P^Patient^HL70369", "20260304100000")
    ]
    assert [one(said, "SAC").text(n) for n in (3, 10, 11)] == ["A-1", "50001", "4"]
    lines = [segment for segment in read(said) if segment.name in ("ORC", "OBR")]
    assert [(line.raw(1), line.raw(2)) for line in lines[::2]] == [("NW", "W1"), ("NW", "W2")]
    assert [(line.raw(2), line.raw(4)) for line in lines[1::2]] == [
        *(("W1", "GLU^^L"), ("W2", "HGB^^L"))
    ]


def test_law_says_no_work_in_the_order_control() -> None:
    said = orders.no_work("A-2", ENVELOPE)

    assert names(said) == "MSH SPM SAC ORC"
    assert (one(said, "ORC").text(1), one(said, "SAC").text(3)) == ("DC", "A-2")


def test_work_is_cancelled_under_its_number() -> None:
    said = orders.order(sample(), form("hl7-oru-oul", "HL7"), ENVELOPE, control="CA")

    assert [s.raw(1) + s.raw(2) for s in read(said) if s.name == "ORC"] == ["CAW1", "CAW2"]


def test_nobody_is_named_unless_the_instrument_is_to_know() -> None:
    law = form("hl7-oru-oul", "HL7")

    silent, told = (orders.order(sample(patient=who), law, ENVELOPE) for who in (None, WHO))

    assert "PID" not in names(silent)
    who = one(told, "PID")
    assert (who.text(3), who.text(5, 1), who.text(5, 2)) == ("T0001", "Nakato|Åse", "Rose")
    assert (who.text(7), who.text(8)) == ("19900504", "F")


def test_a_mindray_question_is_acknowledged_then_displayed() -> None:
    question = asked(QRY, "mindray-bs")

    first = orders.reply(question, [work()], ENVELOPE)
    second = orders.display(sample(), form("mindray-bs", "HL7"), ENVELOPE, question)

    assert names(first) == "MSH MSA ERR QAK"
    assert (one(first, "MSH").raw(9), one(first, "MSA").text(2)) == ("QCK^Q02", "31")
    assert [one(first, "QAK").text(n) for n in (1, 2)] == ["SR", "OK"]
    assert one(second, "MSH").raw(9) == "DSR^Q03"
    assert one(second, "QRD").fields == one(QRY, "QRD").fields
    rows = {s.text(1): s.raw(3) for s in read(second) if s.name == "DSP"}
    assert {n: text for n, text in rows.items() if text} == {
        **{"21": "A-1", "23": "20260304100000", "24": "N", "26": "SER"},
        **{"29": "GLU^^^", "30": "HGB^^^"},
    }
    assert read(second)[-1].name == "DSC"


def test_a_mindray_question_without_work_has_one_answer() -> None:
    said = orders.reply(asked(QRY, "mindray-bs"), [NOBODY], ENVELOPE)

    assert one(said, "QAK").text(2) == "NF"


def test_a_display_names_the_patient_only_to_who_is_to_know() -> None:
    said = orders.display(
        sample(patient=WHO), form("mindray-bs", "HL7"), ENVELOPE, asked(QRY, "mindray-bs")
    )

    rows = {s.text(1): s.text(3) for s in read(said) if s.name == "DSP"}
    assert [rows[n] for n in "345"] == ["Rose Nakato|Åse", "19900504000000", "F"]


def test_the_reply_to_a_genexpert_holds_its_orders() -> None:
    said = orders.reply(asked(Z03, "cepheid-genexpert"), [work(), NOBODY], ENVELOPE)

    assert names(said) == "MSH MSA QAK QPD PID ORC OBR TQ1 SPM ORC OBR TQ1 SPM"
    assert one(said, "MSH").raw(9) == "RSP^Z02"
    assert one(said, "QAK").text(1) == "abc1tag"
    assert [s.raw(4) for s in read(said) if s.name == "OBR"] == ["GLU", "HGB"]
    assert {s.text(2, 1) for s in read(said) if s.name == "SPM"} == {"A-1"}
    assert one(said, "PID").fields == ["PID", "1"]


def test_a_genexpert_without_work_gets_no_order() -> None:
    said = orders.reply(asked(Z03, "cepheid-genexpert"), [NOBODY], ENVELOPE)

    assert names(said) == "MSH MSA QAK QPD"


ORL = (
    b"MSH|^~\\&|analyzer||LIS||20260304123000||ORL^O34^ORL_O42|5|P|2.5.1\rMSA|AA|L1X00\r"
    b"SPM|1|A-1\rORC|OK|W1||||SC\rOBR|1|W1||GLU^^L\r"
    b"ORC|UA||||555\rOBR|1|W2^lab||HGB^^L\r"
)


def test_what_an_analyser_says_of_each_order_is_read_by_its_number() -> None:
    said = orders.read_answer(ORL)

    assert said is not None
    assert (said.control_id, said.code) == ("L1X00", "AA")
    assert said.orders == {"W1": "OK", "W2": "UA"}


@pytest.mark.parametrize("text", [b"", b"H|\\^&", QBP, b"MSH|^~\\&|x\rPID|1\r"])
def test_what_answers_nothing_is_no_answer(text: bytes) -> None:
    assert orders.read_answer(text) is None


@pytest.mark.parametrize("text", [QBP, QRY, Z03])
def test_our_own_judge_finds_nothing_wrong_with_the_form_of_a_reply(text: bytes) -> None:
    said = orders.reply(asked(text, "hl7-oru-oul"), [work()], ENVELOPE)

    faults = [fault for fault in judge(said).faults if fault.code not in ("200", "201")]
    assert faults == []


CHARACTERS = st.characters(codec="utf-8", min_codepoint=1, exclude_characters="\ufffd")
TEXT = st.text(CHARACTERS, min_size=1, max_size=12).filter(lambda text: text != '""')


@given(specimen=TEXT, code=TEXT)
def test_whatever_is_written_is_read_back(specimen: str, code: str) -> None:
    odd = replace(sample(specimen), tests=(Wanted(code, (1,), "W1"),))

    said = orders.order(odd, form("hl7-oru-oul", "HL7"), ENVELOPE)

    assert (one(said, "SPM").text(2, 1), one(said, "OBR").text(4, 1)) == (specimen, code)
