"""Repeats, reruns and dilutions: asked for with a reason, all shown, one of them chosen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import attempt_requests, attempts, batches, results
from assays.actions.batches import Scope
from assays.models import Attempt, AttemptRequest, Result
from assays.queries import attempts as queries
from assays.rules.attempts import AppliedBy, AttemptKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tests import factories, laboratory
from tests.assays.calculations.test_following import enter, found, specimens_of, work_off
from tests.assays.verification.bench import page
from tests.signing import signing

pytestmark = pytest.mark.django_db
DILUTION, REPEAT = AttemptKind.DILUTION, AttemptKind.REPEAT
HERE, THERE = AppliedBy.LABORATORY, AppliedBy.INSTRUMENT


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def doctor():
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def serum():
    return specimens_of("GLU")[0]


def ask(result: Result, by, kind: AttemptKind = REPEAT, **more) -> AttemptRequest:
    return attempt_requests.ask(
        result=result, kind=kind, by=by, at=database_now(), reason="clot in the probe", **more
    )


def test_a_repeat_that_was_asked_for_stands_beside_the_first_value(serum, technologist) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    request = ask(first, technologist)

    (second,) = enter(serum, technologist, GLU="95")

    request.refresh_from_db()
    assert (request.status, request.ended_by) == ("DONE", technologist)
    attempt = Attempt.objects.get()
    assert (attempt.result, attempt.request, attempt.kind) == (second, request, "REPEAT")
    assert [one.result for one in queries.of(first)] == [first, second]


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


@pytest.mark.parametrize(
    ("applied_by", "typed", "reported"),
    [
        (HERE, "92.4", "924"),
        (THERE, "924", "924"),
        (HERE, ">92.4", "924"),
    ],
)
def test_the_factor_of_a_dilution_is_applied_once_and_stated(
    serum, technologist, applied_by, typed, reported
) -> None:
    (first,) = enter(serum, technologist, GLU=">700")
    ask(first, technologist, DILUTION, factor=Decimal(10), applied_by=applied_by)

    (second,) = enter(serum, technologist, GLU=typed)

    assert second.value == Decimal(reported)
    assert second.comparator == (">" if ">" in typed else "")
    assert second.as_sent["dilution"] == {"factor": "10", "applied_by": applied_by.value}
    assert second.as_sent["value"] == typed
    (third,) = enter(serum, technologist, GLU="93")
    assert third.value == 93
    assert "dilution" not in third.as_sent


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


BAD = [
    ({"kind": DILUTION}, "factor"),
    ({"kind": DILUTION, "factor": Decimal(1), "applied_by": HERE}, "above 1"),
    ({"kind": DILUTION, "factor": Decimal(-5), "applied_by": HERE}, "above 1"),
    ({"kind": DILUTION, "factor": Decimal("NaN"), "applied_by": HERE}, "above 1"),
    ({"kind": DILUTION, "factor": Decimal(10**9), "applied_by": HERE}, "above 1"),
    ({"kind": DILUTION, "factor": Decimal(10)}, "who multiplies"),
    ({"kind": REPEAT, "factor": Decimal(10)}, "Only a dilution"),
]


@pytest.mark.parametrize(("given", "why"), BAD)
def test_a_request_that_means_nothing_is_refused(serum, technologist, given, why) -> None:
    (first,) = enter(serum, technologist, GLU="90")

    with pytest.raises(InvalidInput, match=why):
        ask(first, technologist, **given)


def test_a_value_is_asked_for_once_at_a_time_and_the_request_can_be_withdrawn(
    serum, technologist
) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    request = ask(first, technologist)
    with pytest.raises(Conflict, match="already"):
        ask(first, technologist)

    attempt_requests.withdraw(
        request=request, by=technologist, at=database_now(), reason="found the cause"
    )

    assert ask(first, technologist).status == "OPEN"


def test_a_calculated_value_is_not_measured_again(technologist) -> None:
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")

    with pytest.raises(Conflict, match="one of its inputs"):
        ask(found(serum, "LDL"), technologist)


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


def test_the_page_of_a_result_shows_every_attempt_and_its_buttons(
    client, serum, technologist, doctor
) -> None:
    (first,) = enter(serum, technologist, GLU=">700")
    ask(first, technologist, DILUTION, factor=Decimal(10), applied_by=HERE)
    enter(serum, technologist, GLU="92.4")
    client.force_login(doctor.user)

    page = client.get(f"/results/{first.pk}/").content.decode()
    answer = client.post(
        f"/results/{first.pk}/choose/", {"reason": "as it was", "expected": "RESULTED"}
    )

    assert "All attempts" in page
    assert "× 10" in page
    assert "Report this value" in page
    assert answer.status_code == 302
    assert Result.objects.get(value=924).status == "CANCELLED"


def test_the_pages_of_formulas_and_reflex_rules_open(client, doctor) -> None:
    client.force_login(doctor.user)

    calculations = client.get("/calculations/").content.decode()
    assert "LDL-C Friedewald" in calculations
    assert client.get("/reflexes/").status_code == 200
    from assays.models import CalculationVersion

    version = CalculationVersion.objects.get(assay__analyte__code="EGFR")
    page = client.get(f"/calculations/{version.pk}/").content.decode()
    assert "0.9938 ** age" in page
    assert client.get("/calculations/999999/").status_code == 404


def test_the_lists_take_a_constant_number_of_queries(
    client, doctor, django_assert_max_num_queries
) -> None:
    client.force_login(doctor.user)
    client.get("/calculations/")

    with django_assert_max_num_queries(14):
        calculations = client.get("/calculations/")
    with django_assert_max_num_queries(14):
        reflexes = client.get("/reflexes/")

    assert (calculations.status_code, reflexes.status_code) == (200, 200)
