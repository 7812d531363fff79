"""`/api/v1/enrolments`: who belongs to which programme, from when and until when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import enrolments
from consent.api import references
from consent.models import Enrolment
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Person

VIEW, RECORD = "consent.enrolment.view", "consent.enrolment.record"


class EnrolmentsView(APIView):
    """Enrolments of a person or in a programme; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List enrolments", "person", "programme", "current")
    def get(self, request: Request) -> Response:
        """List enrolments; `current=1` those without an end."""
        asked = given(request, "person", "programme", "current")
        one_of(asked, "current", ["1"])
        rows = Enrolment.objects.select_related("programme", "end").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=registry.entries(person.pk))
        if "programme" in asked:
            rows = rows.filter(programme=references.programme(asked["programme"]))
        if "current" in asked:
            rows = rows.filter(end=None)
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Enrol somebody",
        description="`started_at` defaults to now. Whoever is enrolled already is refused with 409.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Now",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "programme": "outer-survey",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Enrol somebody."""
        body, now = bodies.read(request, "person", "programme", "started_at"), database_now()

        def act() -> Any:
            made = enrolments.enrol(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                programme=references.programme(body.get("programme")),
                started_at=bodies.moment(body, "started_at") or now,
                by=request.user,
                at=now,
            )
            return shape(made)

        return repeats.once(request, body, act)


class EnrolmentEndView(APIView):
    """Ends an enrolment."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        summary="End an enrolment",
        description="`ended_at` defaults to now; no `reason` is required.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Now", value={})],
    )
    def post(self, request: Request, enrolment_id: int) -> Response:
        """End an enrolment."""
        body, now = bodies.read(request, "ended_at", "reason"), database_now()
        found = bodies.row(request, Enrolment, enrolment_id, RECORD)
        enrolments.end(
            enrolment=found,
            ended_at=bodies.moment(body, "ended_at") or now,
            reason=bodies.text(body, "reason"),
            by=request.user,
            at=now,
        )
        return Response(shape(Enrolment.objects.get(pk=found.pk)), status=201)


def shape(row: Enrolment) -> dict[str, Any]:
    """Return an enrolment as the interface shows it."""
    end = getattr(row, "end", None)
    return {
        **shown(row, "id", "started_at", "recorded_at"),
        "person": str(row.person.uid),
        "programme": row.programme.code,
        "ended_at": end.ended_at if end else None,
        "end_recorded_at": end.recorded_at if end else None,
    }
