"""Hospital messages that others published, with what they say must come out of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assays.instruments.hl7 import hospital
from assays.rules.hospital_messages import Act
from tests.assays.instruments import corpus

SEXES = {"male": "M", "female": "F"}
OF_HOSPITALS = ("hospital_fhir_converter/ADT-A0*.hl7", "hospital_fhir_converter/O*-01.hl7")
NOT_ORDERS = ("ORU", "OUL")


def read(path: Path):  # type: ignore[no-untyped-def]
    return hospital.read(path.read_bytes(), charset="UTF-8", zone=ZoneInfo("UTC"))


def published(path: Path, kind: str) -> list[dict[str, Any]]:
    said = json.loads(path.with_name(path.name + ".expected.json").read_text())
    found = [one["resource"] for one in said["published_assertions"]["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def messages(*patterns: str) -> list[Any]:
    found = [one for pattern in patterns for one in corpus.files(f"hl7/{pattern}")]
    return [one for one in found if not str(one.id).rpartition("/")[2].startswith(NOT_ORDERS)]


@pytest.mark.parametrize("path", messages(*OF_HOSPITALS))
def test_the_patient_is_who_was_published(path: Path) -> None:
    (patient,) = published(path, "Patient")

    (event,) = read(path).events

    named = patient["name"][0]
    assert (event.patient.family, event.patient.given) == (named["family"], named["given"][0])
    assert event.patient.birth.date.isoformat() == patient["birthDate"]
    assert event.patient.sex == SEXES[patient["gender"]]
    values = {one["value"] for one in patient["identifier"]}
    assert {one.value for one in event.patient.identifiers} <= values


@pytest.mark.parametrize("path", messages("hospital_fhir_converter/O*-01.hl7"))
def test_the_order_has_the_numbers_and_the_code_that_were_published(path: Path) -> None:
    (asked,) = (one for one in published(path, "ServiceRequest") if "code" in one)
    numbers = {
        coding["code"]: one.get("value")
        for one in asked["identifier"]
        for coding in one.get("type", {}).get("coding", [])
    }

    (event,) = read(path).events

    assert event.act is Act.PLACE
    assert event.line.placer.partition("^")[0] == numbers["PLAC"]
    assert event.line.filler.partition("^")[0] == numbers["FILL"]
    assert event.line.code == asked["code"]["coding"][0]["code"]


@pytest.mark.parametrize("path", corpus.files("hl7/hospital_fhir_converter/ADT-A40-01.hl7"))
def test_the_merge_joins_two_entries_of_one_authority(path: Path) -> None:
    (linkage,) = published(path, "Linkage")
    assert [one["type"] for one in linkage["item"]] == ["source", "historical"]

    (event,) = read(path).events

    assert event.act is Act.LINK
    stays, goes = event.patient.identifiers[0], event.prior[0]
    assert stays.authority == goes.authority
    assert stays.value != goes.value


@pytest.mark.parametrize("path", corpus.files("hl7/simhospital/*.mllp"))
def test_an_admission_of_the_simulator_names_its_own_number_first(path: Path) -> None:
    content = path.read_bytes()
    if not hospital.is_of_a_hospital(content):
        assert b"ORU^R01" in content
        return

    (event,) = read(path).events

    assert event.act is Act.ADMIT
    assert [one.authority for one in event.patient.identifiers] == ["SIMULATOR MRN", "NHSNBR"]
    assert event.stay.ward
    assert event.stay.visit
    assert event.doubts == ()


@pytest.mark.parametrize("path", corpus.files("hl7/hapi_glucose_tolerance/*_OML.mllp"))
def test_every_order_of_the_glucose_series_is_read_and_what_is_told_back_asks_for_nothing(
    path: Path,
) -> None:
    found = read(path).events

    assert found
    controls = {one.line.control for one in found}
    assert {one.act is Act.NOTE for one in found} == {controls == {"SC"}}
    assert all(one.line.placer and one.line.code for one in found)
