"""/api/v1/capacities: whether somebody can decide about taking part, as clinicians found."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.api.paging import documented, given, page
from consent.actions import capacities
from consent.api.checks import entries_named
from consent.models import CapacityAssessment, Check
from consent.rules.capacities import Capacity
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.models import Person

RECORD = "consent.capacity.record"
FIELDS = frozenset({"person", "outcome", "assessed_at", "check"})


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
        summary="Record an assessment of capacity",
        description="`outcome` is HAS, DOUBTED or LACKS. `assessed_at` defaults to now. `check` "
        "names the psychological check it rests on, if any.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Found able", value={"person": "…", "outcome": "HAS"})],
    )
    def post(self, request: Request) -> Response:
        said = request.data
        if not isinstance(said, dict):
            raise InvalidInput("Send a JSON object.")
        unknown = sorted(set(said) - FIELDS)
        if unknown:
            raise InvalidInput(f"There is no field {unknown[0]!r}.", field=unknown[0])
        now = database_now()
        uid = _uid(said.get("person"), "person")
        people = policy.scope(request.user, Person.objects.filter(uid=uid), RECORD)
        person = people.first()
        if person is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        made = capacities.assess(
            person=person,
            outcome=_outcome(said.get("outcome")),
            of_check=_check(request, said.get("check")),
            assessed_at=_moment(said.get("assessed_at")) or now,
            by=request.user,
            at=now,
        )
        return Response(shape(made), status=201)


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


def _uid(value: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidInput(f"Name the {field} by its public id.", field=field) from None


def _outcome(value: Any) -> Capacity:
    if not isinstance(value, str) or value not in list(Capacity):
        raise InvalidInput(f"outcome is one of {', '.join(Capacity)}.", field="outcome")
    return Capacity(value)


def _check(request: Request, value: Any) -> Check | None:
    if value is None:
        return None
    rows = policy.scope(request.user, Check.objects.filter(uid=_uid(value, "check")))
    found: Check | None = rows.first()
    if found is None:
        raise InvalidInput("There is no such check, or it is not in your reach.", field="check")
    return found


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1900 <= found.year <= 2200:
        raise InvalidInput(
            "assessed_at is a moment with its time zone, such as 2026-01-31T08:00:00Z.",
            field="assessed_at",
        )
    return found
