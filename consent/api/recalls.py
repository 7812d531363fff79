"""GET /api/v1/recalls: who is recalled and how far; POST .../steps: what happened, also later."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import postings, recalls
from consent.models import Recall, RecallStep
from consent.rules.recalls import RecallState
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotFound
from patients.api import bodies
from patients.api.paging import documented, given, one_of, page
from patients.models import Person


class RecallsView(APIView):
    """The recalls in reach with their steps."""

    permissions: ClassVar[dict[str, str]] = {"GET": "consent.recall.view"}

    @documented("List recalls", "state", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "state", is_needed=False)
        one_of(asked, "state", [state.value for state in RecallState])
        rows = _beside(Recall.objects.filter(**asked))
        return page(request, rows, shape, person=lambda recall: recall.person_id)


class RecallStepsView(APIView):
    """Takes what happened in a recall."""

    permissions: ClassVar[dict[str, str]] = {"POST": recalls.WORK}

    @extend_schema(
        summary="Write down a step of a recall",
        description="`to` is LOCATED, INFORMED, RETURNED or CANCELLED; `happened_at` defaults to "
        "now and may lie in the past. CANCELLED needs a `note` and a person who is cleared again. "
        "EXAMINED follows from a medical check performed after the return.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Located", value={"to": "LOCATED", "note": "At the outpost."})],
    )
    def post(self, request: Request, recall_uid: uuid.UUID) -> Response:
        body = bodies.read(request, "to", "happened_at", "note")
        to = recalls.parsed_step(body.get("to"))
        now = database_now()
        happened_at = bodies.moment(body, "happened_at") or now
        note = bodies.text(body, "note", most=recalls.LONGEST)
        found = policy.scope(request.user, _beside(Recall.objects.filter(uid=recall_uid))).first()
        if found is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        act: dict[str, Any] = {"by": request.user, "at": now, "note": note}
        if to is RecallState.RETURNED:
            postings.come_back(posting=found.posting, returned_at=happened_at, **act)
        else:
            recalls.step(recall=found, to=to, happened_at=happened_at, **act)
        return Response(shape(_beside(Recall.objects.filter(pk=found.pk)).get()), status=201)


def shape(recall: Recall) -> dict[str, Any]:
    """Return a recall as the interface shows it."""
    return {
        "uid": str(recall.uid),
        "person": str(recall.person.uid),
        "programme": recall.programme.code,
        "posting": str(recall.posting.uid),
        "state": recall.state,
        "opened_at": recall.recorded_at,
        "due_at": recall.due_at,
        "ended_at": recall.ended_at,
        "steps": [
            {
                "to": step.new,
                "happened_at": step.happened_at,
                "recorded_at": step.recorded_at,
                "by": step.recorded_by.display_name,
                "note": step.note,
            }
            for step in sorted(recall.steps.all(), key=lambda one: one.pk)
        ],
    }


def _beside(rows: Any) -> Any:
    steps = RecallStep.objects.select_related("recorded_by__user")
    return rows.select_related("programme", "posting__programme").prefetch_related(
        Prefetch("person", Person.objects.listed()), Prefetch("steps", steps)
    )
