"""What the ASTM families of one file each write, on messages made up for the test."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments import drivers, interpret
from assays.instruments.astm.sending import frame
from assays.instruments.readings import Sort
from labsys.lib.quantities import Absent, Quantity
from tests.assays.instruments.drivers.messages import P, astm, holds, only, read, result

XN = r"H|\^&|||    XN-550^00-01^11111^^^^AB123456||||||||E1394-97"
XN_ORDER = "O|1||^^               A-1001^M|^^^^WBC|||||||N||||||||||||||F"
CS = r"H|\^&|||CS-2500^01-70^22222^^^LAB^CD654321||||||||E1394-97"
C311 = r"H|\^&|||c311^1|||||host|RSUPL^REAL|P|1"
E411 = r"H|\^&|||cobas-e411^1|||||host|RSUPL^REAL|P|1"
C111 = r"H|\^&|||LAB^Roche^c111^4.2.2^1^11111|||||host|RSUPL^REAL|P|1|20260105100000"
H550 = r"H|\^&|||H550^111YOAH00001^2.2.2|||||||P|LIS2-A2|20260105100000"
PENTRA = r"H|\^&|||ABX|||||||P|E1394-97|20260105100000"
PREMIER = r"H|\^&|||PREMIER^111111||||||ASTM RECVR|||P|E 1394-97|20260105100000"
ACCESS = r"H|\^&|||ACCESS^111111|||||LIS||P|1|20260105100000"
BS = r"H|\^&|||BS-240^V1.0^111111|||||||PR|1394-97|20260105100000"
VISION = r"H|\^&|||OCD^VISION^5.13.1.1^J1|||||||P|LIS2-A|20260105100000"
MAGLUMI = r"H|\^&||PSWD|Maglumi X3|||||Lis||P|E1394-97|20260105"
AFINION = r"H|\^&|||Afinion 2 Analyzer^^AF1|||||||P|1|20260105100000"
DCA = r"H|\^&|||DCA VANTAGE^04.04^S1|||||||P||20260105100000"
HEADERS = {
    XN: "sysmex-xn",
    XN.replace("XN-550", "XP-300"): "sysmex-xn",
    CS: "sysmex-cs",
    CS.replace("CS-2500", "CS-1600"): "sysmex-cs",
    C311: "roche-cobas-c311",
    E411: "roche-cobas-e411",
    C111: "roche-cobas-c111",
    H550: "horiba-yumizen",
    PENTRA: "horiba-pentra",
    PREMIER: "trinity-premier",
    ACCESS: "beckman-access",
    BS: "mindray-bs",
    r"H|\^&|||Mindray^^|||||||PR|1394-97|20260105100000": "mindray-bs",
    VISION: "ortho-vision",
    MAGLUMI: "snibe-maglumi",
    AFINION: "abbott-afinion",
    DCA: "siemens-dca-vantage",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_family_is_recognised_by_its_header_bare_or_in_frames(header: str) -> None:
    bare = astm(header, "P|1", "O|1|A-1001||^^^GLU", result())

    assert drivers.suggest(bare) == HEADERS[header]
    assert drivers.suggest(frame(1, bare, is_last=True)) == HEADERS[header]


def test_a_header_that_no_family_writes_is_nobodys() -> None:
    header = r"H|\^&|||Analyser 7^1.0|||||||P|LIS2-A2|20260105100000"

    assert drivers.suggest(astm(header, P, "O|1|A-1001", result())) is None


# Sysmex


def test_xn_names_the_specimen_in_a_padded_component_and_the_test_in_the_fifth() -> None:
    found = astm(XN, P, XN_ORDER, "R|1|^^^^WBC^1|8.13|10*3/uL||N||F||||20260105095500")

    reading = only(found, "sysmex-xn")

    assert (reading.specimen, reading.code, reading.flags) == ("A-1001", "WBC", "N")
    assert reading.value == Quantity(Decimal("8.13"), "10*3/uL")
    assert (holds(reading), reading.sort) == ([], Sort.VALUE)


@pytest.mark.parametrize(
    "record",
    [
        "R|2|^^^^Blasts?|40|||||F||||20260105095500",
        "R|3|^^^^Anemia||||A||F||||20260105095500",
        "R|4|^^^^SCAT_WDF|PNG&R&20260105&R&1.PNG|||N||F||||20260105095500",
        "R|5|^^^^DIST_RBC|PNG&R&20260105&R&2.PNG|||N||F||||20260105095500",
    ],
)
def test_suspicions_words_and_pictures_of_xn_are_no_results(record: str) -> None:
    assert only(astm(XN, P, XN_ORDER, record), "sysmex-xn").sort is Sort.SUPPLEMENT


def test_a_value_that_xn_could_not_measure_is_held_and_no_supplement() -> None:
    reading = only(astm(XN, P, XN_ORDER, "R|1|^^^^PLT^1||10*3/uL||A||F"), "sysmex-xn")

    assert (reading.sort, holds(reading)) == (Sort.VALUE, ["NOT_A_NUMBER"])


def test_xp_writes_no_status_and_pads_its_values() -> None:
    found = astm(XN, P, XN_ORDER, "R|1|^^^^WBC^1|  5.5|10*3/uL||N||||         ||20260105095500")

    reading = only(found, "sysmex-xn")

    assert (reading.value, holds(reading)) == (Quantity(Decimal("5.5"), "10*3/uL"), [])


def test_control_material_of_sysmex_has_a_number_of_its_own() -> None:
    order = XN_ORDER.replace("A-1001", "QC-111")

    assert only(astm(XN, P, order, "R|1|^^^^WBC|7|10*3/uL"), "sysmex-xn").sort is Sort.CONTROL


def test_cs_numbers_its_parameters_and_leaves_the_unit_of_an_inr_out() -> None:
    order = "O|1||000001^02^     7000012345^B^||R||||||N"
    seconds = "R|1|^^^041^PT~sec^100.00^A^^^|  10.6|sec||N||||||20260105095500"
    inr = "R|2|^^^043^PT~INR^100.00^A^^^|  4.22|||N||||||20260105095500"
    above = "R|3|^^^044^DFbg~g_L^100.00^A^^^|   5.0|g/L||>||||||20260105095500"
    none = "R|4|^^^051^APTT~sec^100.00^A^^^| ***.**|sec||N||||||20260105095500"

    readings = read(astm(CS, P, order, seconds, inr, above, none), "sysmex-cs").readings

    assert {reading.specimen for reading in readings} == {"7000012345"}
    assert [reading.code for reading in readings] == ["041", "043", "044", "051"]
    assert readings[0].value == Quantity(Decimal("10.6"), "s")
    assert (readings[1].value, readings[1].flags) == (Quantity(Decimal("4.22"), ""), "N")
    assert [holds(reading) for reading in readings[2:]] == [["QUESTIONABLE"], ["NOT_A_NUMBER"]]


# Roche


def test_c311_writes_a_number_of_its_own_before_the_specimen_and_a_dilution_behind_the_code() -> (
    None
):
    order = "O|1|17^A-1001              ^1^^004|R1|^^^685/|R||||||N||^^||SC"
    next_ = "O|1|18^A-1002              ^2^^004|R1|^^^989/1/not|R||||||N||^^||SC"
    run = astm(C311, "P|1", order, "R|1|^^^685/|22.4|U/l||A||F|||||P1", "C|1|I|43|I", "P|2", next_,
               "R|1|^^^989/1/not|34|µmol/l||N||F")  # fmt: skip

    one, two = read(run, "roche-cobas-c311").readings

    assert (one.specimen, one.code, one.comment) == ("A-1001", "685", "43")
    assert one.value == Quantity(Decimal("22.4"), "U/L")
    assert (two.specimen, two.code) == ("A-1002", "989")
    assert two.value == Quantity(Decimal(34), "umol/L")


def test_e411_and_c111_have_the_specimen_first() -> None:
    e411 = "O|1|A-1001                |5^1^2^^SAMPLE^NORMAL|ALL|R|20260105||||N|||||||||||||F"
    c111 = "O|1||A-1001^^6||S||||||N"

    assert only(astm(E411, "P|1", e411, result("10/1/0")), "roche-cobas-e411").specimen == "A-1001"
    assert only(astm(E411, "P|1", e411, result("10/1/0")), "roche-cobas-e411").code == "10"
    assert only(astm(C111, "P|1", c111, result("413")), "roche-cobas-c111").specimen == "A-1001"


def test_control_material_of_e411_is_called_so_beside_its_rack() -> None:
    order = "O|1|PC-1                  |5^1^2^^CONTROL^NORMAL|ALL|R"

    assert only(astm(E411, "P|1", order, result()), "roche-cobas-e411").sort is Sort.CONTROL


def test_a_query_of_roche_names_the_specimen_in_the_third_part() -> None:
    header = C311.replace("RSUPL", "TSREQ")

    reading = only(astm(header, "Q|1|^^       A-1001^0^5^1||ALL||||||||O"), "roche-cobas-c311")

    assert (reading.sort, reading.specimen) == (Sort.QUERY, "A-1001")


# HORIBA


def test_yumizen_questions_a_value_beside_its_flag_and_says_its_time_in_r12() -> None:
    order = "O|1|A-1001||^^^DIF|R|20260105095000"
    content = astm(
        H550, P, order, "R|1|^^^WBC^6690-2|0.9|10E3/uL|4 - 10^RANGE|LL||W||OP|20260105095500"
    )

    reading = only(content, "horiba-yumizen")

    assert (reading.specimen, reading.code, reading.flags) == ("A-1001", "WBC", "LL")
    assert reading.value == Quantity(Decimal("0.9"), "10*3/uL")
    assert reading.observed_at is not None
    assert reading.observed_at.minute == 55
    assert holds(reading) == ["QUESTIONABLE"]


def test_control_material_of_yumizen_has_its_type() -> None:
    order = "O|1|LOT77||^^^DIF|R|20260105095000|||||||||CTRL^^CTRL HIGH"

    assert only(astm(H550, "P|1", order, result()), "horiba-yumizen").sort is Sort.CONTROL


def test_pentra_has_no_units_and_says_what_failed() -> None:
    order = "O|1|A-1001^00^00||^^^DIF"
    failed = "R|2|^^^BAS#^704-7^1|-----|1||HH||X||OP||20260105095500"
    found = astm(PENTRA, P, order, "R|1|^^^RBC^789-9^1|4.65|1||||F||OP||20260105095500", failed)

    value, none = read(found, "horiba-pentra").readings

    assert (value.specimen, value.value) == ("A-1001", Quantity(Decimal("4.65"), ""))
    assert (none.value, holds(none)) == (Absent("error"), [])
    assert only(astm(PENTRA, P, order, result("RBC", unit="1")), "horiba-pentra",
                units_of={"RBC": "10*6/uL"}).value == Quantity(Decimal("5.4"), "10*6/uL")  # fmt: skip


# Others


def test_premier_names_the_specimen_in_o4_and_holds_what_it_did_not_calculate() -> None:
    order = "O|1||A-1001|^^^PREMIER HBA1C|R"
    rows = [
        "R|1|^^^GHb|---|%||||F||||20260105095500",
        "R|2|^^^HbA1c|8.5|%||||F||||20260105095500",
        "R|3|^^^mMA1c|70|mMol HbA1c/mol Hb||||F||||20260105095500",
        "R|4|^^^Code|1 8 12 |||||F",
    ]

    none, percent, ifcc, code = read(astm(PREMIER, "P|1", order, *rows), "trinity-premier").readings

    assert (none.specimen, holds(none)) == ("A-1001", ["NOT_A_NUMBER"])
    assert percent.value == Quantity(Decimal("8.5"), "%")
    assert ifcc.value == Quantity(Decimal(70), "mmol/mol")
    assert code.sort is Sort.SUPPLEMENT


def test_control_material_that_is_called_as_it_is_sold_is_nobodys() -> None:
    order = "O|1||LYPHOCHEK1|^^^PREMIER HBA1C|R"

    assert only(astm(PREMIER, "P|1", order, result()), "trinity-premier").sort is Sort.CONTROL
    assert only(astm(C311, "P|1", "O|1|LyphoChek 2||^^^GLU", result())).sort is Sort.CONTROL


def test_access_reports_under_another_code_and_units_that_are_numbers_are_held() -> None:
    order = "O|1|A-1001|^59^1|^^^B12^1|||||||||||Serum||||||||||F"

    reading = only(
        astm(ACCESS, "P|1|A-1001", order, result("B12II^1", "231", "3")), "beckman-access"
    )

    assert (reading.specimen, reading.code) == ("A-1001", "B12II")
    assert holds(reading) == ["UNIT"]
    assert reading.as_sent["ordered"] == "^^^B12^1"


@pytest.mark.parametrize(
    "record",
    [
        "R|1|7^ALT^1^F|-14.5^|U/l|5 - 40|L||F||||20260105095500",
        "R|1|7^ALT^1^F|-14.5^|U/l||5^40|L||F|||20260105095400|20260105095500|BS-240^1",
    ],
)
def test_bs_names_the_specimen_by_its_bar_code_and_the_test_by_its_index(record: str) -> None:
    order = "O|1|8^1^1|A-1001|7^ALT^^|R"

    reading = only(astm(BS, "P|1", order, record), "mindray-bs")

    assert (reading.specimen, reading.code, reading.flags) == ("A-1001", "7", "L")
    assert reading.value == Quantity(Decimal("-14.5"), "U/L")
    assert holds(reading) == []


def test_a_control_message_of_bs_is_told_by_its_header() -> None:
    header = BS.replace("|PR|", "|QR|")

    reading = only(astm(header, "P|1", "O|1|8^1^1|A-1001", result()), "mindray-bs")

    assert reading.sort is Sort.CONTROL


def test_vision_is_kept_and_held_whatever_its_letters() -> None:
    patient = "P|1|R-77|||Ardal^Béra||19810317|F"
    group = "R|1|ABO|B|||||R||Automatic||20260105095500|J1"
    content = astm(VISION, patient, "O|1|A-1001||ABO|N", group, charset="cp1252")

    reading = only(content, "ortho-vision")

    assert (reading.specimen, reading.code, holds(reading)) == ("A-1001", "ABO", ["OUT_OF_SCOPE"])
    assert reading.patient is not None
    assert reading.patient.given == "Béra"


def test_maglumi_writes_no_status_and_takes_what_was_typed_for_the_specimen() -> None:
    order = "O|1|tube 3, left||^^^FT4 II"
    content = astm(
        MAGLUMI, "P|1", order, "R|1|^^^FT4 II|1.58|ng/dl|0.9 - 1.75|N||||||20260105095500"
    )

    reading = only(content, "snibe-maglumi")

    assert (reading.specimen, reading.code, holds(reading)) == ("tube 3, left", "FT4 II", [])
    assert reading.value == Quantity(Decimal("1.58"), "ng/dL")


def test_bedside_instruments_have_the_specimen_where_a_patients_number_stands() -> None:
    afinion = astm(AFINION, "P|1||3643", "O|1||5|^^^HbA1c", result("HbA1c"))
    dca = astm(DCA, "P|1|BU24", "O|1||660^0090", result("Alb"))

    assert only(afinion, "abbott-afinion").specimen == "3643"
    assert only(dca, "siemens-dca-vantage").specimen == "BU24"


# Whoever else


@pytest.mark.parametrize(
    ("order", "specimen", "expected"),
    [
        ("O|1|A-1001||^^^GLU", "A-1001", []),
        ("O|1|A-1001^12^3||^^^GLU", "A-1001", []),
        ("O|1|  A-1001  |5^1^2||^^^GLU", "A-1001", []),
        ("O|1|^^  A-1001^M||^^^GLU", "A-1001", []),
        ("O|1||A-1001|^^^GLU", "A-1001", []),
        ("O|1||^^A-1001|^^^GLU", "A-1001", []),
        ("O|1|17^A-1001^1||^^^GLU", "17^A-1001^1", ["UNREADABLE"]),
        ("O|1||000001^02^7000012345^B|^^^GLU", "000001^02^7000012345^B", ["UNREADABLE"]),
        (r"O|1|A-1001\A-1002||^^^GLU", r"A-1001\A-1002", ["UNREADABLE"]),
        ("O|1|||^^^GLU", "", ["NO_SPECIMEN"]),
    ],
)
def test_a_specimen_is_taken_where_no_other_part_could_be_it(
    order: str, specimen: str, expected: list[str]
) -> None:
    header = r"H|\^&|||Analyser 7|||||||P|LIS2-A2|20260105100000"

    reading = only(astm(header, "P|1|R-77|L-78", order, result()))

    assert (reading.specimen, holds(reading)) == (specimen, expected)


@pytest.mark.parametrize(
    "test", ["^^^GLU", "^^^GLU^1", "^^^^GLU^1", "GLU", "^GLU", "^^GLU", "1^2^3^GLU"]
)
def test_a_code_is_the_first_part_of_a_test_that_can_be_one(test: str) -> None:
    content = astm(ACCESS, P, "O|1|A-1001", f"R|1|{test}|5.4|mmol/l||N||F")

    assert only(content).code == "GLU"


@pytest.mark.parametrize(
    ("value", "status", "expected"),
    [
        ("5.4^", "f", []),
        ("^5.4", "", ["UNREADABLE"]),
        ("5.4^POS", "F", ["NOT_A_NUMBER"]),
        ("", "F", ["NOT_A_NUMBER"]),
        ("---", "F", ["NOT_A_NUMBER"]),
        ("5.4", "p", ["NOT_FINAL"]),
        ("5.4", "?", ["UNKNOWN_STATUS"]),
    ],
)
def test_a_value_has_one_part_and_a_status_any_case(
    value: str, status: str, expected: list[str]
) -> None:
    assert (
        holds(only(astm(ACCESS, P, "O|1|A-1001", result(value=value, status=status)))) == expected
    )


def test_a_result_without_a_status_is_as_final_as_its_order() -> None:
    order = "O|1|A-1001" + "|" * 23

    assert holds(only(astm(ACCESS, P, f"{order}P", result(status="")))) == ["NOT_FINAL"]
    assert holds(only(astm(ACCESS, P, f"{order}F", result(status="")))) == []


def test_a_capture_without_its_last_line_feed_or_with_other_line_ends_is_read() -> None:
    framed = frame(1, astm(ACCESS, P, "O|1|A-1001", result()), is_last=True)

    for capture in (framed, framed[:-1], framed[:-2], framed.replace(b"\r", b"\n")):
        (value,) = interpret(capture, "beckman-access")

        assert (value.specimen_id, value.value) == ("A-1001", Decimal("5.4"))
