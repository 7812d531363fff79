"""The pages of turnaround, indicators and targets: what they show, to whom, in how many queries."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from assays.models import DataExport, QualityTargets, TurnaroundDay
from assays.rules.indicators import Indicator
from assays.rules.turnaround import Segment
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients.models import Location
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward, queries_of
from tests.assays.quality import days
from tests.clients import client_of

pytestmark = pytest.mark.django_db

TURNAROUND = "turnaround"


@pytest.fixture
def counted() -> Ward:
    """A STAT result that took 50 minutes from its receipt, counted."""
    bench = days.ward(priority=0)
    result = bench.reported("HGB")
    days.timed(result, received_ago=40, took=10)
    days.count(result.recorded_at)
    return bench


def manager():
    return client_of(factories.principal(Role.QUALITY_MANAGER))


def test_turnaround_shows_segments_priorities_and_sections(counted: Ward) -> None:
    text = manager().get(reverse(TURNAROUND)).content.decode()

    for said in ("STAT", "CBC", "50 min", "100.0 %", "receipt to result", "Distribution"):
        assert said in text
    assert text.count("<svg") == 2


@pytest.mark.parametrize("by", ["SECTION", "ASSAY", "WARD", "HOUR"])
def test_turnaround_is_divided_by_what_is_chosen(counted: Ward, by: str) -> None:
    page = manager().get(reverse(TURNAROUND), {"by": by, "segment": "ORDER_RELEASE"})

    assert page.status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"since": "2026-03-01", "until": "2026-02-01"},
        {"since": "2020-01-01", "until": "2026-02-01"},
        {"segment": "NOWHERE"},
        {"by": "PATIENT"},
        {"priority": "9"},
        {"since": "0001-01-01", "until": "0001-01-02\x00"},
    ],
)
def test_turnaround_refuses_what_it_cannot_show(counted: Ward, asked: dict[str, str]) -> None:
    page = manager().get(reverse(TURNAROUND), asked)

    assert page.status_code == 422
    assert "errorlist" in page.content.decode()


def test_another_priority_is_left_out(counted: Ward) -> None:
    text = manager().get(reverse(TURNAROUND), {"priority": "3"}).content.decode()

    assert "No result was released in this period" in text


def test_pages_take_the_same_queries_whatever_there_is(counted: Ward) -> None:
    client = manager()
    few = [queries_of(client, reverse(name)) for name in (TURNAROUND, "indicators")]
    bench = Ward("WBC", "PLT", "RBC", priority=3)
    for code in bench.assays:
        result = bench.reported(code)
        days.timed(result, received_ago=200, took=0)
    days.count()

    assert [queries_of(client, reverse(name)) for name in (TURNAROUND, "indicators")] == few
    assert max(few) <= 24


def test_the_file_holds_what_the_page_shows_and_is_on_record(counted: Ward) -> None:
    answer = manager().post(reverse("turnaround-export"), {"by": "SECTION", "priority": "0"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    row = next(row for row in rows if row["segment"] == Segment.RECEIVE_RELEASE.value)
    assert (row["name"], row["priority"], row["results"]) == ("CBC", "STAT", "1")
    assert 50 <= float(row["median_minutes"]) <= 51
    assert row["percent_within_target"] == "100.0"
    kept = DataExport.objects.get(kind="turnaround")
    assert kept.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert kept.row_count == len(rows)


def test_no_spreadsheet_runs_what_a_ward_is_called(counted: Ward) -> None:
    with laboratory.setting_up() as stamp:
        place = Location.objects.create(
            code="evil", name="=cmd|' /C calc'!A0", kind="WARD", **stamp
        )
        TurnaroundDay.objects.create(
            day=hospital_day(database_now()),
            cut="WARD",
            value=str(place.pk),
            priority=0,
            segment="RECEIVE_RELEASE",
            count=1,
            judged=0,
            within=0,
            classes=[3],
            counts=[1],
        )

    text = manager().post(reverse("turnaround-export"), {"by": "WARD"}).content.decode()

    assert ",'=cmd|' /C calc'!A0," in text
    assert ",=cmd" not in text


def test_a_bad_export_leaves_nothing_on_record(counted: Ward) -> None:
    assert manager().post(reverse("turnaround-export"), {"by": "PATIENT"}).status_code == 422
    assert manager().post(reverse("indicator-export", args=["nonsense"])).status_code == 404
    assert (
        manager().post(reverse("indicator-export", args=["lost"]), {"months": "5"}).status_code
        == 422
    )
    assert not DataExport.objects.exists()


def test_indicators_show_shares_limits_and_intervals(counted: Ward) -> None:
    text = manager().get(reverse("indicators")).content.decode()

    for said in ("specimens refused", "critical values told in time", "met", "95 % interval"):
        assert said in text


def test_within_a_section_specimens_are_not_said(counted: Ward) -> None:
    text = manager().get(reverse("indicators"), {"section": "CBC"}).content.decode()

    assert "specimens refused" not in text
    assert "results released in time" in text


@pytest.mark.parametrize("asked", [{"months": "1000"}, {"months": "x"}, {"section": "NOWHERE"}])
def test_indicators_refuse_what_they_cannot_show(counted: Ward, asked: dict[str, str]) -> None:
    assert manager().get(reverse("indicators"), asked).status_code == 422


@pytest.mark.parametrize("indicator", [*(one.value.lower() for one in Indicator), "refusals"])
def test_each_indicator_leaves_as_a_file_of_its_own(counted: Ward, indicator: str) -> None:
    answer = manager().post(reverse("indicator-export", args=[indicator]), {"months": "3"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer.status_code == 200
    assert len(rows) == (0 if indicator == "refusals" else 3)
    assert DataExport.objects.get().kind == f"indicator-{indicator}"


@pytest.mark.parametrize(
    ("role", "seen", "taken"),
    [
        (Role.TECHNOLOGIST, 200, 403),
        (Role.PATHOLOGIST, 200, 200),
        (Role.WARD_DOCTOR, 403, 403),
        (Role.ADMINISTRATOR, 403, 403),
    ],
)
def test_who_sees_and_takes_the_figures(counted: Ward, role: Role, seen: int, taken: int) -> None:
    client = client_of(factories.principal(role))

    assert client.get(reverse(TURNAROUND)).status_code == seen
    assert client.get(reverse("indicators")).status_code == seen
    assert client.post(reverse("turnaround-export")).status_code == taken


# --- targets in the admin


def given(**changed: str) -> dict[str, str]:
    lines = "segment,priority,section,minutes,percent\nRECEIVE_RELEASE,STAT,CBC,45,95\n"
    return {"turnaround": lines, "rejected": "0.8", "source": "agreed with the wards", **changed}


def test_targets_are_drafted_in_the_admin_from_what_is_in_force() -> None:
    client = manager()
    address = reverse("admin:assays_qualitytargets_add")
    assert "RECEIVE_RELEASE,STAT,,60,90" in client.get(address).content.decode()

    assert client.post(address, given()).status_code == 302

    made = QualityTargets.objects.get()
    assert made.status == "DRAFT"
    assert made.turnaround.get().minutes == 45
    assert str(made.limits.get().percent) == "0.8"
    shown = reverse("admin:assays_qualitytargets_change", args=[made.pk])
    assert "45 min, 95" in client.get(shown).content.decode()


@pytest.mark.parametrize(
    "lines",
    [
        "RECEIVE_RELEASE,STAT,CBC,45",
        "RECEIVE_RELEASE,SOON,,45,90",
        "SOMEWHERE,STAT,,45,90",
        "RECEIVE_RELEASE,STAT,,4.5,90",
        "RECEIVE_RELEASE,STAT,,-4,90",
        "RECEIVE_RELEASE,STAT,,45,much",
        "RECEIVE_RELEASE,STAT,,45,NaN",
        'RECEIVE_RELEASE,"STAT',
        "RECEIVE_RELEASE,STAT,,٤٥,90",
    ],
)
def test_lines_that_do_not_read_are_refused_beside_their_field(lines: str) -> None:
    answer = manager().post(reverse("admin:assays_qualitytargets_add"), given(turnaround=lines))

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not QualityTargets.objects.exists()


def test_figures_of_the_day_before_yesterday_are_found_by_their_day(counted: Ward) -> None:
    day = hospital_day(database_now()) - timedelta(days=2)
    asked = {"since": day.isoformat(), "until": day.isoformat()}

    assert "No result was released" in manager().get(reverse(TURNAROUND), asked).content.decode()
