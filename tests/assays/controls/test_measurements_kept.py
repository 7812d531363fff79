"""Control measurements are kept as they were typed: once, corrected by another, refused where they cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assays.actions import controls
from assays.actions.controls import OwnControl, TypedControl
from assays.models import (
    ControlEvaluation,
    ControlHold,
    ControlMeasurement,
    ControlViolation,
)
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import Quantity
from labsys.lib.records import AppendOnlyError
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench

HOUR = timedelta(hours=1)


def test_the_same_value_of_the_same_moment_is_typed_once(bench: Bench) -> None:
    moment = database_now() - HOUR
    bench.measure(0.5, at=moment)

    with pytest.raises(InvalidInput, match="already recorded"):
        bench.measure(0.5, at=moment)

    assert len(bench.verdicts()) == 1


def test_measurements_and_verdicts_are_append_only(bench: Bench) -> None:
    bench.measure(4.0)
    for model in (ControlMeasurement, ControlEvaluation, ControlViolation):
        row = model.objects.first()
        with pytest.raises(AppendOnlyError):
            row.delete()
        with pytest.raises(AppendOnlyError):
            model.objects.filter(pk=row.pk).update(recorded_at=database_now())
    with pytest.raises(AppendOnlyError):
        ControlHold.objects.update(reason="nothing happened")


def test_a_typed_value_is_corrected_by_somebody_else_and_judged_anew(bench: Bench) -> None:
    (written,) = bench.measure(9.0)
    wrong = ControlMeasurement.objects.get(pk=written.measurement_id)

    controls.correct(
        measurement=wrong,
        value=benches.value(1, 0.9),
        by=bench.quality,
        at=database_now(),
        reason="two digits were exchanged",
    )

    assert bench.verdicts() == [(1, "ACCEPTED", [])]
    assert bench.hold() is not None, "a hold ends by a person alone"


def test_nobody_corrects_what_they_typed(bench: Bench) -> None:
    (written,) = bench.measure(9.0, by=bench.pathologist)
    wrong = ControlMeasurement.objects.get(pk=written.measurement_id)

    with pytest.raises(OwnControl):
        controls.correct(
            measurement=wrong,
            value=benches.value(1, 0.9),
            by=bench.pathologist,
            at=database_now(),
            reason="two digits were exchanged",
        )


def test_a_control_is_corrected_once(bench: Bench) -> None:
    (written,) = bench.measure(9.0)
    wrong = ControlMeasurement.objects.get(pk=written.measurement_id)
    given = {"measurement": wrong, "by": bench.quality, "reason": "mistyped"}
    controls.correct(value=benches.value(1, 0.9), at=database_now(), **given)

    with pytest.raises(Conflict, match="meanwhile"):
        controls.correct(value=benches.value(1, 0.8), at=database_now(), **given)


def test_who_may_not_record_controls_is_refused(bench: Bench) -> None:
    with pytest.raises(NotAllowed):
        bench.measure(0.1, by=bench.quality)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "g/L"}, "value_1"),
        ({"unit": ""}, "value_1"),
    ],
)
def test_a_value_in_another_unit_is_refused_beside_its_field(
    bench: Bench, change: dict[str, str], field: str
) -> None:
    wrong: Quantity = replace(benches.value(1, 0.1), **change)

    with pytest.raises(InvalidInput) as refused:
        controls.record_typed(
            instrument=bench.instrument,
            assay=bench.assay,
            values=[TypedControl(bench.levels[1], wrong, field)],
            observed_at=database_now(),
            by=bench.technologist,
            at=database_now(),
        )

    assert refused.value.field == field


def test_a_lot_that_is_not_open_is_not_measured(bench: Bench) -> None:
    lot = controls.register_lot(
        material=bench.lot.material,
        number="C300",
        expires_on=date(2030, 1, 1),
        by=bench.technologist,
        at=database_now(),
    )

    with pytest.raises(InvalidInput, match="not opened"):
        bench.measure(0.1, lot=lot)


def test_a_measurement_of_the_future_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="future"):
        bench.measure(0.1, at=database_now() + HOUR)
