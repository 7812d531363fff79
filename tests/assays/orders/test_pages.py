"""Ordering in the browser: from the patient's page to the order's page, without a dead end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.models import Order, OrderItem
from assays.queries.catalogue import current
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests import factories, laboratory
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def doctor():
    return factories.principal(Role.PATHOLOGIST, name="doctor")


def address(person) -> str:
    return reverse("order-new") + f"?person={person.uid}"


def panel(code: str) -> int:
    return next(p.panel_id for p in current().panels.values() if p.code == code)


def test_an_order_is_placed_from_its_form(doctor) -> None:
    person, client = laboratory.person(), client_of(doctor)
    data = {"panels": [panel("CBC")], "priority": "0", "clinical_question": "Anemia?"}

    shown = client.get(address(person))
    answer = client.post(address(person), data)

    order = Order.objects.get()
    assert "Complete blood count" in shown.content.decode()
    assert answer.headers["Location"] == reverse("order", args=[order.pk])
    assert (order.person, order.priority, order.clinical_question) == (person, 0, "Anemia?")


def test_an_empty_order_keeps_its_form_and_says_what_is_missing(doctor) -> None:
    answer = client_of(doctor).post(address(laboratory.person()), {"priority": "3"})

    assert answer.status_code == 422
    assert "at least one panel or assay" in answer.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"panels": ["x"], "priority": "3"},
        {"panels": ["999999999"], "priority": "3"},
        {"panels": [], "priority": "nine"},
        {"assays": ["1' OR 1=1"], "priority": "3", "encounter": "abc"},
    ],
)
def test_bad_input_gets_the_form_back(doctor, data) -> None:
    answer = client_of(doctor).post(address(laboratory.person()), data)

    assert answer.status_code == 422
    assert Order.objects.count() == 0


def test_a_repetition_is_shown_and_ordered_once_it_is_ticked(doctor) -> None:
    person, client = laboratory.person(), client_of(doctor)
    laboratory.order("TSH", by=doctor, of=person)
    tsh = current().by_code["TSH"][0].assay_id
    data = {"assays": [tsh], "priority": "3"}

    asked = client.post(address(person), data)
    placed = client.post(address(person), {**data, "confirmed": [tsh]})

    assert asked.status_code == 409
    assert "Measure TSH again" in asked.content.decode()
    assert placed.status_code == 302


def test_what_was_ordered_lately_is_left_out_or_measured_again_by_one_button(doctor) -> None:
    person, client = laboratory.person(), client_of(doctor)
    first = laboratory.order("TSH FT4", by=doctor, of=person)
    ids = {code: current().by_code[code][0].assay_id for code in ("TSH", "FT4", "CRP")}
    data = {"assays": list(ids.values()), "priority": "3", "decided": [ids["TSH"], ids["FT4"]]}

    client.post(address(person), {**data, "confirmed": [ids["FT4"]], "rest": "omit"})
    client.post(address(laboratory.person()), {**data, "rest": "omit"})
    client.post(address(person), {**data, "decided": list(ids.values()), "rest": "again"})

    partly, whole, again = Order.objects.exclude(pk=first.pk).order_by("pk")
    assert codes_of(partly) == {"FT4", "CRP"}
    assert "Left out, ordered already: TSH" in partly.events.get().reason
    assert "Ordered again on purpose: FT4" in partly.events.get().reason
    assert codes_of(whole) == set(ids), "another patient's orders are no reason to leave any out"
    assert codes_of(again) == set(ids)


def test_an_order_of_which_nothing_is_left_is_refused(doctor) -> None:
    person, client = laboratory.person(), client_of(doctor)
    laboratory.order("TSH", by=doctor, of=person)
    tsh = current().by_code["TSH"][0].assay_id

    answer = client.post(
        address(person), {"assays": [tsh], "priority": "3", "decided": [tsh], "rest": "omit"}
    )

    assert answer.status_code == 422
    assert "All of it was ordered already: TSH" in answer.content.decode()
    assert Order.objects.count() == 1


def codes_of(order: Order) -> set[str]:
    return set(order.items.values_list("assay__analyte__code", flat=True))


@pytest.mark.parametrize("person", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_an_order_for_nobody_is_not_found(doctor, person: str) -> None:
    assert client_of(doctor).get(reverse("order-new") + f"?person={person}").status_code == 404


def test_a_patient_out_of_reach_looks_like_one_that_does_not_exist() -> None:
    doctor = people.doctor_of(people.ward())

    assert client_of(doctor).get(address(laboratory.person())).status_code == 404


def test_the_page_of_an_order_shows_its_specimens_and_is_on_record(doctor) -> None:
    order = laboratory.order("CBC CMP", by=doctor)

    page = client_of(doctor).get(reverse("order", args=[order.pk])).content.decode()

    assert all(specimen.accession in page for specimen in order.specimens.all())
    assert ReadEvent.objects.filter(purpose="order", pk_of=order.pk, actor=doctor.pk).exists()


def test_ticked_items_are_cancelled_with_a_reason(doctor) -> None:
    order = laboratory.order("TSH FT4", by=doctor)
    tsh = order.items.get(assay__analyte__code="TSH")
    client, where = client_of(doctor), reverse("order-cancel", args=[order.pk])

    without = client.post(where, {"items": [tsh.pk]})
    done = client.post(where, {"items": [tsh.pk], "reason": "Not needed."})

    assert (without.status_code, done.status_code) == (422, 302)
    assert OrderItem.objects.get(pk=tsh.pk).status == "CANCELLED"


def test_an_order_page_costs_the_same_for_one_item_and_for_forty(doctor) -> None:
    client, counts = client_of(doctor), []
    client.get(reverse("order", args=[laboratory.order("CRP", by=doctor).pk]))
    for codes in ("TSH", "CBC CMP COAG HORMONE THYROID"):
        order = laboratory.order(codes, by=doctor)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("order", args=[order.pk]))
        counts.append(len(queries))

    assert counts[0] == counts[1]
