"""`POST /api/v1/messages`: an instrument's messages as they are, HL7 or ASTM, in the body."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.views import APIView

from assays.actions import raw_messages
from assays.actions.raw_messages import LARGEST, Receipt
from assays.models import Instrument
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.lib.strict_json import PayloadTooLarge

HL7 = "application/hl7-v2"
# HL7 over HTTP (HAPI) names the second; the others are what middleware sends of ASTM.
TAKEN = (HL7, "x-application/hl7-v2+er7", "text/plain", "application/octet-stream")


class MessagesView(APIView):
    """Takes messages of one instrument as they would cross a wire."""

    permissions: ClassVar[dict[str, str]] = {"POST": raw_messages.SEND}

    @extend_schema(
        request=dict.fromkeys(TAKEN, OpenApiTypes.BINARY),
        responses={
            (200, HL7): OpenApiTypes.STR,
            (201, "application/json"): OpenApiTypes.OBJECT,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Store messages durably, then answer: HL7 by its acknowledgement, ASTM by a receipt.

        The body is one message or several, framed or bare, at most 16 MiB. AA, and 201, mean that
        the messages are stored; what became of their values stands in the console. The same body
        again is the same messages again: nothing is filed twice.
        """
        content = _body(request)
        receipt = raw_messages.receive(
            instrument=_instrument(request),
            content=content,
            peer=request.META.get("REMOTE_ADDR") or "127.0.0.1",
            by=request.user,
            at=database_now(),
        )
        if receipt.answer and receipt.is_hl7:
            return HttpResponse(receipt.answer, content_type=HL7)
        return JsonResponse({"messages": _stored(receipt)}, status=201)


def _stored(receipt: Receipt) -> list[dict[str, Any]]:
    return [
        {
            "number": one.assembled.number,
            "dialect": one.assembled.dialect.value,
            "control_id": one.control_id,
            "status": one.status.value,
            "reason": one.reason,
        }
        for one in receipt.messages
    ]


def _body(request: Request) -> bytes:
    if request.content_type.partition(";")[0].strip().lower() not in TAKEN:
        given = request.content_type or "no type"
        raise UnsupportedMediaType(
            given, f"The body is sent as {given}; send it as one of: {', '.join(TAKEN)}."
        )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > LARGEST:
        raise PayloadTooLarge(f"The body has {length} bytes; at most {LARGEST} are accepted.")
    # A stream without a length is never read past what is taken.
    body = request._request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise PayloadTooLarge(f"The body has more than the {LARGEST} bytes that are accepted.")
    return bytes(body)


def _instrument(request: Request) -> Instrument:
    found = Instrument.objects.filter(principal=request.user.pk).first()
    if found is None:
        raise NotAllowed("This key does not belong to an instrument with a connection here.")
    return found
