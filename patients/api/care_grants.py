"""`/api/v1/care-grants`: which visiting clinician may see which patient, and until when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import care
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import CareGrant, Person, Species

GRANT = "patients.care.grant"


class CareGrantsView(APIView):
    """Grants of visiting clinicians; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": GRANT, "POST": GRANT}

    @documented("List grants of visiting clinicians", "person", is_needed=False)
    def get(self, request: Request) -> Response:
        """List grants within reach: those that run, are to come, and ended."""
        asked = given(request, "person", is_needed=False)
        rows = CareGrant.objects.select_related("principal", "species").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, GRANT)
            rows = rows.filter(person__in=queries.entries(person.pk))
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Grant a visiting clinician one patient",
        description="`principal` is the login of a visiting clinician, `service` on whose behalf they "
        "come, `species` the code of their own. `since` defaults to now.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "For two weeks",
                value={
                    "principal": "dr-osh",
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "service": "Thaal medical mission",
                    "species": "thaal",
                    "reason": "Consultation on the patient's species.",
                    "until": "2026-02-14T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Grant a visiting clinician one patient."""
        names = ("principal", "person", "service", "species", "reason", "since", "until")
        body = bodies.read(request, *names)

        def act() -> Any:
            at = database_now()
            made = care.grant(
                principal=_visitor(body),
                person=bodies.person_in_reach(body.get("person"), request.user, GRANT),
                service=bodies.text(body, "service", most=120),
                species=_species(body),
                reason=bodies.text(body, "reason"),
                since=bodies.moment(body, "since") or at,
                until=bodies.needed_moment(body, "until"),
                by=request.user,
                at=at,
            )
            return shape(made)

        return repeats.once(request, body, act)


class CareGrantEndView(APIView):
    """A grant ends early."""

    permissions: ClassVar[dict[str, str]] = {"POST": GRANT}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="End a grant now",
        description="One that has not begun never begins.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("The visit is over", value={"reason": "The visit is over."})],
    )
    def post(self, request: Request, caregrant_id: int) -> Response:
        """End a grant now."""
        body = bodies.read(request, "reason")

        def act() -> Any:
            found = bodies.row(request, CareGrant, caregrant_id, GRANT)
            reason = bodies.text(body, "reason")
            return shape(
                care.end_grant(by=request.user, at=database_now(), grant=found, reason=reason)
            )

        return repeats.once(request, body, act)


def shape(row: CareGrant) -> dict[str, Any]:
    """Return a grant as the interface shows it."""
    return {
        **shown(row, "id", "service", "reason", "since", "until", "recorded_at"),
        "principal": row.principal.name,
        "person": str(row.person.uid),
        "species": row.species and row.species.code,
    }


def _visitor(body: dict[str, Any]) -> Principal:
    found = Principal.objects.filter(name=bodies.text(body, "principal", most=150)).first()
    if found is None:
        raise InvalidInput("Nobody has this login.", field="principal")
    return found


def _species(body: dict[str, Any]) -> Species | None:
    code = bodies.text(body, "species", most=32)
    found = Species.objects.filter(code=code).first()
    if code and found is None:
        raise InvalidInput("There is no such species.", field="species")
    return found
