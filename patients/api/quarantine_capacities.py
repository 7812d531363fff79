"""`/api/v1/quarantine-capacities`: how many people a place of quarantine takes, and since when."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from patients.actions import quarantine_capacities
from patients.api import bodies, repeats
from patients.api.locations import stated_place
from patients.api.paging import documented, given, page, shown
from patients.models import QuarantineCapacity

VIEW = "patients.location.view"


class QuarantineCapacitiesView(APIView):
    """What was stated of the room in places; a new statement."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": quarantine_capacities.CAPACITY}

    @documented("List the room that places of quarantine have", "location", is_needed=False)
    def get(self, request: Request) -> Response:
        """List statements; `location` is a place's code."""
        asked = given(request, "location", is_needed=False)
        rows = QuarantineCapacity.objects.select_related("location")
        if "location" in asked:
            rows = rows.filter(location__code=asked["location"])
        return page(request, rows, shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="State how many people a place of quarantine takes",
        description="`location` is a place's code. `from_at` defaults to now and may lie ahead; the "
        "statement of the latest `from_at` that is past counts. 0 `places`: no longer used.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("Two tents", value={"location": "yard", "places": 24, "note": "Tents."})
        ],
    )
    def post(self, request: Request) -> Response:
        """State the room of a place."""
        body = bodies.read(request, "location", "places", "from_at", "note")

        def act() -> Any:
            at = database_now()
            made = quarantine_capacities.state(
                location=stated_place(body),
                places=bodies.whole(body, "places"),
                from_at=bodies.moment(body, "from_at") or at,
                note=bodies.text(body, "note", most=200),
                by=request.user,
                at=at,
            )
            return shape(made)

        return repeats.once(request, body, act)


def shape(row: QuarantineCapacity) -> dict[str, Any]:
    """Return a statement of room as the interface shows it."""
    names = ("id", "places", "from_at", "note", "recorded_at")
    return {**shown(row, *names), "location": row.location.code}
