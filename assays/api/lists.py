"""`GET /api/v1/orders`, `/specimens` and `/results`: what a principal may see, newest first.

Each names a patient, an order or a specimen, and takes `limit` and `before`: the id under which the
next page begins, as `next` of the answer links it. Nobody pages by counting.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.api import shapes
from assays.models import Evaluation, Order, OrderItem, Result, Specimen
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.models import Person

LIMIT, MOST = 50, 200
PAGING = frozenset({"limit", "before"})


def documented(summary: str, *narrowing: str) -> Callable[..., Any]:
    """Describe a list in the written interface."""
    return extend_schema(
        summary=summary,
        description=f"Give at least one of {', '.join(narrowing)}. Newest first; `next` is the "
        "address of the following page, or null. Who looked is recorded.",
        parameters=[
            *(OpenApiParameter(name, OpenApiTypes.STR) for name in narrowing),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"{LIMIT}, at most {MOST}"),
            OpenApiParameter("before", OpenApiTypes.INT, description="Only ids below this one."),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )


class OrdersView(APIView):
    """The orders of one patient, with what is ordered."""

    permissions = {"GET": "assays.order.view"}

    @documented("List a patient's orders", "person")
    def get(self, request: Request) -> Response:
        given = _given(request, "person")
        items = OrderItem.objects.select_related("assay__analyte").order_by("id")
        rows = Order.objects.filter(person__in=_entries(given["person"]))
        return _page(
            request, rows.prefetch_related(Prefetch("items", items), _listed()), shapes.order
        )


class SpecimensView(APIView):
    """The specimens of one patient or one order, or one by its accession number."""

    permissions = {"GET": "assays.specimen.view"}

    @documented("List specimens", "person", "order", "accession")
    def get(self, request: Request) -> Response:
        given = _given(request, "person", "order", "accession")
        rows = Specimen.objects.select_related("specimen_type").prefetch_related(_listed())
        if "person" in given:
            rows = rows.filter(person__in=_entries(given["person"]))
        if "order" in given:
            rows = rows.filter(order=_number(given, "order"))
        if "accession" in given:
            rows = rows.filter(accession=given["accession"])
        return _page(request, rows, shapes.specimen)


def results(request: Request) -> Response:
    """List the results of one patient, order or specimen that the principal may read."""
    given = _given(request, "person", "order", "specimen")
    newest = Evaluation.objects.order_by("-method_version", "-id")
    rows = Result.objects.select_related("analyte", "specimen", "order_item").prefetch_related(
        Prefetch("evaluations", newest), _listed()
    )
    if "person" in given:
        rows = rows.filter(person__in=_entries(given["person"]))
    if "order" in given:
        rows = rows.filter(order_item__order=_number(given, "order"))
    if "specimen" in given:
        rows = rows.filter(specimen__accession=given["specimen"])
    return _page(request, rows, shapes.result)


def _page(
    request: Request, rows: QuerySet[Any], shape: Callable[[Any], dict[str, Any]]
) -> Response:
    """Answer one page of the rows in reach, and record who was shown them."""
    limit = _number(request.query_params, "limit", LIMIT)
    if not 1 <= limit <= MOST:
        raise InvalidInput(f"limit is between 1 and {MOST}.", field="limit")
    rows = policy.scope(request.user, rows).order_by("-id")
    if "before" in request.query_params:
        rows = rows.filter(id__lt=_number(request.query_params, "before"))
    found: Sequence[Model] = list(rows[: limit + 1])
    shown = found[:limit]
    reads.record(by=request.user, purpose="api", objects=shown, person_id=lambda one: one.person_id)
    following = None
    if len(found) > limit:
        query = {**request.query_params.dict(), "before": str(shown[-1].pk)}
        following = f"{request.path}?{urlencode(query)}"
    name = request.path.rstrip("/").rpartition("/")[2]
    return Response({name: [shape(one) for one in shown], "next": following})


def _given(request: Request, *names: str) -> dict[str, str]:
    """Return the parameters that narrow the list; each once, none unknown, at least one."""
    query = request.query_params
    for name in query:
        if name not in PAGING and name not in names:
            raise InvalidInput(f"There is no parameter {name!r}.", field=name)
        if len(query.getlist(name)) > 1:
            raise InvalidInput(f"Give {name} once.", field=name)
    given = {name: query[name] for name in names if query.get(name)}
    if not given:
        raise InvalidInput(f"Give at least one of: {', '.join(names)}.", field=names[0])
    if any("\x00" in text for text in given.values()):
        raise InvalidInput("A parameter holds a character that no number has.")
    return given


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


def _number(given: Any, name: str, default: int | None = None) -> int:
    text = given.get(name)
    if text is None and default is not None:
        return default
    found = number(text)
    if found is None:
        raise InvalidInput(f"{name} is a whole number.", field=name)
    return found
