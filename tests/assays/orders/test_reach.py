"""Whoever ordered for a person has them in their care, until the order proves a mistake."""

from __future__ import annotations

import pytest

from assays.actions import orders
from assays.models import Order, Specimen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotFound
from patients.actions import encounters, links
from patients.models import Person
from tests import factories, laboratory
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


def as_in_a_new_request(principal: Principal) -> Principal:
    return Principal.objects.get(pk=principal.pk)


def test_a_ward_doctor_orders_for_the_patients_of_the_ward_and_for_no_others() -> None:
    ward = people.ward()
    doctor, patient = people.doctor_of(ward), laboratory.person()
    people.admitted(patient, ward)

    order = laboratory.order("TSH", by=doctor, of=patient)

    assert policy.can(doctor, "assays.order.view", order)
    with pytest.raises(NotFound, match="not in your reach"):
        laboratory.order("TSH", by=doctor, of=laboratory.person())


def test_the_orderer_still_follows_the_patient_after_the_stay() -> None:
    ward = people.ward()
    doctor, colleague = people.doctor_of(ward), people.doctor_of(ward)
    patient = laboratory.person()
    stay = people.admitted(patient, ward)
    order = laboratory.order("TSH", by=doctor, of=patient)

    encounters.discharge(
        by=people.infection_control(), at=database_now(), encounter=stay, ended_at=database_now()
    )

    doctor, colleague = as_in_a_new_request(doctor), as_in_a_new_request(colleague)
    assert policy.can(doctor, "assays.order.view", order)
    assert policy.can(doctor, "patients.person.view", patient)
    assert not policy.can(colleague, "assays.order.view", order)


def test_an_order_entered_in_error_is_no_reason_to_look() -> None:
    ward = people.ward()
    doctor, patient = people.doctor_of(ward), laboratory.person()
    stay = people.admitted(patient, ward)
    order = laboratory.order("TSH", by=doctor, of=patient)
    encounters.discharge(
        by=people.infection_control(), at=database_now(), encounter=stay, ended_at=database_now()
    )

    orders.mark_entered_in_error(
        order=order, by=doctor, at=database_now(), reason="Meant for the next bed."
    )

    doctor = as_in_a_new_request(doctor)
    assert not policy.can(doctor, "patients.person.view", patient)
    assert not policy.scope(doctor, Specimen.objects.all()).exists()
    assert not policy.scope(doctor, Order.objects.all()).exists()


def test_a_repetition_is_noticed_under_another_entry_of_the_person() -> None:
    doctor = factories.principal(Role.PATHOLOGIST)
    survivor, duplicate = laboratory.person(), laboratory.person()
    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="Same service number.",
    )
    laboratory.order("TSH", by=doctor, of=duplicate)

    with pytest.raises(orders.DuplicateOrder):
        laboratory.order("TSH", by=doctor, of=Person.objects.get(pk=survivor.pk))
