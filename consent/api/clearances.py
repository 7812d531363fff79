"""GET /api/v1/clearances/{person}?programme=&at=&known_at=: is this person cleared, and why not."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.models import Programme
from consent.queries import clearances
from consent.rules.answers import Clearance
from consent.rules.gates import gate_view
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.models import Person

PARAMETERS = frozenset({"programme", "at", "known_at"})
FULL = "consent.clearance.view"
GATE = "consent.clearance.gate"


class ClearanceView(APIView):
    """Whether somebody is cleared at a moment; decided now from facts, never stored."""

    permissions = {"GET": GATE}

    @extend_schema(
        summary="Ask for a clearance",
        description="The person is named by their public id. `at` defaults to now; `known_at` "
        "defaults to `at`, so that what was recorded later changes no earlier answer. The gate is "
        "told a word and an end; only who may see reasons is told them.",
        parameters=[
            OpenApiParameter("programme", OpenApiTypes.STR, required=True),
            OpenApiParameter("at", OpenApiTypes.DATETIME),
            OpenApiParameter("known_at", OpenApiTypes.DATETIME),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, person: uuid.UUID) -> Response:
        now = database_now()
        unknown = sorted(set(request.query_params) - PARAMETERS)
        if unknown:
            raise InvalidInput(f"There is no parameter {unknown[0]!r}.", field=unknown[0])
        repeated = [name for name in PARAMETERS if len(request.query_params.getlist(name)) > 1]
        if repeated:
            raise InvalidInput(f"Give {repeated[0]} once.", field=repeated[0])
        at = _moment(request, "at") or now
        known_at = _moment(request, "known_at")
        if (known_at or at) > now and not policy.can(request.user, FULL):
            raise InvalidInput("The gate is answered for now or the past.", field="at")
        code = request.query_params.get("programme", "")
        programme = Programme.objects.filter(code=code).first() if code.isprintable() else None
        if programme is None:
            raise InvalidInput("Name a programme that exists.", field="programme")
        found = policy.scope(request.user, Person.objects.filter(uid=person), FULL).first()
        if found is None:
            found = policy.scope(request.user, Person.objects.filter(uid=person), GATE).first()
        if found is None:
            raise Http404
        answer = clearances.clearance_of(found, programme, at=at, known_at=known_at)
        reads.record(by=request.user, purpose="clearance", objects=[found], person_id=found.pk)
        body = (
            shown_in_full(answer)
            if policy.can(request.user, FULL, found)
            else shown_at_gate(answer)
        )
        return Response({"person": str(found.uid), **body})


def shown_in_full(answer: Clearance) -> dict[str, Any]:
    """Return the answer with every reason and the facts behind it."""
    return {
        "programme": answer.programme,
        "programme_version": answer.programme_version,
        "status": answer.status.value,
        "at": answer.at,
        "known_at": answer.known_at,
        **_valid_until(answer.valid_until),
        "reasons": [
            {
                "reason": ground.reason.value,
                "facts": [{"kind": fact.kind, "id": fact.id} for fact in ground.facts],
            }
            for ground in answer.grounds
        ],
        "relied_on": [{"kind": fact.kind, "id": fact.id} for fact in answer.relied_on],
    }


def shown_at_gate(answer: Clearance) -> dict[str, Any]:
    """Return the word and the end; nothing of why."""
    view = gate_view(answer)
    return {
        "programme": answer.programme,
        "status": view.status.value,
        "at": view.at,
        **_valid_until(view.valid_until),
    }


def _valid_until(moment: datetime | None) -> dict[str, datetime | None]:
    """Return the end under its name, and under the name that version 1 began with."""
    return {"valid_until": moment, "cleared_until": moment}


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        # A "+" that was not encoded arrives as a blank.
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise InvalidInput(
            f"{name} must be a moment with its time zone, such as 2026-01-31T08:00:00Z.", field=name
        )
    return moment
