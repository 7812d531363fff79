"""Printing many reports at once: the ones that are wanted, each on record, all or none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import report_batches, reports
from assays.actions.report_batches import print_together
from assays.models import ReportAccess, ReportVersion, Result
from assays.queries import report_batches as queries
from assays.queries.report_batches import Wanted
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import Conflict, InvalidInput, NotFound
from tests import factories
from tests.assays.communication.telling import Ward, queries_of
from tests.assays.reports.making import Bench
from tests.assays.reports.pdfs import opened, text_of
from tests.clients import client_of

pytestmark = pytest.mark.django_db

ADDRESS = "report-batch"


def wanted(**more: Any) -> Wanted:
    today = hospital_day(database_now())
    return Wanted(since=today - timedelta(days=1), until=today, **more)


def final(code: str = "HGB", **more: Any) -> Ward:
    bench = Ward(code, **more)
    bench.reported(code)
    return bench


def listed(by: Any, **more: Any) -> list[int]:
    return [one.pk for one in queries.listed(by, wanted(**more))]


def test_the_newest_versions_that_nobody_printed_are_listed() -> None:
    bench, other = final("HGB"), final("WBC")
    printed = other.newest
    reports.record_access(
        version=printed,
        kind=ReportAccess.Kind.PRINTED,
        by=other.pathologist,
        at=database_now(),
    )

    assert listed(bench.pathologist) == [bench.newest.pk]
    assert listed(bench.pathologist, with_printed=True) == [bench.newest.pk, printed.pk]


def test_a_look_is_no_printing() -> None:
    bench = final()
    kind = ReportAccess.Kind.VIEWED
    reports.record_access(version=bench.newest, kind=kind, by=bench.doctor, at=database_now())

    assert listed(bench.pathologist) == [bench.newest.pk]


def test_a_newer_version_is_to_be_printed_again() -> None:
    bench = final()
    first = bench.newest
    print_together(version_ids=[first.pk], by=bench.pathologist, at=database_now())
    bench.correct(Result.objects.get(), "14.9")

    found = listed(bench.pathologist, with_interim=True)
    assert first.pk not in found
    assert found == [bench.newest.pk]


def test_interim_reports_are_listed_where_they_are_asked_for() -> None:
    bench = Ward("HGB", "WBC")
    bench.reported("HGB")

    assert listed(bench.pathologist) == []
    assert listed(bench.pathologist, with_interim=True) == [bench.newest.pk]


def test_they_are_chosen_by_requester_and_ward() -> None:
    bench, other = final("HGB"), final("WBC")

    assert listed(bench.pathologist, requester=other.requester.pk) == [other.newest.pk]
    assert listed(bench.pathologist, ward=bench.ward.pk) == []  # its order names no stay
    names = [pk for pk, _name in queries.requesters(bench.pathologist, wanted())]
    assert sorted(names) == sorted([bench.requester.pk, other.requester.pk])


def test_care_staff_list_and_print_their_own_patients_alone() -> None:
    bench, other = final("HGB"), final("WBC")

    assert listed(bench.doctor) == [bench.newest.pk]
    with pytest.raises(NotFound):
        print_together(
            version_ids=[bench.newest.pk, other.newest.pk], by=bench.doctor, at=database_now()
        )
    assert not ReportAccess.objects.exists()


def test_one_document_holds_all_each_with_pages_of_its_own_and_each_on_record() -> None:
    bench, other = final("HGB"), final("WBC")
    ids = [bench.newest.pk, other.newest.pk]

    pdf = print_together(version_ids=ids, by=bench.pathologist, at=database_now())

    assert len(opened(pdf).pages) == 2
    text = text_of(pdf)
    assert text.count("Page 1 of 1") == 2
    for one in (bench, other):
        assert f"R{one.report.pk}-1" in text
    kept = ReportAccess.objects.order_by("version_id").values_list("version_id", "kind", "by")
    assert list(kept) == [(pk, "PRINTED", bench.pathologist.pk) for pk in sorted(ids)]


def test_a_report_with_a_newer_version_keeps_back_all() -> None:
    bench, other = Ward("HGB", "PLT"), final("WBC")
    bench.reported("HGB")
    old = bench.newest
    bench.reported("PLT")

    with pytest.raises(Conflict, match=f"Report {bench.report.pk} has a newer version"):
        print_together(
            version_ids=[old.pk, other.newest.pk], by=bench.pathologist, at=database_now()
        )

    assert not ReportAccess.objects.exists()


@pytest.mark.parametrize("ids", [[], list(range(1, 60))])
def test_nothing_and_too_much_are_refused(ids: list[int]) -> None:
    with pytest.raises(InvalidInput):
        print_together(version_ids=ids, by=factories.principal(Role.PATHOLOGIST), at=database_now())


def test_the_page_prints_what_is_ticked_and_the_list_grows_shorter() -> None:
    bench = final()
    client = client_of(bench.pathologist)
    assert bench.newest.report.order.person.mrn in client.get(reverse(ADDRESS)).content.decode()

    pdf = client.post(reverse(ADDRESS), {"versions": [bench.newest.pk]})

    assert pdf["Content-Type"] == "application/pdf"
    assert "Nothing to print" in client.get(reverse(ADDRESS)).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "x"},
        {"since": "2026-01-01", "until": "2025-01-01"},
        {"since": "2025-01-01", "until": "2025-12-31"},
        {"ward": "999999999"},
        {"requester": "me"},
    ],
)
def test_the_page_refuses_what_it_cannot_list(asked: dict[str, str]) -> None:
    page = client_of(factories.principal(Role.PATHOLOGIST)).get(reverse(ADDRESS), asked)

    assert page.status_code == 422


@pytest.mark.parametrize("versions", [[], ["x"], ["-1"], ["9" * 40], ["٣"], ["1", "x"]])
def test_the_page_refuses_what_it_cannot_print(versions: list[str]) -> None:
    client = client_of(factories.principal(Role.PATHOLOGIST))

    assert client.post(reverse(ADDRESS), {"versions": versions}).status_code in (404, 422)
    assert not ReportAccess.objects.exists()


def test_listing_and_printing_take_the_same_queries_however_many() -> None:
    bench = final()
    client = client_of(bench.pathologist)
    few, printing = queries_of(client, reverse(ADDRESS)), printed(bench)
    for code in ("WBC", "PLT", "RBC"):
        final(code)

    assert queries_of(client, reverse(ADDRESS)) == few
    assert printed(bench) == printing
    assert few <= 24


def printed(bench: Bench) -> int:
    ids = list(ReportVersion.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as captured:
        report_batches.print_together(version_ids=ids, by=bench.pathologist, at=database_now())
    return len(captured)
