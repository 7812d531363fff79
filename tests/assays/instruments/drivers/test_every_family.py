"""What holds for every driver: how it is found and set, and what the book says of any message."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.interpreting import MOST_READINGS
from assays.instruments.readings import Sort
from labsys.lib.quantities import Coded, Comparator, Quantity
from tests.architecture.source import ROOT
from tests.assays.instruments.drivers.messages import (
    ORDER,
    OUL,
    H,
    P,
    astm,
    hl7,
    holds,
    obx,
    only,
    read,
    result,
)


def test_a_driver_is_found_by_its_name_and_no_other() -> None:
    assert drivers.find("abbott-m2000").label == "Abbott m2000"
    with pytest.raises(drivers.UnknownDriver, match="no driver “Abbott-M2000”; there are lis2a2"):
        drivers.find("Abbott-M2000")


def test_drivers_are_listed_by_what_they_speak() -> None:
    astm_only, both = drivers.names(Dialect.ASTM), drivers.names()

    assert "cepheid-genexpert" in set(astm_only) & set(drivers.names(Dialect.HL7))
    assert "abbott-alinity-m" not in astm_only
    assert set(both) == set(astm_only) | set(drivers.names(Dialect.HL7))
    assert drivers.names(Dialect.HTTP) == []


def test_a_dialect_that_a_driver_does_not_speak_is_a_doubt() -> None:
    found = read(hl7(OUL, "SPM|1|ACC-1"), "abbott-m2000")

    assert found.doubt is not None
    assert found.doubt.params == {"detail": "Abbott m2000 does not send HL7"}


def test_settings_that_cannot_be_read_are_a_doubt_of_the_message() -> None:
    found = read(astm(H, P, ORDER, result()), colour="red")

    assert found.doubt is not None
    assert "“colour” is not a setting" in found.doubt.params["detail"]


@pytest.mark.parametrize("processing", ["T", "D", "PR"])
def test_a_message_for_training_is_read_only_where_that_is_set(processing: str) -> None:
    content = astm(H.replace("||P|", f"||{processing}|"), P, ORDER, result())

    held = read(content)

    assert (held.doubt and held.doubt.hold, held.readings) == ("OUT_OF_SCOPE", ())
    assert only(content, processing_ids=["P", processing]).specimen == "ACC-1"


@pytest.mark.parametrize("place", ["O.12", "H.12", "set"])
def test_control_material_is_told_by_the_order_the_header_or_its_name(place: str) -> None:
    header = H.replace("||P|", "||Q|") if place == "H.12" else H
    order = "O|1|LYPHO-1||^^^GLU|||||||" + ("Q" if place == "O.12" else "")
    settings = {"controls": ["LYPHO*"]} if place == "set" else {}

    reading = only(astm(header, P, order, result()), **settings)

    assert (reading.sort, reading.control, reading.patient) == (Sort.CONTROL, "LYPHO-1", None)


def test_an_identifier_is_taken_as_it_stands_wherever_it_is_set_to_stand() -> None:
    padded = astm(H, P, "O|1| ACC-1 ^LAB||^^^GLU", result())

    assert only(padded).specimen == "ACC-1"
    assert only(padded, "abbott-m2000").specimen == " ACC-1 ^LAB"
    assert only(padded, "abbott-m2000", specimen="O.3.1").specimen == " ACC-1 "


def test_a_result_without_a_specimen_is_held_and_a_control_is_not() -> None:
    nameless = astm(H, P, "O|1|||^^^GLU", result())
    control = astm(H, P, "O|1|||^^^GLU|||||||Q", result())

    assert holds(only(nameless)) == ["NO_SPECIMEN"]
    assert (only(control).sort, holds(only(control))) == (Sort.CONTROL, [])


def test_a_moment_is_of_the_instruments_zone_and_none_is_none() -> None:
    twice = only(astm(H, P, ORDER, result(ended="20251026023000")), zone="Europe/Paris")
    none = only(astm(H, P, ORDER, result(ended="")))
    began = only(astm(H, P, ORDER, result(ended="", started="20260105090000")))

    assert (twice.observed_at, holds(twice)) == (None, ["TIME_UNCLEAR"])
    assert (none.observed_at, holds(none)) == (None, [])
    assert began.as_sent["observed_at"] == "20260105090000"


def test_two_patients_for_one_specimen_are_a_conflict_and_for_two_are_none() -> None:
    other = P.replace("Ardal^Bera", "Corvin^Dala")

    same = read(astm(H, P, ORDER, result(), other, ORDER, result())).readings
    two = read(astm(H, P, ORDER, result(), other, "O|1|ACC-2", result())).readings
    less = read(astm(H, P, ORDER, result(), "P|2|R-77", ORDER, result())).readings

    assert [holds(reading) for reading in same] == [["IDENTITY_CONFLICT"]] * 2
    assert [holds(reading) for reading in two] == [[], []]
    assert [holds(reading) for reading in less] == [[], []]


@pytest.mark.parametrize(
    ("status", "expected"), [("F", []), ("P", []), ("C", ["CORRECTION"]), ("X", ["QUESTIONABLE"])]
)
def test_an_order_that_is_corrected_or_cancelled_casts_doubt_on_its_results(
    status: str, expected: list[str]
) -> None:
    order = "O|1|ACC-1||^^^GLU" + "|" * 21 + status

    assert holds(only(astm(H, P, order, result()))) == expected


def test_more_results_than_any_instrument_sends_are_held_as_a_whole() -> None:
    found = read(astm(H, P, ORDER, *[result()] * (MOST_READINGS + 1)))

    assert found.readings == ()
    assert found.doubt is not None
    assert found.doubt.params == {"detail": "it holds more than 5000 results"}


def test_a_query_asks_for_specimens_bare_or_behind_a_patient() -> None:
    found = read(astm(H, r"Q|1|R-77^ACC-1\^ACC-2||ALL", "Q|2|ACC-3")).readings

    assert [(r.sort, r.position, r.specimen) for r in found] == [
        (Sort.QUERY, 1, "ACC-1"),
        (Sort.QUERY, 2, "ACC-2"),
        (Sort.QUERY, 3, "ACC-3"),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        ("SN", "<^0.5", Quantity(Decimal("0.5"), "mmol/L", Comparator.LESS)),
        ("SN", "=^5", Quantity(Decimal(5), "mmol/L")),
        ("SN", "^5", Quantity(Decimal(5), "mmol/L")),
        ("SN", "^1^:^128", None),
        ("ST", "5.4", Quantity(Decimal("5.4"), "mmol/L")),
        ("NM", "***", None),
        ("NM", '""', None),
        ("CWE", "T4^Type four^99LAB", Coded("T4", "")),
        ("CE", "^Type four", None),
    ],
)
def test_an_hl7_value_is_read_by_what_stands_there(
    kind: str, value: str, meant: Quantity | Coded | None
) -> None:
    reading = only(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(value=value, kind=kind)))

    assert reading.value == meant
    assert holds(reading) == ([] if meant else ["NOT_A_NUMBER"])


def test_flags_are_kept_once_each_and_their_words_are_a_comment() -> None:
    flags = "H^High^HL70078~H^High^HL70078~A1^Bubble^99"

    reading = only(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(flags=flags)))

    assert (reading.flags, reading.comment) == ("H A1", "High\nBubble")


def test_every_family_stands_in_the_table_of_the_documents() -> None:
    page = (ROOT / "docs" / "drivers.md").read_text()

    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([A-Z0-7, ]+?) \|", page, re.MULTILINE))
    spoken = {
        driver.name: ", ".join(
            dialect for dialect in (Dialect.ASTM, Dialect.HL7) if driver.speaks(dialect)
        )
        for driver in drivers.ALL
    }
    assert rows == spoken
