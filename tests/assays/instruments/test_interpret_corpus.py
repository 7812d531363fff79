"""What recorded sessions say, asked from outside: their published values, in whatever pieces they came."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from assays.instruments import Interpreted, Of, interpret
from tests.assays.instruments.drivers import recorded
from tests.assays.instruments.drivers.recorded import Recording

pytestmark = pytest.mark.skipif(recorded.CORPUS is None, reason=recorded.ABSENT)

WHOLE = 0
SIZES = (1, 7, 100, WHOLE)
ZONE = "Africa/Kampala"
Found = list[Interpreted]
Expected = dict[str, Any]


@lru_cache(maxsize=256)
def asked(recording: Recording, size: int = WHOLE) -> tuple[Interpreted, ...]:
    """Interpret a session as it lies there, or message by message as a link put it together."""
    name, settings = recorded.FAMILIES[recording.family]
    if size == WHOLE:
        return tuple(interpret(recording.content, name, settings=settings, zone=ZONE))
    texts = [one.text for one in recorded.messages(recording, size) if one.is_complete]
    return tuple(
        replace(one, message=number)
        for number, text in enumerate(texts, start=1)
        for one in interpret(text, name, settings=settings, zone=ZONE)
    )


def measured(found: Found) -> Found:
    return [one for one in found if one.of in (Of.PATIENT, Of.QC)]


def sent(one: Interpreted) -> str | None:
    return one.value_as_sent.strip("^&") or None


def _m2000(found: Found, said: Expected) -> None:
    readings = measured(found)
    of_specimens = said.get("by_specimen") or {said["specimen"]: said}
    for specimen, expected in of_specimens.items():
        (one,) = (each for each in readings if each.specimen_id == specimen)
        result = expected.get("final_result", expected.get("result"))
        assert (sent(one), one.code, one.held) == (result, "HIV0.6ml", ())
        assert one.comments == tuple(filter(None, [expected.get("comment")]))
        assert bool(one.absent) is (result is None)
        if "unit" in expected:
            assert (one.unit_as_sent, one.status) == (expected["unit"], expected["status"])
    controls = [one.specimen_id for one in readings if one.is_qc]
    assert controls == said.get("qc_specimens", [])
    assert len({one.message for one in readings}) == said.get("messages", 1)


def _genexpert(found: Found, said: Expected) -> None:
    (one,) = measured(found)
    assert (one.specimen_id, one.held) == (said["specimen"], ())
    assert sent(one) == said.get("main_result", said.get("raw_result"))
    assert one.code.split("^")[0] == said["order_code"]
    assert (said["error_code"] or "") in " ".join(one.comments)
    if number := said.get("numeric"):
        assert one.value == Decimal(number)
    if "abnormal_flag" in said:
        assert " ".join(one.flags) == said["abnormal_flag"]
    if said.get("value_component") == 2:
        assert (one.value, one.unit) == (Decimal(said["main_result"]), "{copies}/mL")


def _genexpert_hl7(found: Found, said: Expected) -> None:
    readings = measured(found)
    assert {one.specimen_id for one in readings} == {said["specimen"]}
    assert [
        {"code": one.code, "value": sent(one), "status": one.status} for one in readings
    ] == said["results"]


def _euroimmun(found: Found, said: Expected) -> None:
    first, second, *_others = measured(found)
    assert first.comparator + str(first.value) == said["first"]["value"]
    assert (first.code, first.unit_as_sent) == (said["first"]["code"], said["first"]["unit"])
    assert sent(second) == said["second"]["value"]
    assert [one.specimen_id for one in (first, second)] == [
        said[place]["specimen"] for place in ("first", "second")
    ]


def _immucor(found: Found, said: Expected) -> None:
    readings = measured(found)
    assert {one.specimen_id for one in readings} == {said["specimen"]}
    assert len(readings) == said["n_results"]
    assert said["results"].items() <= {one.code: sent(one) for one in readings}.items()


def _query(found: Found, said: Expected) -> None:
    assert {one.of for one in found} == {Of.QUERY}
    assert [one.specimen_id for one in found] == said["query_specimens"]
    assert {one.query_tag for one in found} == {said.get("query_tag", "")}
    assert {one.rack for one in found} == {said.get("rack", found[0].rack)}
    assert {one.rack_position for one in found} == {said.get("position", found[0].rack_position)}


def _alinity(found: Found, said: Expected) -> None:
    if "control_ids" in said:
        assert list(dict.fromkeys(one.control_id for one in found)) == said["control_ids"]
        return
    (one,) = measured(found)
    assert (one.control_id, one.specimen_id) == (said["control_id"], said["specimen"])
    assert (sent(one), one.unit_as_sent.strip("^")) == (said["result"], said["unit"] or "")
    assert said["numeric"] is None or one.value == Decimal(said["numeric"])


def _cobas_4800(found: Found, said: Expected) -> None:
    readings = measured(found)
    assert [(one.specimen_id, sent(one), one.control or None, one.is_qc) for one in readings] == [
        (name, each["value"], each["control"], each["control"] is not None)
        for name, each in said["specimens"].items()
    ]
    for one in readings:
        if number := re.fullmatch(r"(\S+) cp/mL", one.value_as_sent):
            assert (one.value, one.unit) == (Decimal(number[1]), "{copies}/mL")


def _cobas_5800(found: Found, said: Expected) -> None:
    (one,) = measured(found)
    assert (one.control_id, one.specimen_id) == (said["control_id"], said["specimen"])
    assert (one.code, sent(one)) == (said["code"], said["value"])
    assert one.status == said.get("status", "F")
    assert " ".join(one.flags) == said.get("flag", " ".join(one.flags))
    if "means" in said:
        assert one.value is not None
        power = re.fullmatch(r"10\*(-?\d+)\.\{copies\}/mL", one.unit)
        assert power is not None
        assert f"{one.value.scaleb(int(power[1]))} copies/mL" == said["means"]


def _cobas_6800(found: Found, said: Expected) -> None:
    (one,) = measured(found)
    assert (one.control_id, one.specimen_id) == (said["control_id"], said["specimen"])
    number = re.fullmatch(r"(\d+) x(10\*-?\d)", said["outcome"])
    if number is not None:
        assert (one.value, one.unit) == (Decimal(number[1]), f"{number[2]}.{{copies}}/mL")
    else:
        others = [sent(each) for each in found if each.of is Of.SUPPLEMENT]
        assert said["outcome"] in others
        assert one.code_value or one.absent


def _cobas_pro(found: Found, said: Expected) -> None:
    readings = [one for one in measured(found) if one.value is not None]
    assert {(one.control_id, one.specimen_id) for one in readings} == {
        (said["control_id"], said["specimen"])
    }
    assert [
        {
            "code": one.code,
            "value": sent(one),
            "unit": one.unit,
            "flag": " ".join(one.flags),
            "status": one.status,
        }
        for one in readings
    ] == said["results"]
    others = {one.code for one in found if one.of is Of.SUPPLEMENT}
    assert set(said.get("not_results", ())) <= others


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
VALUED = [one for one in recorded.of("astm/", "hl7/") if one.expected]


def test_every_recorded_session_with_values_is_asked() -> None:
    assert len(VALUED) == 44


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("recording", VALUED, ids=lambda one: one.file)
def test_a_session_says_its_published_values_whatever_pieces_it_came_in(
    recording: Recording, size: int
) -> None:
    said = recording.expected
    check = _query if "query_specimens" in said else CHECKS[recording.family]

    check(list(asked(recording, size)), said)


# Hospital messages, and what a converter of another project makes of them (FHIR)

STATUSES = {"F": "final", "P": "preliminary", "I": "unknown", "S": "unknown", "O": "unknown"}
_DOCUMENT = re.compile(r"https?://|\^Base64\b")


def bundle_of(recording: Recording) -> list[dict[str, Any]]:
    assert recorded.CORPUS is not None
    if recording.expected_file is None:
        return []
    said = json.loads((recorded.CORPUS / recording.expected_file).read_text())
    return [entry["resource"] for entry in said.get("published_assertions", {}).get("entry", ())]


CONVERTED = [one for one in recorded.of("hl7/") if bundle_of(one)]


def test_every_published_bundle_is_asked() -> None:
    assert len(CONVERTED) == 13


def _is_of_results(recording: Recording) -> bool:
    return re.search(rb"\|(?:ORU|OUL)\^", recording.content[:400]) is not None


@pytest.mark.parametrize(
    "recording", [one for one in CONVERTED if _is_of_results(one)], ids=lambda one: one.file
)
def test_results_of_a_hospital_are_the_observations_of_its_bundle(recording: Recording) -> None:
    resources = bundle_of(recording)
    published = [one for one in resources if one["resourceType"] == "Observation"]

    found = [
        one
        for one in asked(recording)
        if one.of is not Of.UNREAD and not _DOCUMENT.search(one.value_as_sent)
    ]

    assert [_as_observation(one) for one in found] == [_observation(one) for one in published]
    for one, observation in zip(found, published, strict=True):
        _compare(one, observation, resources)


@pytest.mark.parametrize(
    "recording", [one for one in CONVERTED if not _is_of_results(one)], ids=lambda one: one.file
)
def test_what_is_no_result_of_a_hospital_is_held_whole(recording: Recording) -> None:
    (one,) = asked(recording)

    assert (one.of, [reason.code for reason in one.held]) == (Of.UNREAD, ["UNREADABLE"])


@pytest.mark.parametrize(
    "recording", recorded.of("hl7/cdc_reportstream/dtm_"), ids=lambda one: one.file
)
def test_a_result_message_of_a_patient_alone_is_held_as_empty(recording: Recording) -> None:
    (one,) = asked(recording)

    assert (one.of, [reason.code for reason in one.held]) == (Of.UNREAD, ["EMPTY"])


def _as_observation(one: Interpreted) -> tuple[str, str, tuple[str, ...], str]:
    parts = one.value_as_sent.split("~")
    value = "~".join(part.split("^")[0] for part in parts)
    return one.code, value, one.flags, STATUSES[one.status]


def _observation(said: dict[str, Any]) -> tuple[str, str, tuple[str, ...], str]:
    values = [_value(each) for each in said.get("component", [said])]
    flags = [each["coding"][0]["code"] for each in said.get("interpretation", ())]
    return said["code"]["coding"][0]["code"], "~".join(values), tuple(flags), said["status"]


def _value(said: dict[str, Any]) -> str:
    if "valueQuantity" in said:
        return str(said["valueQuantity"]["value"])
    concept = said.get("valueCodeableConcept")
    return str(concept["coding"][0]["code"]) if concept else ""


def _compare(one: Interpreted, said: dict[str, Any], resources: list[dict[str, Any]]) -> None:
    if "valueQuantity" in said:
        assert one.value == Decimal(str(said["valueQuantity"]["value"]))
        assert one.unit == said["valueQuantity"].get("unit", one.unit)
    moment = said.get("effectiveDateTime", "")
    if "T" in moment:  # a day alone is no moment
        assert one.observed_at == datetime.fromisoformat(moment)
    if "specimen" in said:
        _kind, id_ = said["specimen"]["reference"].split("/")
        (specimen,) = (each for each in resources if each["id"] == id_)
        assert one.specimen_id in [each["value"] for each in specimen["identifier"]]
