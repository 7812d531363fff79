"""`/api/v1/census`: how full every ward was at an instant, and what changed before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api import bodies
from patients.api.paging import given, shown
from patients.queries import wards
from patients.rules.census import Flow

VIEW = "patients.census.view"
LONGEST = timedelta(days=366)
FIGURES = ("people", "capacity", "occupied", "free", "without_bed", "over")
CHANGES = ("arrivals", "transfers_in", "transfers_out", "discharges", "deaths", "moved")


class CensusView(APIView):
    """Figures of every ward; nobody is named."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Census of the wards",
        description="At `until` (now, where it is left out), as it is known now, with what changed "
        "after `since` (a day earlier) and up to it. `capacity` is null where a ward has no beds.",
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATETIME),
            OpenApiParameter("until", OpenApiTypes.DATETIME),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Census of the wards."""
        asked: dict[str, Any] = {**given(request, "since", "until", is_needed=False)}
        at = database_now()
        until = bodies.moment(asked, "until") or at
        since = bodies.moment(asked, "since") or until - timedelta(days=1)
        if until > at:
            raise InvalidInput("until lies in the future.", field="until")
        if not timedelta(0) < until - since <= LONGEST:
            raise InvalidInput("since lies before until, at most 366 days.", field="since")
        found = wards.period([since, until])
        every = found.after.places.every
        return Response(
            {
                "since": since,
                "until": until,
                "census": [
                    {
                        "ward": every[ward].code,
                        "name": every[ward].name,
                        "kind": every[ward].kind,
                        **shown(census, *FIGURES),
                        **shown(found.flows.get(ward, Flow()), *CHANGES),
                    }
                    for ward, census in sorted(
                        found.after.wards.items(), key=lambda one: every[one[0]].code
                    )
                ],
            }
        )
