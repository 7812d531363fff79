"""`/api/v1/follow-ups`, visits, decisions and sightings: how somebody is followed up, and where they are."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import follow_ups, sightings, visits
from patients.api import bodies, repeats
from patients.api.agents import agent_of
from patients.api.paging import documented, given, page, shown
from patients.models import FollowUpDecision, FollowUpVisit, Person, Sighting
from patients.queries import follow_ups as reading
from patients.queries import whereabouts

VIEW = "patients.followup.view"
ONE = extend_schema(
    parameters=[repeats.KEY],
    request=OpenApiTypes.OBJECT,
    responses={201: OpenApiTypes.OBJECT},
)


class FollowUpsView(APIView):
    """Every follow-up of one person, as it stands now, and where they are."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Show how somebody is followed up",
        parameters=[OpenApiParameter("person", OpenApiTypes.STR, required=True)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Show the follow-ups of a person; `NO_RULE` says that nobody follows an exposure up."""
        asked, at = given(request, "person"), database_now()
        person = bodies.person_in_reach(asked["person"], request.user, VIEW)
        reads.record(by=request.user, purpose="api", objects=[person], person_id=person.pk)
        where = next(iter(whereabouts.of([person.pk], at=at).values()))
        return Response(
            {
                "person": str(person.uid),
                "whereabouts": {"where": where.where.value, "place": where.place},
                "follow_ups": [_followed(one) for one in reading.of_person(person, at=at)],
            }
        )


class VisitsView(APIView):
    """Visits that hold; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": visits.PERMISSION}

    @documented("List follow-up visits", "person")
    def get(self, request: Request) -> Response:
        """List visits that hold."""
        return _list(request, FollowUpVisit, VIEW, visit_shape)

    @ONE
    def post(self, request: Request) -> Response:
        """Record a visit: `person`, `agent` (a code), `outcome`, `visited_at`, and what was found."""
        body = bodies.read(
            request,
            *("person", "agent", "outcome", "visited_at", "symptoms", "temperature"),
            *("place", "visitor"),
        )

        def act() -> Any:
            made = visits.record(
                by=request.user,
                at=database_now(),
                person=bodies.person_in_reach(body.get("person"), request.user, visits.PERMISSION),
                agent=agent_of(body),
                outcome=bodies.text(body, "outcome", most=11),
                visited_at=bodies.needed_moment(body, "visited_at"),
                symptoms=bodies.text(body, "symptoms", most=200),
                temperature=_temperature(body),
                place=bodies.text(body, "place", most=200),
                visitor=bodies.text(body, "visitor", most=120),
            )
            return visit_shape(made)

        return repeats.once(request, body, act)


class DecisionsView(APIView):
    """Decisions that hold; a new one, about a follow-up in the state that the caller saw."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": follow_ups.PERMISSION}

    @documented("List decisions on follow-ups", "person")
    def get(self, request: Request) -> Response:
        """List decisions that hold."""
        return _list(request, FollowUpDecision, VIEW, decision_shape)

    @ONE
    def post(self, request: Request) -> Response:
        """Decide: `person`, `agent`, `kind`, `reason`, `expected` (the state seen), `until`."""
        body = bodies.read(
            request, "person", "agent", "kind", "reason", "expected", "decided_at", "until"
        )

        def act() -> Any:
            at = database_now()
            made = follow_ups.decide(
                by=request.user,
                at=at,
                expected=bodies.text(body, "expected", most=9),
                person=bodies.person_in_reach(
                    body.get("person"), request.user, follow_ups.PERMISSION
                ),
                agent=agent_of(body),
                kind=bodies.text(body, "kind", most=9),
                reason=bodies.text(body, "reason"),
                decided_at=bodies.moment(body, "decided_at") or at,
                until=bodies.moment(body, "until"),
            )
            return decision_shape(made)

        return repeats.once(request, body, act)


class SightingsView(APIView):
    """Sightings and searches that hold; a new one."""

    permissions: ClassVar[dict[str, str]] = {
        "GET": "patients.sighting.view",
        "POST": sightings.PERMISSION,
    }

    @documented("List sightings", "person")
    def get(self, request: Request) -> Response:
        """List sightings and searches that hold."""
        return _list(request, Sighting, "patients.sighting.view", sighting_shape)

    @ONE
    def post(self, request: Request) -> Response:
        """Record that somebody was seen, is being looked for, or was not found."""
        body = bodies.read(request, "person", "outcome", "seen_at", "place", "reported_by", "note")

        def act() -> Any:
            made = sightings.record(
                by=request.user,
                at=database_now(),
                person=bodies.person_in_reach(
                    body.get("person"), request.user, sightings.PERMISSION
                ),
                outcome=bodies.text(body, "outcome", most=18),
                seen_at=bodies.needed_moment(body, "seen_at"),
                place=bodies.text(body, "place", most=200),
                reported_by=bodies.text(body, "reported_by", most=120),
                note=bodies.text(body, "note", most=200),
            )
            return sighting_shape(made)

        return repeats.once(request, body, act)


def visit_shape(row: FollowUpVisit) -> dict[str, Any]:
    """Return a visit as the interface shows it."""
    told = shown(row, "id", "outcome", "symptoms", "place", "visitor", "visited_at", "recorded_at")
    heat = None if row.temperature is None else str(row.temperature)
    whose = {"person": str(row.person.uid), "agent": row.agent.code}
    return {**told, **whose, "temperature": heat}


def decision_shape(row: FollowUpDecision) -> dict[str, Any]:
    """Return a decision as the interface shows it."""
    told = shown(row, "id", "kind", "reason", "decided_at", "until", "recorded_at")
    return {**told, "person": str(row.person.uid), "agent": row.agent.code}


def sighting_shape(row: Sighting) -> dict[str, Any]:
    """Return a sighting as the interface shows it."""
    names = ("id", "outcome", "place", "reported_by", "note", "seen_at", "recorded_at")
    return {**shown(row, *names), "person": str(row.person.uid)}


def _list(request: Request, model: Any, view: str, shape: Any) -> Response:
    asked = given(request, "person")
    person = bodies.person_in_reach(asked["person"], request.user, view)
    rows = model.objects.standing().filter(person__in=queries.entries(person.pk))
    rows = rows.prefetch_related(Prefetch("person", Person.objects.only("uid")))
    if model is not Sighting:
        rows = rows.select_related("agent")
    return page(request, rows, shape, person=lambda row: row.person_id)


def _followed(one: reading.Followed) -> dict[str, Any]:
    found = one.found
    names = ("first_at", "last_at", "until", "last_seen_at", "seen_today", "unseen_days")
    return {
        **shown(found, *names),
        "agent": None if one.agent is None else one.agent.code,
        "name": one.name,
        "state": found.state.value,
        "duty": found.duty.value,
    }


def _temperature(body: dict[str, Any]) -> Decimal | None:
    """Return a temperature in °C, written as a text so that no digit is lost."""
    given_as = body.get("temperature")
    if given_as is None:
        return None
    try:
        found = Decimal(given_as) if isinstance(given_as, str) else None
    except InvalidOperation:
        found = None
    if found is None:
        raise InvalidInput('temperature is a text such as "37.2", in °C.', field="temperature")
    return found
