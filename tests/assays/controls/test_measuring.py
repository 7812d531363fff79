"""Control measurements are judged by signed targets and the rules in force, and hold what fails."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import controls, versions
from assays.actions.controls import TypedControl
from assays.models import (
    ControlEvaluation,
    ControlHold,
    ControlMeasurement,
    ControlRuleSet,
    ControlViolation,
)
from labsys.lib.clock import database_now
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench, in_force

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_value_near_its_target_is_accepted(bench: Bench) -> None:
    bench.measure(0.4, -1.2)

    assert bench.verdicts() == [(1, "ACCEPTED", []), (2, "ACCEPTED", [])]
    assert bench.hold() is None


def test_each_evaluation_names_target_rule_set_and_distance(bench: Bench) -> None:
    bench.measure(1.5)

    found = ControlEvaluation.objects.get(measurement__assay=bench.assay)
    assert (found.target, found.z) == (bench.targets["HGB", 1], Decimal("1.5000"))
    assert (found.rule_set.code, found.rule_set.number) == ("n2", 1)


def test_exactly_two_sd_warns_and_exactly_three_rejects(bench: Bench) -> None:
    bench.measure(2.0, ago=2 * DAY)
    bench.measure(None, -3.0, ago=DAY)

    assert bench.verdicts() == [(1, "WARNING", ["1-2s"]), (2, "REJECTED", ["1-2s", "1-3s"])]


def test_two_levels_beyond_two_sd_on_one_side_in_one_run_reject_it(bench: Bench) -> None:
    bench.measure(2.1, 2.2)

    assert bench.verdicts()[1] == (2, "REJECTED", ["1-2s", "2-2s"])
    (violation,) = ControlViolation.objects.filter(rule="2-2s")
    measured = ControlMeasurement.objects.filter(pk__in=violation.members)
    assert sorted(one.level.number for one in measured) == [1, 2]


def test_levels_measured_within_the_hour_are_one_run(bench: Bench) -> None:
    bench.measure(2.1, ago=HOUR)
    bench.measure(None, -2.1, ago=HOUR / 2)

    assert bench.verdicts()[1] == (2, "REJECTED", ["1-2s", "R-4s"])


def test_levels_of_different_runs_have_no_range(bench: Bench) -> None:
    bench.measure(2.1, ago=3 * HOUR)
    bench.measure(None, -2.1, ago=HOUR)

    assert bench.verdicts()[1] == (2, "WARNING", ["1-2s"])


def test_a_run_named_alike_on_another_day_is_another_run(bench: Bench) -> None:
    bench.measure(2.1, ago=DAY, run="1")
    bench.measure(None, -2.1, ago=HOUR, run="1")

    assert bench.verdicts()[1] == (2, "WARNING", ["1-2s"])


def test_a_named_run_joins_levels_hours_apart(bench: Bench) -> None:
    bench.measure(2.1, ago=6 * HOUR, run="7")
    bench.measure(None, -2.1, ago=HOUR, run="7")

    assert bench.verdicts()[1] == (2, "REJECTED", ["1-2s", "R-4s"])


def test_a_level_twice_beyond_two_sd_across_runs_rejects(bench: Bench) -> None:
    bench.measure(2.3, ago=2 * DAY)
    bench.measure(2.2, ago=DAY)

    assert bench.verdicts()[1] == (1, "REJECTED", ["1-2s", "2-2s"])


def test_ten_on_one_side_reject(bench: Bench) -> None:
    for day in range(10, 0, -1):
        bench.measure(0.5, ago=day * DAY)

    assert [one[1] for one in bench.verdicts()] == ["ACCEPTED"] * 9 + ["REJECTED"]
    assert bench.verdicts()[-1][2] == ["10x"]


def test_a_new_lot_counts_from_nothing(bench: Bench) -> None:
    lot = bench.new_lot("B200")
    for number, level in benches.levels_of(lot).items():
        bench.target(level, benches.MEANS[number])
    bench.measure(2.3, ago=2 * DAY)

    bench.measure(2.2, ago=DAY, lot=lot)

    assert bench.verdicts()[1] == (1, "WARNING", ["1-2s"])


def test_a_calibration_counts_from_nothing(bench: Bench) -> None:
    for day in range(15, 6, -1):
        bench.measure(0.5, None, ago=day * DAY)
    hold = bench.fail(ago=6 * DAY)
    controls.record_step(
        hold=hold,
        kind="CALIBRATION",
        what="two-point calibration",
        performed_at=database_now() - 5 * DAY,
        by=bench.technologist,
        at=database_now(),
    )

    bench.measure(0.5, ago=4 * DAY)

    assert bench.verdicts()[-1] == (1, "ACCEPTED", [])


def test_a_repeated_vial_is_no_restart(bench: Bench) -> None:
    for day in range(15, 6, -1):
        bench.measure(0.5, None, ago=day * DAY)
    hold = controls.hold(
        instrument=bench.instrument,
        assay=bench.assay,
        by=bench.technologist,
        at=database_now(),
        reason="reagent looked turbid",
    )
    controls.record_step(
        hold=hold,
        kind="REPEAT",
        what="measured again",
        performed_at=database_now(),
        by=bench.technologist,
        at=database_now(),
    )

    bench.measure(0.5, ago=timedelta(0))

    assert bench.verdicts()[-1] == (1, "REJECTED", ["10x"])


def test_a_new_target_counts_from_nothing(bench: Bench) -> None:
    bench.measure(2.3, ago=2 * DAY)
    level = bench.levels[1]
    bench.target(level, benches.MEANS[1], replaces=bench.targets["HGB", 1])

    bench.measure(2.2, ago=DAY)

    assert bench.verdicts()[1] == (1, "WARNING", ["1-2s"])


def test_only_a_signed_target_judges(bench: Bench) -> None:
    bench.target(bench.levels[1], Decimal(30), is_signed=False, replaces=bench.targets["HGB", 1])

    bench.measure(0.5)

    assert bench.verdicts() == [(1, "ACCEPTED", [])]


def test_means_of_what_was_measured_judge_nothing(bench: Bench) -> None:
    for day in range(9, 0, -1):
        bench.measure(None, 0.0, assay="WBC", ago=day * DAY)

    assert {one[1] for one in bench.verdicts("WBC")} == {"NOT_JUDGED"}
    reasons = ControlEvaluation.objects.filter(measurement__assay=bench.assays["WBC"])
    assert {one.reason for one in reasons} == {
        "Nobody has signed a target for this level by this assay."
    }


def test_a_target_of_the_instrument_goes_before_one_of_all(bench: Bench) -> None:
    own = bench.target(bench.levels[1], Decimal(12), instrument=bench.instrument)

    bench.measure(4.0)

    found = ControlEvaluation.objects.get(measurement__assay=bench.assay)
    assert (found.target, found.verdict) == (own, "ACCEPTED")


def test_an_expired_lot_shows_no_good_but_still_fails(bench: Bench) -> None:
    yesterday = (database_now() - DAY).date()
    lot = bench.new_lot("OLD", expires_on=yesterday - DAY)
    bench.target(benches.levels_of(lot)[1], benches.MEANS[1])

    bench.measure(0.5, lot=lot, ago=2 * HOUR)
    bench.measure(4.0, lot=lot, ago=HOUR / 60)

    assert [one[1] for one in bench.verdicts()] == ["NOT_JUDGED", "REJECTED"]


def bounded(bench: Bench, z: float, comparator: str) -> str:
    controls.record_typed(
        instrument=bench.instrument,
        assay=bench.assay,
        values=[TypedControl(bench.levels[1], benches.value(1, z, comparator), "value")],
        observed_at=database_now(),
        by=bench.technologist,
        at=database_now(),
    )
    return bench.verdicts()[-1][1]


@pytest.mark.parametrize(
    ("z", "comparator", "verdict"),
    [
        (-3, "<", "REJECTED"),
        (-2.9, "<", "NOT_JUDGED"),
        (3.5, ">", "REJECTED"),
        (3.5, "<", "NOT_JUDGED"),
        (-9, ">=", "NOT_JUDGED"),
    ],
)
def test_a_bounded_value_is_judged_where_its_bound_says_enough(
    bench: Bench, z: float, comparator: str, verdict: str
) -> None:
    assert bounded(bench, z, comparator) == verdict


def test_a_value_absurdly_far_off_is_rejected_like_any_other(bench: Bench) -> None:
    bench.target(
        bench.levels[1], Decimal(0), sd=Decimal("0.0000000001"), replaces=bench.targets["HGB", 1]
    )

    bench.measure(2e13)

    assert bench.verdicts()[0][1] == "REJECTED"


def test_a_rejection_holds_the_instrument_for_that_assay_alone(bench: Bench) -> None:
    bench.target(bench.levels[1], benches.MEANS[1], assay="WBC")

    bench.measure(4.0, ago=2 * HOUR)
    bench.measure(0.1, assay="WBC", ago=HOUR)

    held = ControlHold.objects.filter(ended_at=None)
    assert [(one.instrument, one.assay) for one in held] == [(bench.instrument, bench.assay)]
    assert held[0].evaluation.measurement.assay == bench.assay
    assert "1-3s" in held[0].reason


def test_a_second_rejection_opens_no_second_hold(bench: Bench) -> None:
    bench.fail(ago=HOUR)
    bench.measure(None, -4.0, ago=HOUR / 2)

    assert ControlHold.objects.count() == 1


def test_a_warning_holds_nothing(bench: Bench) -> None:
    bench.measure(2.4)

    assert bench.hold() is None


def test_without_a_rule_set_in_force_nothing_is_judged_good(bench: Bench) -> None:
    (n2,) = ControlRuleSet.objects.filter(code="n2", status="ACTIVE")
    versions.retire(version=n2, by=bench.pathologist, at=database_now(), reason="under revision")

    bench.measure(0.1)

    assert bench.verdicts() == [(1, "NOT_JUDGED", [])]


def test_the_rule_set_that_the_plan_names_judges(bench: Bench) -> None:
    now = database_now()
    own = controls.draft_rule_set(
        code="strict", levels=2, rejects=["1-2s"], by=bench.quality, at=now, note="tight assay"
    )
    in_force(own, bench)
    given = {"assay": bench.assay, "rule_set": "strict", "note": "tight assay"}
    in_force(controls.draft_plan(by=bench.quality, at=now, **given), bench)

    bench.measure(2.1)

    assert bench.verdicts() == [(1, "REJECTED", ["1-2s"])]


def test_a_late_measurement_is_judged_in_its_place(bench: Bench) -> None:
    bench.measure(2.2, ago=3 * DAY)
    bench.measure(0.0, ago=DAY)

    bench.measure(2.2, ago=2 * DAY)

    assert bench.verdicts()[1] == (1, "REJECTED", ["1-2s", "2-2s"])


def test_judging_a_batch_takes_a_constant_number_of_statements(bench: Bench) -> None:
    counts = []
    for size, ago in ((1, 5), (2, 3)):
        with CaptureQueriesContext(connection) as captured:
            bench.measure(*[0.1] * size, ago=ago * HOUR)
        counts.append(len(captured))

    assert counts[0] == counts[1]
