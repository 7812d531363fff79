"""`/api/v1/results`: instruments deliver, and learn what became of each value; others read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import transmissions
from assays.actions.transmissions import Structured
from assays.api import lists, results_schema
from assays.instruments import structured
from assays.models import Instrument
from labsys.lib import strict_json
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInputs, NotAllowed
from labsys.lib.idempotency import key_of
from labsys.lib.strict_json import MAX_BYTES, PayloadTooLarge
from patients.api.paging import documented

# What filing needs of the sender, read plainly: this runs for every message.
_INSTRUMENT = "SELECT id, principal_id, is_active FROM assays_instrument WHERE principal_id = %s"


class ResultsView(APIView):
    """Takes structured results of one instrument; lists results to those who may read them."""

    permissions: ClassVar[dict[str, str]] = {
        "GET": "assays.result.view",
        "POST": "assays.result.send",
    }

    @documented("List results", "person", "order", "specimen")
    def get(self, request: Request) -> Response:
        """List the results of one patient, order or specimen."""
        return lists.results(request)

    @extend_schema(**results_schema.POST)
    def post(self, request: Request) -> HttpResponse:
        """Record a batch of results; what cannot be placed is kept and held with its reason."""
        key = key_of(request)
        content = _body(request)
        message = strict_json.loads(content)
        entries, faults = structured.read_message(message)
        if faults:
            raise InvalidInputs([(fault.pointer, fault.detail) for fault in faults])
        answer = transmissions.receive(
            instrument=_instrument(request),
            message=Structured(key, content, entries, message["results"]),
            by=request.user,
            at=database_now(),
        )
        headers = {"Idempotency-Replayed": "true"} if answer.is_replay else {}
        return HttpResponse(
            answer.body, status=201, content_type="application/json", headers=headers
        )


def _body(request: Request) -> bytes:
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(request.content_type)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > MAX_BYTES:
        raise PayloadTooLarge(f"The body has {length} bytes; at most {MAX_BYTES} are accepted.")
    body: bytes = request._request.body
    return body


def _instrument(request: Request) -> Instrument:
    rows = Instrument.objects.raw(_INSTRUMENT, [request.user.pk])
    found: Any = next(iter(rows), None)
    if found is None:
        raise NotAllowed("This key does not belong to an instrument with a connection here.")
    return found  # type: ignore[no-any-return]
