"""Messages that may be sent again: applied once under their sender's key, and answered each time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from labsys.lib.clock import database_now
from labsys.lib.idempotency import check_same, digest_of, key_of
from patients.actions import applied_messages
from patients.models import AppliedMessage
from patients.queries.applied_messages import answer_of, kept_under

Row = TypeVar("Row", bound=Model)
_KEYS = uuid.UUID("5d0c2b0e-6f0b-4a52-9d2c-0a3f1c1d7e55")
HEADER = "HTTP_IDEMPOTENCY_KEY"
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="New for each message, and the same when that message is sent again: it is applied "
    "once, and what was answered is answered again. With another message it is refused (409).",
)


def uid_of(request: Request) -> uuid.UUID:
    """Return the public id of what is recorded under this caller's Idempotency-Key."""
    return uuid.uuid5(_KEYS, f"{request.user.pk} {key_of(request)}")


def without_password(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a body without the password that one of its fields holds: nothing of it is kept."""
    said = body.get(name)
    if not isinstance(said, dict):
        return dict(body)
    return {**body, name: {**said, "password": None}}


def replayed(told: Any, *, kept: str, body: Mapping[str, Any]) -> Response:
    """Answer again what was recorded under a key; Conflict where another body was."""
    check_same(kept, body)
    return Response(told, status=201, headers={"Idempotency-Replayed": "true"})


def recorded(
    found: Row | None,
    *,
    kept: Callable[[Row], str],
    told: Callable[[Row], Any],
    body: Mapping[str, Any],
) -> Response | None:
    """Answer again with the row that was recorded under a key, if one was; `kept` is its digest."""
    return None if found is None else replayed(told(found), kept=kept(found), body=body)


def again(request: Request, body: Mapping[str, Any]) -> Response | None:
    """Answer what was applied under the key of this message; None where nothing was, or it has none."""
    if HEADER not in request.META:
        return None
    kept = kept_under(uid_of(request))
    return None if kept is None else _answered(request, kept, body)


def once(request: Request, body: Mapping[str, Any], act: Callable[[], Any]) -> Response:
    """Apply a message, once if it has a key. `act` returns what is told.

    It is one transaction: whatever has to outlast a refusal, such as a wrong password that was
    counted, comes before it.
    """
    if HEADER not in request.META:
        return Response(act(), status=201)
    found = applied_messages.apply_once(
        uid=uid_of(request),
        sent=digest_of(_message(request, body)),
        act=lambda: json.dumps(act(), cls=JSONEncoder),
        by=request.user,
        at=database_now(),
    )
    if isinstance(found, AppliedMessage):
        return _answered(request, found, body)
    return Response(json.loads(found), status=201)


def _answered(request: Request, kept: AppliedMessage, body: Mapping[str, Any]) -> Response:
    return replayed(json.loads(answer_of(kept)), kept=kept.sent, body=_message(request, body))


def _message(request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells two messages apart: to which address, and what they say."""
    return {"to": request.path, "body": dict(body)}
