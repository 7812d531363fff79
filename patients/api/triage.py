"""`/api/v1/triage-assessments` and `/api/v1/injuries`: what was found when somebody came."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import injuries, triage
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Injury, Person, TriageAssessment

PERSON = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


class TriageAssessmentsView(APIView):
    """Triage of a person that holds; a new one."""

    permissions: ClassVar[dict[str, str]] = {
        "GET": "patients.triage.view",
        "POST": triage.PERMISSION,
    }

    @documented("List triage assessments", "person")
    def get(self, request: Request) -> Response:
        """List triage assessments that hold."""
        return _listed(request, TriageAssessment, "patients.triage.view", assessment)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a triage",
        description="`scale`: ESI (1 to 5), MTS (RED, ORANGE, YELLOW, GREEN, BLUE) or START "
        "(IMMEDIATE, DELAYED, MINOR, EXPECTANT).",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "At the door",
                value={
                    "person": PERSON,
                    "scale": "ESI",
                    "category": "2",
                    "arrival": "AMBULANCE",
                    "assessed_at": "2026-01-31T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a triage."""
        names = ("person", "scale", "category", "arrival", "note", "assessed_at")
        body = bodies.read(request, *names)

        def act() -> Any:
            by, permission = request.user, triage.PERMISSION
            made = triage.record(
                person=bodies.person_in_reach(body.get("person"), by, permission),
                scale=bodies.text(body, "scale", most=5),
                category=bodies.text(body, "category", most=9),
                arrival=bodies.text(body, "arrival", most=9),
                note=bodies.text(body, "note"),
                assessed_at=bodies.needed_moment(body, "assessed_at"),
                by=by,
                at=database_now(),
            )
            return assessment(made)

        return repeats.once(request, body, act)


class InjuriesView(APIView):
    """Injuries of a person that hold; a new one."""

    permissions: ClassVar[dict[str, str]] = {
        "GET": "patients.injury.view",
        "POST": injuries.PERMISSION,
    }

    @documented("List injuries", "person")
    def get(self, request: Request) -> Response:
        """List injuries that hold."""
        return _listed(request, Injury, "patients.injury.view", injury)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record an injury",
        description="`severity`: 1 minor to 6 not survivable.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A burn",
                value={
                    "person": PERSON,
                    "site": "forearm",
                    "side": "LEFT",
                    "kind": "BURN",
                    "severity": 2,
                    "found_at": "2026-01-31T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record an injury."""
        names = ("person", "site", "side", "kind", "severity", "note", "found_at")
        body = bodies.read(request, *names)

        def act() -> Any:
            by, permission = request.user, injuries.PERMISSION
            severity = body.get("severity")
            if isinstance(severity, bool) or severity not in Injury.Severity.values:
                raise InvalidInput("severity is a whole number from 1 to 6.", field="severity")
            made = injuries.record(
                person=bodies.person_in_reach(body.get("person"), by, permission),
                site=bodies.text(body, "site", most=80),
                side=bodies.text(body, "side", most=5),
                kind=bodies.text(body, "kind", most=9),
                severity=severity,
                note=bodies.text(body, "note"),
                found_at=bodies.needed_moment(body, "found_at"),
                by=by,
                at=database_now(),
            )
            return injury(made)

        return repeats.once(request, body, act)


def assessment(row: TriageAssessment) -> dict[str, Any]:
    """Return a triage as the interface shows it."""
    names = ("id", "scale", "category", "arrival", "note", "assessed_at", "recorded_at")
    return {"person": str(row.person.uid), **shown(row, *names)}


def injury(row: Injury) -> dict[str, Any]:
    """Return an injury as the interface shows it."""
    names = ("id", "site", "side", "kind", "severity", "note", "found_at", "recorded_at")
    return {"person": str(row.person.uid), **shown(row, *names)}


def _listed(request: Request, model: Any, permission: str, shape: Any) -> Response:
    asked = given(request, "person")
    person = bodies.person_in_reach(asked["person"], request.user, permission)
    rows = model.objects.standing().filter(person__in=queries.entries(person.pk))
    rows = rows.prefetch_related(Prefetch("person", Person.objects.only("uid")))
    return page(request, rows, shape, person=lambda row: row.person_id)
