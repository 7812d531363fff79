"""Families that write beside the book: cell counters, immunoassay analysers, and small ones in wards."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assays.instruments import drivers, interpret
from assays.instruments.readings import Reading, Sort
from labsys.lib.quantities import Coded, Comparator, Quantity, ReportedValue
from tests.assays.instruments.drivers.messages import astm, hl7, holds, only, read

DXH = (
    r"H|\!~|||DxH|||||LIS||P|LIS2-A|20260105101500",
    "P|1||R-77||||19810317!44!Y|F",
    "O|1|000004711|00031|!!!CD|R|||||||||20260105100000|Whole blood|||||!SYSTEM||20260105101400|||F",
)
CENTAUR = (
    r"H|\^&|||ACCP1|||||Host||P|1|20260105101500",
    "P|1||||^^",
    "O|1|A-1001||^^^FT4^^|R||||||||||||||||||||F",
)
ICHROMA = (
    r"MSH|^~\&|1|ichroma2|SL001||20260105101500||OUL^R24^OUL_R24|1|T|2.6",
    "PID||A-1001|||||44|Female",
    "OBR||HbA1c|0|1|||20260105101500|||-",
    "ORC|OK|||||||||||||||||SL001|1",
    "SPM|1|LOTAB77|||||||||||||||||20270331",
)
HEMOSCREEN = (
    r"MSH|^~\&|HemoScreen|PixCell|||20260105101500||ORU^R01|0|P|2.4",
    "PID||A-1001",
    "OBR||||%s|||20260105101000",
)
EDAN = (
    r"MSH|^~\&|EDAN|i15^M0001|LIS||20260105101500||ORU^R01||P|2.4||||0||UNICODE UTF-8||||",
    "PID|||A-1001|||||U",
    "OBR|||20260105001|EDAN^i15|||20260105101000||||||||Arterial|op",
)


def counted(value: str, *, flag: str = "", status: str = "F") -> str:
    return f"R|1|!!!HGB!718-7|{value}|g/L||109 to 143|{flag}||{status}||SYSTEM||20260105101200|AY1"


def glow(aspect: str, value: str, unit: str = "") -> str:
    return f"R|1|^^^FT4^^^^{aspect}|{value}|{unit}||||F\\R||||20260105101200"


def gas(test: str, value: str, unit: str, *, kind: str = "0", said: str = "Pass") -> str:
    return f"OBX|1|ST|{kind}|{test}|{value}|{unit}|||||||{said}|20260105101000||op"


def test_a_dxh_writes_a_field_late_and_flags_behind_its_values() -> None:
    found = only(astm(*DXH, counted("146!  H ", flag="A")), "beckman-dxh")

    assert (found.specimen, found.code, found.value) == (
        "000004711",
        "HGB",
        Quantity(Decimal(146), "g/L"),
    )
    assert (found.flags, found.observed_at) == ("H", datetime(2026, 1, 5, 10, 12, tzinfo=UTC))
    assert (found.as_sent["status"], holds(found)) == ("F", [])
    assert found.patient is not None
    assert str(found.patient.birth_date) == "1981-03-17"


@pytest.mark.parametrize(
    ("value", "status", "held"),
    [
        ("146", "P", ["NOT_FINAL"]),
        ("146!R", "F", ["QUESTIONABLE"]),
        ("146!* L", "F", ["QUESTIONABLE"]),
    ],
)
def test_a_dxh_says_what_is_not_final_or_to_be_reviewed(
    value: str, status: str, held: list[str]
) -> None:
    assert holds(only(astm(*DXH, counted(value, status=status)), "beckman-dxh")) == held


def test_a_centaur_sends_the_light_beside_the_concentration() -> None:
    dose, light = read(
        astm(*CENTAUR, glow("DOSE", "14.2", "pmol/L"), glow("RLU", "178985")), "siemens-centaur"
    ).readings

    assert (dose.specimen, dose.code, dose.value) == (
        "A-1001",
        "FT4",
        Quantity(Decimal("14.2"), "pmol/L"),
    )
    assert (dose.sort, light.sort, holds(dose)) == (Sort.VALUE, Sort.SUPPLEMENT, [])
    assert only(astm(*CENTAUR, glow("RLU", "178985")), "siemens-centaur").sort is Sort.SUPPLEMENT


def test_two_other_results_of_a_centaur_under_one_code_are_held() -> None:
    content = astm(*CENTAUR, glow("INDX", "0.3"), glow("DOSE", "4.1"))

    assert [holds(one) for one in read(content, "siemens-centaur").readings] == [["UNREADABLE"]] * 2


def test_an_ichroma_has_the_lot_of_its_cartridge_where_others_have_the_specimen() -> None:
    first, second = read(
        hl7(*ICHROMA, "OBX|1|TX|HbA1c||< 4.0|%||0|||R", "OBX|2|TX|||20.2|mmol/mol||0|||R"),
        "boditech-ichroma",
    ).readings

    assert (first.specimen, first.code, first.flags) == ("A-1001", "HbA1c", "")
    assert first.value == Quantity(Decimal("4.0"), "%", Comparator.LESS)
    assert (holds(first), second.code) == ([], "")


def test_an_ichroma_may_write_the_unit_behind_the_value() -> None:
    found = only(hl7(*ICHROMA, "OBX|1|TX|PSA||14.24 ng/mL |||0|||R"), "boditech-ichroma")

    assert found.value == Quantity(Decimal("14.24"), "ng/mL")


def test_an_edan_names_the_test_where_others_count_runs() -> None:
    content = hl7(*EDAN, gas("pH", "7.400", ""), gas("cH+", "39.8", "nmol/L", kind="1", said=""))

    measured, calculated = read(content, "edan-i15").readings

    assert [(one.specimen, one.code) for one in (measured, calculated)] == [
        ("A-1001", "pH"),
        ("A-1001", "cH+"),
    ]
    assert calculated.value == Quantity(Decimal("39.8"), "nmol/L")
    assert [holds(one) for one in (measured, calculated)] == [[], []]
    assert holds(only(hl7(*EDAN, gas("pH", "7.4", "", said="Fail")), "edan-i15")) == [
        "UNKNOWN_STATUS"
    ]


def of_hemoscreen(kind: str, *counts: str) -> bytes:
    *front, order = HEMOSCREEN
    return hl7(*front, order % kind, *counts)


@pytest.mark.parametrize(
    ("kind", "sort"), [("OBS", Sort.VALUE), ("LQC", Sort.CONTROL), ("PRF", Sort.CONTROL)]
)
def test_a_hemoscreen_says_in_the_order_what_it_counted(kind: str, sort: Sort) -> None:
    found = only(
        of_hemoscreen(kind, "OBX|0|NM|WBC||6.1|10*3/uL|||||F|||20260105101000|0000000-0007-HS"),
        "pixcell-hemoscreen",
    )

    assert (found.specimen, found.sort, holds(found)) == ("A-1001", sort, [])
    assert (found.code, found.value) == ("WBC", Quantity(Decimal("6.1"), "10*3/uL"))
    assert found.observed_at == datetime(2026, 1, 5, 10, 10, tzinfo=UTC)


def test_a_count_that_a_hemoscreen_marks_is_questionable() -> None:
    marked, low = read(
        of_hemoscreen(
            *("OBS", "OBX|0|NM|NEU#||4.2|10*3/uL||*|||F", "NTE|||Cells that may affect it"),
            "OBX|1|ST|HGB||LL|g/dL|||||F",
        ),
        "pixcell-hemoscreen",
    ).readings

    assert (holds(marked), marked.comment) == (["QUESTIONABLE"], "Cells that may affect it")
    assert holds(low) == ["NOT_A_NUMBER"]


@pytest.mark.parametrize(
    ("specimen", "read_as"),
    [("                A-1001", "A-1001"), ("0^          A-1001^1^^006", "A-1001"), ("0^^1", "0")],
)
def test_a_hitachi_may_write_the_sequence_before_the_specimen(specimen: str, read_as: str) -> None:
    content = astm(
        *(r"H|\^&|||H7600^1|||||host|RSUPL^BATCH|P|1", "P|1"),
        f"O|1|{specimen}|R1|^^^989/|R||||||N||||1||||||||||F",
        "R|1|^^^989/|139|mmol/l||N||F|||||ISE1",
    )

    assert only(content, "roche-cobas-6000").specimen == read_as


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (of_hemoscreen("OBS", "OBX|0|NM|WBC||6.1|10*3/uL|||||F"), "pixcell-hemoscreen"),
        (astm(*DXH, counted("146")), "beckman-dxh"),
        (astm(*CENTAUR, glow("DOSE", "14.2", "pmol/L")), "siemens-centaur"),
        (hl7(*ICHROMA, "OBX|1|TX|HbA1c||5.4|%||0|||R"), "boditech-ichroma"),
        (hl7(*EDAN, gas("pH", "7.4", "")), "edan-i15"),
        (
            astm(
                *(r"H|\^&|||56020301||||||||LIS2-A|20260105101500", "P|1"),
                "O|1|A-1001^3^5||^^^1.0000+301+1.0|R",
                "R|1|^^^1.0000+301+1.0|5.4|mmol/L||^0^||V|||20260105100000|20260105100500|56020301",
            ),
            "ortho-vitros",
        ),
    ],
)
def test_their_messages_are_recognised(content: bytes, name: str) -> None:
    assert drivers.suggest(content) == name
    assert interpret(content, name)[0].held == ()


def test_a_sysmex_that_writes_the_specimen_by_the_book_is_read_by_it() -> None:
    header = r"H|\^&|||XN-1000^00-14||||||||E1394-97"
    book = astm(header, "P|1", "O|1|A-1001||^^^WBC", "R|1|^^^WBC|7.45|10*9/L||N||F")
    own = astm(header, "P|1", "O|1|X^1^2|1^2^  B-7^B|^^^^WBC", "R|1|^^^^WBC^1|7.45|10*9/L||N||F")

    assert only(book, "sysmex-xn").specimen == "A-1001"
    assert only(own, "sysmex-xn").specimen == "B-7"


def test_readings_of_a_dxh_by_the_book_are_not_lost() -> None:
    by_the_book: Reading = only(
        astm(*DXH, "R|1|!!!HGB|146|g/L||H||P||||20260105101200|"), "beckman-dxh"
    )

    assert (by_the_book.flags, holds(by_the_book)) == ("H", ["NOT_FINAL"])
    assert by_the_book.observed_at == datetime(2026, 1, 5, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "sender",
    ["XS^00-20^69652", "", "HAEMA-1", "XP-100^00-13^^^^A7^BS649542", "XN-550^^^^^^BC54321"],
)
def test_a_sysmex_is_recognised_by_how_it_writes_a_specimen(sender: str) -> None:
    content = astm(
        *(rf"H|\^&|||{sender}||||||||E1394-97", "P|1"),
        r"O|1||2^1^       A-1001^B|^^^^WBC\^^^^RBC|||||||N||||||||||||||F",
        "R|1|^^^^WBC^1|7.81|10*3/uL||N||F||||20260105101500",
    )

    assert drivers.suggest(content) == "sysmex-xn"
    assert only(content, "sysmex-xn").specimen == "A-1001"


def of_taqman(value: str, unit: str) -> bytes:
    return astm(
        *(
            r"H|\^&|||ALTM7^Roche^AMPLILINK^3.3.5^Roche ASTM+^TM7^192.0.2.1||||||||1|20260105101500",
            "P|1",
            "O|1|A-1001|A-1001|^^^ALL||20260105090000|||||A",
            f"R|1|^^^HI2CAP96|{value}|{unit}|20^10000000|N||V||LAB|20260105090000|20260105101000|TM",
            "C|1||Accepted|G",
        )
    )


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2.52E+3 (3.40)", Quantity(Decimal("2.52E+3"), "{copies}/mL")),
        ("1035.958", Quantity(Decimal("1035.958"), "{copies}/mL")),
        ("Target Not Detected", Coded("NOT_DETECTED", "")),
    ],
)
def test_a_taqman_writes_a_number_its_logarithm_or_words(value: str, meant: ReportedValue) -> None:
    found = only(of_taqman(value, "cp/ml"), "roche-taqman")

    assert (found.specimen, found.code, found.value) == ("A-1001", "HI2CAP96", meant)
    assert (found.comment, holds(found)) == ("Accepted", [])
    assert drivers.suggest(of_taqman(value, "cp/ml")) == "roche-taqman"


@pytest.mark.parametrize(
    "value", [*("2.52E+3 (3.50)", "2.52E+3 (7)", "0 (0.00)", "1035 (x)", "10 (1.0)", "10 (1)")]
)
def test_what_is_no_logarithm_of_a_number_is_held(value: str) -> None:
    assert holds(only(of_taqman(value, "cp/mL"), "roche-taqman")) == ["NOT_A_NUMBER"]


def test_only_a_family_that_writes_logarithms_is_read_so() -> None:
    found = only(of_taqman("2.52E+3 (3.40)", "cp/mL"), "lis2a2")

    assert found.value is None


@pytest.mark.parametrize(("word", "code"), [("POSITIVE", "DETECTED"), ("NEGATIVE", "NOT_DETECTED")])
def test_a_genexpert_calls_what_it_found_positive_in_some_assays(word: str, code: str) -> None:
    found = only(
        astm(
            *(r"H|@^\|GXM-1||PC^GeneXpert^6.3|||||LIS||P|1394-97|20260105101500", "P|1"),
            "O|1|A-1001||^^^COVFLU|R|20260105090000|||||||||ORH||||||||||F",
            f"R|1|^COVFLU^^FLUA^Flu^1^Flu A^|{word}^|||||F||op|20260105090000|20260105101000|PC",
        ),
        "cepheid-genexpert",
    )

    assert (found.code, found.value) == ("COVFLU^Flu A", Coded(code, ""))
