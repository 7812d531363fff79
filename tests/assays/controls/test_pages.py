"""The pages of quality control: what they show, to whom, and in how many queries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.actions import controls, look_backs
from assays.models import (
    ControlHold,
    ControlMeasurement,
    DataExport,
)
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as catalogued
from tests.assays import laboratory
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench, chart_of, waiting
from tests.assays.controls.test_holds import measured
from tests.clients import client_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def queries_of(ask: Callable[[], Any]) -> int:
    ask()  # whatever is cached once per process is cached now
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def test_the_list_says_how_each_instrument_stands(bench: Bench) -> None:
    bench.target(bench.levels[1], benches.MEANS[1], assay="WBC")
    bench.measure(0.1, assay="WBC")
    bench.fail()

    text = client_of(bench.technologist).get(reverse("controls")).content.decode()

    assert "out of control" in text
    assert "in control" in text
    assert "1-3s" in text


def test_a_control_overdue_is_shown_as_due(bench: Bench) -> None:
    from tests.assays.controls.bench import in_force

    given = {"assay": bench.assay, "interval_hours": 24, "note": "every day"}
    in_force(controls.draft_plan(by=bench.quality, at=database_now(), **given), bench)
    bench.measure(0.1, ago=25 * HOUR)
    assert "control due" in client_of(bench.quality).get(reverse("controls")).content.decode()

    bench.measure(0.1, ago=23 * HOUR)

    assert "control due" not in client_of(bench.quality).get(reverse("controls")).content.decode()


def test_without_an_interval_nothing_is_overdue(bench: Bench) -> None:
    bench.measure(0.1, ago=20 * DAY)

    assert "control due" not in client_of(bench.quality).get(reverse("controls")).content.decode()


def test_a_level_accepted_beside_a_rejected_one_is_no_good_control(bench: Bench) -> None:
    bench.measure(0.1, -4.0, ago=HOUR)
    hold = bench.hold()
    assert hold is not None
    bench.end(hold, basis="DOCUMENTED", reason="vials exchanged")

    assert "control due" in client_of(bench.quality).get(reverse("controls")).content.decode()


def test_the_chart_shows_rules_lots_restarts_and_figures(bench: Bench) -> None:
    bench.measure(0.2, 0.3, ago=5 * DAY)
    hold = bench.fail(ago=4 * DAY)
    controls.record_step(
        hold=hold,
        kind="CALIBRATION",
        what="two points",
        performed_at=database_now() - 3 * DAY,
        by=bench.technologist,
        at=database_now(),
    )
    lot = bench.new_lot("B200")
    bench.target(benches.levels_of(lot)[1], benches.MEANS[1])
    bench.measure(0.4, ago=2 * DAY, lot=lot)

    text = client_of(bench.technologist).get(chart_of(bench)).content.decode()

    for said in ("1-3s", "lot B200", "calibrated", "two points", "A100", "10.0 ± 0.5"):
        assert said in text
    assert text.count("<svg") >= 2


def test_sigma_names_what_it_rests_on(bench: Bench) -> None:
    from assays.queries import control_charts
    from assays.queries.catalogue import current

    shipped = current().by_code["HGB"][0]

    found = control_charts.allowable_error(shipped.assay_id)

    assert found is not None
    # Ricos 2014, haemoglobin: TEa 4.2 %, shipped with the version.
    assert (found.source, found.percent) == ("CATALOGUE", 4.2)
    assert "Ricós" in found.detail
    assert control_charts.allowable_error(bench.assay.pk) is None


def test_sigma_falls_back_on_biological_variation(bench: Bench) -> None:
    from assays.models import AssayVersion
    from assays.queries import control_charts
    from assays.queries.catalogue import current

    author, approver = (factories.principal(Role.PATHOLOGIST) for _number in range(2))
    catalogued.new_version(
        "HGB", author=author, approver=approver, values={"tea_percent": None, "tea_source": ""}
    )

    found = control_charts.allowable_error(current().by_code["HGB"][0].assay_id)

    # Ricos 2014: CVi 2.85, CVg 6.8; 1.65 x 0.5 CVi + 0.25 sqrt(CVi^2 + CVg^2)
    assert found is not None
    assert AssayVersion.objects.filter(assay__analyte__code="HGB").count() == 2
    assert found.source == "BIOLOGICAL_VARIATION"
    assert found.percent == pytest.approx(4.1946, abs=1e-3)


def test_measurements_leave_as_csv_that_no_spreadsheet_runs(bench: Bench) -> None:
    bench.measure(0.5, -0.5, ago=HOUR)
    controls.record_typed(
        instrument=bench.instrument,
        assay=bench.assay,
        values=[controls.TypedControl(bench.levels[1], benches.value(1, 1.5), "value")],
        observed_at=database_now(),
        comment="=cmd()",
        by=bench.technologist,
        at=database_now(),
    )

    answer = client_of(bench.quality).post(reverse("control-measurements", args=bench.pair))

    content = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["value"] for row in rows] == ["10.25", "19.75", "10.75"]
    assert [row["z"] for row in rows] == ["0.5000", "-0.5000", "1.5000"]
    assert rows[2]["comment"] == "'=cmd()"
    taken = DataExport.objects.get()
    assert (taken.kind, taken.row_count, taken.by) == ("controls", 3, bench.quality)


def test_addresses_of_nothing_are_not_found(bench: Bench) -> None:
    client = client_of(bench.technologist)
    for name, args in (
        ("control-chart", (bench.instrument.pk, 999_999)),
        ("control-enter", (999_999, bench.assay.pk)),
        ("control-hold", (999_999,)),
        ("look-back", (999_999,)),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert client.post(reverse("control-measurements", args=(999_999, 1))).status_code == 404


@pytest.mark.parametrize(
    "query", ["?days=-1", "?days=abc", "?standing=<b>", "?after=x", "?after=1~2", "?instrument=x"]
)
def test_odd_queries_are_read_as_none(bench: Bench, query: str) -> None:
    bench.fail()
    look_back = look_backs.open_for_hold(
        hold=ControlHold.objects.get(), by=bench.quality, at=database_now(), reason="failed"
    )
    client = client_of(bench.pathologist)
    for address in (
        *(reverse("controls"), chart_of(bench), reverse("control-items"), reverse("look-backs")),
        reverse("look-back", args=[look_back.pk]),
    ):
        assert client.get(address + query).status_code == 200


def test_an_empty_window_says_what_is_missing(bench: Bench) -> None:
    answer = client_of(bench.quality).post(reverse("look-back-new"), {})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() >= {"instrument", "assay", "since", "reason"}


def grown(bench: Bench, times: int) -> None:
    """More of everything that the pages list."""
    for n in range(times):
        code = f"G{ControlMeasurement.objects.count()}X{n}"
        bench.assays[code] = laboratory.assays(**{code: {}})[code]
        bench.target(bench.levels[1], benches.MEANS[1], assay=code)
        bench.measure(4.0, ago=HOUR, assay=code)
        bench.measure(0.1, ago=HOUR * (n + 2))
        waiting(bench, f"{code}-A", f"{code}-B")
        measured(bench)


def test_every_page_asks_the_same_number_of_queries_however_much_there_is(bench: Bench) -> None:
    grown(bench, 1)
    hold = bench.fail(ago=3 * HOUR)
    look_back = look_backs.open_for_hold(
        hold=hold, by=bench.quality, at=database_now(), reason="failed"
    )
    client = client_of(bench.pathologist)
    addresses = [
        *(reverse("controls"), chart_of(bench), reverse("control-enter", args=bench.pair)),
        *(reverse("control-items"), reverse("control-hold", args=[hold.pk])),
        *(reverse("look-backs"), reverse("look-back", args=[look_back.pk])),
        *(reverse("look-back-new"), reverse("admin:assays_controlmeasurement_changelist")),
        *(reverse("admin:assays_controltarget_changelist"),),
        *(reverse("admin:assays_controlhold_changelist"),),
        *(reverse("admin:assays_controllot_changelist"),),
    ]
    before = {one: queries_of(lambda one=one: client.get(one)) for one in addresses}

    grown(bench, 3)

    after = {one: queries_of(lambda one=one: client.get(one)) for one in addresses}
    assert after == before
