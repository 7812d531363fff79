"""/api/v1/capacities: whether somebody can decide about taking part, as clinicians found."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import capacities
from consent.api.checks import entries_named
from consent.models import CapacityAssessment, Check
from consent.rules.capacities import Capacity
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page

RECORD = "consent.capacity.record"
FIELDS = ("person", "outcome", "assessed_at", "check")


class CapacitiesView(APIView):
    """Lists a person's assessments, and takes new ones; a later one replaces an earlier."""

    permissions: ClassVar[dict[str, str]] = {"GET": "consent.capacity.view", "POST": RECORD}

    @documented("List assessments of capacity", "person")
    def get(self, request: Request) -> Response:
        asked = given(request, "person")
        rows = CapacityAssessment.objects.filter(person__in=entries_named(asked["person"]))
        rows = rows.select_related("person", "of_check", "recorded_by")
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record an assessment of capacity",
        description="`outcome` is HAS, DOUBTED or LACKS. `assessed_at` defaults to now. `check` "
        "names the psychological check it rests on, if any.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Found able", value={"person": "…", "outcome": "HAS"})],
    )
    def post(self, request: Request) -> Response:
        body, now = bodies.read(request, *FIELDS), database_now()
        person = bodies.person_in_reach(body.get("person"), request.user, RECORD)

        def act() -> Any:
            made = capacities.assess(
                person=person,
                outcome=_outcome(body.get("outcome")),
                of_check=_check(request, body.get("check")),
                assessed_at=bodies.moment(body, "assessed_at") or now,
                by=request.user,
                at=now,
            )
            return shape(made)

        return repeats.once(request, body, act)


def shape(row: CapacityAssessment) -> dict[str, Any]:
    """Return an assessment; what it rests on stays with its check."""
    return {
        "person": str(row.person.uid),
        "outcome": row.outcome,
        "assessed_at": row.assessed_at,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by.name,
        "check": str(row.of_check.uid) if row.of_check else None,
    }


def _outcome(value: Any) -> Capacity:
    if not isinstance(value, str) or value not in list(Capacity):
        raise InvalidInput(f"outcome is one of {', '.join(Capacity)}.", field="outcome")
    return Capacity(value)


def _check(request: Request, value: Any) -> Check | None:
    if value is None:
        return None
    try:
        uid = uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidInput("Name the check by its public id.", field="check") from None
    rows = policy.scope(request.user, Check.objects.filter(uid=uid))
    found: Check | None = rows.first()
    if found is None:
        raise InvalidInput("There is no such check, or it is not in your reach.", field="check")
    return found
