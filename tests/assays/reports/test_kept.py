"""The document of a version is rendered once, signed, and never changes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import typst

from assays.actions import reports
from assays.documents import reports as documents
from assays.models import ReportDocument
from labsys.lib.clock import database_now
from labsys.work import queue
from labsys.work.models import WorkItem
from labsys.work.registry import Execution, find
from patients.actions import persons
from tests.assays.reports.making import Bench, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return Bench("HGB", "WBC")


def test_documents_are_kept_byte_by_byte_through_every_later_version(bench: Bench) -> None:
    value = bench.reported("HGB")
    work_off()
    before = {one.pk: (one.sha256, bytes(one.pdf)) for one in ReportDocument.objects.all()}
    persons.name(person=bench.order.person, family="Brook", by=bench.pathologist, at=database_now())
    bench.release(bench.correct(value, "14.0"))
    bench.reported("WBC")
    work_off()

    kept = {one.pk: (one.sha256, bytes(one.pdf)) for one in ReportDocument.objects.all()}
    assert len(kept) == len(bench.versions) == 4
    assert before.items() <= kept.items()
    assert all(hashlib.sha256(pdf).hexdigest() == digest for digest, pdf in kept.values())


def test_a_document_asked_for_early_is_rendered_then_and_only_once(bench: Bench) -> None:
    bench.release(bench.record("HGB"))
    reader, at = bench.pathologist, database_now()

    made = [reports.document(version=bench.newest, by=reader, at=at) for _time in range(2)]
    work_off()

    assert made[0].pk == made[1].pk
    (kept,) = ReportDocument.objects.all()
    assert kept.rendered_by == reader
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_the_worker_signs_what_it_rendered(bench: Bench) -> None:
    bench.reported("HGB")
    work_off()

    made = ReportDocument.objects.get()
    assert (made.worker, made.task_id, made.rendered_by.name) == (
        "test:1",
        "here",
        "system:evaluate",
    )
    assert made.template == documents.TEMPLATE_VERSION


def test_an_effect_that_is_applied_twice_keeps_the_first_document(bench: Bench) -> None:
    bench.release(bench.record("HGB"))
    handler, execution = find("report", 1), Execution(worker="w", task_id="t")
    claims = queue.claim(kinds=[("report", 1)], worker="w", limit=4)
    effects = handler.prepare(claims, execution)

    for _time in range(2):
        handler.apply(claims, effects, execution)

    assert ReportDocument.objects.count() == 1


def test_a_broken_template_parks_the_work_and_keeps_the_version(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: Any) -> bytes:
        raise typst.TypstError("no such function")

    monkeypatch.setattr(documents, "pdf", fail)
    bench.reported("HGB")
    work_off()

    work = WorkItem.objects.get(kind="report")
    assert (work.state, work.attempts) == ("PENDING", 1)
    assert "no such function" in work.last_error
    assert bench.newest.number == 1
