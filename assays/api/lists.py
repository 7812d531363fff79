"""`GET /api/v1/orders`, `/specimens` and `/results`: what a principal may see, newest first.

Each names a patient, an order or a specimen.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.api import shapes
from assays.models import Evaluation, Order, OrderItem, Result, Specimen
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api.paging import documented, given, page, whole
from patients.models import Person


class OrdersView(APIView):
    """The orders of one patient, with what is ordered."""

    permissions = {"GET": "assays.order.view"}

    @documented("List a patient's orders", "person")
    def get(self, request: Request) -> Response:
        asked = given(request, "person")
        items = OrderItem.objects.select_related("assay__analyte").order_by("id")
        rows = Order.objects.filter(person__in=_entries(asked["person"]))
        rows = rows.prefetch_related(Prefetch("items", items), _listed())
        return page(request, rows, shapes.order, person=_whose)


class SpecimensView(APIView):
    """The specimens of one patient or one order, or one by its accession number."""

    permissions = {"GET": "assays.specimen.view"}

    @documented("List specimens", "person", "order", "accession")
    def get(self, request: Request) -> Response:
        asked = given(request, "person", "order", "accession")
        rows = Specimen.objects.select_related("specimen_type").prefetch_related(_listed())
        if "person" in asked:
            rows = rows.filter(person__in=_entries(asked["person"]))
        if "order" in asked:
            rows = rows.filter(order=whole(asked, "order"))
        if "accession" in asked:
            rows = rows.filter(accession=asked["accession"])
        return page(request, rows, shapes.specimen, person=_whose)


def results(request: Request) -> Response:
    """List the results of one patient, order or specimen that the principal may read."""
    asked = given(request, "person", "order", "specimen")
    newest = Evaluation.objects.order_by("-method_version", "-id")
    rows = Result.objects.select_related("analyte", "specimen", "order_item").prefetch_related(
        Prefetch("evaluations", newest), _listed()
    )
    if "person" in asked:
        rows = rows.filter(person__in=_entries(asked["person"]))
    if "order" in asked:
        rows = rows.filter(order_item__order=whole(asked, "order"))
    if "specimen" in asked:
        rows = rows.filter(specimen__accession=asked["specimen"])
    return page(request, rows, shapes.result, person=_whose)


def _whose(row: Any) -> int:
    found: int = row.person_id
    return found


def _entries(text: str) -> frozenset[int] | list[int]:
    """Return the registry entries of the person with this public id; none where nobody has it."""
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise InvalidInput(
            "person is the public id (a UUID) of a patient.", field="person"
        ) from None
    found = Person.objects.filter(uid=uid).values_list("pk", flat=True).first()
    return [] if found is None else registry.entries(found)


def _listed() -> Prefetch:
    return Prefetch("person", Person.objects.listed())
