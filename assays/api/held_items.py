"""`/api/v1/held-items`: what waits and why, and a doubted value accepted as it was measured, signed.

Reading again, rejecting and deciding about a late value are done on the page, where what stands is seen.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import held_decisions
from assays.actions.held_items import DECIDE
from assays.actions.signatures import Signing
from assays.api import shapes
from assays.models import Instrument, Result, TransmissionItem
from assays.queries import held_list
from assays.rules.signatures import Meaning
from assays.rules.states import ItemStatus
from labsys.accounts import step_ups
from labsys.accounts.models import StepUp
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from labsys.lib.idempotency import check_same, digest_of, key_of
from patients.api.paging import documented, given, page, shown, whole

_KEYS = uuid.UUID("0d1c8a52-3a43-4a5b-8a39-5f7f2a0e6c11")
LONGEST_REASON = 500
DESCRIPTION = (
    "For whoever decides about held items and enters results. An item that is held QUESTIONABLE, "
    "TIME_UNCLEAR or UNKNOWN_STATUS is recorded from its message, with the doubt before the "
    "instrument's flags; 409 says why another is not. It is signed: `password` is that of the login, "
    "and may be left out for five minutes after it was given. `reason` stays on record. The same "
    "Idempotency-Key with the same `reason` answers as before, with `Idempotency-Replayed: true`."
)


class HeldItemsView(APIView):
    """What is held, with its reason."""

    permissions: ClassVar[dict[str, str]] = {"GET": "assays.transmission.view"}

    @documented("List held items", "instrument", "hold", "message", is_needed=False)
    def get(self, request: Request) -> Response:
        """List what waits, the newest first."""
        asked = given(request, "instrument", "hold", "message", is_needed=False)
        rows = TransmissionItem.objects.filter(status=ItemStatus.HELD)
        if "hold" in asked:
            rows = rows.filter(hold_code=asked["hold"])
        if "message" in asked:
            rows = rows.filter(message=whole(asked, "message"))
        if "instrument" in asked:
            of = Instrument.objects.filter(code=asked["instrument"]).first()
            rows = rows.filter(message__instrument=of) if of is not None else rows.none()
        return page(request, held_list.with_messages(rows), _item)


class AcceptancesView(APIView):
    """Accepts a doubted value as it was measured."""

    permissions: ClassVar[dict[str, str]] = {"POST": DECIDE}

    @extend_schema(
        summary="Accept a held value as measured",
        description=DESCRIPTION,
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True
            )
        ],
        examples=[OpenApiExample("Accept", value={"reason": "The smear agrees.", "password": "…"})],
    )
    def post(self, request: Request, transmissionitem_id: int) -> Response:
        """Record the value, or answer again what was recorded under the key."""
        reason, password = _read(request)
        said = {"key": str(uuid.uuid5(_KEYS, f"{request.user.pk} {key_of(request)}"))}
        rows = policy.scope(
            request.user, TransmissionItem.objects.filter(pk=transmissionitem_id), DECIDE
        )
        item = held_list.with_messages(rows).first()
        if item is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        made = Result.objects.filter(transmission_item=item).first()
        accepted = made.as_sent.get("accepted", {}) if made is not None else {}
        is_again = accepted.get("key") == said["key"]
        if is_again:
            check_same(accepted["sent"], {"reason": reason})
        else:
            step_up = _step_up(request, password)  # before the moment of the act
            made = held_decisions.accept_as_measured(
                item=item,
                by=request.user,
                at=database_now(),
                reason=reason,
                signing=Signing(step_up, Meaning.ACCEPTED),
                under={**said, "sent": digest_of({"reason": reason})},
            )
        assert made is not None
        reads.record(
            by=request.user, purpose="api", objects=[made], person_id=made.specimen.person_id
        )
        headers = {"Idempotency-Replayed": "true"} if is_again else {}
        told = {"item": item.pk, "result": shapes.result(made)}
        return Response(told, status=201, headers=headers)


def _read(request: Request) -> tuple[str, str | None]:
    """Return reason and password of a body; the password may be left out."""
    body = request.data
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    for name in sorted(set(body) - {"reason", "password"}):
        raise InvalidInput(f"There is no field {name!r}.", field=name)
    reason, password = body.get("reason", ""), body.get("password")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise InvalidInput(
            f"reason is a text of at most {LONGEST_REASON} characters.", field="reason"
        )
    if password is not None and (
        not isinstance(password, str) or len(password) > step_ups.LONGEST_PASSWORD
    ):
        raise InvalidInput(step_ups.WRONG, field="password")
    return reason, password


def _step_up(request: Request, password: str | None) -> StepUp | None:
    """Return the password given now, or in this login within the last minutes."""
    if password is None:
        return step_ups.standing(request._request)
    try:
        return step_ups.confirmed(request._request, password)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error


def _item(one: TransmissionItem) -> dict[str, Any]:
    instrument = one.message.instrument
    return {
        **shown(one, "id", "position", "hold_code", "hold_reason"),
        "message": one.message_id,
        "received_at": one.message.received_at,
        "instrument": instrument.code if instrument is not None else None,
        "specimen": one.specimen_text,
        "code": one.code_text,
        "value": one.content.get("value", ""),
        "unit": one.content.get("unit", ""),
    }
