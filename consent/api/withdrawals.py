"""`/api/v1/withdrawals`: withdraw from a programme or from every one, effective at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import waivers
from consent.api import references
from consent.models import Programme, WaiverWithdrawal
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, page
from patients.models import Person

VIEW, WITHDRAW = "consent.waiver.view", "consent.waiver.withdraw"


class WithdrawalsView(APIView):
    """Takes withdrawals; it asks for no reason, and no state refuses one. Lists those of a person."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": WITHDRAW}

    @documented("List withdrawals", "person")
    def get(self, request: Request) -> Response:
        """List the withdrawals of one person, under all their entries."""
        asked = given(request, "person")
        person = bodies.person_in_reach(asked["person"], request.user, VIEW)
        rows = WaiverWithdrawal.objects.filter(person__in=registry.entries(person.pk))
        rows = rows.select_related("programme").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        summary="Withdraw",
        description="`programme` null withdraws from every programme. `person` may be left out by "
        "a participant, who then withdraws themselves. The answer is the acknowledgement.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("From one programme", value={"programme": "outer-survey"})],
    )
    def post(self, request: Request) -> Response:
        """Record the withdrawal and acknowledge it."""
        body = bodies.read(request, "person", "programme")
        made = waivers.withdraw(
            person=bodies.person_or_own(body, request.user, WITHDRAW),
            programme=_programme(body),
            door=WaiverWithdrawal.Door.API,
            by=request.user,
            at=database_now(),
        )
        return Response(shape(made), status=201)


def shape(row: WaiverWithdrawal) -> dict[str, Any]:
    """Return a withdrawal as the interface acknowledges and shows it."""
    return {
        "person": str(row.person.uid),
        "programme": row.programme.code if row.programme else None,
        "effective_at": row.effective_at,
    }


def _programme(body: dict[str, Any]) -> Programme | None:
    if "programme" not in body:
        raise InvalidInput("Name a programme, or null for every one.", field="programme")
    code = body["programme"]
    return None if code is None else references.programme(code)
