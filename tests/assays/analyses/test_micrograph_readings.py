"""Readers confirm and correct what was counted; counts are judged by what they said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assays.actions import micrograph_readings as actions
from assays.actions.analyses import agreement
from assays.actions.analyses import micrographs as counting
from assays.models import AnalysisRun, Micrograph, MicrographReading, Specimen
from assays.queries.analyses import agreement as queries
from assays.rules import micrograph_readings
from assays.rules.analyses import micrographs
from assays.rules.micrograph_readings import ReadingRefused, Seen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays.analyses import films
from tests.assays.analyses.films import given, png
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    return films.specimen()


def counted(specimen: Specimen, by: Principal) -> AnalysisRun:
    run = counting.count(specimen=specimen, by=by, at=database_now())
    work_off()
    run.refresh_from_db()
    return run


def part_of(run: AnalysisRun, row: Micrograph) -> Any:
    return run.parts.get(given__micrograph=row.pk)


def read(row: Micrograph, seen: Any, by: Principal, part: Any = None) -> MicrographReading:
    return actions.record(micrograph=row, seen=seen, part=part, by=by, at=database_now())


def test_a_count_is_confirmed_as_it_is_and_corrected_on_the_page(reader, specimen) -> None:
    client = client_of(reader)
    (row,) = given(specimen, reader, png(1))
    counted(specimen, reader)
    page = f"/micrographs/{row.pk}/"

    confirmed = client.post(
        page, {"findings": "", "shown": "count", "remark": "plain"}, follow=True
    )
    objects = [["red_cells", 30, 40, 18.2], ["foreign_bodies", 100.456, 90, 22]]
    client.post(page, {"findings": json.dumps(objects)})
    first, second = MicrographReading.objects.order_by("pk")

    assert "The reading is kept." in confirmed.content.decode()
    assert micrograph_readings.counts(first.findings)["red_cells"] == 24
    assert (first.remark, first.part.run.kind) == ("plain", "MICROGRAPHS")
    assert second.findings[1] == {
        "kind": "foreign_bodies",
        **{"x": 100.46, "y": 90.0, "radius": 22.0},
    }
    drawn = client.get(page).content.decode()
    assert drawn.count('class="body-foreign_bodies" cx="100.5"') == 1
    assert client.get(f"{page}?count").content.decode().count(' cx="') > 20
    assert text_of(client, f"/specimens/{specimen.accession}/micrographs/").count(">read<") == 1


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ("{", "FORM"),
        ('{"a": 1}', "FORM"),
        ('[["red_cells", 1, 1]]', "OBJECT"),
        ('[["nanite", 1, 1, 1]]', "OBJECT"),
        ('[["red_cells", "1", 1, 1]]', "NUMBER"),
        ('[["red_cells", NaN, 1, 1]]', "NUMBER"),
        ('[["red_cells", true, 1, 1]]', "NUMBER"),
        ('[["red_cells", 480, 1, 1]]', "OUTSIDE"),
        ('[["red_cells", 1, -1, 1]]', "OUTSIDE"),
        ('[["red_cells", 1, 1, 0]]', "SIZE"),
        ('[["red_cells", 1, 1, 300]]', "SIZE"),
        (json.dumps([["red_cells", 1, 1, 1]] * 10_001), "MANY"),
        ("[" * 100_000, "FORM"),
    ],
)
def test_what_is_no_reading_is_refused(findings, code) -> None:
    with pytest.raises(ReadingRefused) as refused:
        micrograph_readings.written(findings, width=480, height=360)

    assert refused.value.code == code


def test_a_refused_reading_is_said_on_the_page_and_not_kept(reader, specimen) -> None:
    client = client_of(reader)
    (row,) = given(specimen, reader, png(1))
    page = f"/micrographs/{row.pk}/"

    unseen = client.post(page, {"findings": ""}).content.decode()
    counted(specimen, reader)
    wrong = client.post(page, {"findings": '[["red_cells", 9999, 1, 5]]'}).content.decode()

    assert "There is no picture to read." in unseen
    assert "Object 1 lies outside the picture." in wrong
    assert not MicrographReading.objects.exists()


def test_a_reading_is_kept_as_it_was_by_who_may_and_of_a_field_in_use(reader, specimen) -> None:
    from assays.actions import micrographs as taking

    row, other = given(specimen, reader, png(1), png(2))
    run = counted(specimen, reader)
    seen = (Seen("red_cells", 5, 5, 3),)
    kept = read(row, seen, reader)

    with pytest.raises(NotAllowed):
        read(row, seen, factories.principal(Role.NURSE))
    with pytest.raises(InvalidInput, match="of another micrograph"):
        read(row, seen, reader, part=part_of(run, other))
    kept.remark = "changed"
    with pytest.raises(AppendOnlyError):
        kept.save()
    taking.withdraw(micrograph=row, reason="wrong film", by=reader, at=database_now())
    with pytest.raises(Conflict, match="withdrawn"):
        read(row, seen, reader)


def test_counts_are_set_against_what_readers_confirmed(reader, specimen) -> None:
    rows = given(specimen, reader, png(1), png(2), png(3), png(4))
    run = counted(specimen, reader)
    # One field read as counted; in one a red cell was added by the count, in one it missed two.
    for place, row in enumerate(rows[:3]):
        part = part_of(run, row)
        seen = list(micrograph_readings.found(part.outcome))
        red = [one for one in seen if one.kind == "red_cells"]
        if place == 1:
            seen.remove(red[0])
        if place == 2:
            seen += [Seen("red_cells", 1, 1, 8), Seen("foreign_bodies", 478, 358, 9)]
        read(row, seen, reader, part=part)

    compared = agreement.compare(by=reader, at=database_now())
    work_off()
    compared.refresh_from_db()

    assert compared.status == "DONE"
    assert compared.outcome["fields"] == 3  # the fourth was not read
    red_cells = compared.outcome["kinds"]["red_cells"]
    assert (red_cells["found"], red_cells["added"], red_cells["missed"]) == (71, 1, 1)
    assert red_cells["precision"]["value"] == pytest.approx(71 / 72)
    assert red_cells["recall"]["low"] < 71 / 72 < red_cells["recall"]["high"]
    assert red_cells["difference"]["bias"]["value"] == pytest.approx(0)
    foreign = compared.outcome["kinds"]["foreign_bodies"]
    assert (foreign["found"], foreign["missed"], foreign["added"]) == (6, 1, 0)
    assert compared.outcome["changes"] is None
    shown = text_of(client_of(reader), "/micrographs/agreement/")
    assert "0.986" in shown
    assert "24 / 23" in shown


def test_a_new_version_is_compared_with_the_old_one_and_with_the_readers(
    reader, specimen, monkeypatch
) -> None:
    (row,) = given(specimen, reader, png(1))
    first = counted(specimen, reader)
    read(row, micrograph_readings.found(part_of(first, row).outcome), reader)
    real = micrographs.work

    def changed(parameters: Any, given: Any, contents: Any) -> dict[str, Any]:
        """One red cell is seen no more, and one is called a platelet."""
        found = real(parameters, given, contents)
        gone, other, *rest = found["red_cells"]
        return {**found, "red_cells": rest, "platelets": [*found["platelets"], other]}

    monkeypatch.setattr(micrographs, "METHOD", "micrographs/next micrograph/4 nanite_load/1")
    monkeypatch.setattr(micrographs, "work", changed)
    counted(specimen, reader)

    run = agreement.compare(by=reader, at=database_now())
    work_off()
    run.refresh_from_db()

    outcome = run.parts.get().outcome
    assert (outcome["vanished"], outcome["appeared"]) == (1, 0)
    assert [(one["was"], one["is"]) for one in outcome["reclassed"]] == [("red_cells", "platelets")]
    changes = run.outcome["changes"]["red_cells"]
    assert (changes["before"], changes["after"], changes["same"]) == (24, 22, 22)
    assert changes["recall"]["value"] == 1.0
    assert run.outcome["kinds"]["red_cells"]["recall"]["value"] == pytest.approx(22 / 24)
    assert "1 object changed its kind." in text_of(client_of(reader), "/micrographs/agreement/")
    assert "1 object changed its kind." in text_of(client_of(reader), f"/analyses/{run.pk}/")


def test_the_newest_reading_is_the_truth(reader, specimen) -> None:
    (row,) = given(specimen, reader, png(1))
    counted(specimen, reader)
    read(row, (), reader)
    newest = read(row, (Seen("red_cells", 5, 5, 3),), reader)

    (found,) = queries.inputs(reader)

    assert found.given["reading_id"] == newest.pk
    assert found.person_id == specimen.person_id


def test_nothing_is_compared_where_nobody_read(reader, specimen) -> None:
    given(specimen, reader, png(1))
    counted(specimen, reader)

    with pytest.raises(InvalidInput, match="both counted and read"):
        agreement.compare(by=reader, at=database_now())
    page = client_of(reader).post("/micrographs/agreement/", follow=True).content.decode()
    assert "No field was both counted and read by somebody yet." in page
    assert "Nothing was compared yet." in page
