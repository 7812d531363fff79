"""Searches of the profile catalogue, asked for and answered by workers."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.api import keyed
from assays.models import AnalysisRun, NaniteProfile
from assays.queries.analyses import searches as queries
from assays.rules.analyses import searches
from assays.rules.analyses.runs import AnalysisKind
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound

_SEARCHES = uuid.UUID("0c6a2c1e-54d0-4b06-9a0e-3b1c2d8b7a05")
FIELDS = ("profile", "by", "k", "theta", "relation", "frequencies")


class ProfileSearchesView(APIView):
    """Asks the catalogue for the profiles most like one."""

    permissions: ClassVar[dict[str, str]] = {"POST": ASK}

    @extend_schema(
        summary="Search the catalogue of nanite profiles",
        description="`profile`: its public id. `by`: jaccard, shared or likelihood_ratio. `k`: how many "
        "hits. `frequencies`: none, catalogue, or the number of a version of a table in force. What "
        "was found is read at `/api/v1/analysis-parts?run=…`; hits are named by the public ids of "
        "profiles, which say nothing of anybody beyond reach.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[keyed.KEY],
        examples=[
            OpenApiExample("Ten", value={"profile": "…", "k": 10, "frequencies": "catalogue"})
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin a search, or answer again what was begun under the key."""
        asked = keyed.body(request, *FIELDS)
        return keyed.created(
            request,
            _SEARCHES,
            AnalysisRun,
            asked,
            make=lambda named: _begun(request, asked, named),
            shape=_run,
        )


def _begun(request: Request, asked: dict[str, Any], named: Any) -> AnalysisRun:
    given = {name: asked[name] for name in ("by", "k", "theta", "relation") if name in asked}
    for name in ("by", "relation"):
        keyed.text(given, name, most=40)
    frequencies = asked.get("frequencies", "none")
    if isinstance(frequencies, bool) or not isinstance(frequencies, str | int):
        raise InvalidInput("frequencies is none, catalogue or a number.", field="frequencies")
    return actions.ask(
        kind=AnalysisKind.SEARCH,
        inputs=queries.asked(request.user, _profile(request, asked), str(frequencies)),
        parameters=searches.parameters(**given),
        is_urgent=True,
        by=request.user,
        at=database_now(),
        named=named,
    )


def _profile(request: Request, asked: dict[str, Any]) -> NaniteProfile:
    try:
        uid = uuid.UUID(keyed.text(asked, "profile", most=40))
    except ValueError as error:
        raise InvalidInput("profile is a public id (a UUID).", field="profile") from error
    rows = NaniteProfile.objects.filter(uid=uid).select_related("specimen", "corrected_by")
    found: NaniteProfile | None = policy.scope(request.user, rows).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found


def _run(one: AnalysisRun) -> dict[str, Any]:
    return {
        "id": one.pk,
        "uid": one.uid,
        "kind": one.kind,
        "status": one.status,
        "parameters": one.parameters,
    }
