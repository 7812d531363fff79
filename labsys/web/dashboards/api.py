"""`/api/v1/dashboard`: the figures of the newest count, as JSON or as a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import exports
from assays.models import FigureSnapshot
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from labsys.lib.records import Export
from labsys.web.dashboards.pages import VIEW, AskedForm, newest
from labsys.web.dashboards.presenting import presented
from labsys.web.dashboards.shapes import Asked
from patients.api.paging import given

FIGURE = ("figure", "name", "value", "number", "low", "high", "numerator", "denominator", "target")
COLUMNS = ("as_of", "agent", "since", "until", "section", *FIGURE)
ASKED = (
    OpenApiParameter("agent", OpenApiTypes.STR, description="Its code; the one with most people."),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
)


class DashboardView(APIView):
    """The figures with their definitions; nobody is named."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Figures of the dashboard",
        description="Of the newest count, as of `as_of`: every figure with `number`, its 95 % limits "
        "and what it was counted from, where it has them. `definitions` says what each means.",
        parameters=list(ASKED),
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Figures of the dashboard."""
        snapshot, asked, said = _asked(request)
        return Response(
            {
                "as_of": snapshot.content["as_of"],
                "agent": asked.agent,
                "since": asked.since,
                "until": asked.until,
                "sections": [
                    {
                        "section": one["key"],
                        "title": one["title"],
                        "notes": one["notes"],
                        "figures": [{name: row[name] for name in FIGURE} for row in one["rows"]],
                        "tables": one["tables"],
                    }
                    for one in said["sections"]
                ],
                "definitions": said["definitions"],
            }
        )


class DashboardFileView(APIView):
    """The same figures as comma-separated values; who took them is on record."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Figures of the dashboard as a file",
        description="One line for each figure. The file is recorded as an export.",
        parameters=list(ASKED),
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """Figures of the dashboard as a file."""
        snapshot, asked, said = _asked(request)
        head = (snapshot.content["as_of"], asked.agent, asked.since, asked.until)
        content = exports.csv_file(
            kind="dashboard",
            permission=VIEW,
            columns=dict.fromkeys(COLUMNS, Export.INDIRECT),
            rows=[
                (*head, one["key"], *(row[name] for name in FIGURE))
                for one in said["sections"]
                for row in one["rows"]
            ],
            parameters={"agent": asked.agent, "as_of": snapshot.content["as_of"]},
            by=request.user,
            at=database_now(),
        )
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="dashboard.csv"'
        return answer


def _asked(request: Request) -> tuple[FigureSnapshot, Asked, dict[str, Any]]:
    wanted = given(request, "agent", "since", "until", is_needed=False)
    snapshot = newest()
    if snapshot is None:
        raise NotFound("The figures have not been counted yet.")
    form = AskedForm(snapshot.content, wanted)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise InvalidInput(f"{field}: {errors[0]}", field=field)
    return snapshot, form.asked, presented(snapshot.content, form.asked)
