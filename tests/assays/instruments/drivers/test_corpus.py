"""Every recorded session of the families built gives the values its source says it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from assays.instruments.readings import Interpretation, Reading, Sort
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity
from tests.assays.instruments.drivers import recorded
from tests.assays.instruments.drivers.messages import holds
from tests.assays.instruments.drivers.recorded import (
    Recording,
    asked,
    measured,
    supplements,
    value_sent,
)

pytestmark = pytest.mark.skipif(recorded.CORPUS is None, reason=recorded.ABSENT)

SIZES = (1, 7, 100)
NOT_DETECTED = Coded("NOT_DETECTED", "")
BELOW = Coded("DETECTED_BELOW_LIMIT", "")
FAILED = Absent("error")

Found = list[Interpretation]
Expected = dict[str, Any]


def named(recording: Recording) -> str:
    return recording.file


@pytest.mark.parametrize("recording", recorded.recordings(), ids=named)
def test_in_whatever_pieces_a_session_came_its_readings_are_the_same(recording: Recording) -> None:
    whole = recorded.read(recording)

    for size in SIZES:
        assert recorded.read(recording, size) == whole


@pytest.mark.parametrize("recording", recorded.recordings(), ids=named)
def test_every_reading_has_its_place_and_every_doubt_its_sentence(recording: Recording) -> None:
    from assays.rules.filing import REASONS

    for found in recorded.read(recording):
        assert [r.position for r in found.readings] == list(range(1, len(found.readings) + 1))
        doubts = [d for r in found.readings for d in r.doubts]
        for doubt in (*doubts, *filter(None, [found.doubt])):
            assert (REASONS[doubt.hold] % doubt.params).endswith(".")


def is_not_detected(reading: Reading) -> bool:
    return reading.value == NOT_DETECTED and reading.doubts == ()


def _m2000(found: Found, expected: Expected) -> None:
    readings = measured(found)
    for key, said in expected.get("by_specimen", {}).items():
        (one,) = (r for r in readings if r.specimen == key)
        assert one.code == "HIV0.6ml"
        _m2000_result(one, said.get("final_result"), said.get("comment", ""))
        assert one.as_sent.get("status") == (None if said.get("no_result") else said["status"])
    controls = [r.specimen for r in readings if r.sort is Sort.CONTROL]
    assert controls == expected.get("qc_specimens", [])
    assert len(found) == expected.get("messages", 1)
    if "specimen" in expected:
        (one,) = readings
        assert one.specimen == expected["specimen"]
        _m2000_result(one, expected["result"], expected.get("comment") or "")


def _m2000_result(reading: Reading, result: str | None, comment: str) -> None:
    assert (value_sent(reading), reading.comment) == (result, comment)
    assert reading.doubts == ()
    if result is None:
        assert reading.value == FAILED
    elif result == "Not detected":
        assert reading.value == NOT_DETECTED
    else:
        sign = Comparator.LESS if result.startswith("<") else Comparator.EQUAL
        number = Decimal(result.lstrip("< "))
        assert reading.value == Quantity(number, "{copies}/mL", sign)


def _genexpert(found: Found, expected: Expected) -> None:
    (one,) = measured(found)
    raw = expected.get("main_result", expected.get("raw_result"))
    assert (one.specimen, value_sent(one)) == (expected["specimen"], raw)
    assert one.as_sent["ordered"].split("^")[3] == expected["order_code"]
    assert one.code.split("^")[0] == expected["order_code"]
    assert one.flags == expected.get("abnormal_flag", one.flags)
    assert (expected["error_code"] or "") in one.comment
    assert one.doubts == ()
    if number := expected.get("numeric") or (raw if raw[0].isdigit() else None):
        assert one.value == Quantity(Decimal(number.replace(",", ".")), "{copies}/mL")
    else:
        assert one.value == GENEXPERT_WORDS[raw, "<" in one.flags]


GENEXPERT_WORDS = {
    ("DETECTED", False): Coded("DETECTED", ""),
    ("NOT DETECTED", False): NOT_DETECTED,
    ("ERROR", False): FAILED,
    ("DÉTECTÉ", False): Coded("DETECTED", ""),
    ("DÉTECTÉ", True): BELOW,
    ("NON DÉTECTÉ", False): NOT_DETECTED,
    ("PAS DE RÉSULTAT", False): FAILED,
    ("ERREUR", False): FAILED,
}


def _genexpert_hl7(found: Found, expected: Expected) -> None:
    readings = measured(found)
    assert {r.specimen for r in readings} == {expected["specimen"]}
    said = [
        {"code": r.code, "value": value_sent(r), "status": r.as_sent["status"]} for r in readings
    ]
    assert said == expected["results"]
    assert [r.value for r in readings] == [NOT_DETECTED, Coded("DETECTED", "")]


def _euroimmun(found: Found, expected: Expected) -> None:
    readings = measured(found)
    for one, said in zip(readings, (expected["first"], expected["second"]), strict=False):
        assert (one.specimen, value_sent(one)) == (said["specimen"], said["value"])
    assert readings[0].as_sent["unit"] == expected["first"]["unit"]
    assert readings[0].code == expected["first"]["code"]
    assert readings[0].value == Quantity(Decimal(8), "{ratio}", Comparator.GREATER)
    assert readings[1].value == Quantity(Decimal("7.41"), "{ratio}")
    # Twenty specimens of a plate, one of them with blanks behind its name.
    assert len({r.specimen for r in readings}) == len(readings) == 20
    assert all(r.doubts == () for r in readings)


def _immucor(found: Found, expected: Expected) -> None:
    readings = measured(found)
    assert len(readings) == expected["n_results"]
    assert {r.specimen for r in readings} == {expected["specimen"]}
    sent = {r.code: value_sent(r) for r in readings}
    assert expected["results"].items() <= sent.items()
    assert {r.as_sent["ordered"].strip("^") for r in readings} == set(expected["orders"])
    assert {tuple(holds(r)) for r in readings} == {("OUT_OF_SCOPE",)}


def _query(found: Found, expected: Expected) -> None:
    assert asked(found) == expected["query_specimens"]
    tags = {r.as_sent.get("tag") for one in found for r in one.readings}
    assert tags == {expected.get("query_tag", tags.copy().pop())}
    assert measured(found) == []


def _alinity(found: Found, expected: Expected) -> None:
    if "control_ids" in expected:
        assert [one.control_id for one in found] == expected["control_ids"]
        return
    (one,) = measured(found)
    assert found[0].control_id == expected["control_id"]
    assert (one.specimen, value_sent(one)) == (expected["specimen"], expected["result"])
    assert one.as_sent.get("unit", "").strip("^") == (expected["unit"] or "")
    assert one.doubts == ()
    if expected["numeric"] is not None:
        assert one.value == Quantity(Decimal(expected["numeric"]), "{copies}/mL")
    elif expected["result"].startswith("<"):
        assert one.value == Quantity(Decimal(20), "{copies}/mL", Comparator.LESS)
    else:
        assert one.value == NOT_DETECTED


def _cobas_4800(found: Found, expected: Expected) -> None:
    if "query_specimens" in expected:
        _query(found, expected)
        return
    readings = measured(found)
    assert [r.specimen for r in readings] == list(expected["specimens"])
    for one in readings:
        said = expected["specimens"][one.specimen]
        assert value_sent(one) == said["value"]
        is_control = said["control"] is not None
        assert (one.control or None) == said["control"]
        assert one.sort is (Sort.CONTROL if is_control else Sort.VALUE)
        assert one.doubts == ()
        number = re.fullmatch(r"(\S+) cp/mL", said["value"])
        if number is not None:
            assert one.value == Quantity(Decimal(number[1]), "{copies}/mL")
        else:
            assert one.value == COBAS_WORDS[said["value"]]


COBAS_WORDS = {"Target Not Detected": NOT_DETECTED, "< Titer min": BELOW, "Invalid": FAILED}


def _cobas_5800(found: Found, expected: Expected) -> None:
    (one,) = measured(found)
    assert found[0].control_id == expected["control_id"]
    assert (one.specimen, one.code) == (expected["specimen"], expected["code"])
    assert one.as_sent["specimen"] == expected["specimen_raw"]
    assert one.as_sent["status"] == expected.get("status", "F")
    assert value_sent(one) == expected["value"]
    assert expected.get("flag", one.flags) == one.flags
    assert one.doubts == ()
    if "means" in expected:
        assert f"{_in_copies(one)} copies/mL" == expected["means"]
    else:
        assert one.value == (FAILED if expected["value"] is None else NOT_DETECTED)


def _in_copies(reading: Reading) -> Decimal:
    """Multiply out the power of ten of a unit, as an approved row does."""
    assert isinstance(reading.value, Quantity)
    found = re.fullmatch(r"10\*(-?\d+)\.\{copies\}/mL", reading.value.unit)
    assert found is not None
    return reading.value.value.scaleb(int(found[1]))


def _cobas_6800(found: Found, expected: Expected) -> None:
    if "query_specimens" in expected:
        _query(found, expected)
        return
    (one,) = measured(found)
    outcome = expected["outcome"]
    assert (found[0].control_id, one.specimen) == (expected["control_id"], expected["specimen"])
    assert (one.code, one.doubts) == ("HIV", ())
    number = re.fullmatch(r"(\d+) x(10\*-?\d)", outcome)
    if number is not None:
        assert one.value == Quantity(Decimal(number[1]), f"{number[2]}.{{copies}}/mL")
    else:
        assert one.value == COBAS_WORDS[outcome]
        assert outcome in [value_sent(other) for other in supplements(found)]


def _cobas_pro(found: Found, expected: Expected) -> None:
    if "query_specimens" in expected:
        _query(found, expected)
        return
    assert found[0].control_id == expected["control_id"]
    readings = measured(found)
    assert {r.specimen for r in readings} == {expected["specimen"]}
    said = [
        {
            "code": r.code,
            "value": value_sent(r),
            "unit": r.value.unit,
            "flag": r.flags,
            "status": r.as_sent["status"],
        }
        for r in readings
        if isinstance(r.value, Quantity)
    ]
    assert said == expected["results"]
    assert set(expected.get("not_results", ())) <= {r.code for r in supplements(found)}


CHECKS: dict[str, Callable[[Found, Expected], None]] = {
    "astm/abbott_m2000/": _m2000,
    "astm/cepheid_genexpert_en/": _genexpert,
    "astm/cepheid_genexpert_fr/": _genexpert,
    "astm/euroimmun_analyzer1/": _euroimmun,
    "astm/immucor_": _immucor,
    "astm/ortho_rvt_query/": _query,
    "hl7/abbott_alinity_m/": _alinity,
    "hl7/cepheid_genexpert_hl7/": _genexpert_hl7,
    "hl7/roche_cobas4800/": _cobas_4800,
    "hl7/roche_cobas5800/": _cobas_5800,
    "hl7/roche_cobas6800/": _cobas_6800,
    "hl7/roche_cobas_pro/": _cobas_pro,
}


SAYING = [one for one in recorded.of("astm/", "hl7/") if one.expected]


@pytest.mark.parametrize("recording", SAYING, ids=named)
def test_a_recorded_session_gives_the_values_it_holds(recording: Recording) -> None:
    CHECKS[recording.family](recorded.read(recording), recording.expected)
