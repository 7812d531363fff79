"""`/api/v1/on-call`: which clinician is called, from when until when."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import on_call
from consent.models import OnCall
from consent.queries import alerts as queries
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown

VIEW = "consent.alert.view"


class OnCallView(APIView):
    """Clinicians on call; another one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": on_call.MANAGE}

    @documented("List who is on call", "current", is_needed=False)
    def get(self, request: Request) -> Response:
        """List shifts; `current=1` those that are on now."""
        asked = given(request, "current", is_needed=False)
        one_of(asked, "current", ["1"])
        rows = queries.shifts_at(database_now()) if asked else OnCall.objects.all()
        return page(request, rows.select_related("principal__user"), shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Put a clinician on call",
        description="`principal` is the name of somebody who may answer clinical alerts; a week at "
        "most at a time.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A night",
                value={
                    "principal": "m.weber",
                    "since": "2026-12-01T19:00:00Z",
                    "until": "2026-12-02T07:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Put somebody on call."""
        body = bodies.read(request, "principal", "since", "until")

        def act() -> Any:
            name = bodies.text(body, "principal", most=200)
            clinician = queries.clinicians().filter(name=name).first()
            if clinician is None:
                raise InvalidInput(
                    "Name somebody who may answer clinical alerts.", field="principal"
                )
            made = on_call.put(
                principal=clinician,
                since=bodies.needed_moment(body, "since"),
                until=bodies.needed_moment(body, "until"),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class OnCallEndView(APIView):
    """Ends somebody's time on call before it is over."""

    permissions: ClassVar[dict[str, str]] = {"POST": on_call.MANAGE}

    @extend_schema(
        summary="End somebody's time on call",
        description="The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, oncall_id: int) -> Response:
        """End a shift."""
        bodies.read(request)
        found = bodies.row(request, OnCall, oncall_id, VIEW)
        return Response(shape(on_call.end(shift=found, by=request.user, at=database_now())))


def shape(row: OnCall) -> dict[str, Any]:
    """Return a shift as the interface shows it."""
    return {
        **shown(row, "id", "since", "until", "ended_at"),
        "principal": row.principal.name,
        "name": row.principal.display_name,
    }
