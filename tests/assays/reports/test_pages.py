"""Reports on screen: who may see them, what is recorded of every look, what a superseded one says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assays.models import Report, ReportAccess, ReportDocument
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import persons
from tests import factories
from tests.assays.reports.making import Bench, work_off
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.patients import people
from tests.signing import shown_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return Bench("HGB", "WBC", of=people.person(family="Quill", given="Ada"))


def body(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def looked(bench: Bench) -> list[tuple[int, str, Principal]]:
    rows = ReportAccess.objects.filter(version__report=bench.report).order_by("id")
    return [(one.version.number, one.kind, one.by) for one in rows]


def address(bench: Bench, rest: str = "") -> str:
    return f"/reports/{bench.report.pk}/{rest}"


def test_the_page_shows_the_newest_version_and_what_changed(bench: Bench) -> None:
    old = bench.reported("HGB", "13.20")
    bench.release(bench.correct(old, "14.1", "tubes were swapped"))

    page = body(client_of(bench.pathologist).get(address(bench)))

    for shown in ("version 3", "14.1", "13.20 g/dL → 14.1 g/dL", "tubes were swapped", "Quill"):
        assert shown in page
    assert "Superseded" not in page
    assert "before: 13.20 g/dL" in page


def test_every_look_is_recorded_with_its_version(bench: Bench) -> None:
    bench.reported("HGB")
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    client = client_of(reader)

    client.get(address(bench))
    client.get(address(bench, "1.pdf"))
    client.post(address(bench, "1.pdf"), {"print": "1"})
    client.post(address(bench, "1.pdf"), {"download": "1"})

    kinds = ["VIEWED", "VIEWED", "PRINTED", "DOWNLOADED"]
    assert looked(bench) == [(1, kind, reader) for kind in kinds]
    events = ReadEvent.objects.filter(actor=reader.pk, model="assays.reportversion")
    assert set(events.values_list("person_id", flat=True)) == {bench.order.person_id}
    assert set(events.values_list("purpose", flat=True)) == {
        "report viewed",
        "report printed",
        "report downloaded",
    }


def test_the_document_is_streamed_and_never_kept_by_a_cache(bench: Bench) -> None:
    bench.reported("HGB")
    client = client_of(bench.pathologist)

    shown = client.get(address(bench, "1.pdf"))
    taken = client.post(address(bench, "1.pdf"), {"download": "1"})

    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("inline;")
    assert taken["Content-Disposition"].startswith("attachment;")
    assert "no-store" in shown["Cache-Control"]
    assert shown.content == taken.content == bytes(ReportDocument.objects.get().pdf)


def test_a_superseded_version_says_so_before_its_document_is_given(bench: Bench) -> None:
    value = bench.reported("HGB", "13.2")
    work_off()
    issued = bytes(bench.newest.document.pdf)
    bench.withdraw(value)
    client = client_of(bench.pathologist)

    first = client.get(address(bench, "1.pdf"))
    page = body(client.get(first["Location"]))
    anyway = client.get(address(bench, "1.pdf?superseded=1"))

    stale = client.post(address(bench, "1.pdf"), {"print": "1"})
    assert (stale.status_code, stale["Location"]) == (302, address(bench, "1/"))
    assert (first.status_code, first["Location"]) == (302, address(bench, "1/"))
    assert "Superseded by version 2." in page
    assert f'href="{address(bench)}"' in page
    assert "superseded-by-v2" in anyway["Content-Disposition"]
    assert anyway.content == issued
    assert [one[:2] for one in looked(bench)] == [(1, "VIEWED"), (1, "VIEWED")]


@pytest.mark.parametrize("rest", ["9/", "9.pdf", "0/"])
def test_a_version_that_is_not_there_is_not_found(bench: Bench, rest: str) -> None:
    bench.reported("HGB")

    assert client_of(bench.pathologist).get(address(bench, rest)).status_code == 404


@pytest.mark.parametrize(
    "role",
    [
        Role.PHLEBOTOMIST,
        Role.GATE_OFFICER,
        Role.PSYCHOLOGIST,
        Role.SCREENING_OFFICER,
        Role.QUALITY_MANAGER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.PARTICIPANT,
    ],
)
def test_roles_without_the_right_see_no_report(bench: Bench, role: Role) -> None:
    bench.reported("HGB", "13.21")
    client = client_of(factories.principal(role))

    for rest in ("", "1/", "1.pdf"):
        answer = client.get(address(bench, rest))
        assert answer.status_code in (403, 404)
        assert b"13.21" not in answer.content
    assert looked(bench) == []


def test_a_ward_doctor_sees_the_reports_of_patients_in_care_alone(bench: Bench) -> None:
    bench.reported("HGB")
    ward = people.ward()
    people.admitted(bench.order.person, ward)
    own, other = client_of(people.doctor_of(ward)), client_of(people.doctor_of(people.ward()))

    for rest in ("", "1/", "1.pdf"):
        assert own.get(address(bench, rest)).status_code == 200
        assert other.get(address(bench, rest)).status_code == 404


def test_who_has_seen_it_is_shown_to_those_who_answer_for_it(bench: Bench) -> None:
    bench.reported("HGB")
    technologist = client_of(bench.technologist)
    technologist.post(address(bench, "1.pdf"), {"print": "1"})

    answers = body(client_of(bench.pathologist).get(address(bench)))
    bench_page = body(technologist.get(address(bench)))

    name = bench.technologist.user.full_name
    assert "Who has seen it" in answers
    assert "<td>printed</td>" in answers
    assert f"<td>{name}</td>" in answers
    assert "Who has seen it" not in bench_page


def test_a_name_that_was_amended_is_issued_by_a_button(bench: Bench) -> None:
    bench.reported("HGB")
    persons.name(person=bench.order.person, family="Brook", by=bench.pathologist, at=database_now())
    client = client_of(bench.pathologist)

    blank = client.post(address(bench, "issue/"), {"reason": ""})
    made = client.post(address(bench, "issue/"), {"reason": "marriage"})
    again = client.post(address(bench, "issue/"), {"reason": "marriage"})

    assert (blank.status_code, made.status_code, again.status_code) == (422, 302, 409)
    assert "nothing has changed" in body(again)
    assert bench.newest.reason == "marriage"
    page = body(client.get(address(bench)))
    assert "patient&#x27;s name" in page
    assert "Brook" in page


def test_only_whoever_may_issues_anew(bench: Bench) -> None:
    bench.reported("HGB")

    answer = client_of(bench.technologist).post(address(bench, "issue/"), {"reason": "x"})

    assert answer.status_code == 403
    assert len(bench.versions) == 1


def test_what_somebody_wrote_is_shown_and_not_read_as_markup(bench: Bench) -> None:
    bench.reported("HGB", comment="<script>alert(1)</script>")

    page = client_of(bench.pathologist).get(address(bench)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_order_and_person_list_their_reports(bench: Bench) -> None:
    bench.reported("HGB")
    client = client_of(bench.pathologist)

    for place in (f"/orders/{bench.order.pk}/", f"/persons/{bench.order.person.uid}/results/"):
        page = body(client.get(place))
        assert f'href="{address(bench)}"' in page
        assert f'href="{address(bench, "1.pdf")}"' in page
        assert "partial" in page


def test_whoever_collects_is_shown_the_order_without_its_report(bench: Bench) -> None:
    bench.reported("HGB")
    other = Bench("PLT", of=bench.order.person, status="EXPECTED")

    page = client_of(factories.principal(Role.PHLEBOTOMIST)).get(f"/orders/{bench.order.pk}/")

    assert other.order.pk != bench.order.pk
    assert page.status_code == 200
    assert address(bench) not in body(page)


def queries(client: Client, place: str) -> int:
    client.get(place)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(place).status_code == 200
    return len(caught)


def test_lists_of_reports_cost_the_same_however_many_there_are(bench: Bench) -> None:
    value = bench.reported("HGB")
    client = client_of(bench.pathologist)
    places = [f"/persons/{bench.order.person.uid}/results/", address(bench)]
    few = [queries(client, place) for place in places]
    for code in ("K", "NA", "CA"):
        other = Bench(code, of=bench.order.person)
        other.release(other.correct(other.reported(code), "14.0"))
    bench.release(bench.correct(value, "14.0"))
    for _look in range(5):
        client.get(address(bench))

    many = [queries(client, place) for place in places]

    assert many == few


def test_the_admin_shows_reports_and_readers_to_look_at(bench: Bench) -> None:
    bench.reported("HGB")
    client = client_of(bench.pathologist)
    client.get(address(bench))
    access = ReportAccess.objects.get()

    for place in (
        "/admin/assays/report/",
        f"/admin/assays/report/{bench.report.pk}/change/",
        "/admin/assays/reportaccess/",
        f"/admin/assays/reportaccess/{access.pk}/change/",
    ):
        assert client.get(place).status_code == 200
    assert client_of(bench.technologist).get("/admin/assays/reportaccess/").status_code == 403


def test_ticked_results_of_one_order_are_released_as_one_version(bench: Bench) -> None:
    waiting = [bench.verify(bench.record(code)) for code in ("HGB", "WBC")]

    client = client_of(bench.pathologist)
    address = f"/worklist/{bench.specimen.accession}/?status=TECHNICALLY_VERIFIED"
    given = {
        "move": "release",
        "status": "TECHNICALLY_VERIFIED",
        "result": [one.pk for one in waiting],
        "shown": shown_on(client, address),
        "meaning": "RELEASED",
        "password": PASSWORD,
    }
    page: Any = client.post(address, given, follow=True)

    assert "2 results released." in body(page)
    assert [version.status for version in bench.versions] == ["FINAL"]
    assert Report.objects.count() == 1


def test_a_patients_page_says_that_it_does_not_show_every_report(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.reported("HGB")
    another = Bench("PLT", of=bench.order.person)
    another.reported("PLT")
    page = f"/persons/{bench.order.person.uid}/results/"
    client = client_of(bench.pathologist)

    every = body(client.get(page))
    monkeypatch.setattr("assays.queries.reports.OF_A_PERSON", 1)
    cut = body(client.get(page))

    older, newer = (f'href="/reports/{one.report.pk}/"' for one in (bench, another))
    assert older in every
    assert newer in every
    assert "Further reports" not in every
    assert older not in cut
    assert newer in cut
    assert "Further reports" in cut
