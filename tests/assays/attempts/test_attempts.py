"""Repeats, reruns and dilutions: asked for with a reason, all shown, one of them chosen."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from assays.actions import attempt_requests, attempts, batches, corrections, results
from assays.actions.batches import Scope
from assays.actions.result_checks import OwnEntry
from assays.models import AssayVersion, Attempt, AttemptRequest, Result
from assays.queries import attempts as queries
from assays.queries import ledger
from assays.rules.attempts import AppliedBy, AttemptKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.quantities import Quantity
from tests import factories, laboratory
from tests.assays.calculations.test_following import enter, found, specimens_of, work_off
from tests.assays.recording.test_grid import identity
from tests.assays.verification.bench import page
from tests.clients import client_of
from tests.signing import correcting, signing

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


def released(serum, technologist, doctor) -> Result:
    """A glucose typed, verified and released."""
    (first,) = enter(serum, technologist, GLU="90")
    work_off()
    other = factories.principal(Role.TECHNOLOGIST)
    results.verify(result=first, by=other, at=database_now())
    return results.release(result=first, signing=signing(doctor), by=doctor, at=database_now())


def type_in_grid(by, specimen, text: str):
    client = client_of(by)
    client.get(f"/entry/?scan={specimen.accession}")
    assay = AssayVersion.objects.get(assay__analyte__code="GLU", status="ACTIVE").assay
    seen = Result.objects.filter(specimen=specimen, analyte__code="GLU").count()
    return client.post(
        "/entry/",
        {
            "move": "save",
            "token": str(uuid4()),
            "row": [f"{specimen.pk}:{identity(specimen)}"],
            f"v-{specimen.pk}-{assay.pk}": text,
            f"s-{specimen.pk}-{assay.pk}": seen,
        },
        follow=True,
    )


def test_a_repeat_of_a_released_value_is_typed_once_somebody_asked_for_it(
    serum, technologist, doctor
) -> None:
    first = released(serum, technologist, doctor)
    refused = type_in_grid(technologist, serum, "95").content.decode()
    assert Result.objects.count() == 1
    assert "95" in refused

    ask(first, technologist)
    type_in_grid(technologist, serum, "95")

    second = Result.objects.get(value=95)
    first.refresh_from_db()
    assert (first.status, second.status) == ("RELEASED", "RESULTED")
    assert (second.entered_by, second.attempt.kind) == (technologist, "REPEAT")
    assert second.order_item == first.order_item


def test_what_is_asked_for_again_is_offered_by_the_grid_the_form_and_the_list(
    serum, technologist, doctor
) -> None:
    first = released(serum, technologist, doctor)
    client = client_of(technologist)
    key = f'name="v-{serum.pk}-{first.assay_version.assay_id}"'
    before = client.get(f"/entry/?scan={serum.accession}").content.decode()
    ask(first, technologist)

    grid = client.get(f"/entry/?scan={serum.accession}").content.decode()
    form = client.get(f"/admin/assays/recording/add/?accession={serum.accession}")

    assert key not in before
    assert key in grid
    assert f'name="value_{first.order_item_id}"' in form.content.decode()
    assert f"?scan={serum.accession}" in client.get("/entry/").content.decode()


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


def test_a_value_that_is_asked_for_again_moves_no_further_until_the_new_one_came(
    serum, technologist, doctor
) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    work_off()
    request = ask(first, doctor)

    with pytest.raises(Refusal, match="asked for again"):
        results.verify(result=first, by=doctor, at=database_now())
    with pytest.raises(batches.StalePage, match="asked for again"):
        ticked = page(first, scope=Scope.SPECIMEN)
        batches.verify(page=ticked, by=doctor, at=database_now())

    attempt_requests.withdraw(request=request, by=doctor, at=database_now(), reason="found it")
    results.verify(result=first, by=doctor, at=database_now())


def test_a_value_that_no_longer_stands_is_not_asked_for_again(serum, technologist, doctor) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    results.reject(result=first, by=doctor, at=database_now(), reason="clot")

    with pytest.raises(Conflict, match="no longer in use"):
        ask(first, technologist)


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
