"""The pages of quality control: what they show, to whom, in how many queries, and what they refuse."""

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
    ControlItem,
    ControlMeasurement,
    DataExport,
    LookBack,
    LookBackDecision,
)
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as catalogued
from tests.assays import laboratory
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench
from tests.assays.controls.test_holds import measured
from tests.assays.controls.test_items import posted
from tests.assays.senders import Sender
from tests.clients import client_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def queries_of(ask: Callable[[], Any]) -> int:
    ask()  # whatever is cached once per process is cached now
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def chart_of(bench: Bench) -> str:
    return reverse("control-chart", args=bench.pair)


def test_the_list_says_how_each_instrument_stands(bench: Bench) -> None:
    bench.target(bench.levels[1], benches.MEANS[1], assay="WBC")
    bench.measure(0.1, assay="WBC")
    bench.fail()

    text = client_of(bench.technologist).get(reverse("controls")).content.decode()

    assert "out of control" in text
    assert "in control" in text
    assert "1-3s" in text


def test_a_control_overdue_is_shown_as_due(bench: Bench) -> None:
    from tests.assays.controls.test_measuring import in_force

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


def test_entering_a_run_records_and_judges_each_level(bench: Bench) -> None:
    client = client_of(bench.technologist)
    address = reverse("control-enter", args=bench.pair)
    one, two = (f"level_{bench.levels[n].pk}" for n in (1, 2))
    assert one in client.get(address).content.decode()

    moment = database_now().strftime("%Y-%m-%dT%H:%M:%S")
    answer = client.post(address, {one: "10.1", two: "> 22.5", "observed_at": moment})

    assert answer.status_code == 302
    assert [one[1] for one in bench.verdicts()] == ["ACCEPTED", "REJECTED"]
    assert bench.hold() is not None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10,1", "decimal point"),
        ("abc", "not a number"),
        ("10.1 mmol/L", "mmol/L"),
        ("", "at least one level"),
        ("1" * 80, "most"),
    ],
)
def test_what_cannot_be_a_control_value_is_said_beside_its_field(
    bench: Bench, typed: str, said: str
) -> None:
    moment = database_now().strftime("%Y-%m-%dT%H:%M:%S")
    name = f"level_{bench.levels[1].pk}"

    answer = client_of(bench.technologist).post(
        reverse("control-enter", args=bench.pair), {name: typed, "observed_at": moment}
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ControlMeasurement.objects.exists()


@pytest.mark.parametrize("moment", ["", "yesterday", "2999-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused(bench: Bench, moment: str) -> None:
    name = f"level_{bench.levels[1].pk}"

    answer = client_of(bench.technologist).post(
        reverse("control-enter", args=bench.pair), {name: "10.1", "observed_at": moment}
    )

    assert answer.status_code == 422
    assert not ControlMeasurement.objects.exists()


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


def waiting(bench: Bench, *names: str) -> list[ControlItem]:
    sender = Sender(bench.instrument, laboratory.key_of(bench.instrument), bench.assays)
    assert sender.send(*(posted(name) for name in names)).status_code == 201
    return list(ControlItem.objects.filter(delivery="WAITING").order_by("id"))


def test_what_waits_is_matched_on_its_page_by_the_assay_of_its_code(bench: Bench) -> None:
    one, two = waiting(bench, "VIAL-7", "VIAL-8")
    client = client_of(bench.technologist)
    assert "VIAL-7" in client.get(reverse("control-items")).content.decode()

    answer = client.post(
        reverse("control-items"),
        {"item": [one.pk], "level": bench.levels[1].pk, "move": "match", "reason": "new vial"},
    )

    assert answer.status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.delivery, two.delivery) == ("RECORDED", "WAITING")
    assert one.measurement is not None
    assert one.measurement.level == bench.levels[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"item": []}, "Tick the values first"),
        ({"move": "burn"}, "Tick the values first"),
        ({"reason": ""}, "Say why"),
        ({"level": ""}, "which level"),
        ({"level": "9" * 30}, "which level"),
    ],
)
def test_a_match_that_says_too_little_is_refused(
    bench: Bench, change: dict[str, Any], said: str
) -> None:
    (one,) = waiting(bench, "VIAL-7")
    given = {"item": [one.pk], "level": bench.levels[1].pk, "move": "match", "reason": "vial"}

    answer = client_of(bench.technologist).post(reverse("control-items"), given | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    one.refresh_from_db()
    assert one.delivery == "WAITING"


def test_a_hold_is_worked_on_and_ended_on_its_page(bench: Bench) -> None:
    hold = bench.fail(ago=HOUR)
    address = reverse("control-hold", args=[hold.pk])
    move = lambda name: reverse("control-hold-move", args=[hold.pk, name])  # noqa: E731
    moment = database_now().strftime("%Y-%m-%dT%H:%M:%S")
    step = {"kind": "CALIBRATION", "what": "two points", "performed_at": moment}
    assert client_of(bench.other).post(move("step"), step).status_code == 302
    bench.measure(0.1, ago=timedelta(0))
    client = client_of(bench.quality)
    assert "two points" in client.get(address).content.decode()
    assert client.post(move("end"), {"basis": "GOOD_CONTROL", "reason": ""}).status_code == 422

    assert client.post(move("look-back"), {"reason": "failed"}).status_code == 302
    answer = client.post(move("end"), {"basis": "GOOD_CONTROL", "reason": "good again"})

    assert answer.status_code == 302
    hold.refresh_from_db()
    assert hold.ended_by == bench.quality
    assert hold.look_back.closed_at is None


def test_a_hold_that_is_refused_from_the_chart_keeps_its_reason(bench: Bench) -> None:
    client, address = client_of(bench.technologist), reverse("control-hold-open", args=bench.pair)
    given = {"reason": "The probe drips <again>."}

    blank = client.post(address, {"reason": " "})
    opened = client.post(address, given)
    again = client.post(address, given)

    assert (blank.status_code, opened.status_code, again.status_code) == (422, 302, 409)
    text = again.content.decode()
    assert "held for this assay already" in text
    assert ">The probe drips &lt;again&gt;.</textarea>" in text
    assert f'href="{chart_of(bench)}?days=7"' in text  # the page answers another address now
    assert ControlHold.objects.count() == 1


def test_an_empty_window_says_what_is_missing(bench: Bench) -> None:
    answer = client_of(bench.quality).post(reverse("look-back-new"), {})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() >= {"instrument", "assay", "since", "reason"}


def test_technologists_are_not_offered_the_end_of_a_hold(bench: Bench) -> None:
    hold = bench.fail()
    text = client_of(bench.other).get(reverse("control-hold", args=[hold.pk])).content.decode()

    assert "Record what was done" in text
    assert "End the hold" not in text
    move = reverse("control-hold-move", args=[hold.pk, "end"])
    given = {"basis": "DOCUMENTED", "reason": "none"}
    assert client_of(bench.other).post(move, given).status_code == 403


def test_ticked_results_of_a_look_back_are_decided(bench: Bench) -> None:
    one, two = measured(bench), measured(bench)
    hold = bench.fail(ago=2 * HOUR)
    look_back = look_backs.open_for_hold(
        hold=hold, by=bench.quality, at=database_now(), reason="failed"
    )
    address = reverse("look-back", args=[look_back.pk])
    client = client_of(bench.pathologist)
    text = client.get(address).content.decode()
    assert one.specimen.accession in text
    wrong = client.post(address, {"result": [one.pk], "decision": "REPEAT", "reason": ""})
    assert wrong.status_code == 422

    given = {"result": [one.pk, "x"], "decision": "REPEAT", "reason": "measure again"}
    assert client.post(address, given).status_code == 302

    assert [row.result for row in LookBackDecision.objects.all()] == [one]
    two.refresh_from_db()
    assert two.status == "RESULTED"


def test_whoever_opens_no_record_sees_how_many_are_left_and_no_patient(bench: Bench) -> None:
    one = measured(bench)
    hold = bench.fail(ago=2 * HOUR)
    look_back = look_backs.open_for_hold(
        hold=hold, by=bench.quality, at=database_now(), reason="failed"
    )

    text = client_of(bench.quality).get(reverse("look-back", args=[look_back.pk])).content.decode()

    assert "0 / 1" in text
    assert one.specimen.accession not in text


def test_a_window_is_looked_back_at_from_its_page(bench: Bench) -> None:
    client = client_of(bench.technologist)
    shipped = {"cause": "MAPPING", "instrument": bench.instrument.pk, "assay": bench.assay.pk}
    moments = {"since": "2026-01-01T00:00:00", "until": "2026-01-02T00:00:00"}
    wrong = client.post(reverse("look-back-new"), {**shipped, **moments, "reason": ""})
    assert wrong.status_code == 422

    answer = client.post(reverse("look-back-new"), {**shipped, **moments, "reason": "swapped"})

    assert answer.status_code == 302
    assert LookBack.objects.get().cause == "MAPPING"


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
