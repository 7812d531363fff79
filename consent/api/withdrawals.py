"""POST /api/v1/withdrawals: withdraw from a programme or from every one, effective at once."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import waivers
from consent.models import Programme, WaiverWithdrawal
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.models import Person

WITHDRAW = "consent.waiver.withdraw"
FIELDS = frozenset({"person", "programme"})


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
        given = request.data
        if not isinstance(given, dict):
            raise InvalidInput("Send a JSON object.")
        unknown = sorted(set(given) - FIELDS)
        if unknown:
            raise InvalidInput(f"There is no field {unknown[0]!r}.", field=unknown[0])
        made = waivers.withdraw(
            person=_person(given, request.user),
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


def _person(given: dict[str, Any], by: Principal) -> Person:
    account = getattr(by, "person_account", None)
    if "person" not in given and account is not None:
        own: Person = account.person
        return own
    try:
        uid = uuid.UUID(str(given.get("person", "")))
    except ValueError:
        raise InvalidInput("Name the person by their public id.", field="person") from None
    found: Person | None = policy.scope(by, Person.objects.filter(uid=uid), WITHDRAW).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found


def _programme(given: dict[str, Any]) -> Programme | None:
    if "programme" not in given:
        raise InvalidInput("Name a programme, or null for every one.", field="programme")
    code = given["programme"]
    if code is None:
        return None
    found: Programme | None = None
    if isinstance(code, str) and "\x00" not in code:
        found = Programme.objects.filter(code=code).first()
    if found is None:
        raise InvalidInput("Name a programme that exists.", field="programme")
    return found
