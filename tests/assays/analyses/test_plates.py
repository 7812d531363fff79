"""Plates are evaluated by workers: what is reported of each specimen, and what cannot be used."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from assays.actions.analyses import plates as actions
from assays.models import AnalysisPart, AnalysisRun, Assay, Instrument
from assays.numerics.calibration.acceptance import Rule
from assays.numerics.calibration.fitting import Note
from assays.pages.analyses import plate_words
from assays.rules.analyses import ANALYSES, plate_files, plates
from assays.rules.analyses.plate_readings import Why, blind_step
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.lib.wording import Refused
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import plating
from tests.assays.analyses.plating import STANDARDS, asked, evaluated, written

FACTS = {"id": 1, "version": 1, "version_id": 1, "code": "LH", "name": "LH", "unit": "[IU]/L"} | {
    "decimals": 1,
    "low": "1",
    "high": "200",
}


def worked(files: tuple[bytes, bytes], **more: Any) -> dict[str, Any]:
    """Evaluate a plate without a database."""
    given = {
        "signals": plate_files.kept("reader.csv", files[0]),
        "layout": plate_files.kept("layout.csv", files[1]),
    }
    facts = FACTS | more.pop("assay", {})
    return plates.work(plates.parameters(assay=facts, **{"theta": 1.0, **more}), given)


def decisions(outcome: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one["decision"] for one in outcome["specimens"]}


def test_each_specimen_is_read_bounded_or_to_be_diluted() -> None:
    found = worked(
        written(
            [("IN", 30, 1), ("LOW", 0.1, 1), ("HIGH", 450, 1), ("FAR", 3_000, 1), ("D", 400, 10)]
        )
    )

    said = decisions(found)
    assert found["acceptance"]["is_accepted"]
    assert said["IN"]["value"] == pytest.approx(30, rel=0.1)
    assert (said["IN"]["comparator"], said["IN"]["dilute_to"]) == ("", None)
    assert (said["LOW"]["comparator"], said["LOW"]["value"], said["LOW"]["why"]) == (
        "<",
        1,
        "below",
    )
    assert (said["HIGH"]["comparator"], said["HIGH"]["value"]) == (">", 200)
    assert said["HIGH"]["dilute_to"] == 5
    assert said["FAR"]["dilute_to"] in (20, 50, 100)
    assert said["D"]["value"] * said["D"]["dilution"] == pytest.approx(400, rel=0.1)
    limits = found["specimens"][0]["measured"][0]["reading"]
    assert limits["low"] < limits["concentration"] < limits["high"]


def test_a_specimen_beyond_the_curve_is_diluted_a_hundredfold_at_once() -> None:
    found = worked(written([("SAT", 30, 1)], changed={"H1": "OVRFLW", "H2": "OVRFLW"}))

    said = decisions(found)["SAT"]
    assert (said["why"], said["comparator"], said["dilute_to"]) == ("saturated", ">", 100)
    assert blind_step(1, 200) == 100
    assert blind_step(1, 20) == 10
    assert blind_step(1, 2) == 2


def test_a_hook_is_reported_from_dilutions_that_are_free_of_it() -> None:
    found = worked(written([("HOOK", 20_000, times) for times in (1, 10, 200, 400)]))

    (specimen,) = found["specimens"]
    assert specimen["series"]["has_hook"]
    assert specimen["decision"]["why"] == "after_hook"
    assert specimen["decision"]["dilution"] == 200
    assert specimen["decision"]["value"] * 200 == pytest.approx(20_000, rel=0.15)


@pytest.mark.parametrize("neat", [20_000, 60_000])
def test_one_dilution_after_a_hook_may_be_hooked_itself_and_asks_for_more(neat: float) -> None:
    found = worked(written([("HOOK", neat, 1), ("HOOK", neat, 10)]))

    said = decisions(found)["HOOK"]
    assert (said["comparator"], said["value"], said["dilution"]) == (">", 200, 1)
    assert (said["why"], said["dilute_to"]) == ("hook", 100)


def test_replicates_that_differ_and_dilutions_that_disagree_are_not_reported() -> None:
    apart = worked(written([("X", 30, 1)], changed={"H1": "0.4"}))
    crooked = worked(written([("Y", 80, 1), ("Y", 40, 4)]))

    assert decisions(apart)["X"]["why"] == "replicates_apart"
    assert decisions(apart)["X"]["value"] is None
    assert decisions(crooked)["Y"]["why"] == "not_linear"


def test_a_series_of_dilutions_is_compared_with_the_calibrators() -> None:
    found = worked(written([("P", 180, times) for times in (1, 2, 4, 8, 16, 32)]))

    (specimen,) = found["specimens"]
    assert specimen["series"]["is_linear"]
    assert specimen["parallelism"]["is_parallel"]


def test_the_range_is_that_of_the_assay_within_the_calibrators() -> None:
    wide = worked(written(), assay={"low": None, "high": "500"})
    narrow = worked(written(), assay={"low": "5", "high": "100"})

    assert wide["range"] == {"low": 1, "high": 200}
    assert narrow["range"] == {"low": 5, "high": 100}


def test_units_that_mean_the_same_are_one() -> None:
    assert worked(written(unit="IU/l"))["acceptance"]["is_accepted"]


def test_constant_signals_and_one_point_are_no_curve() -> None:
    wells = [f"{row}{column}" for row in "ABCDEFG" for column in (1, 2)]

    for files in (
        written(changed=dict.fromkeys(wells, "1.5")),
        written(standards=(50,)),
    ):
        with pytest.raises(Refused) as refused:
            worked(files)
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (written(changed={"B1": ""}), "There is no signal for B1"),
        (written(changed={"C2": "NaN"}), "Well C2 holds 'NaN'"),
        (written(changed={"G2": "OVRFLW"}), "standard in well G2 is saturated"),
        (written(unit="nmol/L"), "Well A1 is in 'nmol/L'"),
        ((b"", written()[1]), "The plate file is empty"),
        ((written()[0], b""), "The plate file is empty"),
        ((b"PK\x03\x04\x00\x00\xff", written()[1]), "reader.csv is no text"),
        ((written()[0], b"well,role\nA1,unknown\n"), "no standards"),
        ((written()[0] + b"\nA1,0.5", written()[1]), "Well A1 is given twice"),
        ((written()[0], written()[1] + b"\nA1,blank,,,,"), "Well A1 is given twice"),
        ((written()[0], written()[1].replace(b",200,", b",-5,")), "none can be below"),
        (
            written(changed={"D1": "2.40", "D2": "0.90", "G1": "0.90", "G2": "2.40"}),
            "look swapped",
        ),
    ],
)
def test_what_cannot_be_right_is_named_in_words(files: tuple[bytes, bytes], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        worked(files)


def test_a_file_is_kept_as_it_came_with_its_encoding() -> None:
    text = "well;Öd\r\nA1;0,5\r\n"
    found = {
        name: plate_files.kept("r.csv", content)
        for name, content in {
            "utf-8": text.encode(),
            "utf-8-sig": text.encode("utf-8-sig"),
            "utf-16": text.encode("utf-16"),
            "cp1252": text.encode("cp1252"),
        }.items()
    }
    binary = plate_files.kept("r.xlsx", b"PK\x00\x81")

    assert {name: one["encoding"] for name, one in found.items()} == {name: name for name in found}
    assert {one["text"] for one in found.values()} == {text}
    assert base64.b64decode(binary["base64"]) == b"PK\x00\x81"
    with pytest.raises(Refused, match="at most 1048576"):
        plate_files.kept("r.csv", b"1" * (plate_files.LARGEST + 1))


def test_everything_that_can_be_said_of_a_plate_has_words() -> None:
    assert set(plate_words.why_words()) == {one.value for one in Why}
    assert set(plate_words.rule_words()) == {one.value for one in Rule}
    assert set(plate_words.note_words()) == {one.value for one in Note}


@pytest.fixture
def technologist(db: None) -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def assay(db: None) -> Assay:
    return plating.lh()


@pytest.fixture
def reader(db: None) -> Instrument:
    return laboratory.instrument()


def test_a_plate_that_cannot_be_used_does_not_disturb_the_others(
    technologist, assay, reader
) -> None:
    run = asked(technologist, assay, written(changed={"B1": ""}), written(), reader=reader)

    bad, good = run.parts.order_by("position")
    assert run.status == "DONE"
    assert bad.refusal["code"] == "WELL_MISSING"
    assert bad.given["signals"]["text"].startswith("well,OD")
    assert good.outcome["acceptance"]["is_accepted"]
    assert run.outcome["plates"] == 1


def test_a_run_of_which_no_plate_can_be_used_has_failed_and_keeps_its_input(
    technologist, assay, reader
) -> None:
    run = asked(technologist, assay, (b"", b""), reader=reader)

    assert run.status == "FAILED"
    assert run.parts.get().given["signals"]["bytes"] == 0


def test_the_same_plate_gives_the_same_to_the_bit(technologist, assay, reader) -> None:
    part = evaluated(technologist, assay, written([("A", 30, 1)]), reader=reader)
    again = ANALYSES[AnalysisKind.PLATE].work(part.run.parameters, part.given)

    assert again == part.outcome
    assert part.run.made_with["method"] == plates.METHOD


def test_only_the_laboratory_sends_and_reads_plates(technologist, assay, reader) -> None:
    part = evaluated(technologist, assay, written(), reader=reader)
    physician = factories.principal(Role.INFECTION_CONTROL)

    with pytest.raises(NotAllowed):
        asked(physician, assay, written(), reader=reader)
    assert policy.scope(technologist, AnalysisPart.objects.all()).get() == part
    assert not policy.scope(physician, AnalysisPart.objects.all()).exists()
    assert not policy.scope(physician, AnalysisRun.objects.all()).exists()


def test_a_plate_is_of_an_assay_in_force_that_measures_a_number(technologist, reader) -> None:
    coded = laboratory.assays(TYPE={"kind": "CODED", "low": None, "high": None})["TYPE"]

    with pytest.raises(InvalidInput, match="measures a number"):
        actions.ask(
            sent=[plating.sent("P", written())],
            assay_id=coded.pk,
            instrument=reader,
            measured_at=database_now(),
            by=technologist,
            at=database_now(),
        )


def test_standards_of_the_synthetic_plate_are_as_written() -> None:
    found = worked(written())

    assert {one["concentration"] for one in found["standards"]} == set(map(float, STANDARDS))
