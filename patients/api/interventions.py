"""`/api/v1/interventions`: what was done to a person; a new one, one stated again, one taken back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
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
from patients.actions import interventions
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Intervention, Person
from patients.queries.operators import operator_called

VIEW, RECORD = "patients.intervention.view", "patients.intervention.record"
STATED = (
    *("person", "kind", "detail", "dose", "dose_unit", "intended_effect"),
    *("started_at", "ended_at", "operator"),
)
LONGEST_NUMBER = 40
EXAMPLE = OpenApiExample(
    "Filtration",
    value={
        "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
        "kind": "FILTRATION",
        "detail": "pore size 9 um",
        "dose": "6",
        "dose_unit": "L",
        "started_at": "2026-01-31T08:00:00Z",
        "ended_at": "2026-01-31T14:00:00Z",
        "intended_effect": "lower the nanite load",
    },
)


class InterventionsView(APIView):
    """Interventions that hold, of a person; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List interventions", "person", "kind")
    def get(self, request: Request) -> Response:
        """List interventions that hold."""
        asked = given(request, "person", "kind")
        one_of(asked, "kind", Intervention.Kind.values)
        rows = Intervention.objects.standing().prefetch_related(
            Prefetch("person", Person.objects.only("uid")),
            Prefetch("operator", Principal.objects.only("name")),
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=queries.entries(person.pk))
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record an intervention",
        description="`dose` is a number written as text, and needs `dose_unit`. `operator` is a user "
        "name; left out, it is who records.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Record an intervention."""
        body = bodies.read(request, *STATED)

        def act() -> Any:
            made = interventions.record(by=request.user, at=database_now(), **_said(body, request))
            return shape(made)

        return repeats.once(request, body, act)


class CorrectionsView(APIView):
    """An intervention stated again in place of one that holds."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Correct an intervention, or add its end",
        description="States all of it again, with a `reason`.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, intervention_id: int) -> Response:
        """State an intervention again."""
        body = bodies.read(request, *STATED, "reason")

        def act() -> Any:
            old = bodies.row(request, Intervention, intervention_id, RECORD)
            said = {"operator": old.operator, **_said(body, request)}
            made = interventions.correct(
                by=request.user,
                at=database_now(),
                intervention=old,
                reason=bodies.text(body, "reason"),
                **said,
            )
            return shape(made)

        return repeats.once(request, body, act)


class RetractionsView(APIView):
    """An intervention that was entered in error, taken back with nothing in its place."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Take back an intervention that was entered in error",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Taken back", value={"reason": "another patient"})],
    )
    def post(self, request: Request, intervention_id: int) -> Response:
        """Take back an intervention."""
        body = bodies.read(request, "reason")

        def act() -> Any:
            made = interventions.retract(
                by=request.user,
                at=database_now(),
                intervention=bodies.row(request, Intervention, intervention_id, RECORD),
                reason=bodies.text(body, "reason"),
            )
            return shape(made)

        return repeats.once(request, body, act)


def _said(body: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return what a body states, for the action to judge."""
    said: dict[str, Any] = {
        "person": bodies.person_in_reach(body.get("person"), request.user, RECORD),
        "kind": bodies.text(body, "kind", most=16),
        "detail": bodies.text(body, "detail", most=200),
        "dose": _number(body, "dose"),
        "dose_unit": bodies.text(body, "dose_unit", most=40),
        "intended_effect": bodies.text(body, "intended_effect", most=200),
        "started_at": bodies.needed_moment(body, "started_at"),
        "ended_at": bodies.moment(body, "ended_at"),
    }
    name = bodies.text(body, "operator", most=150)
    if name:
        said["operator"] = operator_called(name)
    return said


def _number(body: dict[str, Any], name: str) -> Decimal | None:
    given_ = body.get(name)
    if given_ is None:
        return None
    try:
        if isinstance(given_, str) and len(given_) <= LONGEST_NUMBER:
            return Decimal(given_)
    except InvalidOperation:
        pass
    raise InvalidInput(f'{name} is a number written as text, such as "2.5".', field=name)


def shape(row: Intervention) -> dict[str, Any]:
    """Return an intervention as the interface shows it."""
    return {
        **shown(row, "id", "kind", "detail", "dose_unit", "intended_effect"),
        **shown(row, "started_at", "ended_at", "recorded_at", "is_retraction"),
        "dose": None if row.dose is None else format(row.dose, "f"),
        "person": str(row.person.uid),
        "operator": row.operator.name,
        "corrects": row.corrects_id,
    }
