"""Calculated results: recorded once their inputs are, once per set of inputs, and taken along."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import batches, corrections, results
from assays.actions.batches import Scope
from assays.models import CalculatedResult, OrderItem, Result
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import Quantity
from tests import factories, laboratory
from tests.assays.calculations.entering import enter, found, specimens_of, work_off
from tests.assays.verification.bench import page
from tests.signing import correcting, signing, withdrawing

pytestmark = pytest.mark.django_db


def test_a_calculated_value_is_recorded_with_its_last_input(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")

    enter(serum, technologist, CHOL="200", HDL="50")
    assert not Result.objects.filter(analyte__code="LDL").exists()
    enter(serum, technologist, TRIG="150")

    ldl = found(serum, "LDL")
    assert (ldl.value, ldl.unit, ldl.status) == (Decimal(120), "mg/dL", "RESULTED")
    assert ldl.recording.door == "CALCULATION"
    assert (ldl.entered_by, ldl.recorded_by) == (technologist, technologist)
    assert ldl.as_sent["formula"] == "ldl_c_friedewald"
    assert ldl.as_sent["inputs"]["tg"]["value"] == "150 mg/dL"
    assert "not recorded whether the patient was fasting" in ldl.comment
    assert ldl.calculated.version.number == 1
    assert {one.name: one.result.analyte.code for one in ldl.calculated.inputs.all()} == {
        "tc": "CHOL",
        "hdl": "HDL",
        "tg": "TRIG",
    }
    assert found(serum, "NONHDL").value == 150


def test_it_is_recorded_once_whatever_is_recorded_beside_it(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID TSH")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")

    enter(serum, technologist, TSH="2.1")

    assert CalculatedResult.objects.filter(result__analyte__code="LDL").count() == 1


def test_a_calculated_value_is_evaluated_and_verified_by_another(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    ldl = found(serum, "LDL")

    with pytest.raises(Refusal, match="somebody else has to verify"):
        results.verify(result=ldl, by=technologist, at=database_now())
    results.verify(result=ldl, by=doctor, at=database_now())

    assert found(serum, "LDL").status == "TECHNICALLY_VERIFIED"


def test_nobody_who_supplied_an_input_verifies_the_calculated_value(bench) -> None:
    one, two, three = (factories.principal(Role.PATHOLOGIST) for _ in range(3))
    (serum,) = specimens_of("LIPID")
    enter(serum, one, CHOL="200")
    enter(serum, two, HDL="50")
    enter(serum, three, TRIG="150")
    work_off()

    for by in (one, two, three):
        with pytest.raises(Refusal, match="somebody else"):
            results.verify(result=found(serum, "LDL"), by=by, at=database_now())


def test_nor_by_ticking_it_on_a_page(bench) -> None:
    one, two, other = (factories.principal(Role.PATHOLOGIST) for _ in range(3))
    (serum,) = specimens_of("LIPID")
    enter(serum, one, CHOL="200", HDL="50")
    enter(serum, two, TRIG="150")
    work_off()
    ldl = found(serum, "LDL")

    for by in (one, two):
        with pytest.raises(batches.StalePage, match="you entered it yourself"):
            batches.verify(page=page(ldl, scope=Scope.SPECIMEN), by=by, at=database_now())
    batches.verify(page=page(ldl, scope=Scope.SPECIMEN), by=other, at=database_now())

    assert found(serum, "LDL").status == "TECHNICALLY_VERIFIED"


def test_it_is_released_only_after_what_it_rests_on(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    every = Result.objects.filter(specimen=serum)
    for result in every:
        results.verify(result=result, by=doctor, at=database_now())

    with pytest.raises(Refusal, match="release what it rests on first"):
        results.release(
            result=found(serum, "LDL"), signing=signing(doctor), by=doctor, at=database_now()
        )
    refused = results.release_together(
        results=list(Result.objects.filter(specimen=serum)),
        signing=signing(doctor),
        by=doctor,
        at=database_now(),
    )

    assert refused == {}
    assert found(serum, "LDL").status == "RELEASED"


def test_a_corrected_input_supersedes_what_was_calculated_from_it(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    before = found(serum, "LDL")

    corrections.correct(
        result=found(serum, "TRIG"),
        value=Quantity(Decimal(100), "mg/dL"),
        signing=correcting(doctor),
        by=doctor,
        at=database_now(),
        reason="read off the wrong line",
    )

    after = found(serum, "LDL")
    before.refresh_from_db()
    assert (before.status, after.value, after.corrects) == ("SUPERSEDED", Decimal(130), before)
    assert found(serum, "NONHDL").corrects is None
    with pytest.raises(Refusal):
        results.verify(result=after, by=doctor, at=database_now())


def test_a_rejected_input_takes_what_was_calculated_from_it_along(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    before = found(serum, "LDL")

    results.reject(result=found(serum, "TRIG"), by=doctor, at=database_now(), reason="another tube")
    before.refresh_from_db()
    assert before.status == "CANCELLED"
    enter(serum, technologist, TRIG="100")

    assert found(serum, "LDL").value == 130


def test_an_input_entered_in_error_takes_a_released_value_along(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    for result in Result.objects.filter(specimen=serum).order_by("pk"):
        results.verify(result=result, by=doctor, at=database_now())
        results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())

    results.mark_entered_in_error(
        result=found(serum, "CHOL"),
        signing=withdrawing(doctor),
        by=doctor,
        at=database_now(),
        reason="wrong patient",
    )

    assert Result.objects.get(analyte__code="LDL").status == "ENTERED_IN_ERROR"
    assert OrderItem.objects.get(assay__analyte__code="LDL").status == "IN_PROCESS"


def test_ordering_a_calculated_test_orders_what_it_needs(bench) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)

    order = laboratory.order("TESTO-FREE", by=doctor)

    codes = order.items.values_list("assay__analyte__code", flat=True)
    assert set(codes) == {"TESTO-FREE", "TESTO", "SHBG", "ALB"}


def test_recording_costs_the_same_number_of_queries_whatever_is_calculated(bench) -> None:
    technologist, _doctor = bench
    counts = []
    lipids = {"CHOL": "200", "HDL": "50", "TRIG": "150"}
    for codes, values in (
        ("LIPID", lipids),  # warms what is cached
        ("LIPID", lipids),
        (
            "LIPID AGAP OSMO-CALC CA-CORR EGFR",
            {
                **lipids,
                **{
                    "NA": "140",
                    "CL": "104",
                    "CO2": "24",
                    "GLU": "180",
                    "BUN": "28",
                    "CA": "9",
                    "ALB": "4",
                    "CREAT": "1",
                },
            },
        ),
    ):
        (serum,) = specimens_of(codes)
        with CaptureQueriesContext(connection) as captured:
            enter(serum, technologist, **values)
        counts.append(len(captured))

    assert counts[1] == counts[2]
    assert Result.objects.filter(recording__door="CALCULATION").count() == 2 + 2 + 6
