"""GET /api/v1/alerts: alerts that call a clinician; POST .../acknowledge and .../close by name."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import alerts
from consent.models import ClinicalAlert
from consent.rules.alerts import AlertState
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotFound
from patients.api import bodies
from patients.api.paging import documented, given, one_of, page
from patients.models import Person

VIEW = "consent.alert.view"
NAMED = ("recorded_by", "acknowledged_by", "closed_by")


class AlertsView(APIView):
    """The alerts in reach, with their states; what was found is no part of an alert.

    Whoever may not answer them is told of whom a clinician still has to come to, and nothing else.
    """

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List clinical alerts", "state", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "state", is_needed=False)
        one_of(asked, "state", [state.value for state in AlertState])
        people = Prefetch("person", Person.objects.listed())
        rows = ClinicalAlert.objects.select_related("programme", *(f"{one}__user" for one in NAMED))
        rows = rows.filter(**asked).prefetch_related(people)
        told = shape if policy.can(request.user, alerts.ANSWER) else outline
        return page(request, rows, told, person=lambda alert: alert.person_id)


class AlertAcknowledgeView(APIView):
    """Takes a clinician's word that they see to an alert."""

    permissions: ClassVar[dict[str, str]] = {"POST": alerts.ANSWER}

    @extend_schema(
        summary="Acknowledge a clinical alert",
        description="By whoever calls, in their own name. The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, alert_uid: uuid.UUID) -> Response:
        bodies.read(request)
        found = _found(request, alert_uid)
        moved = alerts.acknowledge(alert=found, by=request.user, at=database_now())
        return Response(shape(moved))


class AlertCloseView(APIView):
    """Takes what was done about an alert, as a code."""

    permissions: ClassVar[dict[str, str]] = {"POST": alerts.ANSWER}

    @extend_schema(
        summary="Close a clinical alert",
        description="`answer` is SEEN, SPOKEN_TO, HANDED_OVER or RAISED_IN_ERROR.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Seen in person", value={"answer": "SEEN"})],
    )
    def post(self, request: Request, alert_uid: uuid.UUID) -> Response:
        body = bodies.read(request, "answer")
        answer = alerts.parsed_answer(body.get("answer"))
        found = _found(request, alert_uid)
        moved = alerts.close(alert=found, answer=answer, by=request.user, at=database_now())
        return Response(shape(moved))


def outline(alert: ClinicalAlert) -> dict[str, Any]:
    """Return what is told to whoever may not answer: who raised an alert, and when, says of what kind."""
    return {
        "person": str(alert.person.uid),
        "programme": alert.programme.code,
        "state": alert.state,
    }


def shape(alert: ClinicalAlert) -> dict[str, Any]:
    """Return an alert as the interface shows it to those who answer."""
    return {
        **outline(alert),
        "uid": str(alert.uid),
        "kind": alert.kind,
        "answer": alert.answer,
        "raised_at": alert.recorded_at,
        "raised_by": alert.recorded_by.display_name,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": _name(alert.acknowledged_by),
        "closed_at": alert.closed_at,
        "closed_by": _name(alert.closed_by),
    }


def _name(who: Any) -> str | None:
    return None if who is None else who.display_name


def _found(request: Request, uid: uuid.UUID) -> ClinicalAlert:
    rows = policy.scope(request.user, ClinicalAlert.objects.filter(uid=uid))
    found: ClinicalAlert | None = rows.first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found
