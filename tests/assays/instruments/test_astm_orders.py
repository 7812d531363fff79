"""What ASTM analysers are told: written as they declare it, and read back by our own readers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments import drivers, interpret, questions
from assays.instruments.astm import records, writing
from assays.instruments.astm.writing import Letter
from assays.instruments.composing import Unwritable
from assays.instruments.ordering import NoWork
from assays.instruments.questions import Asks
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment
from assays.rules.worklists import Answer, Wanted
from tests.assays.instruments.asking import AT, NOBODY, WHO, asked, form, sample, work

LETTER = Letter("L1X00", AT, "Africa/Kampala", "ANALYSER^1")
QUERY = b"H|\\^&|||RVX^2|||||LIS||P|LIS2-A2|20260304122000\rQ|1|%b||ALL||||||||O\rL|1|N\r"


def read(content: bytes) -> list[Segment]:
    found = records.split(content.decode())
    assert not isinstance(found, Doubt)
    return found


def one(content: bytes, name: str) -> Segment:
    (found,) = [record for record in read(content) if record.name == name]
    return found


def names(content: bytes) -> str:
    return "".join(record.name for record in read(content))


def reply(content: bytes, *answers: Answer, driver: str = "lis2a2") -> bytes:
    question = asked(content, driver)
    found = writing.answer(question, answers, form(driver, "ASTM"), LETTER)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("field", "specimen"), [(b"A-1", "A-1"), (b"T9^A-1", "A-1"), (b"^A-1", "A-1")]
)
def test_the_specimen_of_a_question_is_read_where_families_write_it(
    field: bytes, specimen: str
) -> None:
    question = asked(QUERY % field, "lis2a2")

    assert (question.asks, question.specimens) == (Asks.ASTM, (specimen,))


def test_several_records_and_repetitions_ask_for_several_specimens() -> None:
    text = (QUERY % b"A-1\\A-2").replace(b"L|1", b"Q|2|A-3||ALL\rL|1")

    assert asked(text, "lis2a2").specimens == ("A-1", "A-2", "A-3")


def test_all_is_no_specimen() -> None:
    question = asked(QUERY % b"ALL", "lis2a2")

    assert (question.is_for_all, question.specimens) == (True, ())


@pytest.mark.parametrize(
    "text",
    [
        b"H|\\^&|||X\rP|1\rO|1|A-1||^^^GLU\rR|1|^^^GLU|5|mmol/L||||F\rL|1|N\r",
        b"H|\\^&|||X\rP|1\rO|1|A-1||^^^GLU\rL|1|N\r",
        b"H|\\^&|||X\rQ|1|GLU|5.4\rR|1|^^^GLU|5\rL|1|N\r",
        b"Q|1|A-1\r",
        b"",
    ],
)
def test_what_brings_results_or_orders_is_no_question(text: bytes) -> None:
    assert questions.read(text, drivers.find("lis2a2"), {}) is None


def test_an_answer_is_an_order_of_every_test() -> None:
    said = reply(QUERY % b"A-1", work())

    assert names(said) == "HPOL"
    order = one(said, "O")
    assert order.text(3) == "A-1"
    assert order.repeats(5) == ["^^^GLU", "^^^HGB"]
    assert [order.text(n) for n in (6, 8, 12, 16, 26)] == ["R", "20260304100000", "N", "SER", "Q"]
    assert one(said, "L").text(3) == "F"
    head = one(said, "H")
    assert (head.text(5), head.raw(10), head.text(14)) == ("labsys", "RVX^2", "20260304123000")


def test_without_any_work_the_question_comes_back_without_information() -> None:
    said = reply(QUERY % b"A-2", NOBODY)

    assert (names(said), one(said, "L").text(3)) == ("HQL", "I")
    assert one(said, "Q").raw(3) == "A-2"


def test_specimens_without_work_are_left_out_beside_others() -> None:
    said = reply((QUERY % b"A-1").replace(b"L|1", b"Q|2|A-2||ALL\rL|1"), work(), NOBODY)

    assert (names(said), one(said, "O").text(3), one(said, "L").text(3)) == ("HPOL", "A-1", "F")


@pytest.mark.parametrize(("declared", "code"), [("NO_ORDER", "Y"), ("NO_PATIENT", "Z")])
def test_a_family_may_want_to_be_told_of_no_work_in_an_order(declared: str, code: str) -> None:
    own = replace(form("lis2a2", "ASTM"), no_work=NoWork[declared])
    said = writing.answer(asked(QUERY % b"A-2", "lis2a2"), [NOBODY], own, LETTER)

    assert said is not None
    assert (names(said), one(said, "O").text(3), one(said, "O").text(26)) == ("HPOL", "A-2", code)


def test_a_question_that_was_taken_back_gets_no_answer() -> None:
    question = asked((QUERY % b"A-1").replace(b"|O\r", b"|A\r"), "lis2a2")

    assert question.is_aborted
    assert writing.answer(question, [work()], form("lis2a2", "ASTM"), LETTER) is None


def test_nobody_is_named_unless_the_instrument_is_to_know() -> None:
    silent = reply(QUERY % b"A-1", work())
    told = reply(QUERY % b"A-1", work(patient=WHO))

    assert one(silent, "P").fields == ["", "P", "1"]
    who = one(told, "P")
    assert (who.text(3), who.text(6, 1), who.text(6, 2)) == ("T0001", "Nakato|Åse", "Rose")
    assert (who.text(8), who.text(9)) == ("19900504", "F")


def test_urgent_work_is_told_as_such() -> None:
    found = [one(reply(QUERY % b"A-1", work(priority=n)), "O").text(6) for n in range(4)]

    assert found == ["S", "A", "A", "R"]


def test_the_delimiters_of_the_question_are_those_of_the_answer() -> None:
    text = b"H|@^\\|L1||GX^GeneXpert^1|||||LIS||P|1394-97|20260304\rQ|1|P9^A-1||||||||||O\rL|1|N\r"

    said = reply(text, work(), driver="cepheid-genexpert")

    assert said.startswith(b"H|@^\\|L1X00|")
    first, second = [record for record in read(said) if record.name == "O"]
    assert (first.text(3), first.text(5, 4), second.text(5, 4)) == ("A-1", "GLU", "HGB")
    assert (first.text(12), first.text(16)) == ("A", "ORH")


def test_a_roche_analyser_gets_its_sequence_rack_and_position_back() -> None:
    text = (
        b"H|\\^&|||c311^1|||||host|TSREQ^REAL|P|1\r"
        b"Q|1|^^       0000000017^7^50002^3^^S1^SC||ALL||||||||O\rL|1|N\r"
    )

    said = reply(text, work("0000000017"), driver="roche-cobas-c311")

    order = one(said, "O")
    assert (order.text(3), order.raw(4)) == ("            0000000017", "7^50002^3^^S1^SC")
    assert order.repeats(5) == ["^^^GLU^", "^^^HGB^"]
    assert [order.text(n) for n in (12, 16, 26)] == ["A", "1", "O"]
    assert (one(said, "H").raw(11), one(said, "L").text(3)) == ("TSDWN^REPLY", "N")


def test_a_sysmex_analyser_gets_its_rack_and_position_back() -> None:
    text = b"H|\\^&|||XN-20^00-01^1\rQ|1|2^1^            0000000017^B||||20260304\rL|1|N\r"

    said = reply(text, work("0000000017"), driver="sysmex-xn")

    order = one(said, "O")
    assert order.raw(3) == "2^1^            0000000017^B"
    assert order.repeats(5) == ["^^^^GLU", "^^^^HGB"]


def test_work_that_nobody_asked_for_is_an_order_of_ours() -> None:
    said = writing.download(sample(), form("lis2a2", "ASTM"), LETTER)

    assert (names(said), one(said, "O").text(26), one(said, "L").text(3)) == ("HPOL", "O", "N")
    assert one(said, "H").text(10, 1) != ""


@pytest.mark.parametrize("driver", ["lis2a2", "roche-cobas-c311"])
def test_cancelled_work_says_so_whatever_a_family_always_writes(driver: str) -> None:
    said = writing.download(sample(), form(driver, "ASTM"), LETTER, is_cancelled=True)

    assert one(said, "O").text(12) == "C"


def test_a_specimen_that_the_character_set_cannot_hold_is_not_written() -> None:
    own = replace(form("lis2a2", "ASTM"), charset="ASCII")

    with pytest.raises(Unwritable, match="Ж"):
        writing.download(sample("Ж-1"), own, LETTER)


def test_a_name_is_written_without_accents_or_not_at_all() -> None:
    own = replace(form("lis2a2", "ASTM"), charset="ASCII")
    who = replace(WHO, family="Müller", given="Жанна")

    said = writing.download(sample(patient=who), own, LETTER)

    assert one(said, "P").raw(6) == "Muller"


def test_our_own_reader_takes_what_we_write_for_orders_and_holds_it() -> None:
    (found,) = interpret(writing.download(sample(), form("lis2a2", "ASTM"), LETTER), "lis2a2")

    assert [reason.code for reason in found.held] == ["EMPTY"]


# NUL and U+FFFD are taken from nobody: no reader makes them of an escape.
CHARACTERS = st.characters(codec="utf-8", min_codepoint=1, exclude_characters="\ufffd")
TEXT = st.text(CHARACTERS, min_size=1, max_size=12)


@given(specimen=TEXT, code=TEXT)
def test_whatever_is_written_is_read_back(specimen: str, code: str) -> None:
    odd = sample(specimen, tests=(Wanted(code, (1,)),))

    order = one(writing.download(odd, form("lis2a2", "ASTM"), LETTER), "O")

    assert (order.text(3), order.text(5, 4)) == (specimen, code)
