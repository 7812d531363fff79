"""What is read in a hospital's message: what it says, and nothing that it does not say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.hl7 import hospital
from assays.rules.filing import Hold
from assays.rules.hospital_messages import Act, HospitalMessage, Identifier, Tube
from patients.rules.births import Precision
from tests.assays.hospital.messages import adt, evn, obr, oml, orc, pid, pv1, written

ZONE = ZoneInfo("Europe/Paris")


def read(content: bytes, **more: str) -> HospitalMessage:
    return hospital.read(content, zone=ZONE, **more)


def the_one(content: bytes):  # type: ignore[no-untyped-def]
    (event,) = read(content).events
    return event


def test_an_admission_says_who_came_where_and_when() -> None:
    found = the_one(adt("A01", evn("A01", told="20260301121500"), pid(), pv1("WARD-3")))

    assert found.act is Act.ADMIT
    assert found.patient.identifiers == (Identifier("1001", "STATION", "MR"),)
    assert (found.patient.family, found.patient.given, found.patient.sex) == ("Vega", "Lyra", "F")
    assert found.patient.birth is not None
    assert found.patient.birth.date == date(1990, 5, 17)
    assert (found.stay.ward, found.stay.visit) == ("WARD-3", "V1")
    assert found.told_at == datetime(2026, 3, 1, 11, 15, tzinfo=UTC)
    assert found.doubts == ()


def test_an_identifier_keeps_its_authority_and_a_bare_one_of_another_field_is_left() -> None:
    f3 = "1001^^^STATION&1.2.3&ISO^MR~77^^^&1.2.840.9&ISO^PI~V9^^^STATION^VN"

    found = the_one(adt("A08", pid(f3=f3, f2="4711", f4="88^^^OTHER")))

    assert found.patient.identifiers == (
        Identifier("1001", "STATION", "MR"),
        Identifier("77", "1.2.840.9", "PI"),
        Identifier("88", "OTHER", ""),
    )


def test_a_number_beside_no_other_is_the_sender_s_own() -> None:
    found = the_one(adt("A08", pid(f3="", f2="4711")))

    assert found.patient.identifiers == (Identifier("4711"),)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("1990", date(1990, 1, 1), Precision.YEAR),
        ("199005", date(1990, 5, 1), Precision.MONTH),
        ("19900517", date(1990, 5, 17), Precision.DAY),
        ("199005172359", date(1990, 5, 17), Precision.DAY),
        ("19900517235930.1234-0500", date(1990, 5, 17), Precision.DAY),
        ('""', None, Precision.UNKNOWN),
    ],
)
def test_a_birth_is_as_exact_as_it_is_written(
    text: str, day: date | None, precision: Precision
) -> None:
    found = the_one(adt("A08", pid(born=text)))

    assert (found.patient.birth.date, found.patient.birth.precision) == (day, precision)


def test_nothing_said_is_no_change_and_two_quotes_are_a_deletion() -> None:
    silent = the_one(adt("A08", pid(born="", sex="", name="")))
    deleted = the_one(adt("A08", pid(sex='""')))

    assert (silent.patient.birth, silent.patient.sex, silent.patient.family) == (None, None, None)
    assert deleted.patient.sex == "U"


@pytest.mark.parametrize(
    ("changed", "word"), [({"born": "19901399"}, "birth"), ({"sex": "Q"}, "sex")]
)
def test_what_cannot_be_read_of_somebody_is_doubted_not_guessed(
    changed: dict[str, str], word: str
) -> None:
    found = the_one(adt("A08", pid(**changed)))

    assert [one.code for one in found.doubts] == [Hold.UNREADABLE]
    assert word in found.doubts[0].reason


def test_a_moment_that_exists_twice_is_doubted() -> None:
    found = the_one(adt("A01", evn("A01", told="20261025023000"), pid(), pv1()))

    assert Hold.TIME_UNCLEAR in [one.code for one in found.doubts]


@pytest.mark.parametrize("name", ["UNKNOWN^", "Unknown^Unknown", '""'])
def test_a_name_that_is_none_is_nobody_s(name: str) -> None:
    assert the_one(adt("A04", pid(name=name))).patient.family is None


def test_a_surname_may_have_parts_and_an_alias_is_not_the_name() -> None:
    found = the_one(adt("A08", pid(name="Alias^Ann^^^^^A~van Dam&van&Dam^Eva^^^^^L")))

    assert (found.patient.family, found.patient.given) == ("van Dam", "Eva")


def test_letters_of_another_character_set_are_read_as_the_header_says() -> None:
    text = adt("A08", pid(name="Müller^Zoë")).replace(b"UNICODE UTF-8", b"8859/1")
    content = text.decode().encode("latin-1")

    assert the_one(content).patient.family == "Müller"


def test_letters_that_are_none_in_its_character_set_stop_the_message() -> None:
    content = adt("A08", pid(name="M\xfcller^Zo")).replace("ü".encode(), b"\xfc")

    found = read(content)

    assert found.events == ()
    assert found.doubt is not None
    assert found.doubt.code is Hold.UNDECODABLE


@pytest.mark.parametrize("event", ["A18", "A34", "A40"])
def test_a_merge_names_the_entry_that_stays_and_the_other(event: str) -> None:
    found = the_one(adt(event, pid("1001"), "MRG|2002^^^STATION^MR"))

    assert found.act is Act.LINK
    assert found.patient.identifiers[0].value == "1001"
    assert found.prior == (Identifier("2002", "STATION", "MR"),)


def test_a_message_of_several_merges_asks_for_each() -> None:
    content = adt(
        "A40", pid("1"), "MRG|2^^^STATION^MR", pid("3"), "PD1||", "MRG|4^^^STATION^MR", pv1()
    )

    found = [(one.patient.identifiers[0].value, one.prior[0].value) for one in read(content).events]

    assert found == [("1", "2"), ("3", "4")]


def test_a_merge_without_the_other_entry_asks_for_nothing_and_is_held() -> None:
    found = read(adt("A40", pid("1")))

    assert found.events == ()
    assert found.doubt is not None
    assert found.doubt.code is Hold.UNREADABLE


def test_entries_are_parted_by_two_pids() -> None:
    found = the_one(adt("A37", pid("1"), pid("2")))

    assert (found.act, found.prior[0].value) == (Act.UNLINK, "2")


def test_an_order_says_what_for_whom_how_urgent_and_by_whom() -> None:
    found = the_one(
        oml(pid(), orc(placer="P1^WARDS", group="G1^WARDS"), "TQ1|1||||||||S", obr(), "SPM|1|C-9^X")
    )

    assert found.act is Act.PLACE
    line = found.line
    assert (line.placer, line.group, line.code) == ("P1^WARDS", "G1^WARDS", "CBC")
    assert (line.priority, line.requester, line.requester_id) == ("S", "Dr Ida Stone", "D7")
    assert line.specimens == (Tube("C-9"),)
    assert line.ordered_at == datetime(2026, 3, 1, 10, 55, tzinfo=UTC)


def test_each_order_has_its_own_notes_answers_and_specimens() -> None:
    content = oml(
        pid(),
        *(orc(placer="P1"), obr("GLU"), "NTE|1||fasting", "OBX|1|ST|FAST||yes", "SPM|1|S1"),
        *(orc(placer="P2"), obr("K"), "OBX|1|NM|DIAL||2", "SPM|1|S2"),
    )

    first, second = (one.line for one in read(content).events)

    assert (first.notes, first.answers, first.specimens) == (
        ("fasting",),
        (("FAST", "yes"),),
        (Tube("S1"),),
    )
    assert (second.notes, second.answers, second.specimens) == ((), (("DIAL", "2"),), (Tube("S2"),))


def test_earlier_results_told_beside_an_order_are_no_orders() -> None:
    content = oml(pid(), orc(), obr(), pid("9"), orc("NW", "P9"), obr("OLD"), "OBX|1|NM|K||4")

    assert [one.line.placer for one in read(content).events] == ["P1"]


def test_an_obr_without_its_orc_is_left_to_a_person() -> None:
    first, second = read(oml(pid(), orc(), obr(), obr("OLD", "P2"))).events

    assert first.doubts == ()
    assert [one.code for one in second.doubts] == [Hold.UNREADABLE]


@pytest.mark.parametrize(
    ("control", "act"),
    [
        *(("NW", Act.PLACE), ("RO", Act.PLACE), ("CA", Act.CANCEL), ("DC", Act.CANCEL)),
        *(("RP", Act.CANCEL), ("XO", Act.CHANGE), ("SC", Act.NOTE), ("SN", Act.NOTE)),
    ],
)
def test_what_an_order_asks_for_is_said_by_its_control_code(control: str, act: Act) -> None:
    assert the_one(oml(pid(), orc(control), obr())).act is act


def test_a_control_code_that_nothing_is_done_upon_is_held() -> None:
    found = the_one(oml(pid(), orc("HD"), obr()))

    assert [one.code for one in found.doubts] == [Hold.ORDER_CONTROL]


def test_two_placer_numbers_for_one_order_are_held() -> None:
    found = the_one(oml(pid(), orc(placer="P1"), obr(placer="P2")))

    assert [one.code for one in found.doubts] == [Hold.UNREADABLE]


def test_a_number_is_the_same_text_whatever_the_delimiters() -> None:
    plain = the_one(oml(pid(), orc(placer="P1^WARDS"), obr()))
    content = oml(pid(), orc(placer="P1^WARDS"), obr())
    odd = content.replace(b"MSH|^~\\&", b"MSH|@~\\&").replace(b"^", b"@")

    assert the_one(odd).line.placer == plain.line.placer == "P1^WARDS"


@given(st.lists(st.sampled_from(["PID", "MRG", "PV1", "ORC", "OBR", "TQ1", "OBX", "SPM", "NTE"])))
def test_no_order_of_segments_is_an_error(names: list[str]) -> None:
    bodies = [f"{name}|" + "|".join("ab^c~d&e" for _ in range(20)) for name in names]

    for kind in ("ADT^A40", "ADT^A01", "OML^O21", "ORM^O01"):
        head = f"MSH|^~\\&|A|B|||20260301||{kind}|1|P|2.5"
        assert isinstance(read(written(head, *bodies)), HospitalMessage)


@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(tail: bytes) -> None:
    found = read(b"MSH|^~\\&|A|B|||2026||ADT^A01|1|P|2.5\r" + tail, charset="8859/1")

    assert found.events or found.doubt is not None
