"""POST /api/v1/findings: a clinician dealt with a critical nanite result."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.api.paging import shown, whole
from assays.models import Result
from consent.actions import findings
from consent.api import bodies
from labsys.lib.clock import database_now

CLEAR = "consent.finding.clear"


class FindingsView(APIView):
    """Takes what was done about a critical nanite result, so that it refuses no longer by itself."""

    permissions: ClassVar[dict[str, str]] = {"POST": CLEAR}

    @extend_schema(
        summary="Deal with an open finding",
        description="`result` is the number in front of a finding's id, as a clearance names it with "
        "OPEN_FINDING. A hold is cleared in the laboratory instead.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("Seen", value={"result": 17, "reason": "Seen; repeat in a week."})
        ],
    )
    def post(self, request: Request) -> Response:
        """Deal with a finding."""
        body = bodies.read(request, "result", "reason")
        asked = whole({"result": body.get("result")}, "result")
        made = findings.clear(
            result=bodies.row(request, Result, asked, CLEAR),
            reason=bodies.text(body, "reason"),
            by=request.user,
            at=database_now(),
        )
        return Response({"result": asked, **shown(made, "reason", "recorded_at")}, status=201)
