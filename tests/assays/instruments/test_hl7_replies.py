"""What is said of an HL7 message before anybody reads what it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.hl7 import replies
from assays.instruments.hl7.judging import ERRORS, VERSIONS
from assays.instruments.hl7.replies import Code, judge, reply
from tests.assays.instruments.drivers.messages import read
from tests.assays.instruments.hl7_texts import SEGMENTS, message

AT = datetime(2026, 1, 5, 10, 0, 30, tzinfo=UTC)


def answers(payload: bytes, **more: bool) -> list[list[list[str]]]:
    """The answers as segments and fields; field 1 of MSH is its separator."""
    read = []
    for framed in reply(judge(payload), sent_at=AT, **more):
        assert framed.startswith(b"\x0b")
        assert framed.endswith(b"\r\x1c\r")
        lines = framed[1:-3].decode().split("\r")
        read.append([line.replace("MSH|", "MSH|||", 1).split("|") for line in lines])
        read[-1][0][1:3] = ["|"]
    return read


def codes(payload: bytes, **more: bool) -> list[str]:
    return [segments[1][1] for segments in answers(payload, **more)]


def faults(payload: bytes) -> list[tuple[str, str, int]]:
    return [(fault.code, fault.segment, fault.field) for fault in judge(payload).faults]


def test_a_result_by_the_book_is_accepted() -> None:
    assert judge(message()).is_accepted
    assert codes(message()) == ["AA"]


@pytest.mark.parametrize(
    ("changed", "code", "fault"),
    [
        ({"f9": "ZZZ^Z99"}, "AR", ("200", "MSH", 9)),
        ({"f9": "ADT^A01"}, "AR", ("200", "MSH", 9)),
        ({"f9": "OML^O33"}, "AR", ("200", "MSH", 9)),
        ({"f9": "ORU^R99"}, "AR", ("201", "MSH", 9)),
        ({"f9": "OUL^^OUL_R99"}, "AR", ("201", "MSH", 9)),
        ({"f9": "ESU^^ESU_U01"}, "AR", ("201", "MSH", 9)),
        ({"f9": "QBP^Q11^QBP_Q11"}, "AR", ("201", "MSH", 9)),
        ({"f9": "QCN^J01^QCN_J01"}, "AR", ("201", "MSH", 9)),
        ({"f11": "T"}, "AR", ("202", "MSH", 11)),
        ({"f11": "D"}, "AR", ("202", "MSH", 11)),
        ({"f12": "9.9"}, "AR", ("203", "MSH", 12)),
        ({"f12": "2.2"}, "AR", ("203", "MSH", 12)),
        ({"f9": ""}, "AR", ("101", "MSH", 9)),
        ({"f10": ""}, "AR", ("101", "MSH", 10)),
        ({"f12": ""}, "AR", ("101", "MSH", 12)),
        ({"f18": "KLINGON"}, "AR", ("103", "MSH", 18)),
        ({"f2": "^^^^"}, "AR", ("102", "MSH", 2)),
        ({"f2": "A"}, "AR", ("102", "MSH", 2)),
    ],
)
def test_a_header_that_is_not_for_us_is_rejected_with_its_place(
    changed: dict[str, str], code: str, fault: tuple[str, str, int]
) -> None:
    payload = message(**changed)

    assert faults(payload) == [fault]
    assert codes(payload) == [code]


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_versions_from_2_3_to_2_8_are_taken(version: str) -> None:
    assert codes(message(f12=version)) == ["AA"]


@pytest.mark.parametrize("kind", ["ORU^R01", "ORU^R30^ORU_R30", "ORU^R32", "OUL^R21", "OUL^R22"])
def test_results_are_taken_with_and_without_the_name_of_their_structure(kind: str) -> None:
    assert codes(message(f9=kind)) == ["AA"]


@pytest.mark.parametrize("kind", ["ORU", "OUL", "ORU^^ORU_R01", "OUL^^OUL_R22"])
def test_results_are_taken_without_the_name_of_their_event(kind: str) -> None:
    assert codes(message(f9=kind)) == ["AA"]
    assert read(message(f9=kind)).readings[0].specimen == "ACC-1"


def test_a_structure_says_what_is_missing_as_an_event_does() -> None:
    assert faults(message("OBR|1\r", f9="OUL^^OUL_R22")) == [("100", "SPM", 0)]
    assert faults(message("PID|1\r", f9="ORU")) == [("100", "OBR", 0)]


@pytest.mark.parametrize(
    ("kind", "segments", "missing"),
    [
        ("OUL^R22", "", ["SPM", "OBR"]),
        ("OUL^R22", "OBR|1\r", ["SPM"]),
        ("ORU^R01", "PID|1\r", ["OBR"]),
    ],
)
def test_a_message_without_its_segments_is_an_error(
    kind: str, segments: str, missing: list[str]
) -> None:
    payload = message(segments, f9=kind)

    assert faults(payload) == [("100", name, 0) for name in missing]
    assert codes(payload) == ["AE"]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_other_segment_ends_are_accepted(ends: bytes) -> None:
    payload = message().replace(b"\r", ends)

    assert codes(payload) == ["AA"]


def test_training_is_accepted_where_a_connection_takes_it() -> None:
    assert judge(message(f11="T"), processing_ids=("P", "T")).is_accepted


def test_a_sender_that_names_no_processing_means_production() -> None:
    assert judge(message(f11="")).is_accepted


@pytest.mark.parametrize(
    ("declared", "charset", "code"),
    [
        ("UNICODE UTF-8", "utf-8", "AA"),
        ("UNICODE", "utf-8", "AA"),
        ("8859/1", "latin-1", "AA"),
        ("UNICODE UTF-8", "latin-1", "AE"),
        ("ASCII", "latin-1", "AE"),
        ("", "latin-1", "AA"),  # the connection says; nothing is guessed here
    ],
)
def test_bytes_are_judged_by_the_declared_character_set(
    declared: str, charset: str, code: str
) -> None:
    payload = message(SEGMENTS + "NTE|1|L|prélèvement\r", charset=charset, f18=declared)

    assert codes(payload) == [code]


def test_a_wrong_byte_is_named_with_its_place() -> None:
    payload = message(SEGMENTS + "NTE|1|L|fine\rNTE|2|L|pr") + b"\xe9l\r"

    fault = judge(payload).faults[0]

    assert (fault.code, fault.segment, fault.sequence, fault.field) == ("102", "NTE", 2, 3)
    assert "(0xE9)" in fault.sentence
    assert payload[int(fault.sentence.split()[1]) - 1] == 0xE9


def test_iso_2022_is_judged_as_what_its_escapes_say() -> None:
    payload = message(SEGMENTS + "NTE|1|L|検査\r", charset="iso2022_jp", f18="~ISO IR87")

    assert codes(payload) == ["AA"]


@pytest.mark.parametrize("payload", [b"", b"\r", b"PID|1\r", b"MSH", b"MSHX", b"\x00\xff"])
def test_what_has_no_header_is_rejected(payload: bytes) -> None:
    judgement = judge(payload)

    assert judgement.code is Code.REJECTED
    assert [fault.code for fault in judgement.faults] == ["100"]
    assert b"\rMSA|AR|\r" in reply(judgement, sent_at=AT)[0]


def test_all_that_is_wrong_is_named_at_once() -> None:
    payload = message(f10="", f11="T", f12="9.9", f18="KLINGON")

    assert [code for code, _, _ in faults(payload)] == ["101", "203", "103", "202"]
    assert judge(payload).refusal.count(".") >= 4


# --- the answer


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("iso2022_jp", "~ISO IR87"),
        ("gb18030", "GB 18030-2000"),
        ("gbk", "GBK"),
        ("big5", "BIG-5"),
        ("shift_jis", "SHIFT_JIS"),
    ],
)
def test_a_letter_that_holds_the_byte_of_a_delimiter_moves_no_field(
    charset: str, declared: str
) -> None:
    name = next(
        letter
        for letter in map(chr, range(0x4E00, 0x9FA6))
        if b"|" in letter.encode(charset, "ignore")
    )
    payload = message(charset=charset, f3=name, f4=name * 2, f18=declared)

    judgement = judge(payload)
    (answer,) = reply(judgement, sent_at=AT)

    assert (judgement.refusal, judgement.header.sender) == ("", name)
    assert [judgement.header.control_id, judgement.header.event] == ["C-1", "R22"]
    assert answer[1:].decode(charset).split("|")[4:6] == [name, name * 2]
    assert read(payload).sender == name


def test_the_answer_goes_back_to_who_sent_the_message() -> None:
    [[msh, msa]] = answers(message())

    assert msh[3:7] == ["LIS", "HOSPITAL", "ANALYSER^7", "LAB"]
    assert msh[7] == "20260105100030+0000"
    assert msh[9] == "ACK^R22^ACK"
    assert msh[11:13] == ["P", "2.5.1"]
    assert (msh[18], msh[21]) == ("UNICODE UTF-8", "LAB-29^IHE")
    assert msa == ["MSA", "AA", "C-1"]


def test_an_error_is_told_with_its_place_its_code_and_a_sentence() -> None:
    [[_, msa, err]] = answers(message(f11="T"))

    assert msa == ["MSA", "AR", "C-1"]
    assert err[2] == "MSH^1^11"
    assert err[3] == "202^Unsupported processing id^HL70357"
    assert err[4] == "E"
    assert err[8] == "Processing id T is not taken here."


def test_every_error_code_has_its_words() -> None:
    for payload in (message(f9="ADT^A01"), message(f12="7"), message(""), message(f10="")):
        assert all(fault.code in ERRORS for fault in judge(payload).faults)


def test_before_2_5_the_sentence_stands_in_msa_and_the_place_in_err_1() -> None:
    [[_, msa, err]] = answers(message(f12="2.3.1", f11="T"))

    assert msa == ["MSA", "AR", "C-1", "Processing id T is not taken here."]
    assert err == ["ERR", "MSH^1^11^202&Unsupported processing id&HL70357"]


@pytest.mark.parametrize(
    ("accept", "application", "good", "bad"),
    [
        ("", "", ["AA"], ["AR"]),
        ("NE", "AL", ["AA"], ["AR"]),
        ("ER", "AL", ["AA"], ["AR"]),
        ("ER", "ER", [], ["AR"]),
        ("ER", "NE", [], ["CR"]),
        ("ER", "SU", ["AA"], ["CR"]),
        ("AL", "AL", ["CA", "AA"], ["CR"]),
        ("AL", "NE", ["CA"], ["CR"]),
        ("AL", "", ["CA"], ["CR"]),
        ("NE", "NE", [], []),
        ("SU", "NE", ["CA"], []),
        ("SU", "AL", ["CA", "AA"], ["AR"]),
        ("NE", "ER", [], ["AR"]),
        ("", "AL", ["AA"], ["AR"]),
    ],
)
def test_the_modes_of_acknowledgment(
    accept: str, application: str, good: list[str], bad: list[str]
) -> None:
    assert codes(message(f15=accept, f16=application)) == good
    assert codes(message(f15=accept, f16=application, f11="T")) == bad


def test_every_condition_of_the_table_is_answered_somehow() -> None:
    conditions = ("", "AL", "NE", "ER", "SU", "??")

    for accept, application in product(conditions, conditions):
        assert len(answers(message(f15=accept, f16=application))) <= 2


def test_what_is_not_stored_is_never_accepted() -> None:
    for changed in ({}, {"f16": "AL"}, {"f15": "AL", "f16": "AL"}, {"f11": "T"}):
        found = answers(message(**changed), is_stored=False)

        assert [segments[1][1] for segments in found] == [
            "CE" if changed.get("f15") == "AL" else "AE"
        ]
        assert found[0][2][3].startswith("207^")


def test_the_same_message_gets_the_same_answer_again() -> None:
    [first], [again] = (
        reply(judge(message()), sent_at=at) for at in (AT, AT + timedelta(minutes=1))
    )

    assert first.replace(b"20260105100030", b"20260105100130") == again


def test_the_control_ids_of_answers_differ_as_they_do_and_fit_version_2_5() -> None:
    ids = [
        segments[0][10]
        for payload in (message(), message(f10="C-2"), message(f15="AL", f16="AL"))
        for segments in answers(payload)
    ]

    assert len(set(ids)) == 4
    assert all(len(one) == 20 for one in ids)


def test_an_answer_is_never_answered() -> None:
    assert codes(message("MSA|AA|X\r", f9="ACK^R22^ACK")) == []
    assert not judge(message("MSA|AA|X\r", f9="ORL^O34")).is_accepted


def test_the_delimiters_of_the_sender_are_ours() -> None:
    payload = message(f9="ADT^A01").replace(b"|", b"!").replace(b"^", b"@")

    [answer] = reply(judge(payload), sent_at=AT)

    assert answer.startswith(b"\x0bMSH!@~\\&!LIS!HOSPITAL!ANALYSER@7!LAB!")
    assert b"\rERR!!MSH@1@9!200@Unsupported message type@HL70357!E!!!!" in answer


def test_our_words_cannot_be_taken_for_delimiters() -> None:
    payload = message(f9="A&B^Z99")

    [answer] = reply(judge(payload), sent_at=AT)

    assert b"Messages of type A\\T\\B are not taken here." in answer


def test_what_the_sender_is_called_goes_back_as_the_same_bytes() -> None:
    payload = message(f3="ANALYSEUR É", f18="8859/1", charset="latin-1")

    assert b"|ANALYSEUR \xc9|" in reply(judge(payload), sent_at=AT)[0]


def test_bytes_that_are_no_text_do_not_go_back() -> None:
    payload = message(f3="ANALYSEUR É", charset="latin-1")

    [answer] = reply(judge(payload), sent_at=AT)

    assert answer.isascii()
    assert b"\rMSA|AE|C-1" in answer


@given(st.binary(max_size=300))
def test_random_bytes_are_judged_and_answered_without_an_exception(data: bytes) -> None:
    for payload in (data, b"MSH" + data, message() + data, b"MSH|^~\\&|" + data):
        for answer in reply(judge(payload), sent_at=AT):
            assert answer.count(b"\x0b") == 1 or b"\x0b" in payload
            assert answer.endswith(b"\r\x1c\r")


@given(st.lists(st.text(alphabet="ABC|^~\\&É", max_size=8), min_size=20, max_size=20))
def test_any_header_is_judged_and_answered_without_an_exception(fields: list[str]) -> None:
    payload = ("MSH|^~\\&|" + "|".join(fields) + "\r" + SEGMENTS).encode()

    answered = [answer.split(b"\r") for answer in reply(judge(payload), sent_at=AT)]

    assert all(segments[1].startswith(b"MSA") for segments in answered)


def test_a_header_says_who_sent_what() -> None:
    head = replies.header(message())

    assert (head.sender, head.control_id, head.kind, head.event) == (
        "ANALYSER^7",
        "C-1",
        "OUL",
        "R22",
    )


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\r\n", b"\x00"])
def test_a_header_is_found_after_what_some_systems_write_before_it(lead: bytes) -> None:
    assert replies.header(lead + message()).control_id == "C-1"
