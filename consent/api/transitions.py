"""GET /api/v1/transitions?person=|programme=: what was written down of changed clearances."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import transitions
from consent.models import ClearanceTransition
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, page
from patients.models import Person

VIEW = "consent.clearance.view"


class TransitionsView(APIView):
    """The kept log: what was announced, and from which moment it holds.

    The answer for a moment is asked of `clearances`; this log may lag behind it.
    """

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List changes of clearances", "person", "programme")
    def get(self, request: Request) -> Response:
        asked = given(request, "person", "programme")
        rows = ClearanceTransition.objects.select_related("programme").prefetch_related(
            Prefetch("person", Person.objects.listed())
        )
        if "person" in asked:
            rows = rows.filter(person__in=_entries(asked["person"]))
        if "programme" in asked:
            rows = rows.filter(programme__code=asked["programme"])
        return page(request, rows, shape, person=lambda row: row.person_id)


class TransitionSeenView(APIView):
    """Takes a name's word that they know of a lost clearance."""

    permissions: ClassVar[dict[str, str]] = {"POST": transitions.SEE}

    @extend_schema(
        summary="Take note of a lost clearance",
        description="By whoever calls, in their own name; whoever did first stays named. The body is "
        "an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, clearancetransition_id: int) -> Response:
        """Take note."""
        bodies.read(request)
        found = bodies.row(request, ClearanceTransition, clearancetransition_id, VIEW)
        seen = transitions.take_note(transition=found, by=request.user, at=database_now())
        told = {"seen_at": seen.recorded_at, "seen_by": seen.recorded_by.display_name}
        return Response({**shape(found), **told})


def shape(row: ClearanceTransition) -> dict[str, Any]:
    """Return one change as the interface shows it."""
    return {
        "id": row.pk,
        "person": str(row.person.uid),
        "programme": row.programme.code,
        "changed_at": row.changed_at,
        "recorded_at": row.recorded_at,
        "status": row.status,
        "change": row.change,
        "cause": row.cause,
        "reasons": row.reasons,
        "come": row.come,
        "gone": row.gone,
    }


def _entries(text: str) -> Any:
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise InvalidInput(
            "person is the public id (a UUID) of a person.", field="person"
        ) from None
    found = Person.objects.filter(uid=uid).values_list("pk", flat=True).first()
    return [] if found is None else registry.entries(found)
