"""Pages of quality control that are worked on: runs typed, values matched, holds ended, looks back decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from assays.actions import look_backs
from assays.models import (
    ControlHold,
    ControlMeasurement,
    LookBack,
    LookBackDecision,
)
from labsys.lib.clock import database_now
from tests.assays.controls.bench import Bench, chart_of, waiting
from tests.assays.controls.test_holds import measured
from tests.clients import client_of

HOUR = timedelta(hours=1)


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
