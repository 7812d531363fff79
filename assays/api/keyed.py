"""Creating under an Idempotency-Key: what was made before under a key is answered again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from assays.actions.analyses.runs import Named
from labsys.lib.errors import InvalidInput
from labsys.lib.idempotency import check_same, digest_of, key_of

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)


def created(
    request: Request,
    space: uuid.UUID,
    model: Any,
    asked: Mapping[str, Any],
    *,
    make: Callable[[Named], Any],
    shape: Callable[[Any], dict[str, Any]],
) -> Response:
    """Answer with what `make` made, or with what the same caller made under this key before.

    `model` has a `uid` and the `sent_digest` of the body; `space` keeps keys of different lists
    apart. Another body under the same key is a conflict.
    """
    uid = uuid.uuid5(space, f"{request.user.pk} {key_of(request)}")
    before = model.objects.filter(uid=uid).first()
    if before is not None:
        check_same(before.sent_digest, asked)
        return Response(shape(before), status=201, headers={"Idempotency-Replayed": "true"})
    return Response(shape(make(Named(uid, digest_of(asked)))), status=201)


def body(request: Request, *fields: str) -> dict[str, Any]:
    """Return a JSON object with these fields at most."""
    given = request.data
    if not isinstance(given, dict):
        raise InvalidInput("Send a JSON object.")
    for name in sorted(set(given) - set(fields)):
        raise InvalidInput(f"There is no field {name!r}.", field=name)
    return dict(given)


def text(asked: Mapping[str, Any], name: str, *, most: int, is_needed: bool = False) -> str:
    """Return a field that is text."""
    found = asked.get(name, "")
    if not isinstance(found, str) or len(found) > most or "\x00" in found:
        raise InvalidInput(f"{name} is a text of at most {most} characters.", field=name)
    if is_needed and not found.strip():
        raise InvalidInput(f"Give {name}.", field=name)
    return found


def whole(asked: Mapping[str, Any], name: str) -> int | None:
    """Return a field that is a whole number; None where it is left out."""
    found = asked.get(name)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int)):
        raise InvalidInput(f"{name} is a whole number.", field=name)
    return found
