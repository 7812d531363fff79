"""Plates are sent, listed and read on pages; every look at a patient's value is on record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from assays.models import AnalysisPart, Assay, Instrument
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import plating
from tests.assays.analyses.plating import evaluated, upload, written
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST)


@pytest.fixture
def assay() -> Assay:
    return plating.lh()


@pytest.fixture
def reader() -> Instrument:
    return laboratory.instrument()


def posted(client: Any, assay: Assay, reader: Instrument, *files: tuple[bytes, bytes]) -> Any:
    data: dict[str, Any] = {
        "assay": assay.pk,
        "instrument": reader.pk,
        "measured_at": database_now().strftime("%Y-%m-%dT%H:%M:%S"),
        "form": "4PL",
        "theta": "1",
    }
    for number, (signals, layout) in enumerate(files, start=1):
        data[f"signals_{number}"] = upload(f"LH-{number}.csv", signals)
        data[f"layout_{number}"] = upload("layout.csv", layout)
    return client.post("/plates/new/", data)


def test_a_plate_is_sent_evaluated_and_shown(client, assay, reader) -> None:
    specimen = laboratory.specimen([assay])
    answer = posted(client, assay, reader, written([(specimen.accession, 30, 1)]))
    part = AnalysisPart.objects.get()
    waiting = text_of(client, answer.url)
    work_off()
    page = client.get(answer.url).content.decode()

    assert answer.url == f"/plates/{part.pk}/"
    assert "is being evaluated" in waiting
    assert page.count("<svg") >= 3
    assert "accepted" in page
    assert "well-standard" in page
    assert f"/specimens/{specimen.accession}/" in page
    assert part.given_digest in page
    assert part.given["plate"] == "LH-1"
    assert ReadEvent.objects.filter(purpose="plate", person_id=specimen.person_id).exists()


@pytest.mark.parametrize(
    ("precise", "said"),
    [(0.1, "0.2 IU/L (that of detection: the CV is reached from 0.1 on)"), (0.4, "0.4 IU/L")],
)
def test_the_limit_of_quantitation_is_never_below_that_of_detection(
    precise: float, said: str
) -> None:
    limits = {"minimum_detectable": 0.05, "reliably_detectable": 0.2, "quantitation": precise}
    curve = {"r_squared": 0.999, "theta": 1.0}
    outcome = {"limits": limits, "curve": curve, "acceptance": {"levels": []}}
    page = render_to_string(
        "assays/analyses/plate/curve.html", {"outcome": outcome, "unit": "IU/L", "parameters": []}
    )

    shown = re.sub(r"<[^>]+>", "", page.partition("Limit of quantitation")[2].partition("</dd>")[0])
    assert said in shown


def test_several_plates_are_one_run(client, assay, reader) -> None:
    answer = posted(client, assay, reader, written(), written(changed={"B1": ""}))
    work_off()
    run = text_of(client, answer.url)
    listed = text_of(client, "/plates/")

    assert answer.url.startswith("/analyses/")
    assert "There is no signal for B1" in run
    assert "accepted" in listed
    assert "could not be used" in listed


def test_a_plate_that_cannot_be_used_says_why_and_shows_what_came(client, assay, reader) -> None:
    posted(client, assay, reader, (b"well,OD\nA1,much\n", written()[1]))
    work_off()
    page = text_of(client, f"/plates/{AnalysisPart.objects.get().pk}/")

    assert "This plate cannot be used. Well A1 holds" in page
    assert "A1,much" in page


def test_half_a_plate_and_a_large_file_are_refused_on_the_form(client, assay, reader) -> None:
    half = posted(client, assay, reader, (written()[0], b""))
    AnalysisPart.objects.get()
    data = {"assay": assay.pk, "instrument": reader.pk, "form": "4PL"}
    missing = client.post(
        "/plates/new/",
        {**data, "measured_at": "2026-01-01T10:00", "signals_1": upload("a.csv", b"x")},
    )
    large = posted(client, assay, reader, (b"1" * (1024 * 1024 + 1), written()[1]))

    assert half.status_code == 302  # an empty file is kept, and its run says that it is empty
    assert missing.status_code == 422
    assert large.status_code == 422
    assert "at most 1048576" in large.content.decode()
    assert AnalysisPart.objects.count() == 1


def test_the_list_of_plates_costs_the_same_however_many_there_are(client, assay, reader) -> None:
    by = factories.principal(Role.TECHNOLOGIST)
    evaluated(by, assay, written(), reader=reader)
    client.get("/plates/")
    with CaptureQueriesContext(connection) as one:
        client.get("/plates/")
    for _number in range(3):
        evaluated(by, assay, written(), reader=reader)

    with CaptureQueriesContext(connection) as many:
        client.get("/plates/")

    assert len(many) == len(one)


def test_others_do_not_read_plates(client, assay, reader) -> None:
    part = evaluated(factories.principal(Role.TECHNOLOGIST), assay, written(), reader=reader)
    other = client_of(Role.INFECTION_CONTROL)

    assert other.get(f"/plates/{part.pk}/").status_code == 403
    assert other.get(f"/analyses/{part.run_id}/").status_code == 404
