"""`/api/v1/findings`: a clinician dealt with a critical nanite result."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.models import Result
from consent.actions import findings
from consent.api.checks import entries_named
from consent.models import FindingClear
from labsys.lib.clock import database_now
from patients.api import bodies
from patients.api.paging import documented, given, page, shown, whole

CLEAR = "consent.finding.clear"


class FindingsView(APIView):
    """Takes what was done about a critical nanite result, so that it refuses no longer by itself."""

    permissions: ClassVar[dict[str, str]] = {"GET": "consent.check.view", "POST": CLEAR}

    @documented("List the findings of a person that were dealt with", "person")
    def get(self, request: Request) -> Response:
        """List them; those that are open a clearance names."""
        asked = given(request, "person")
        rows = FindingClear.objects.filter(result__person__in=entries_named(asked["person"]))
        rows = rows.select_related("recorded_by", "result")
        return page(request, rows, _dealt_with, person=lambda row: row.result.person_id)

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


def _dealt_with(row: FindingClear) -> dict[str, Any]:
    return {
        **shown(row, "id", "reason", "recorded_at"),
        "result": row.result_id,
        "recorded_by": row.recorded_by.name,
    }
