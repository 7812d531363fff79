"""Results typed by people: placed exactly, frozen with what they mean, or refused with a reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import OrderEvent, OrderItem, Recording, Result
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed
from labsys.lib.quantities import Absent, Quantity
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db


def type_in(specimen, assay, value="13.2", unit="g/dL", *, by=None, observed_at=None, **more):
    at = database_now()
    typed = Typed(assay_id=assay.pk, value=Quantity(Decimal(value), unit), field="value_0")
    return recordings.record_typed(
        specimen=specimen,
        values=[typed],
        observed_at=observed_at or laboratory.moment(),
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=at,
        **more,
    )


@pytest.fixture
def hgb():
    return laboratory.assays(
        HGB={"low": "12.0", "high": "15.5", "critical": (7, 20), "converts": [("g/L", "0.1")]}
    )["HGB"]


def test_a_typed_value_becomes_a_result_with_its_range_frozen(hgb) -> None:
    specimen = laboratory.specimen([hgb])
    technologist = factories.principal(Role.TECHNOLOGIST)

    (result,) = type_in(specimen, hgb, "13.20", by=technologist)

    assert (result.value, result.unit, result.status) == (Decimal("13.20"), "g/dL", "RESULTED")
    assert str(result.value) == "13.20"
    assert result.person == specimen.person
    assert result.collected_at == specimen.collected_at
    assert (result.recorded_by, result.entered_by) == (technologist, technologist)
    assert result.reference["candidates"][0]["low"] == "12.0"
    assert result.reference["critical"][0]["high"] == "20"
    assert result.reference["assay_version"] == 1
    assert result.reference_interval == hgb.versions.get().intervals.get()
    assert not result.range_signed


def test_recording_puts_the_specimen_on_the_queue_and_its_order_in_process(hgb) -> None:
    specimen = laboratory.specimen([hgb], priority=0)

    (result,) = type_in(specimen, hgb)

    item = WorkItem.objects.get(kind="evaluate")
    assert (item.subject_table, item.subject_id) == ("assays_recording", result.recording_id)
    assert (item.ordering_key, item.priority) == (f"specimen:{specimen.pk}", 0)
    assert OrderItem.objects.get().status == "IN_PROCESS"
    event = OrderEvent.objects.get()
    assert (event.old, event.new, event.item) == ("ORDERED", "IN_PROCESS", result.order_item)


def test_every_row_of_a_recording_leaves_its_event(hgb) -> None:
    technologist = factories.principal(Role.TECHNOLOGIST)

    type_in(laboratory.specimen([hgb]), hgb, by=technologist)

    events = AuditEvent.objects.filter(actor=technologist.pk)
    assert sorted((event.action, event.model) for event in events) == [
        ("assays.order.begin", "assays.orderevent"),
        ("assays.order.begin", "assays.orderitem"),
        ("assays.result.record", "assays.recording"),
        ("assays.result.record", "assays.result"),
    ]


def test_a_value_in_another_unit_is_converted_by_the_approved_row_alone(hgb) -> None:
    specimen = laboratory.specimen([hgb])

    (result,) = type_in(specimen, hgb, "132", "g/L")

    assert (result.value, result.unit) == (Decimal("13.2"), "g/dL")
    assert result.as_sent["value"] == "132 g/L"
    assert result.as_sent["converted_by"]["version"] == 1


@pytest.mark.parametrize(
    ("specimen_status", "item_status", "order_status", "said"),
    [
        ("EXPECTED", "ORDERED", "ACTIVE", "not recorded as collected"),
        ("UNSATISFACTORY", "ORDERED", "ACTIVE", "recorded as unsatisfactory"),
        ("LOST", "ORDERED", "ACTIVE", "recorded as lost"),
        ("DISPOSED", "ORDERED", "ACTIVE", "recorded as disposed"),
        ("RECEIVED", "CANCELLED", "ACTIVE", "was cancelled"),
        ("RECEIVED", "ORDERED", "REVOKED", "was cancelled"),
        ("RECEIVED", "HELD", "ACTIVE", "on hold"),
        ("RECEIVED", "ORDERED", "ON_HOLD", "on hold"),
        ("RECEIVED", "COMPLETED", "COMPLETED", "is completed"),
        ("RECEIVED", "ORDERED", "DRAFT", "was not ordered"),
    ],
)
def test_what_cannot_be_placed_is_refused_at_its_field(
    hgb, specimen_status, item_status, order_status, said
) -> None:
    specimen = laboratory.specimen(
        [hgb], status=specimen_status, item_status=item_status, order_status=order_status
    )

    with pytest.raises(InvalidInputs, match=said) as refused:
        type_in(specimen, hgb)

    assert refused.value.errors[0][0] == "value_0"
    assert not Result.objects.exists()
    assert not Recording.objects.exists()


def test_an_assay_that_was_not_ordered_is_refused(hgb) -> None:
    other = laboratory.assays(WBC={"unit": "10*3/uL"})["WBC"]

    with pytest.raises(InvalidInputs, match="wbc was not ordered"):
        type_in(laboratory.specimen([hgb]), other, "7", "10*3/uL")


def test_a_unit_without_an_approved_conversion_is_refused(hgb) -> None:
    with pytest.raises(InvalidInputs, match="mmol/L"):
        type_in(laboratory.specimen([hgb]), hgb, "8", "mmol/L")


def test_a_value_observed_before_the_collection_is_refused(hgb) -> None:
    specimen = laboratory.specimen([hgb], collected_ago=timedelta(hours=1))

    with pytest.raises(InvalidInputs, match="before specimen"):
        type_in(specimen, hgb, observed_at=laboratory.moment(ago=timedelta(hours=2)))


def test_a_value_from_the_future_is_refused(hgb) -> None:
    with pytest.raises(InvalidInput, match="future"):
        type_in(
            laboratory.specimen([hgb]),
            hgb,
            observed_at=laboratory.moment(ago=-timedelta(minutes=5)),
        )


def test_the_same_value_typed_twice_is_refused_and_another_one_is_a_rerun(hgb) -> None:
    specimen, seen = laboratory.specimen([hgb]), laboratory.moment()
    type_in(specimen, hgb, "13.2", observed_at=seen)

    with pytest.raises(InvalidInputs, match="already recorded"):
        type_in(specimen, hgb, "13.20", observed_at=seen)
    type_in(specimen, hgb, "13.4", observed_at=seen)

    assert [
        str(value) for value in Result.objects.order_by("pk").values_list("value", flat=True)
    ] == [
        "13.2",
        "13.4",
    ]
    assert {result.order_item_id for result in Result.objects.all()} == {OrderItem.objects.get().pk}


def test_a_missing_value_keeps_its_reason(hgb) -> None:
    typed = Typed(assay_id=hgb.pk, value=Absent("clotted"), field="value_0")

    (result,) = recordings.record_typed(
        specimen=laboratory.specimen([hgb]),
        values=[typed],
        observed_at=laboratory.moment(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )

    assert (result.kind, result.value, result.absent_reason) == ("ABSENT", None, "clotted")


def test_a_form_opened_for_somebody_else_writes_nothing(hgb) -> None:
    specimen, other = laboratory.specimen([hgb]), laboratory.person()

    with pytest.raises(Conflict, match="not of the person"):
        type_in(specimen, hgb, expected_person_id=other.pk)

    assert not Result.objects.exists()


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHLEBOTOMIST, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_those_who_may_enter_results_do(hgb, role) -> None:
    with pytest.raises(NotAllowed):
        type_in(laboratory.specimen([hgb]), hgb, by=factories.principal(role))


def test_all_values_of_a_form_are_recorded_or_none(hgb) -> None:
    other = laboratory.assays(WBC={"unit": "10*3/uL"})["WBC"]
    specimen = laboratory.specimen([hgb])
    values = [
        Typed(assay_id=hgb.pk, value=Quantity(Decimal("13.2"), "g/dL"), field="value_0"),
        Typed(assay_id=other.pk, value=Quantity(Decimal("7"), "10*3/uL"), field="value_1"),
    ]

    with pytest.raises(InvalidInputs) as refused:
        recordings.record_typed(
            specimen=specimen,
            values=values,
            observed_at=laboratory.moment(),
            by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
        )

    assert [field for field, _text in refused.value.errors] == ["value_1"]
    assert not Result.objects.exists()
