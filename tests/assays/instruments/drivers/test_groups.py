"""Which specimen an HL7 result is of: its group's, and never another's."""

from __future__ import annotations

import pytest

from assays.instruments.readings import Doubt, Reading, Sort
from assays.rules.filing import Hold
from labsys.lib.quantities import Absent, Quantity, Text
from tests.assays.instruments.drivers.messages import MSH, ORU, OUL, hl7, holds, obx, only, read


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


GLU = ("OBR|1||F-1|T", obx("GLU"))


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


def test_a_result_without_a_moment_has_that_of_its_order_and_never_anothers() -> None:
    timed = "OBR|%d||ACC-%d|T|||2026010509%s00"
    readings = read(
        hl7(ORU, timed % (1, 1, "10"), obx(at=""), "OBR|2||ACC-2|T", obx(at=""), obx("CREA"))
    ).readings

    moments = [reading.observed_at for reading in readings]
    assert [moment and (moment.hour, moment.minute) for moment in moments] == [
        (9, 10),
        None,
        (9, 55),
    ]
    assert [holds(reading) for reading in readings] == [[], [], []]


def test_a_result_that_says_nothing_of_its_status_has_that_of_its_order() -> None:
    order = "OBR|1||ACC-1|T" + "|" * 21

    final = only(hl7(ORU, order + "F", obx(status="")))
    partial = only(hl7(ORU, order + "P", obx(status="")))
    unsaid = only(hl7(ORU, order, obx(status="")))

    assert [holds(one) for one in (final, partial, unsaid)] == [
        [],
        ["NOT_FINAL"],
        ["UNKNOWN_STATUS"],
    ]


@pytest.mark.parametrize(
    ("code", "read_as"),
    [("GLU^Glucose^L", "GLU"), ("^^^GLU", "GLU"), ("^pH^M", "pH"), ("^^^^WBC^1", "WBC")],
)
def test_a_code_stands_in_the_first_component_that_has_one(code: str, read_as: str) -> None:
    assert only(hl7(ORU, "OBR|1||ACC-1|T", obx(code))).code == read_as


@pytest.mark.parametrize(
    ("unit", "meant", "doubted"),
    [
        ("10*9/L", "10*9/L", []),
        ("10^9/L", "10*9/L", []),
        ("10*3/uL^thousand per microlitre^UCUM", "10*3/uL", []),
        ("^mmol/L", "mmol/L", []),
        ("x10^3/uL", "10*3/uL", []),
        ("10^something^L", "10", ["UNIT"]),
    ],
)
def test_a_power_of_ten_is_a_part_of_its_unit(unit: str, meant: str, doubted: list[str]) -> None:
    reading = only(hl7(ORU, "OBR|1||ACC-1|T", obx(unit=unit)))

    assert isinstance(reading.value, Quantity)
    assert (reading.value.unit, holds(reading)) == (meant, doubted)


@pytest.mark.parametrize("role", ["Q", "C", "E", "R", "V"])
def test_controls_and_calibrators_are_never_a_patients(role: str) -> None:
    reading = only(hl7(OUL, f"SPM|1|LEVEL-1||SER|||||||{role}", "OBR|1||1|T", obx()))

    assert reading.sort is Sort.CONTROL


@pytest.mark.parametrize(
    ("segments", "sort"),
    [
        ((OUL, "SPM|1|LOT-1", "INV|LOT-1|OK|CO^Control", "OBR|1||1|T", obx()), Sort.CONTROL),
        ((OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "INV|LOT-1|OK|CO^Control"), Sort.VALUE),
        ((OUL, "OBR|1||1|T", obx(), "INV|LOT-1|OK|CO^Control", "SPM|1|ACC-1"), Sort.VALUE),
    ],
    ids=["of the specimen", "used for the result", "used, specimen behind"],
)
def test_a_control_is_named_by_the_inventory_of_its_own_specimen(segments, sort: Sort) -> None:
    assert only(hl7(*segments)).sort is sort


@pytest.mark.parametrize("order", ["1002^ LJ QC", "00003^LJ QCR^99X", "1004^X-B QC", "9^L-J QC"])
def test_an_order_that_is_called_a_control_chart_is_of_control_material(order: str) -> None:
    assert only(hl7(ORU, f"OBR|1||7|{order}", obx())).sort is Sort.CONTROL


def test_a_date_is_no_number() -> None:
    reading = only(hl7(ORU, "OBR|1||ACC-1|T", obx(value="20260105", kind="DT", unit="")))

    assert reading.value == Text("20260105")


def test_the_delimiters_of_a_later_version_are_taken() -> None:
    head = ORU.replace(r"^~\&|", r"^~\&#|").replace("|P|2.5.1", "|P|2.7")

    assert specimens(head, "OBR|1||ACC-1|T", obx()) == [("ACC-1", "GLU", "VALUE")]


@pytest.mark.parametrize(
    "segments",
    [
        (ORU, "PID|1||R-77"),
        (ORU, "PID|1||R-77", "OBR|1||ACC-1|T", "NTE|1||nothing else"),
        (OUL, "SPM|1|ACC-1", "OBR|1||1|T", "OBR|2||2|T"),
        (MSH % "OUL^R21^OUL_R21", "SAC|||TUBE-1", "OBR|1||1|T"),
    ],
    ids=["a patient alone", "an order", "orders of a specimen", "a container"],
)
def test_a_result_message_of_which_nothing_is_read_is_held(segments) -> None:
    found = read(hl7(*segments))

    assert (found.readings, found.control_id) == ((), "C-1")
    assert found.doubt == Doubt(Hold.EMPTY)


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


@pytest.mark.parametrize("place", ["SPM", "MSH"])
def test_control_material_is_told_by_its_role_or_by_the_whole_message(place: str) -> None:
    role = "Q" if place == "SPM" else "P"
    head = OUL.replace("|P|2.5.1", "|Q|2.5.1") if place == "MSH" else OUL

    reading = only(hl7(head, f"SPM|1|LEVEL-1||SER|||||||{role}^x", "OBR|1||1|T", obx()))

    assert (reading.sort, reading.control, reading.patient) == (Sort.CONTROL, "LEVEL-1", None)


def test_lots_named_behind_a_result_say_nothing_about_the_specimen() -> None:
    lot = "INV|CONTROL LOT^^99|OK|CO^Control^HL70384"
    content = hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx("GLU"), lot, obx("CREA"))

    readings = read(content, "roche-cobas-x800").readings

    assert [reading.sort for reading in readings] == [Sort.VALUE, Sort.VALUE]


def test_a_cancelled_order_fails_and_results_in_one_are_questioned() -> None:
    order = "OBR|1||1|T^Test" + "|" * 21 + "X"

    failed = only(hl7(OUL, "SPM|1|ACC-1", order, "NTE|1||Clotted"))
    with_result = only(hl7(OUL, "SPM|1|ACC-1", order, obx()))

    assert (failed.specimen, failed.code, failed.value) == ("ACC-1", "T", Absent("error"))
    assert failed.comment == "Clotted"
    assert holds(with_result) == ["QUESTIONABLE"]


def test_a_note_belongs_to_the_segment_before_it() -> None:
    readings = read(
        hl7(
            OUL,
            *("SPM|1|ACC-1", "OBR|1||1|T", "NTE|1||of the order"),
            *(obx("GLU"), "NTE|1||first~and more", "NTE|2||second", obx("CREA")),
        )
    ).readings

    assert [reading.comment for reading in readings] == ["first and more\nsecond", ""]


def test_a_segment_that_is_cut_off_costs_no_result_and_is_held() -> None:
    readings = read(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "OB")).readings

    assert [holds(reading) for reading in readings] == [[], ["UNREADABLE"]]
    assert readings[1].as_sent == {"record": "OB"}


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("ADT^A01", "ADT^A01 brings no results"),
        ("OUL^R99^OUL_R99", "OUL^R99^OUL_R99 brings no results"),
        ("", "a message without type brings no results"),
    ],
)
def test_a_message_of_another_kind_is_held_as_a_whole(kind: str, detail: str) -> None:
    found = read(hl7(MSH % kind, "PID|1"))

    assert found.doubt is not None
    assert found.doubt.params == {"detail": detail}
    assert (found.readings, found.control_id) == ((), "C-1")


def test_a_header_alone_is_held() -> None:
    found = read(hl7(OUL))

    assert found.doubt is not None
    assert found.doubt.params == {"detail": "it has no segment but MSH"}


def query(*segments: str, kind: str = "QBP^Q11^QBP_Q11") -> tuple[Reading, ...]:
    return read(hl7(MSH % kind, *segments)).readings


def test_a_query_names_the_specimens_it_asks_for() -> None:
    (one,) = query("QPD|WOS^Work^IHELAW|TAG-1|ACC-1", "RCP|I")
    several = query("QPD|WOS|TAG-1|ACC-1^x~ACC-2")
    (everything,) = query("QPD|WOS_ALL|TAG-1")

    assert (one.sort, one.specimen, one.code) == (Sort.QUERY, "ACC-1", "WOS")
    assert one.as_sent["tag"] == "TAG-1"
    assert [(reading.position, reading.specimen) for reading in several] == [
        (1, "ACC-1"),
        (2, "ACC-2"),
    ]
    assert (everything.specimen, everything.doubts) == ("", ())


def test_a_query_taken_back_asks_for_nothing() -> None:
    found = read(hl7(MSH % "QCN^J01", "QID|TAG-1|N"))

    assert (found.readings, found.doubt) == ((), None)


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
