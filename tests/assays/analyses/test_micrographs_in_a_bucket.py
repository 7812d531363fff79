"""Micrographs in a bucket: taken in, drawn and counted; one that is away loses and spoils nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.storage import storages

from assays.actions.analyses import micrographs as counting
from assays.models import Micrograph, Specimen, StoredContent
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests import factories
from tests.assays.analyses import films
from tests.assays.analyses.films import given, png, upload
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of
from tests.lib import bucket as buckets
from tests.lib.bucket import Bucket

pytestmark = pytest.mark.django_db
WORDS = "The storage of files cannot be used at the moment, and nothing was kept."


@pytest.fixture
def bucket(monkeypatch) -> Iterator[Bucket]:
    with buckets.served() as server:
        monkeypatch.setitem(storages._storages, "contents", server.storage())
        yield server


@pytest.fixture
def specimen() -> Specimen:
    return films.specimen()


def test_fields_are_kept_drawn_counted_and_shown(bucket, specimen) -> None:
    (row,) = given(specimen, by := factories.principal(Role.TECHNOLOGIST), png(1))
    run = counting.count(specimen=specimen, by=by, at=database_now())
    work_off()
    run.refresh_from_db()
    client = client_of(Role.TECHNOLOGIST)

    picture = client.get(f"/micrographs/{row.pk}/picture/")
    original = client.get(f"/micrographs/{row.pk}/original/")

    assert run.outcome["red_cells"] == 24
    assert picture.content in bucket.objects.values()
    assert b"".join(original.streaming_content) == png(1)


def test_an_upload_is_refused_in_words_and_leaves_no_trace(bucket, specimen) -> None:
    bucket.fails_with = 503
    client = client_of(Role.TECHNOLOGIST)
    page = f"/specimens/{specimen.accession}/micrographs/"

    form = client.post(page, {"files": [upload(png(1), "a.png"), upload(png(2), "b.png")]})
    script = client.post(page, {"files": upload(png(1))}, headers={"X-Labsys-Upload": "1"})
    sent = {"specimen": specimen.accession, "file": upload(png(1))}
    api = client.post("/api/v1/micrographs", sent, headers={"Idempotency-Key": "a"})

    assert {one.status_code for one in (form, script, api)} == {503}
    assert form.content.decode().count(WORDS) == 2
    assert script.json()["said"].startswith(WORDS)
    assert WORDS in api.json()["detail"]
    assert not Micrograph.objects.exists()
    assert not StoredContent.objects.exists()
    bucket.fails_with = 0
    sent = {"specimen": specimen.accession, "file": upload(png(1))}
    assert (
        client.post("/api/v1/micrographs", sent, headers={"Idempotency-Key": "a"}).status_code
        == 201
    )


def test_a_count_waits_for_a_bucket_that_is_away_and_no_attempt_is_lost(bucket, specimen) -> None:
    (row,) = given(specimen, by := factories.principal(Role.TECHNOLOGIST), png(1))
    run = counting.count(specimen=specimen, by=by, at=database_now())
    bucket.fails_with = 503

    work_off()

    items = WorkItem.objects.exclude(state="DONE")
    assert {(one.kind, one.state, one.attempts) for one in items} == {
        ("analyse", "PENDING", 0),
        ("micrograph_view", "PENDING", 0),
    }
    away = client_of(Role.TECHNOLOGIST).get(f"/micrographs/{row.pk}/original/")
    assert (away.status_code, "Try again in a few minutes" in away.content.decode()) == (503, True)
    bucket.fails_with = 0
    items.update(available_at=database_now())
    work_off()
    run.refresh_from_db()
    assert (run.status, run.outcome["red_cells"]) == ("DONE", 24)
    row.refresh_from_db()
    assert row.view.refusal is None
