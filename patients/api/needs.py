"""`/api/v1/care-needs` and `/api/v1/related-persons`: what somebody needs, and who belongs to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import needs, related_persons
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import CareNeed, Person, RelatedPerson

NEED, RECORD_NEED = "patients.need.view", "patients.need.record"
RELATED, RECORD_RELATED = "patients.related.view", "patients.related.record"
ROLES = ("is_next_of_kin", "is_contact", "is_guardian", "may_consent")


class CareNeedsView(APIView):
    """What a person needs, as far as it holds; a new need."""

    permissions: ClassVar[dict[str, str]] = {"GET": NEED, "POST": RECORD_NEED}

    @documented("List needs", "person")
    def get(self, request: Request) -> Response:
        """List needs that hold."""
        return _of_person(request, CareNeed.objects.standing(), _need, NEED)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a need",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Record a need."""
        body = bodies.read(request, "person", "kind", "detail", "since", "until")

        def act() -> Any:
            made = needs.record(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD_NEED),
                kind=bodies.text(body, "kind", most=11),
                detail=bodies.text(body, "detail", most=120),
                since=bodies.needed_moment(body, "since"),
                until=bodies.moment(body, "until"),
                by=request.user,
                at=database_now(),
            )
            return _need(made)

        return repeats.once(request, body, act)


class RelatedPersonsView(APIView):
    """Who belongs to a person, as far as it holds; somebody new."""

    permissions: ClassVar[dict[str, str]] = {"GET": RELATED, "POST": RECORD_RELATED}

    @documented("List related persons", "person")
    def get(self, request: Request) -> Response:
        """List related persons that hold."""
        rows = RelatedPerson.objects.standing().prefetch_related(
            Prefetch("other", Person.objects.only("uid"))
        )
        return _of_person(request, rows, _related, RELATED)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a related person",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Record who belongs to a person."""
        body = bodies.read(
            request,
            *("person", "relation", "other", "name", "contact", *ROLES, "basis", "since", "until"),
        )

        def act() -> Any:
            by, other = request.user, body.get("other")
            if other:
                other = bodies.person_in_reach(other, by, RECORD_RELATED, field="other")
            made = related_persons.record(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD_RELATED),
                other=other or None,
                relation=bodies.text(body, "relation", most=9),
                name=bodies.text(body, "name", most=120),
                contact=bodies.text(body, "contact", most=200),
                basis=bodies.text(body, "basis", most=200),
                since=bodies.needed_moment(body, "since"),
                until=bodies.moment(body, "until"),
                is_next_of_kin=_flag(body, "is_next_of_kin"),
                is_contact=_flag(body, "is_contact"),
                is_guardian=_flag(body, "is_guardian"),
                may_consent=_flag(body, "may_consent"),
                by=request.user,
                at=database_now(),
            )
            return _related(made)

        return repeats.once(request, body, act)


def _of_person(request: Request, rows: QuerySet[Any], shape: Any, permission: str) -> Response:
    asked = given(request, "person")
    person = bodies.person_in_reach(asked["person"], request.user, permission)
    mine = rows.filter(person__in=queries.entries(person.pk))
    mine = mine.prefetch_related(Prefetch("person", Person.objects.only("uid")))
    return page(request, mine, shape, person=lambda row: row.person_id)


def _flag(body: dict[str, Any], name: str) -> bool:
    found = body.get(name, False)
    if type(found) is not bool:
        raise InvalidInput(f"{name} is true or false.", field=name)
    return found


def _need(row: CareNeed) -> dict[str, Any]:
    return {
        **shown(row, "id", "kind", "detail", "since", "until", "recorded_at"),
        "person": str(row.person.uid),
    }


def _related(row: RelatedPerson) -> dict[str, Any]:
    return {
        **shown(row, "id", "relation", "name", "contact", *ROLES, "basis", "since", "until"),
        "person": str(row.person.uid),
        "other": str(row.other.uid) if row.other is not None else None,
        "recorded_at": row.recorded_at,
    }
