"""Nanites counted by a person; ratio and load computed by the worker, verified like any result."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.actions import nanites, recordings, result_checks, results
from assays.actions.recordings import Typed
from assays.actions.signatures import Signing
from assays.models import (
    Evaluation,
    NaniteCount,
    NaniteEstimate,
    OrderItem,
    Result,
    Signature,
    SignedResult,
    Specimen,
)
from assays.queries import catalogue
from assays.queries.signatures import again, check_all
from assays.rules.nanites import CountRefused
from assays.rules.signatures import Meaning, differences
from labsys.accounts.actions.step_ups import PasswordNeeded
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import Quantity
from labsys.work.models import WorkItem
from tests import factories, laboratory
from tests.assays.evaluation.test_evaluation import WORKER, work_off
from tests.signing import correcting, signing

pytestmark = pytest.mark.django_db
FIELDS = [(210, 2), (195, 0), (220, 3), (205, 1), (198, 2), (214, 0)]


@pytest.fixture
def counter():
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    order = laboratory.order("NANITE", by=factories.principal(Role.PATHOLOGIST))
    (made,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))
    return made


def count(specimen, by, fields=FIELDS, **more) -> NaniteCount:
    at = database_now()
    given = {"method": "film, 1000x", "observed_at": at, **more}
    return nanites.record_count(specimen=specimen, fields=fields, by=by, at=at, **given)


def red_cells(specimen, value: str = "4.80", unit: str = "10*6/uL") -> Result:
    """Type the red-cell count of the specimen."""
    at = database_now()
    assay = catalogue.current().by_code["RBC"][0]
    (result,) = recordings.record_typed(
        specimen=specimen,
        values=[Typed(assay.assay_id, Quantity(Decimal(value), unit), field="value")],
        observed_at=at,
        by=factories.principal(Role.TECHNOLOGIST),
        at=at,
    )
    return result


def found(code: str, **more) -> Result:
    return Result.objects.get(analyte__code=code, **more)


def pass_through(result: Result) -> None:
    """Verify and release a result."""
    work_off()
    results.verify(result=result, by=factories.principal(Role.TECHNOLOGIST), at=database_now())
    doctor = factories.principal(Role.PATHOLOGIST)
    results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())


def test_a_count_becomes_a_ratio_with_its_limits(specimen, counter) -> None:
    made = count(specimen, counter)

    work_off()

    ratio = found("NANITE-RATIO")
    assert str(ratio.value) == "6.44"  # 8 of 1242
    estimate = NaniteEstimate.objects.get()
    assert estimate.calculation.count == made
    assert (estimate.worker, estimate.task_id) == (WORKER.worker, WORKER.task_id)
    limits = estimate.estimate["per_1000_red_cells"]
    assert 0 < limits["low"] < float(ratio.value) < limits["high"]
    assert (estimate.estimate["fields"], estimate.estimate["red_cells"]) == (6, 1242)
    assert estimate.recording == ratio.recording


def test_the_worker_records_for_whoever_counted(specimen, counter) -> None:
    count(specimen, counter)

    work_off()

    ratio = found("NANITE-RATIO")
    assert ratio.recorded_by.name == "system:evaluate"
    assert ratio.entered_by == counter
    assert ratio.recording.door == "CALCULATION"
    with pytest.raises(result_checks.OwnEntry):
        results.verify(result=ratio, by=counter, at=database_now())


def test_a_calculated_result_is_evaluated_in_its_turn(specimen, counter) -> None:
    count(specimen, counter)

    work_off()

    assert Evaluation.objects.get(result=found("NANITE-RATIO")).flags
    assert set(WorkItem.objects.values_list("state", flat=True)) == {"DONE"}


def test_nothing_is_computed_by_the_process_that_records(specimen, counter) -> None:
    count(specimen, counter)

    assert not Result.objects.exists()
    assert WorkItem.objects.get().kind == "nanite_load"


def test_the_load_waits_for_the_red_cells_of_the_same_specimen(specimen, counter) -> None:
    count(specimen, counter)
    work_off()
    assert not Result.objects.filter(analyte__code="NANITE-LOAD").exists()

    typed = red_cells(specimen)
    work_off()

    load = found("NANITE-LOAD")
    assert (str(load.value), load.unit) == ("30918", "{nanites}/uL")  # 8 / 1242 x 4 800 000
    assert load.as_sent["red_cell_result"] == typed.pk
    assert load.entered_by == counter


def test_red_cells_counted_before_are_used_at_once(specimen, counter) -> None:
    red_cells(specimen, "4.80", "10*12/L")

    count(specimen, counter)
    work_off()

    assert str(found("NANITE-LOAD").value) == "30918"


def test_red_cells_of_another_specimen_are_never_used(specimen, counter) -> None:
    other = laboratory.order(
        "NANITE",
        by=factories.principal(Role.PATHOLOGIST),
        of=specimen.person,
        confirmed=[a.assay_id for a in catalogue.current().assays.values()],
    )
    (second,) = laboratory.received(other, by=factories.principal(Role.TECHNOLOGIST))
    count(specimen, counter)

    red_cells(second)
    work_off()

    assert not Result.objects.filter(analyte__code="NANITE-LOAD").exists()


def test_one_field_says_what_its_limits_do_not_hold(specimen, counter) -> None:
    count(specimen, counter, [(200, 3)])

    work_off()

    notes = NaniteEstimate.objects.get().estimate["notes"]
    assert "one_field_scatter_between_fields_not_in_limits" in notes


def test_doing_it_again_changes_nothing(specimen, counter) -> None:
    count(specimen, counter)
    work_off()
    WorkItem.objects.filter(kind="nanite_load").update(state="PENDING")

    work_off()

    assert NaniteEstimate.objects.count() == Result.objects.count() == 1


def test_a_corrected_count_makes_corrected_results(specimen, counter) -> None:
    red_cells(specimen)
    first = count(specimen, counter)
    work_off()
    pass_through(found("NANITE-LOAD"))

    corrected(first, [(210, 4), (195, 2)])
    work_off()

    old = found("NANITE-LOAD", corrects=None)
    new = found("NANITE-LOAD", corrects=old)
    assert (old.status, new.status) == ("SUPERSEDED", "RESULTED")
    assert str(new.value) == "71111"  # 6 / 405 x 4 800 000
    assert Result.objects.filter(analyte__code="NANITE-RATIO").count() == 2


def corrected(first, fields=FIELDS, **more) -> NaniteCount:
    """Correct a count some of whose results are released, as a laboratory doctor."""
    doctor = more.pop("by", None) or factories.principal(Role.PATHOLOGIST)
    given = {"comment": "a field was missed", "signing": correcting(doctor), **more}
    return count(first.specimen, doctor, fields, corrects=first, **given)


@pytest.fixture
def released(specimen, counter) -> NaniteCount:
    """A count whose load is released and whose ratio waits."""
    red_cells(specimen)
    made = count(specimen, counter)
    work_off()
    pass_through(found("NANITE-LOAD"))
    return made


def test_the_correction_of_a_released_load_is_signed_over_it_and_the_new_count(released) -> None:
    load = found("NANITE-LOAD")

    second = corrected(released, [(210, 4), (195, 2)])

    signature = Signature.objects.order_by("-id")[0]
    (signed,) = signature.signed.all()
    assert (signature.meaning, signed.result) == ("CORRECTED", load)
    assert signed.content["value"] == "30918"
    assert signed.content["count"]["id"] == second.pk
    assert signed.content["count"]["fields"] == [[1, 210, 4], [2, 195, 2]]
    assert all(one.is_intact for one in check_all())


def test_a_signed_count_that_is_not_as_it_was_signed_is_named(released) -> None:
    second = corrected(released)
    signed = SignedResult.objects.order_by("-id")[0]
    signed.content["count"]["fields"][0] = [1, 1, 1]

    (found_again,) = again([signed]).values()

    assert found_again["count"]["id"] == second.pk
    names = [one.where for one in differences(signed.content, found_again)]
    assert names == ["count.fields[1][2]", "count.fields[1][3]"]


def test_a_released_load_is_not_corrected_without_the_password(released) -> None:
    for signed in (None, Signing(None, Meaning.CORRECTED)):
        with pytest.raises(PasswordNeeded):
            corrected(released, signing=signed)

    assert found("NANITE-LOAD").status == "RELEASED"
    assert NaniteCount.objects.count() == 1


def test_a_released_load_is_not_corrected_without_saying_what_was_wrong(released) -> None:
    with pytest.raises(InvalidInput, match="what was wrong"):
        corrected(released, comment="  ")


def test_a_signature_of_another_meaning_corrects_nothing(released) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)

    with pytest.raises(InvalidInput, match="correction"):
        corrected(released, by=doctor, signing=signing(doctor))


def test_nobody_relies_on_the_old_values_while_the_new_ones_are_made(released) -> None:
    corrected(released, [(210, 4), (195, 2)])

    assert found("NANITE-LOAD").status == found("NANITE-RATIO").status == "SUPERSEDED"
    assert found("NANITE-LOAD").order_item.status == "IN_PROCESS"
    work_off()
    assert Result.objects.filter(corrects__isnull=False, status="RESULTED").count() == 2


def test_a_value_whose_count_was_corrected_is_not_released_any_more(specimen, counter) -> None:
    red_cells(specimen)
    first = count(specimen, counter)
    work_off()
    load, doctor = found("NANITE-LOAD"), factories.principal(Role.PATHOLOGIST)
    results.verify(result=load, by=factories.principal(Role.TECHNOLOGIST), at=database_now())

    count(specimen, counter, [(210, 4)], corrects=first)  # nothing of it is out yet: not signed

    with pytest.raises(Conflict):
        results.release(result=load, signing=signing(doctor), by=doctor, at=database_now())


def test_once_a_load_is_released_only_who_may_correct_results_corrects_its_count(
    specimen, counter
) -> None:
    red_cells(specimen)
    first = count(specimen, counter)
    work_off()
    second = count(specimen, counter, corrects=first)  # nothing of it is out yet
    work_off()
    pass_through(found("NANITE-LOAD", status="RESULTED"))

    with pytest.raises(NotAllowed):
        count(specimen, counter, corrects=second)
    work_off()

    assert found("NANITE-LOAD", corrects__isnull=False).status == "RELEASED"


def test_a_corrected_red_cell_count_makes_a_corrected_load(specimen, counter) -> None:
    first = red_cells(specimen)
    count(specimen, counter)
    work_off()
    pass_through(found("NANITE-LOAD"))
    results.reject(
        result=first, by=factories.principal(Role.PATHOLOGIST), at=database_now(), reason="clot"
    )

    red_cells(specimen, "2.40")
    work_off()

    old = found("NANITE-LOAD", corrects=None)
    new = found("NANITE-LOAD", corrects=old)
    assert old.status == "SUPERSEDED"
    assert str(new.value) == "15459"
    assert Result.objects.filter(analyte__code="NANITE-RATIO").count() == 1


def test_a_second_red_cell_value_beside_a_standing_one_changes_no_load(specimen, counter) -> None:
    red_cells(specimen)
    count(specimen, counter)
    work_off()

    red_cells(specimen, "4.81")
    work_off()

    assert str(found("NANITE-LOAD").value) == "30918"


@pytest.mark.parametrize("value", ["0", "0.00"])
def test_no_load_follows_from_red_cells_of_zero(specimen, counter, value) -> None:
    count(specimen, counter)

    with pytest.raises(InvalidInput, match="plausibility limits"):
        red_cells(specimen, value)
    work_off()

    assert not Result.objects.filter(analyte__code="NANITE-LOAD").exists()


@pytest.mark.parametrize(
    "fields",
    [[], [(0, 0)], [(200, -1)], [(-5, 0)], [(200, 10**9)], [(10**9, 0)], [(200, 1)] * 501],
)
def test_a_count_that_cannot_be_is_refused(specimen, counter, fields) -> None:
    with pytest.raises(CountRefused):
        count(specimen, counter, fields)

    assert not NaniteCount.objects.exists()


def test_a_count_is_placed_in_time_and_on_what_was_ordered(specimen, counter) -> None:
    with pytest.raises(InvalidInput, match="before the collection"):
        count(specimen, counter, observed_at=database_now() - timedelta(days=1))
    with pytest.raises(InvalidInput, match="future"):
        count(specimen, counter, observed_at=database_now() + timedelta(hours=1))
    with pytest.raises(InvalidInput, match="method"):
        count(specimen, counter, method=" ")
    OrderItem.objects.exists()


def test_a_count_needs_an_order(counter) -> None:
    order = laboratory.order("CBC", by=factories.principal(Role.PATHOLOGIST))
    (blood,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))

    with pytest.raises(Conflict, match="No nanite load is ordered"):
        count(blood, counter)


def test_a_count_is_corrected_once(specimen, counter) -> None:
    first = count(specimen, counter)
    count(specimen, counter, corrects=first)

    with pytest.raises(Conflict, match="corrected already"):
        count(specimen, counter, corrects=first)


def test_only_those_who_enter_results_count(specimen) -> None:
    with pytest.raises(NotAllowed):
        count(specimen, factories.principal(Role.NURSE))
