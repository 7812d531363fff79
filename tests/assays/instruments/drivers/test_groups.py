"""Which specimen an HL7 result is of: its group's, and never another's."""

from __future__ import annotations

import pytest

from assays.instruments.readings import Sort
from tests.assays.instruments.drivers.messages import (
    GLU,
    MSH,
    ORU,
    OUL,
    hl7,
    holds,
    obx,
    only,
    read,
)


def specimens(*segments: str, **settings: object) -> list[tuple[str, str, str]]:
    return [
        (reading.specimen, reading.code, reading.sort.value)
        for reading in read(hl7(*segments), **settings).readings
    ]


def test_in_an_oul_every_specimen_has_its_own_results() -> None:
    assert specimens(
        OUL,
        *("SPM|1|ACC-1", "OBR|1||1|T", obx("GLU"), "OBR|2||2|T", obx("CREA")),
        *("SPM|2|ACC-2", "OBR|1||1|T", obx("GLU")),
        *("SPM|3|", "OBR|1||1|T", obx("GLU")),
    ) == [
        ("ACC-1", "GLU", "VALUE"),
        ("ACC-1", "CREA", "VALUE"),
        ("ACC-2", "GLU", "VALUE"),
        ("", "GLU", "VALUE"),
    ]


def test_in_an_oru_the_specimen_stands_behind_its_results() -> None:
    assert specimens(
        ORU,
        *("PID|1", "ORC|RE", "OBR|1|||T", obx("GLU"), obx("CREA"), "SPM|1|ACC-1"),
        *("ORC|RE", "OBR|2|||T", obx("GLU"), "SPM|1|ACC-2"),
    ) == [
        ("ACC-1", "GLU", "VALUE"),
        ("ACC-1", "CREA", "VALUE"),
        ("ACC-2", "GLU", "VALUE"),
    ]


def test_an_order_of_an_oru_without_a_specimen_has_none_of_its_neighbours() -> None:
    readings = read(
        hl7(ORU, "OBR|1|||T", obx(), "SPM|1|ACC-1", "OBR|2|||T", obx(), "OBR|3|||T", obx())
    ).readings

    assert [reading.specimen for reading in readings] == ["ACC-1", "", ""]
    assert [holds(reading) for reading in readings] == [[], ["NO_SPECIMEN"], ["NO_SPECIMEN"]]


def test_an_oru_that_knows_no_specimens_names_it_as_the_filler_order() -> None:
    assert specimens(ORU, "OBR|1||ACC-1|T", obx()) == [("ACC-1", "GLU", "VALUE")]
    assert specimens(ORU, "OBR|1||ACC-1|T", obx(), "SPM|1|") == [("", "GLU", "VALUE")]


def test_an_oul_that_writes_its_specimens_behind_the_orders_names_none_by_the_order() -> None:
    trailing = ("PID|1", "ORC|SC", "OBR|1|P-1|F-1^chemistry|T", obx("GLU"))
    one = read(hl7(OUL, *trailing, "SPM|1|ACC-1")).readings
    several = read(hl7(OUL, *trailing, "SPM|1|ACC-1", "SPM|2|ACC-2")).readings
    none = read(hl7(OUL, *trailing)).readings

    assert [(each.specimen, holds(each)) for each in one] == [("ACC-1", [])]
    assert [holds(each) for each in several] == [["UNREADABLE"]]
    assert [(each.specimen, holds(each)) for each in none] == [("", ["NO_SPECIMEN"])]


@pytest.mark.parametrize(
    "segments",
    [
        (OUL, *GLU, "SPM|1|ACC-1", *GLU),
        (OUL, "SPM|1|ACC-1", *GLU, "SPM|2|ACC-2"),
        (ORU, "SPM|1|ACC-1", *GLU, "SPM|2|ACC-2", *GLU, "SPM|3|ACC-3"),
        (OUL, "ORC|RE", obx("GLU"), "SPM|1|ACC-1", "ORC|RE", *GLU, "SPM|2|ACC-2", *GLU),
        (OUL, "spm|1|ACC-1", *GLU, "SPM|2|ACC-2", *GLU, "ob"),
    ],
    ids=["orders around", "specimens around", "in an ORU", "an order lost", "damaged at both ends"],
)
def test_nobody_guesses_whether_specimens_stand_before_or_behind_their_orders(segments) -> None:
    found = read(hl7(*segments))

    assert (found.readings, found.doubt and found.doubt.hold) == ((), "UNREADABLE")


@pytest.mark.parametrize("damaged", range(1, 13))
@pytest.mark.parametrize("kind", [ORU, OUL])
@pytest.mark.parametrize("is_specimen_led", [True, False])
def test_no_damaged_segment_gives_a_result_to_another_specimen(
    is_specimen_led: bool, kind: str, damaged: int
) -> None:
    segments = [kind]
    for n in (1, 2, 3):
        order = ["ORC|RE", f"OBR|{n}||F-{n}|T", obx(f"T-{n}")]
        specimen = f"SPM|{n}|ACC-{n}"
        segments += [specimen, *order] if is_specimen_led else [*order, specimen]
    segments[damaged] = segments[damaged][:2]

    named = {
        (reading.code, reading.specimen)
        for reading in read(hl7(*segments)).readings
        if reading.specimen and not reading.doubts
    }
    assert named <= {("T-1", "ACC-1"), ("T-2", "ACC-2"), ("T-3", "ACC-3")}


@pytest.mark.parametrize("specimen", ["spm|1|ACC-1", "SP", "S", "SPM|1|"])
def test_an_order_is_no_specimen_where_a_damaged_segment_may_have_named_it(specimen: str) -> None:
    readings = read(hl7(ORU, *GLU, specimen)).readings

    assert (readings[0].specimen, holds(readings[0])) == ("", ["NO_SPECIMEN"])


def test_an_oru_that_writes_its_specimens_before_the_orders_is_read_by_specimen() -> None:
    assert specimens(
        ORU,
        *("PID|1", "SPM|1|ACC-1", "OBR|1||F-1|T", obx("GLU"), "OBR|2||F-2|T", obx("CREA")),
        *("SPM|2|ACC-2", "OBR|3||F-3|T", obx("GLU")),
    ) == [
        ("ACC-1", "GLU", "VALUE"),
        ("ACC-1", "CREA", "VALUE"),
        ("ACC-2", "GLU", "VALUE"),
    ]


def test_an_order_is_no_specimen_where_others_have_one() -> None:
    readings = read(
        hl7(ORU, "OBR|1||F-1|T", obx(), "SPM|1|ACC-1", "OBR|2||F-2|T", obx(), "OBR|3|P-3||T", obx())
    ).readings

    assert [(reading.specimen, holds(reading)) for reading in readings] == [
        ("ACC-1", []),
        ("", ["NO_SPECIMEN"]),
        ("", ["NO_SPECIMEN"]),
    ]


@pytest.mark.parametrize(
    ("segments", "named"),
    [
        ((OUL, "SPM|1|ACC-1&Ward&1.2.3&ISO^77&Lab", "OBR|1||9|T", obx()), "ACC-1"),
        ((OUL, "SPM|1|^ACC-1&Lab", "OBR|1||9|T", obx()), "ACC-1"),
        ((OUL, 'SPM|1|""&&""', "SAC|||TUBE-1^Ward", 'OBR|1|""||T', obx()), "TUBE-1"),
        ((ORU, "OBR|1|P-1^Ward|F-1^Lab|T", obx()), "F-1"),
        ((ORU, "OBR|1|P-1^Ward||T", obx()), "P-1"),
        ((ORU, "OBR|1|P-1|F-1|T", obx(), "SPM|1|"), ""),
        ((OUL, "OBR|1|P-1|F-1|T", obx()), ""),
    ],
    ids=[
        *("assigner", "filler", "container", "filler order", "placer order", "nameless"),
        "an OUL without specimen",
    ],
)
def test_a_specimen_is_named_without_who_assigned_its_number(segments, named: str) -> None:
    assert specimens(*segments) == [(named, "GLU", "VALUE")]


def test_two_specimens_in_one_group_are_not_chosen_between() -> None:
    reading = only(hl7(ORU, "OBR|1|||T", obx(), "SPM|1|ACC-1", "SPM|2|ACC-2"))

    assert holds(reading) == ["UNREADABLE"]
    assert reading.doubts[0].params == {"detail": "several specimens (SPM) stand in one group"}


def test_a_second_container_of_a_specimen_begins_a_group_of_its_own() -> None:
    oul = MSH % "OUL^R23^OUL_R23"

    assert specimens(
        oul,
        *("SPM|1|", "SAC|||TUBE-1", "OBR|1||1|T", obx("GLU")),
        *("SAC|||TUBE-2", "OBR|1||1|T", obx("GLU")),
    ) == [("TUBE-1", "GLU", "VALUE"), ("TUBE-2", "GLU", "VALUE")]


def test_an_observation_about_the_specimen_is_no_result_of_a_test() -> None:
    volume = obx("VOL", "3", "mL")

    assert specimens(OUL, "SPM|1|ACC-1", volume, "OBR|1||1|T", obx("GLU")) == [
        ("ACC-1", "VOL", "SUPPLEMENT"),
        ("ACC-1", "GLU", "VALUE"),
    ]
    assert specimens(ORU, "OBR|1|||T", obx("GLU"), "SPM|1|ACC-1", volume) == [
        ("ACC-1", "GLU", "VALUE"),
        ("ACC-1", "VOL", "SUPPLEMENT"),
    ]


def test_a_result_without_an_order_is_still_a_result() -> None:
    assert specimens(ORU, "PID|1", obx(), "SPM|1|ACC-1") == [("ACC-1", "GLU", "VALUE")]


def test_a_segment_that_is_cut_off_costs_no_result_and_is_held() -> None:
    readings = read(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "OB")).readings

    assert [holds(reading) for reading in readings] == [[], ["UNREADABLE"]]
    assert readings[1].as_sent == {"record": "OB"}


BROKEN = "a record before it, which may have named its specimen, is none"


@pytest.mark.parametrize(
    "segments",
    [
        (OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "spm|2|ACC-2", "OBR|1||2|T", obx()),
        (OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "SP", "OBR|1||2|T", obx()),
        (ORU, "OBR|1||ACC-1|T", obx(), "obr|2||ACC-2|T", obx()),
    ],
)
def test_behind_a_segment_that_is_none_nobody_knows_whose_a_result_is(segments) -> None:
    before, broken, after = read(hl7(*segments)).readings

    assert (before.specimen, holds(before)) == ("ACC-1", [])
    assert holds(broken) == ["UNREADABLE"]
    assert (after.specimen, after.sort, holds(after)) == ("", Sort.VALUE, ["UNREADABLE"])
    assert after.doubts[0].params == {"detail": BROKEN}


def test_a_result_whose_order_is_no_segment_is_not_taken_for_a_note_of_its_specimen() -> None:
    _broken, reading = read(hl7(OUL, "SPM|1|ACC-1", "obr|1||1|T", obx())).readings

    assert (reading.sort, holds(reading)) == (Sort.VALUE, ["UNREADABLE"])


def test_what_names_its_specimen_anew_is_sure_again() -> None:
    oul = read(hl7(OUL, "spm|1|ACC-1", "OBR|1||1|T", obx(), "SPM|1|ACC-2", "OBR|1||2|T", obx()))
    oru = read(hl7(ORU, "obr|1||ACC-1|T", obx(), "OBR|2||ACC-2|T", obx()))

    assert [one.specimen for one in oul.readings] == ["", "", "ACC-2"]
    assert [one.specimen for one in oru.readings] == ["", "", "ACC-2"]


def test_a_line_of_text_alone_makes_nobody_doubt_the_results_behind_it() -> None:
    readings = read(hl7(ORU, "OBR|1||ACC-1|T", "NTE|1||a note", "that goes on", obx())).readings

    assert [(one.specimen, holds(one)) for one in readings] == [
        ("", ["UNREADABLE"]),
        ("ACC-1", []),
    ]


def test_the_delimiters_of_a_later_version_are_taken() -> None:
    head = ORU.replace(r"^~\&|", r"^~\&#|").replace("|P|2.5.1", "|P|2.7")

    assert specimens(head, "OBR|1||ACC-1|T", obx()) == [("ACC-1", "GLU", "VALUE")]
