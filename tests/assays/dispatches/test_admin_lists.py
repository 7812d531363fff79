"""The admin's lists of what is told to others: as cheap when they are long, and leading to pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from assays.models import Dispatch, OrderNumber, ReadingRun, WorkOrder
from labsys.audit.models import ReadEvent
from tests.assays.api.connected import Laboratory, made, one_more, order_placed
from tests.assays.communication.telling import queries_of
from tests.assays.dispatches.receiving import enqueue
from tests.clients import client_of

pytestmark = pytest.mark.django_db
LISTS = [
    (Dispatch, "dispatches"),
    (WorkOrder, "work-orders"),
    (OrderNumber, "order-numbers"),
    (ReadingRun, "reading-runs"),
]


@pytest.fixture
def lab() -> Laboratory:
    return made()


def address_of(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:assays_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize(("model", "noun"), LISTS)
def test_a_longer_list_takes_no_more_queries(lab: Laboratory, model: Any, noun: str) -> None:
    client, address = client_of(lab.reader), address_of(model, "changelist")
    one_more(lab, noun)
    had, before = model.objects.count(), queries_of(client, address)

    one_more(lab, noun)
    one_more(lab, noun)

    assert model.objects.count() == had + 2
    assert queries_of(client, address) == before


@pytest.mark.parametrize(("model", "noun"), LISTS)
def test_a_row_leads_to_its_page(lab: Laboratory, model: Any, noun: str) -> None:
    one_more(lab, noun)
    client, row, shown = client_of(lab.reader), model.objects.first(), admin.site._registry[model]

    answer = client.get(address_of(model, "change", row.pk))

    page = reverse(shown.address, args=[shown.led_by(row)])
    assert answer.status_code == 200
    assert page in answer.content.decode()
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(("model", "noun"), [(Dispatch, "dispatches"), (WorkOrder, "work-orders")])
def test_who_opens_a_row_is_on_record_for_its_patient(
    lab: Laboratory, model: Any, noun: str
) -> None:
    one_more(lab, noun)
    row = model.objects.first()

    client_of(lab.reader).get(address_of(model, "change", row.pk))

    look = ReadEvent.objects.get(purpose="admin", actor=lab.reader.pk)
    assert (look.model, look.pk_of) == (model._meta.label_lower, row.pk)
    assert look.person_id == row.specimen.person_id


def test_a_message_about_nobody_is_no_look_at_a_patient(lab: Laboratory) -> None:
    row = enqueue(lab.analyser)

    answer = client_of(lab.reader).get(address_of(Dispatch, "change", row.pk))

    assert answer.status_code == 200
    assert not ReadEvent.objects.filter(purpose="admin").exists()


@pytest.mark.parametrize("show", ["", "?show=open"])
def test_a_longer_list_of_orders_received_takes_no_more_queries(lab: Laboratory, show: str) -> None:
    client, address = client_of(lab.reader), f"/orders/received/{show}"
    order_placed()
    order_placed()
    had, before = _rows(client, address), queries_of(client, address)

    order_placed()
    order_placed(lines=3)

    assert _rows(client, address) == had + 2
    assert queries_of(client, address) == before


def _rows(client: Any, address: str) -> int:
    found: int = client.get(address).content.decode().count('<th scope="row">')
    return found
