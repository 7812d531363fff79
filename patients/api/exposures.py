"""`/api/v1/exposures`: who met which agent, through whom or what; a person's, and a new one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from patients import queries
from patients.actions import exposures
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Exposure, Person

VIEW, RECORD = "patients.exposure.view", "patients.exposure.record"


class ExposuresView(APIView):
    """Exposures that hold, of a person or caused by one; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List exposures", "person", "source_person", "agent", "certainty")
    def get(self, request: Request) -> Response:
        """List exposures that hold."""
        asked = given(request, "person", "source_person", "agent", "certainty")
        one_of(asked, "certainty", Exposure.Certainty.values)
        people = Person.objects.only("uid")
        rows = Exposure.objects.standing().prefetch_related(
            Prefetch("person", people), Prefetch("source_person", people)
        )
        for name in ("person", "source_person"):
            if name in asked:
                person = bodies.person_in_reach(asked[name], request.user, VIEW)
                rows = rows.filter(**{f"{name}__in": queries.entries(person.pk)})
        rows = rows.filter(**{key: asked[key] for key in ("agent", "certainty") if key in asked})
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record an exposure",
        description="`last_at` defaults to `first_at`. Name the source, where it is known, by "
        "`source_person` (a public id) or by `event`.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Contact with a person",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "source_person": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                    "agent": "nanites",
                    "kind": "CONTACT",
                    "certainty": "PROBABLE",
                    "first_at": "2026-01-31T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record an exposure."""
        body = bodies.read(
            request,
            *("person", "source_person", "event", "agent", "kind", "certainty"),
            *("first_at", "last_at"),
        )

        def act() -> Any:
            first_at = bodies.needed_moment(body, "first_at")
            source = body.get("source_person")
            made = exposures.record(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                source_person=source and bodies.person_in_reach(source, request.user, RECORD),
                event=bodies.text(body, "event", most=200),
                agent=bodies.text(body, "agent", most=80),
                kind=bodies.text(body, "kind", most=8),
                certainty=bodies.text(body, "certainty", most=9),
                first_at=first_at,
                last_at=bodies.moment(body, "last_at") or first_at,
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


def shape(row: Exposure) -> dict[str, Any]:
    """Return an exposure as the interface shows it."""
    source = row.source_person
    return {
        **shown(row, "id", "event", "agent", "kind", "certainty", "first_at", "last_at"),
        "person": str(row.person.uid),
        "source_person": source and str(source.uid),
        "recorded_at": row.recorded_at,
    }
