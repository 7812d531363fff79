"""`/api/v1/guardianships`: whose login is a guardian's of which minor."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import guardians
from consent.actions.guardians import MANAGE
from consent.models import Guardianship
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Person


class GuardianshipsView(APIView):
    """Guardians' logins of a person; another one."""

    permissions: ClassVar[dict[str, str]] = {"GET": MANAGE, "POST": MANAGE}

    @documented("List guardians' logins", "person")
    def get(self, request: Request) -> Response:
        """List the guardians' logins of one person, under all their entries, ended ones too."""
        asked = given(request, "person")
        person = bodies.person_in_reach(asked["person"], request.user, MANAGE)
        rows = Guardianship.objects.filter(person__in=registry.entries(person.pk))
        rows = rows.select_related("principal__user", "recorded_by", "ended_by")
        rows = rows.prefetch_related(Prefetch("person", Person.objects.only("uid")))
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a guardian's login",
        description="`principal` is the name of the guardian's own login, `basis` what was seen.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A mother",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "principal": "v.quill",
                    "relationship": "mother",
                    "basis": "birth certificate",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a link."""
        body = bodies.read(request, "person", "principal", "relationship", "basis")

        def act() -> Any:
            person = bodies.person_in_reach(body.get("person"), request.user, MANAGE)
            name = bodies.text(body, "principal", most=200)
            found = Principal.objects.filter(name=name).first()
            if found is None:
                raise InvalidInput("Name the login of the guardian.", field="principal")
            made = guardians.link(
                person=person,
                principal=found,
                relationship=bodies.text(body, "relationship", most=80),
                basis=bodies.text(body, "basis", most=200),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class GuardianshipEndView(APIView):
    """Ends what a login is recorded to be."""

    permissions: ClassVar[dict[str, str]] = {"POST": MANAGE}

    @extend_schema(
        summary="End a guardian's login",
        description="What they signed before stands. The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, guardianship_id: int) -> Response:
        """End a link."""
        bodies.read(request)
        found = bodies.row(request, Guardianship, guardianship_id, MANAGE)
        made = guardians.end(guardianship=found, by=request.user, at=database_now())
        return Response(shape(made))


def shape(row: Guardianship) -> dict[str, Any]:
    """Return a link as the interface shows it."""
    return {
        **shown(row, "id", "relationship", "basis", "recorded_at", "ended_at"),
        "person": str(row.person.uid),
        "principal": row.principal.name,
        "name": row.principal.display_name,
        "recorded_by": row.recorded_by.name,
        "ended_by": row.ended_by.name if row.ended_by else None,
    }
