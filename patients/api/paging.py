"""What every list of the API shares: what narrows it, one page of it, and who was shown it.

A list takes `limit` and `before`: the id under which the next page begins, as `next` of the answer
links it. Nobody pages by counting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.errors import InvalidInput

LIMIT, MOST = 50, 200
PAGING = frozenset({"limit", "before"})


def documented(summary: str, *narrowing: str, is_needed: bool = True) -> Callable[..., Any]:
    """Describe a list in the written interface."""
    asked = "Give at least one of" if is_needed else "May be narrowed by"
    return extend_schema(
        summary=summary,
        description=f"{asked} {', '.join(narrowing)}. Newest first; `next` is the "
        "address of the following page, or null. Who looked at a patient's is recorded.",
        parameters=[
            *(OpenApiParameter(name, OpenApiTypes.STR) for name in narrowing),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"{LIMIT}, at most {MOST}"),
            OpenApiParameter("before", OpenApiTypes.INT, description="Only ids below this one."),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )


def given(request: Request, *names: str, is_needed: bool = True) -> dict[str, str]:
    """Return the parameters that narrow a list; each once, none unknown, one at least if needed."""
    query = request.query_params
    for name in query:
        if name not in PAGING and name not in names:
            raise InvalidInput(f"There is no parameter {name!r}.", field=name)
        if len(query.getlist(name)) > 1:
            raise InvalidInput(f"Give {name} once.", field=name)
    found = {name: query[name] for name in names if query.get(name)}
    if is_needed and not found:
        raise InvalidInput(f"Give at least one of: {', '.join(names)}.", field=names[0])
    if any("\x00" in text for text in found.values()):
        raise InvalidInput("A parameter holds a character that no number has.")
    return found


def one_of(asked: dict[str, str], name: str, known: Collection[str]) -> None:
    """Refuse a word that is none of those known."""
    if name in asked and asked[name] not in known:
        raise InvalidInput(f"{name} is one of {', '.join(known)}.", field=name)


def whole(asked: Any, name: str, default: int | None = None) -> int:
    """Return a parameter that is a whole number."""
    text = asked.get(name)
    if text is None and default is not None:
        return default
    found = number(text)
    if found is None:
        raise InvalidInput(f"{name} is a whole number.", field=name)
    return found


def shown(row: Any, *names: str) -> dict[str, Any]:
    """Return columns of a row under their own names."""
    return {name: getattr(row, name) for name in names}


def page(
    request: Request,
    rows: QuerySet[Any],
    shape: Callable[[Any], dict[str, Any]],
    *,
    person: Callable[[Any], int | None] | None = None,
    other: Callable[[Any], int | None] | None = None,
) -> Response:
    """Answer one page of the rows in reach.

    `person` says whose each row is, and `other` of whom else it speaks: who was shown it is then on
    record for both.
    """
    limit = whole(request.query_params, "limit", LIMIT)
    if not 1 <= limit <= MOST:
        raise InvalidInput(f"limit is between 1 and {MOST}.", field="limit")
    rows = policy.scope(request.user, rows).order_by("-id")
    if "before" in request.query_params:
        rows = rows.filter(id__lt=whole(request.query_params, "before"))
    found: Sequence[Model] = list(rows[: limit + 1])
    listed = found[:limit]
    for whose in (person, other):
        if whose is not None:
            reads.record(by=request.user, purpose="api", objects=listed, person_id=whose)
    following = None
    if len(found) > limit:
        query = {**request.query_params.dict(), "before": str(listed[-1].pk)}
        following = f"{request.path}?{urlencode(query)}"
    name = request.path.rstrip("/").rpartition("/")[2].replace("-", "_")
    return Response({name: [shape(one) for one in listed], "next": following})
