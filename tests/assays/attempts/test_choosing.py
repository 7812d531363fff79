"""Of several values of one test, none moves on until somebody chose one of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import attempts, batches, corrections, results
from assays.actions.batches import Scope
from assays.actions.result_checks import OwnEntry
from assays.models import Result
from assays.queries import ledger
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, NotAllowed, Refusal
from labsys.lib.quantities import Quantity
from tests import factories, laboratory
from tests.assays.attempts.asking import ask, released
from tests.assays.calculations.entering import enter, found, specimens_of, work_off
from tests.assays.verification.bench import page
from tests.signing import correcting, signing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


def test_of_two_values_neither_moves_on_until_one_is_chosen(serum, technologist, doctor) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    (second,) = enter(serum, technologist, GLU="95")
    work_off()

    for result in (first, second):
        with pytest.raises(Refusal, match="choose which of them is reported"):
            results.verify(result=result, by=doctor, at=database_now())
    attempts.choose(result=second, by=doctor, at=database_now(), reason="no clot")
    results.verify(result=second, by=doctor, at=database_now())

    first.refresh_from_db()
    assert first.status == "CANCELLED"
    event = first.events.get(new="CANCELLED")
    assert (event.recorded_by, "95 mg/dL is reported instead: no clot" in event.reason) == (
        doctor,
        True,
    )
    assert first.value == 90


def test_of_two_values_neither_moves_on_by_being_ticked_on_a_page(
    serum, technologist, doctor
) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    (second,) = enter(serum, technologist, GLU="95")
    work_off()

    for result in (first, second):
        with pytest.raises(batches.StalePage, match="choose which of them is reported"):
            ticked = page(result, scope=Scope.SPECIMEN)
            batches.verify(page=ticked, by=doctor, at=database_now())
    attempts.choose(result=second, by=doctor, at=database_now(), reason="no clot")
    batches.verify(
        page=page(Result.objects.get(pk=second.pk), scope=Scope.SPECIMEN),
        by=doctor,
        at=database_now(),
    )

    second.refresh_from_db()
    assert second.status == "TECHNICALLY_VERIFIED"


def test_a_verified_value_waits_again_when_another_comes(serum, technologist, doctor) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    work_off()
    results.verify(result=first, by=doctor, at=database_now())
    ask(first, doctor)

    enter(serum, technologist, GLU="95")
    work_off()

    first.refresh_from_db()
    with pytest.raises(Refusal, match="choose which of them"):
        results.release(result=first, signing=signing(doctor), by=doctor, at=database_now())


def test_choosing_calculates_anew_what_rests_on_the_value(technologist, doctor) -> None:
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    before = found(serum, "LDL")
    ask(found(serum, "TRIG"), technologist)
    (again,) = enter(serum, technologist, TRIG="100")
    assert found(serum, "LDL") == before

    attempts.choose(result=again, by=doctor, at=database_now(), reason="lipaemic at first")

    before.refresh_from_db()
    assert before.status == "CANCELLED"
    assert found(serum, "LDL").value == 130


def test_keeping_the_first_value_leaves_what_was_calculated_from_it(technologist, doctor) -> None:
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    first = found(serum, "TRIG")
    enter(serum, technologist, TRIG="100")

    attempts.choose(result=first, by=doctor, at=database_now(), reason="wrong cup at second")

    assert found(serum, "LDL").value == 120


def test_a_repeat_beside_a_released_value_goes_nowhere_by_itself(
    serum, technologist, doctor
) -> None:
    first = released(serum, technologist, doctor)
    ask(first, technologist)
    (second,) = enter(serum, technologist, GLU="95")
    work_off()
    other = factories.principal(Role.TECHNOLOGIST)

    for act in (
        lambda: results.verify(result=second, by=other, at=database_now()),
        lambda: attempts.choose(result=second, by=other, at=database_now(), reason="later one"),
    ):
        with pytest.raises(Refusal):
            act()
    attempts.choose(result=first, by=other, at=database_now(), reason="clot at the second")

    for one in (first, second):
        one.refresh_from_db()
    assert (first.status, second.status) == ("RELEASED", "CANCELLED")
    assert ledger.take().is_balanced


def test_where_the_repeat_is_right_the_released_value_is_corrected(
    serum, technologist, doctor
) -> None:
    first = released(serum, technologist, doctor)
    ask(first, technologist)
    (second,) = enter(serum, technologist, GLU="95")
    work_off()

    corrected = corrections.correct(
        result=first,
        value=Quantity(Decimal(95), "mg/dL"),
        signing=correcting(doctor),
        by=doctor,
        at=database_now(),
        reason="the repeat is right",
    )
    work_off()
    other = factories.principal(Role.PATHOLOGIST)
    attempts.choose(result=corrected, by=other, at=database_now(), reason="as repeated")
    results.verify(result=corrected, by=other, at=database_now())

    for one in (first, second, corrected):
        one.refresh_from_db()
    assert (first.status, second.status, corrected.status) == (
        "SUPERSEDED",
        "CANCELLED",
        "TECHNICALLY_VERIFIED",
    )


def test_nobody_chooses_the_value_that_they_entered(serum, technologist) -> None:
    (first,) = enter(serum, factories.principal(Role.TECHNOLOGIST), GLU="90")
    (second,) = enter(serum, technologist, GLU="95")

    with pytest.raises(OwnEntry):
        attempts.choose(result=second, by=technologist, at=database_now(), reason="mine is right")

    attempts.choose(result=first, by=technologist, at=database_now(), reason="clot in mine")
    second.refresh_from_db()
    assert second.status == "CANCELLED"


def test_a_ward_doctor_neither_asks_nor_chooses(serum, technologist) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    enter(serum, technologist, GLU="95")
    stranger = factories.principal(Role.NURSE)

    with pytest.raises(NotAllowed):
        ask(first, stranger)
    with pytest.raises(NotAllowed):
        attempts.choose(result=first, by=stranger, at=database_now(), reason="looks right")


def test_there_is_nothing_to_choose_of_one_value(serum, doctor, technologist) -> None:
    (first,) = enter(serum, technologist, GLU="90")

    with pytest.raises(Conflict, match="nothing to choose"):
        attempts.choose(result=first, by=doctor, at=database_now(), reason="looks right")
