"""The dashboard and the council reports: for whom, of nothing, of an outbreak, and the same on paper."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from assays.models import CouncilReport, DataExport, FigureSnapshot
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.web.dashboards.presenting import presented, usual
from patients.models import Exposure
from tests import factories
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of
from tests.patients import people, signs
from tests.patients.people import DAY
from tests.web.dashboards import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(bytes(pdf))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def issued(client: Client, snapshot: FigureSnapshot, **more: Any) -> CouncilReport:
    asked = usual(snapshot.content)
    stated = {"agent": asked.agent, "since": asked.since, "until": asked.until}
    answer = client.post(reverse("council-report-new"), {"snapshot": snapshot.pk, **stated, **more})
    assert answer.status_code == 302, answer.content.decode()
    found: CouncilReport = CouncilReport.objects.order_by("-pk")[0]
    return found


def test_before_any_count_the_page_says_so_and_a_worker_counts_when_asked(client: Client) -> None:
    assert "not been counted yet" in client.get(reverse("dashboard")).content.decode()
    assert client.get("/api/v1/dashboard").status_code == 404

    answer = client.post(reverse("dashboard-count"))
    work_off()

    assert answer.headers["Location"] == reverse("dashboard")
    assert FigureSnapshot.objects.count() == 1
    page = client.get(reverse("dashboard")).content.decode()
    assert "Nobody is on record as exposed" in page


def test_every_figure_has_its_definition_beside_it(client: Client) -> None:
    figures.outbreak()
    figures.analysed()
    snapshot = figures.kept()

    page = client.get(reverse("dashboard")).content.decode()

    said = presented(snapshot.content, usual(snapshot.content))
    rows = [row for one in said["sections"] for row in one["rows"]]
    assert {"exposed_people", "doubling", "reproduction", "traced", "lost", "located"} <= {
        row["figure"] for row in rows
    }
    assert page.count('<details class="definition">') == len(rows)
    assert "WHO/EVD/Guidance/Contact/15.1" in page
    assert "not complete" in page
    assert str(snapshot.content["agents"][0]["population"]["run"]) in page
    assert "style=" not in page.split("<main")[1].split("</main")[0]


def test_it_is_said_which_cases_lie_at_the_onset_of_a_sign(client: Client) -> None:
    figures.outbreak()
    one = Exposure.objects.earliest("first_at").person
    onset_at = database_now() - 5 * DAY
    signs.seen(one, signs.sign("skin"), onset_precision="EXACT", onset_at=onset_at)
    figures.analysed(onset_signs=["skin"], certainty="possible")
    figures.kept()

    page = client.get(reverse("dashboard")).content.decode()

    assert "1 of these cases lie on the day on which a sign chosen for that run began" in page


def test_an_analysis_older_than_a_day_is_marked_beside_its_figures(client: Client) -> None:
    figures.outbreak()
    figures.analysed()
    snapshot = figures.kept()
    young = client.get(reverse("dashboard")).content.decode()
    runs = [one["population"] for one in snapshot.content["agents"]]
    for run in (*runs, snapshot.content["occupancy"]["ahead"]):
        asked_at = datetime.fromisoformat(run["asked_at"])
        run["asked_at"] = (asked_at - timedelta(days=2)).isoformat()

    told = {
        is_on_paper: {
            section["key"]: " ".join(section["notes"])
            for section in presented(
                snapshot.content, usual(snapshot.content), is_on_paper=is_on_paper
            )["sections"]
        }
        for is_on_paper in (False, True)
    }

    assert "days old" not in young
    for notes in told.values():
        assert "more than 2 days old" in notes["growth"]
        assert "more than 2 days old" in notes["occupancy"]


def test_page_report_and_interface_say_the_same(client: Client) -> None:
    figures.outbreak()
    figures.analysed()
    snapshot = figures.kept()
    said = presented(snapshot.content, usual(snapshot.content))

    report = issued(client, snapshot)
    page = " ".join(client.get(reverse("dashboard")).content.decode().split())
    paper = text_of(report.pdf).replace("\u00ad", "")
    sent = client.get("/api/v1/dashboard").json()

    shown = [row for one in said["sections"] for row in one["rows"]]
    for row in shown:
        for part in filter(None, (row["name"], row["value"], row["counted"], row["interval"])):
            assert part in page
            assert "".join(part.split()) in "".join(paper.split())
    for one in said["definitions"]:
        assert "".join(one["meaning"].split())[:60] in "".join(paper.split())
    told = [figure for one in sent["sections"] for figure in one["figures"]]
    assert [(one["name"], one["value"]) for one in told] == [
        (row["name"], row["value"]) for row in shown
    ]


def test_a_report_names_nobody_and_stands_by_its_digest(client: Client) -> None:
    person = people.person(family="Unmistakable")
    figures.population.exposed(person, days_ago=2)
    snapshot = figures.kept()

    report = issued(client, snapshot)

    assert (report.number, report.version, report.corrects) == (1, 1, None)
    assert report.sha256 == hashlib.sha256(bytes(report.pdf)).hexdigest()
    assert report.figures_at == snapshot.counted_at
    paper = text_of(report.pdf)
    assert "Unmistakable" not in paper
    assert person.mrn not in paper
    assert report.issued_by.display_name in paper
    answer = client.post(reverse("council-report-document", args=[report.pk]))
    assert answer.content == bytes(report.pdf)
    assert answer["Content-Disposition"].startswith("attachment")
    assert ReadEvent.objects.filter(purpose="council report", pk_of=report.pk).count() == 1


def test_a_correction_is_a_further_version_with_a_reason(client: Client) -> None:
    snapshot = figures.kept()
    first = issued(client, snapshot)
    stated = {"snapshot": snapshot.pk, "corrects": first.pk}
    stated |= {"since": first.since, "until": first.until}

    without = client.post(reverse("council-report-new"), stated)
    second = issued(client, snapshot, corrects=first.pk, reason="A ward was missing.")
    again = client.post(reverse("council-report-new"), {**stated, "reason": "once more"})

    assert without.status_code == 422
    assert "Say why" in without.content.decode()
    assert (second.number, second.version, second.corrects_id) == (1, 2, first.pk)
    assert "A ward was missing." in text_of(second.pdf)
    assert "replaces version 1" in text_of(second.pdf)
    assert again.status_code == 409
    assert "was replaced" in client.get(reverse("council-report", args=[first.pk])).content.decode()
    listed = client.get(reverse("council-reports")).content.decode()
    assert "Report 1, version 2" in listed
    assert "A ward was missing." in listed
    assert issued(client, snapshot).number == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-02-30"}, "valid date"),
        ({"since": "x\x00y"}, "valid date"),
        ({"until": "2199-12-31"}, "end before that day"),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "ends before it begins"),
        ({"since": "1901-01-01"}, "at most two years"),
        ({"agent": "nothing-of-the-sort"}, "valid choice"),
    ],
)
def test_days_and_agents_that_make_no_sense_are_refused(
    client: Client, asked: dict[str, str], said: str
) -> None:
    figures.population.exposed(people.person(), days_ago=2)
    snapshot = figures.kept()

    page = client.get(reverse("dashboard"), asked)
    sent = client.get("/api/v1/dashboard", asked)
    given = {"snapshot": snapshot.pk, **asked}
    report = client.post(reverse("council-report-new"), given)

    assert page.status_code == report.status_code == 422
    assert said in page.content.decode()
    assert sent.status_code in (400, 422)
    assert not CouncilReport.objects.exists()


def test_a_period_narrows_the_curve(client: Client) -> None:
    figures.population.exposed(people.person(), days_ago=2)
    figures.population.exposed(people.person(), days_ago=30)
    content = figures.kept().content
    day = min(content["agents"][0]["days"])

    sent = client.get("/api/v1/dashboard", {"since": day, "until": day}).json()

    assert sent["sections"][0]["figures"][0]["number"] == 1
    assert any("1 people were first exposed" in note for note in sent["sections"][0]["notes"])


def test_figures_that_are_gone_are_not_issued(client: Client) -> None:
    for snapshot in ("", "1", "x", "9" * 30):
        answer = client.post(reverse("council-report-new"), {"snapshot": snapshot})
        assert answer.headers["Location"] == reverse("dashboard")
    assert client.get(reverse("council-report", args=[99])).status_code == 404


def test_the_file_is_on_record_and_has_a_line_for_each_figure(client: Client) -> None:
    snapshot = figures.kept()

    answer = client.get("/api/v1/dashboard.csv")

    rows = [row for one in presented(snapshot.content, usual(snapshot.content))["sections"]
            for row in one["rows"]]  # fmt: skip
    assert len(answer.content.decode().strip().split("\r\n")) == len(rows) + 1
    assert DataExport.objects.get().kind == "dashboard"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INSTRUMENT, Role.HOSPITAL_SYSTEM}))
def test_who_may_read_and_issue(role: Role) -> None:
    client = client_of(factories.principal(role))
    may = role in (Role.PATHOLOGIST, Role.INFECTION_CONTROL)

    for name in ("dashboard", "council-reports", "api-dashboard-file"):
        assert (client.get(reverse(name)).status_code != 403) is may
    assert (client.post(reverse("council-report-new")).status_code != 403) is may


def test_a_page_asks_few_questions_however_many_there_are(client: Client) -> None:
    figures.population.exposed(people.person(), days_ago=2)
    figures.kept()
    asked = []
    for _each in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("dashboard")).status_code == 200
        asked.append(len(captured))
        figures.population.outbreak((1, 2, 3))
        figures.kept()

    assert asked[0] == asked[1] <= 16


def test_old_counts_go(client: Client) -> None:
    snapshot = figures.kept()
    FigureSnapshot.objects.filter(pk=snapshot.pk).update(counted_at=database_now() - 4 * people.DAY)
    page = client.get(reverse("dashboard")).content.decode()

    figures.kept()

    assert "older than half an hour" in page
    assert not FigureSnapshot.objects.filter(pk=snapshot.pk).exists()
