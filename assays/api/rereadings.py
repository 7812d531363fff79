"""`GET /api/v1/reading-runs`: stored messages read anew, run by run, and how far each is."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.models import ReadingRun
from assays.queries import rereadings as queries
from patients.api.paging import documented, given, page, whole


class ReadingRunsView(APIView):
    """What was chosen to be read anew and why, how far it is, and what came of it."""

    permissions: ClassVar[dict[str, str]] = {"GET": "assays.transmission.view"}

    @documented("List runs that read messages anew", "id", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "id", is_needed=False)
        rows = ReadingRun.objects.select_related("asked_by__user")
        if "id" in asked:
            rows = rows.filter(pk=whole(asked, "id"))
        answer = page(request, rows, _run)
        runs = answer.data["reading_runs"]
        progress = queries.progress([run["id"] for run in runs])
        for run in runs:
            run["progress"] = _progress(progress.get(run["id"], queries.Progress()))
        return answer


def _run(one: ReadingRun) -> dict[str, Any]:
    return {
        "id": one.pk,
        "asked_at": one.asked_at,
        "asked_by": one.asked_by.display_name,
        "chosen": one.chosen,
        "reason": one.reason,
    }


def _progress(found: queries.Progress) -> dict[str, int]:
    return {
        "total": found.total,
        "done": found.done,
        "given_up": found.failed,
        "values_filed": found.filed,
        "values_held": found.held,
        "values_otherwise": found.differs,
    }
