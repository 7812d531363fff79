"""Cumulative reports: released values of a period, frozen, looked at on record, and their corrections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import cumulative_reports
from assays.documents import cumulative as documents
from assays.models import CumulativeAccess, CumulativeReport
from assays.queries import cumulative_contents
from assays.queries.readers import readers
from labsys.accounts.roles import Role
from labsys.lib import charts
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories
from tests.assays.communication.telling import Ward, queries_of
from tests.assays.reports.making import Bench
from tests.assays.reports.pdfs import opened, text_of
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def made(bench: Ward, **given: Any) -> CumulativeReport:
    today = hospital_day(database_now())
    usual = {"since": today - timedelta(days=30), "until": today, "by": bench.pathologist}
    return cumulative_reports.make(person=bench.patient, at=database_now(), **{**usual, **given})


def again(bench: Ward, *codes: str) -> Bench:
    """Another order of the same patient, of assays of its own."""
    return Bench(*codes, of=bench.patient)


def values(report: CumulativeReport) -> list[tuple[str, str]]:
    return [
        (series["code"], value["shown"])
        for group in report.content["groups"]
        for series in group["series"]
        for value in series["values"]
    ]


def test_it_gives_released_values_alone() -> None:
    bench = Ward("HGB", "WBC")
    bench.reported("HGB", "13.2")
    bench.verify(bench.record("WBC"))

    report = made(bench)

    assert values(report) == [("hgb", "13.2")]
    assert report.number == 1
    assert report.content["version"]["number"] == 1


def test_what_was_collected_outside_the_period_is_left_out() -> None:
    bench = Ward("HGB", "WBC", collected_ago=timedelta(days=40))
    bench.reported("HGB")
    recent = again(bench, "PLT")
    recent.reported("PLT")

    assert [code for code, _shown in values(made(bench))] == ["plt"]


def test_a_correction_replaces_the_old_value_in_the_next_and_marks_the_first() -> None:
    bench = Ward("HGB")
    released = bench.reported("HGB", "13.2")
    first = made(bench)
    bench.release(bench.correct(released, "14.9"))

    second = made(bench)

    assert values(first) == [("hgb", "13.2")]
    assert values(second) == [("hgb", "14.9")]
    assert second.number == 2
    assert cumulative_contents.superseded(first)
    assert not cumulative_contents.superseded(second)


def test_the_same_said_again_is_the_same_report() -> None:
    bench = Ward("HGB")
    bench.reported("HGB")

    assert made(bench).pk == made(bench).pk


def test_whoever_saw_it_is_a_reader_of_its_values() -> None:
    bench = Ward("HGB")
    result = bench.reported("HGB")
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    kind = CumulativeAccess.Kind.PRINTED
    cumulative_reports.record_access(report=made(bench), kind=kind, by=reader, at=database_now())

    found = {(one.reader_id, one.way) for one in readers(result, until=database_now())}

    assert (reader.pk, "REPORT:PRINTED") in found


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "until"),
        (date(1900, 1, 1), date(2026, 1, 1), "since"),
        (date(2026, 1, 1), date(9999, 12, 31), "until"),
        (date(2001, 1, 1), date(2001, 1, 2), "since"),
    ],
)
def test_a_period_that_cannot_be_reported_is_refused(since: date, until: date, field: str) -> None:
    bench = Ward("HGB")
    bench.reported("HGB")

    with pytest.raises(InvalidInput) as refused:
        made(bench, since=since, until=until)

    assert refused.value.field == field
    assert not CumulativeReport.objects.exists()


def test_more_values_than_a_report_gives_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Ward("HGB", "WBC")
    bench.reported("HGB")
    bench.reported("WBC")
    monkeypatch.setattr(cumulative_contents, "MOST_VALUES", 1)

    with pytest.raises(InvalidInput, match="shorter period"):
        made(bench)


def test_only_those_in_care_make_and_see_it() -> None:
    bench = Ward("HGB")
    bench.reported("HGB")
    report = made(bench)
    address = reverse("cumulative", args=[report.pk])

    assert client_of(bench.doctor).get(address).status_code == 200
    assert client_of(bench.stranger).get(address).status_code == 404
    assert client_of(bench.stranger).get(address[:-1] + ".pdf").status_code == 404
    assert client_of(factories.principal(Role.PHLEBOTOMIST)).get(address).status_code == 403
    with pytest.raises(NotAllowed):
        made(bench, by=factories.principal(Role.PHLEBOTOMIST))


def test_the_document_is_accessible_and_the_same_every_time() -> None:
    bench = Ward("HGB", "WBC")
    bench.reported("HGB", "13.2")
    bench.reported("WBC", "6.1")
    report = made(bench)

    pdf = documents.pdf(report.content)

    assert pdf == documents.pdf(report.content)
    text = text_of(pdf)
    assert "13.2" in text
    assert f"{report.content['patient']['record_number']}-C1" in text
    assert "Page 1 of" in text
    catalog = opened(pdf).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"]


def test_values_beyond_a_limit_are_drawn_as_such_and_ranges_as_they_held() -> None:
    values = [
        _value("2026-01-01T08:00:00+00:00", "13.2", low="12.0"),
        _value("2026-02-01T08:00:00+00:00", "1.0", comparator="<", low="12.0"),
        _value("2026-03-01T08:00:00+00:00", "25", comparator=">", low="11.0"),
    ]

    drawn = documents.chart_of(
        {"name": "HGB", "unit": "g/dL", "decimals": 1, "values": values}, marks=[]
    )

    assert [point.censored for point in drawn.points] == [
        None,
        charts.Censored.BELOW,
        charts.Censored.ABOVE,
    ]
    assert [band.low for band in drawn.reference] == [12.0, 11.0]
    assert drawn.reference[0].end == drawn.reference[1].start


def test_the_page_makes_one_shows_it_and_records_every_look() -> None:
    bench = Ward("HGB")
    bench.reported("HGB", "13.2")
    client = client_of(bench.doctor)
    address = reverse("cumulative-new", args=[bench.patient.uid])
    now = database_now()
    # Drawn an hour ago, which is yesterday just after midnight.
    asked = {"since": hospital_day(now - timedelta(days=1)), "until": hospital_day(now)}

    page = client.post(address, asked, follow=True)
    report = CumulativeReport.objects.get()
    pdf = client.post(reverse("cumulative-document", args=[report.pk]), {"print": "1"})

    assert "13.2" in page.content.decode()
    assert pdf["Content-Type"] == "application/pdf"
    assert list(CumulativeAccess.objects.order_by("id").values_list("kind", flat=True)) == [
        "VIEWED",
        "PRINTED",
    ]
    assert bytes(report.document.pdf) == pdf.content
    assert str(report.number) in client.get(address).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"since": "x", "until": "2026-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "2026-01-01", "until": "2026-01-02", "sections": "NOWHERE"},
        {"since": "0001-01-01", "until": "0001-01-02"},
    ],
)
def test_the_page_refuses_what_it_cannot_make(asked: dict[str, str]) -> None:
    bench = Ward("HGB")
    bench.reported("HGB")

    page = client_of(bench.doctor).post(reverse("cumulative-new", args=[bench.patient.uid]), asked)

    assert page.status_code == 422
    assert not CumulativeReport.objects.exists()


def test_a_superseded_report_is_given_only_to_whoever_read_that_it_is() -> None:
    bench = Ward("HGB")
    released = bench.reported("HGB")
    report = made(bench)
    bench.correct(released, "14.9")
    client = client_of(bench.doctor)
    address = reverse("cumulative-document", args=[report.pk])

    assert client.get(address).status_code == 302
    assert "holds no more" in client.get(address, follow=True).content.decode()
    assert "superseded" in client.get(f"{address}?superseded=1")["Content-Disposition"]


def test_pages_and_contents_take_the_same_queries_whatever_there_is() -> None:
    bench = Ward("HGB")
    bench.reported("HGB")
    client, few = client_of(bench.doctor), made(bench)
    address = reverse("cumulative-new", args=[bench.patient.uid])
    before = (queries_of(client, reverse("cumulative", args=[few.pk])), queries_of(client, address))
    asked = len(_contents(bench))
    more = again(bench, "WBC", "PLT", "RBC")
    for code in more.assays:
        more.reported(code)
    many = made(bench)

    assert (
        queries_of(client, reverse("cumulative", args=[many.pk])),
        queries_of(client, address),
    ) == before
    assert len(_contents(bench)) == asked


def _contents(bench: Ward) -> CaptureQueriesContext:
    today = hospital_day(database_now())
    with CaptureQueriesContext(connection) as captured:
        cumulative_contents.snapshot(
            bench.patient, [bench.patient.pk], since=today, until=today, sections=[]
        )
    return captured


def _value(at: str, value: str, *, comparator: str = "", low: str) -> dict[str, Any]:
    return {
        "at": at,
        "value": value,
        "shown": f"{comparator} {value}".strip(),
        "comparator": comparator,
        "flags": ["N"],
        "low": low,
        "high": "15.5",
    }
