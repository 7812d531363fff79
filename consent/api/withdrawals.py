"""POST /api/v1/withdrawals: withdraw from a programme or from every one, effective at once."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import waivers
from consent.api import bodies
from consent.models import Programme, WaiverWithdrawal
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput

WITHDRAW = "consent.waiver.withdraw"


class WithdrawalsView(APIView):
    """Takes withdrawals; it asks for no reason, and no state refuses one."""

    permissions: ClassVar[dict[str, str]] = {"POST": WITHDRAW}

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
        given = bodies.read(request, "person", "programme")
        made = waivers.withdraw(
            person=bodies.person_or_own(given, request.user, WITHDRAW),
            programme=_programme(given),
            door=WaiverWithdrawal.Door.API,
            by=request.user,
            at=database_now(),
        )
        programme = made.programme.code if made.programme else None
        body = {
            "person": str(made.person.uid),
            "programme": programme,
            "effective_at": made.effective_at,
        }
        return Response(body, status=201)


def _programme(given: dict[str, Any]) -> Programme | None:
    if "programme" not in given:
        raise InvalidInput("Name a programme, or null for every one.", field="programme")
    code = given["programme"]
    return None if code is None else bodies.programme(code)
