"""Repeats, reruns and dilutions: asked for with a reason, measured, and all of them shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import attempt_requests, batches, results
from assays.actions.batches import Scope
from assays.models import Attempt, Result
from assays.queries import attempts as queries
from assays.rules.attempts import AppliedBy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from tests import laboratory
from tests.assays.attempts.asking import DILUTION, REPEAT, ask, released, type_in_grid
from tests.assays.calculations.entering import enter, found, specimens_of, work_off
from tests.assays.verification.bench import page
from tests.clients import client_of

pytestmark = pytest.mark.django_db
HERE, THERE = AppliedBy.LABORATORY, AppliedBy.INSTRUMENT


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


def test_a_repeat_that_was_asked_for_stands_beside_the_first_value(serum, technologist) -> None:
    (first,) = enter(serum, technologist, GLU="90")
    request = ask(first, technologist)

    (second,) = enter(serum, technologist, GLU="95")

    request.refresh_from_db()
    assert (request.status, request.ended_by) == ("DONE", technologist)
    attempt = Attempt.objects.get()
    assert (attempt.result, attempt.request, attempt.kind) == (second, request, "REPEAT")
    assert [one.result for one in queries.of(first)] == [first, second]


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
