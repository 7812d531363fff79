"""POST /api/v1/checks/{medical,psychological}/{check}/annul: a pass that was recorded in error."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import checks
from consent.actions.checks import PERMISSION
from consent.api.checks import shape
from consent.models import Check
from consent.rules.facts import CheckKind
from consent.rules.psychological import AnnulCode
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotFound
from patients.api import bodies

DESCRIPTION = (
    "It never counted, and what it had lifted stands again. A refusal is not annulled: record a later "
    "check that names it. With a `reason`"
)


class MedicalCheckAnnulView(APIView):
    """Sets right a medical check that was recorded in error."""

    permissions: ClassVar[dict[str, str]] = {"POST": PERMISSION[CheckKind.MEDICAL]}

    @extend_schema(
        summary="Annul a medical check that was recorded in error",
        description=f"{DESCRIPTION}.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Wrong person", value={"reason": "Of somebody else."})],
    )
    def post(self, request: Request, check_uid: uuid.UUID) -> Response:
        """Annul a medical check."""
        body = bodies.read(request, "reason")
        return _annulled(request, body, check_uid, CheckKind.MEDICAL)


class PsychologicalCheckAnnulView(APIView):
    """Sets right a psychological check that was recorded in error."""

    permissions: ClassVar[dict[str, str]] = {"POST": PERMISSION[CheckKind.PSYCHOLOGICAL]}

    @extend_schema(
        summary="Annul a psychological check that was recorded in error",
        description=f"{DESCRIPTION}, which is sealed, and a `code`, which others are told: "
        f"{', '.join(AnnulCode)}.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Wrong person", value={"reason": "Of somebody else.", "code": "WRONG_PERSON"}
            )
        ],
    )
    def post(self, request: Request, check_uid: uuid.UUID) -> Response:
        """Annul a psychological check."""
        body = bodies.read(request, "reason", "code")
        code = body.get("code")
        if not isinstance(code, str) or code not in list(AnnulCode):
            raise InvalidInput(f"code is one of {', '.join(AnnulCode)}.", field="code")
        return _annulled(request, body, check_uid, CheckKind.PSYCHOLOGICAL, code=AnnulCode(code))


def _annulled(
    request: Request, body: dict[str, Any], uid: uuid.UUID, kind: CheckKind, **more: AnnulCode
) -> Response:
    found = policy.scope(request.user, Check.objects.filter(uid=uid), PERMISSION[kind]).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    if found.kind != kind.value:
        raise Conflict("This check is of the other kind: it has an address of its own.")
    checks.annul(
        check=found,
        reason=bodies.text(body, "reason"),
        by=request.user,
        at=database_now(),
        **more,
    )
    named = ("person", "examiner", "second_examiner", "annulment")
    made = Check.objects.select_related(*named, "second_interview__by_check").get(pk=found.pk)
    return Response(shape(made), status=201)
