"""What readers confirmed becomes results; over the interface fields are given, counted and read."""

from __future__ import annotations

from typing import Any

import pytest

from assays.actions import micrograph_counts, micrograph_readings
from assays.models import (
    Assay,
    CountedReading,
    Micrograph,
    MicrographReading,
    NaniteCount,
    NaniteEstimate,
    Result,
    Specimen,
)
from assays.rules.micrograph_readings import Seen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.analyses.films import given, png, saved, upload
from tests.assays.evaluation.test_evaluation import typed, work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db
API = "/api/v1/micrographs"


@pytest.fixture
def reader() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    shipped.load_catalogue()
    ordered = [
        Assay.objects.get(analyte__code=code) for code in ("RBC", "NANITE-RATIO", "NANITE-LOAD")
    ]
    made = laboratory.specimen(ordered)
    red = typed(made, ordered[0], "4.80", unit=ordered[0].versions.get().unit)
    laboratory.verified(red, "TECHNICALLY_VERIFIED")
    return made


def read(row: Micrograph, by: Principal, *, red: int, foreign: int) -> MicrographReading:
    seen = [Seen("red_cells", 5 + place, 5, 4) for place in range(red)]
    seen += [Seen("foreign_bodies", 5 + place, 50, 6) for place in range(foreign)]
    return micrograph_readings.record(micrograph=row, seen=seen, by=by, at=database_now())


def values(specimen: Specimen) -> dict[str, tuple[str, str]]:
    rows = Result.objects.filter(specimen=specimen, corrected_by=None).select_related("analyte")
    return {row.analyte.code: (row.comparator, str(row.value)) for row in rows}


def test_what_was_read_becomes_ratio_and_load_that_somebody_else_verifies(reader, specimen) -> None:
    rows = given(specimen, reader, png(1), png(2))
    readings = [
        read(rows[0], reader, red=200, foreign=2),
        read(rows[1], reader, red=300, foreign=3),
    ]

    answer = client_of(reader).post(
        f"/specimens/{specimen.accession}/micrographs/record/", follow=True
    )
    work_off()

    assert "somebody else verifies them" in answer.content.decode()
    count = NaniteCount.objects.get()
    assert [(one.red_cells, one.nanites) for one in count.fields.all()] == [(200, 2), (300, 3)]
    assert {one.reading_id for one in CountedReading.objects.all()} == {r.pk for r in readings}
    found = values(specimen)
    assert found["NANITE-RATIO"] == ("", "10.00")
    assert found["NANITE-LOAD"][0] == ""
    assert float(found["NANITE-LOAD"][1]) == pytest.approx(48_000)
    ratio = Result.objects.get(analyte__code="NANITE-RATIO")
    assert ratio.status == "RESULTED"
    from assays.actions import results

    with pytest.raises(Exception, match="entered|counted|recorded"):
        results.verify(result=ratio, by=reader, at=database_now())


def test_where_nothing_was_seen_less_than_the_upper_limit_is_recorded(reader, specimen) -> None:
    (row,) = given(specimen, reader, png(1))
    read(row, reader, red=1000, foreign=0)

    micrograph_counts.record(specimen=specimen, by=reader, at=database_now())
    work_off()

    comparator, ratio = values(specimen)["NANITE-RATIO"][:2]
    assert (comparator, str(ratio)) == ("<", "3.70")  # 3.69 events per 1000 cells, rounded up
    estimate = NaniteEstimate.objects.get(calculation__red_cell_result=None).estimate
    assert estimate["per_1000_red_cells"]["high"] == pytest.approx(3.69, abs=0.01)
    assert "no_nanite_seen" in estimate["notes"]


def test_nothing_is_recorded_before_every_field_is_read_nor_twice(reader, specimen) -> None:
    first, second = given(specimen, reader, png(1), png(2))
    read(first, reader, red=100, foreign=1)
    with pytest.raises(Conflict, match=r"Nobody has read field-2\.png yet"):
        micrograph_counts.record(specimen=specimen, by=reader, at=database_now())
    read(second, reader, red=100, foreign=1)
    micrograph_counts.record(specimen=specimen, by=reader, at=database_now())
    with pytest.raises(Conflict, match="recorded already"):
        micrograph_counts.record(specimen=specimen, by=reader, at=database_now())

    read(second, reader, red=100, foreign=3)
    work_off()
    newer = micrograph_counts.record(specimen=specimen, by=reader, at=database_now())
    work_off()

    assert newer.corrects is not None
    assert values(specimen)["NANITE-RATIO"] == ("", "20.00")


def call(client: Any, method: str, path: str, key: str, **more: Any) -> Any:
    return getattr(client, method)(path, headers={"Idempotency-Key": key}, **more)


def test_fields_are_given_counted_and_read_over_the_interface(reader, specimen) -> None:
    client = client_of(reader)
    sent = {"specimen": specimen.accession, "um_per_pixel": "0.25"}

    made = call(client, "post", API, "k1", data={**sent, "file": upload(png(1), "a.png")})
    again = call(client, "post", API, "k1", data={**sent, "file": upload(png(1), "a.png")})
    other = call(client, "post", API, "k1", data={**sent, "file": upload(png(2), "a.png")})
    run = call(
        client,
        "post",
        "/api/v1/analysis-runs",
        "k2",
        data={"kind": "MICROGRAPHS", "parameters": {"specimen": specimen.accession}},
        content_type="application/json",
    )
    work_off()
    row = Micrograph.objects.get()
    listed = client.get(f"{API}?specimen={specimen.accession}").json()["micrographs"]
    found = client.get(f"{API}/{row.pk}").json()

    assert (made.status_code, made.json()["um_per_pixel"]) == (201, 0.25)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert other.status_code == 409
    assert run.status_code == 201
    assert [one["sha256"] for one in listed] == [row.content.sha256]
    assert len(found["count"]["outcome"]["red_cells"]) == 24
    assert found["reading"] is None

    path = f"{API}/{row.pk}/readings"
    body = {"objects": [["red_cells", 10, 10, 5]], "remark": "one"}
    json_ = {"content_type": "application/json"}
    kept = call(client, "post", path, "k3", data=body, **json_)
    same = call(client, "post", path, "k3", data=body, **json_)
    confirmed = call(client, "post", path, "k4", data={"confirms": True}, **json_)
    wrong = call(client, "post", path, "k5", data={"objects": [["x"]]}, **json_)
    both = call(client, "post", path, "k6", data={**body, "confirms": True}, **json_)

    assert (kept.status_code, kept.json()["objects"]) == (201, [["red_cells", 10.0, 10.0, 5.0]])
    assert same.headers["Idempotency-Replayed"] == "true"
    assert confirmed.json()["counts"]["red_cells"] == 24
    assert (wrong.status_code, both.status_code) == (422, 422)
    assert len(client.get(path).json()["readings"]) == 2
    assert client.get(f"{API}/{row.pk}").json()["reading"]["counts"]["red_cells"] == 24


def test_a_bad_file_is_refused_over_the_interface_in_the_laboratorys_words(
    reader, specimen
) -> None:
    client = client_of(reader)

    answers = [
        call(client, "post", API, f"k{place}", data={"specimen": specimen.accession, **more})
        for place, more in enumerate(
            (
                {"file": upload(saved("JPEG"), "a.png")},
                {"file": upload(b"", "a.png")},
                {},
                {"file": upload(png(1), "a.png"), "um_per_pixel": "wide"},
                {"file": upload(png(1), "a.png"), "what": "this"},
            )
        )
    ]
    nowhere = call(
        client, "post", API, "n", data={"specimen": "0000000000", "file": upload(png(1), "a.png")}
    )
    keyless = client.post(API, {"specimen": specimen.accession, "file": upload(png(1), "a.png")})

    assert [one.status_code for one in answers] == [422] * 5
    assert "its name does not say" in answers[0].content.decode()
    assert (nowhere.status_code, keyless.status_code) == (404, 400)
    assert not Micrograph.objects.exists()
