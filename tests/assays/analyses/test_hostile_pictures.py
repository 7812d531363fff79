"""Whatever a picture is: a right count or a named reason, and its neighbours are counted."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings

from assays.actions.analyses import micrographs as counting
from assays.models import AnalysisPart, Micrograph, Specimen
from assays.rules.pictures import inspect
from assays.tasks import analyses
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.confinement import Confinement
from tests import factories
from tests.assays.analyses import films, hostile_pictures
from tests.assays.analyses.films import png, upload
from tests.assays.analyses.hostile_pictures import CELLS, harmful, usable
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(monkeypatch) -> Iterator[Confinement]:
    """Decode in the process apart, within the limits that an installation has."""
    made = Confinement(
        "assays.rules.analyses.doing:do",
        megabytes=settings.LABSYS_ANALYSIS_MEMORY_MIB,
        seconds=settings.LABSYS_ANALYSIS_SECONDS,
    )
    monkeypatch.setattr(analyses, "COMPUTER", made)
    yield made
    made.close()


@pytest.fixture
def specimen() -> Specimen:
    return films.specimen()


def counted(specimen: Specimen, by: Principal) -> dict[str, AnalysisPart]:
    run = counting.count(specimen=specimen, by=by, at=database_now())
    work_off()
    return {part.given["name"]: part for part in run.parts.all()}


def check(parts: dict[str, AnalysisPart]) -> None:
    """Check every count and every refusal, of the count and of what is shown."""
    views = {one.name: one.view for one in Micrograph.objects.select_related("view")}
    for name, (_content, codes) in harmful().items():
        part, view = parts[name], views[name]
        assert part.outcome is None, name
        assert part.refusal["code"] in codes.split("|"), (name, part.refusal)
        assert view.refusal["code"] == part.refusal["code"], name
        assert part.refusal["sentence"].endswith("."), name
    for name in usable():
        part, view = parts[name], views[name]
        assert part.refusal is None, (name, part.refusal)
        assert len(part.outcome["red_cells"]) == CELLS, name
        assert view.refusal is None, name
        size = (480, 360) if name != "turned.jpg" else (360, 480)
        assert (view.width, view.height) == size, name


def test_given_with_the_form_each_is_counted_or_refused_by_name(apart, specimen) -> None:
    client = client_of(Role.TECHNOLOGIST)
    files = [upload(content, name) for name, content in hostile_pictures.each()]
    refused = [upload(films.bomb(), "far too large.png"), upload(b"%PDF-1.7", "report.png")]

    said = client.post(
        f"/specimens/{specimen.accession}/micrographs/",
        {"files": [*files[:5], *refused, *files[5:]]},
        follow=True,
    ).content.decode()

    assert f"{len(files)} micrographs were taken in." in said, re.findall(
        r"notice[^<]*<[^<]*", said
    )
    assert "has 400000000 pixels" in said
    assert "is no picture in PNG, JPEG or TIFF" in said
    work_off()
    check(counted(specimen, factories.principal(Role.TECHNOLOGIST)))


def test_given_over_the_interface_each_is_counted_or_refused_by_name(apart, specimen) -> None:
    client = client_of(Role.TECHNOLOGIST)
    answers: dict[str, Any] = {}
    for name, content in (*hostile_pictures.each(), ("far too large.png", films.bomb())):
        answers[name] = client.post(
            "/api/v1/micrographs",
            {"specimen": specimen.accession, "file": upload(content, name)},
            headers={"Idempotency-Key": name.replace(" ", "-")},
        )

    assert answers.pop("far too large.png").status_code == 422
    assert {one.status_code for one in answers.values()} == {201}
    work_off()
    check(counted(specimen, factories.principal(Role.TECHNOLOGIST)))
    one = client.get(f"/api/v1/micrographs/{answers['cut.png'].json()['id']}").json()
    assert one["picture"]["refusal"]["code"] == one["count"]["refusal"]["code"] == "PICTURE_DAMAGED"


def test_what_needs_more_memory_than_a_task_may_use_harms_neither_worker_nor_neighbours(
    specimen, monkeypatch
) -> None:
    # Little enough that 49 million pixels do not fit, and what is loaded to count does.
    small = Confinement("assays.rules.analyses.doing:do", megabytes=384, seconds=30)
    monkeypatch.setattr(analyses, "COMPUTER", small)
    by = factories.principal(Role.TECHNOLOGIST)
    films.given(specimen, by, png(1), hostile_pictures.bomb(7000, 7000), png(2))

    parts = counted(specimen, by)
    small.close()

    codes = {name: (part.refusal or {}).get("code") for name, part in parts.items()}
    assert codes == {"field-1.png": None, "field-2.png": "MEMORY", "field-3.png": None}
    views = {one.name: one.view for one in Micrograph.objects.select_related("view")}
    assert views["field-2.png"].refusal["code"] == "MEMORY"
    assert views["field-1.png"].picture is not None


def test_no_process_that_answers_pages_decodes_what_somebody_gave(specimen, monkeypatch) -> None:
    from PIL import Image

    monkeypatch.setattr(Image, "open", lambda *_args, **_more: pytest.fail("opened by a page"))
    client = client_of(Role.TECHNOLOGIST)

    answer = client.post(
        f"/specimens/{specimen.accession}/micrographs/",
        {"files": [upload(png(1), "a.png")]},
        follow=True,
    )

    assert "1 micrograph was taken in." in answer.content.decode()


def test_a_header_that_lists_without_end_costs_nothing() -> None:
    content = hostile_pictures.strips(5_000_000)  # a decoder's list of these takes 300 MB
    file = BytesIO(content)
    tracemalloc.start()
    begun = time.process_time()

    found = inspect(file, name="strips.tif", size=len(content))

    taken, (_now, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.width, found.height) == (640, 480)
    assert most < 1_000_000
    assert taken < 1.0
