"""GET /api/v1/nanite-status/{person}?programme=: whether a person's nanites are as is asked."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import references
from consent.queries.nanite_status import judged
from consent.rules.answers import Judgement
from consent.rules.facts import Reference
from consent.rules.programmes import NaniteRequirement
from labsys.audit import reads
from labsys.lib.clock import database_now
from patients.api import bodies
from patients.api.paging import given

VIEW = "consent.clearance.view"


class NaniteStatusView(APIView):
    """The quantities that a programme asks of a person's nanites now, each with how it stands."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Read a person's nanite status",
        description="Decided now from released results, as the clearance decides it; NANITE_MISSING, "
        "NANITE_LAPSED and NANITE_STATUS with the results behind them. Open findings refuse besides.",
        parameters=[OpenApiParameter("programme", OpenApiTypes.STR, required=True)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, person: uuid.UUID) -> Response:
        """Read the status."""
        found = bodies.person_in_reach(person, request.user, VIEW)
        asked = given(request, "programme")
        programme, now = references.programme(asked["programme"]), database_now()
        reads.record(by=request.user, purpose="api", objects=[found], person_id=found.pk)
        told = [_shape(need, judgement) for need, judgement in judged(found, programme, at=now)]
        return Response(
            {"person": str(found.uid), "programme": programme.code, "at": now, "asked": told}
        )


def _shape(need: NaniteRequirement, judgement: Judgement) -> dict[str, Any]:
    return {
        "analyte": need.analyte,
        "maximum": None if need.maximum is None else str(need.maximum),
        "types": sorted(need.codes),
        "validity_hours": int(need.validity.total_seconds() // 3600),
        "is_satisfied": not judgement.refusals,
        "reasons": [
            {"reason": ground.reason.value, "facts": _facts(ground.facts)}
            for ground in judgement.refusals
        ],
        "relied_on": _facts(judgement.relied_on),
    }


def _facts(references: tuple[Reference, ...]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "id": one.id} for one in references]
