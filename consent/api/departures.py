"""`/api/v1/departures`: planning, the list with the gate's words, and letting people leave."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import departures
from consent.actions.departures import MOST_MEMBERS, PLAN, RECORD
from consent.api import references
from consent.models import Departure
from consent.queries import departures as queries
from consent.queries.departures import Line, counted
from consent.rules.departures import DepartureState
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown

VIEW = "consent.departure.view"
ONE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


class DeparturesView(APIView):
    """The departures that were planned; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": PLAN}

    @documented("List departures", "programme", "state", is_needed=False)
    def get(self, request: Request) -> Response:
        """List departures."""
        asked = given(request, "programme", "state", is_needed=False)
        one_of(asked, "state", [one.value for one in DepartureState])
        rows = counted(Departure.objects.all())
        if "programme" in asked:
            rows = rows.filter(programme=references.programme(asked["programme"]))
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        return page(request, rows, shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Plan a departure",
        description="Being on the list of a departure clears nobody.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Two people",
                value={
                    "programme": "outer-survey",
                    "leaves_at": "2026-12-01T06:00:00Z",
                    "destination": "Station 4",
                    "people": [ONE],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Plan a departure, with people or without."""
        body = bodies.read(request, "programme", "leaves_at", "destination", "people")

        def act() -> Any:
            leaves_at = bodies.moment(body, "leaves_at")
            if leaves_at is None:
                raise InvalidInput("Say when it leaves.", field="leaves_at")
            made = departures.plan(
                programme=references.programme(body.get("programme")),
                leaves_at=leaves_at,
                destination=bodies.text(body, "destination"),
                people=references.people(body, "people", by=request.user, most=MOST_MEMBERS),
                by=request.user,
                at=database_now(),
            )
            return shape(_departure(made.uid))

        return repeats.once(request, body, act)


class DepartureView(APIView):
    """One departure with everybody on its list."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        operation_id="v1_departures_read",
        summary="Read a departure",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, departure_uid: uuid.UUID) -> Response:
        """Read the list with the gate's word for everybody, decided now."""
        departure, now = _departure(departure_uid), database_now()
        lines = queries.lines(departure, at=now)
        reads.record(
            by=request.user,
            purpose="api",
            objects=[line.member for line in lines],
            person_id=lambda one: one.person_id,
        )
        members = [_line(line) for line in lines]
        return Response({**shape(departure), "as_of": now, "members": members})


class DepartureMembersView(APIView):
    """Who is to leave with a departure."""

    permissions: ClassVar[dict[str, str]] = {"POST": PLAN}

    @extend_schema(
        summary="Put people on a departure's list, or take them off",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("One more", value={"add": [ONE], "remove": []})],
    )
    def post(self, request: Request, departure_uid: uuid.UUID) -> Response:
        """Change the list; who stands on it already stays on it."""
        body = bodies.read(request, "add", "remove")
        departure, now = _departure(departure_uid), database_now()
        more, fewer = (
            references.people(body, name, by=request.user, most=MOST_MEMBERS)
            for name in ("add", "remove")
        )
        members = departure.members.filter(removed_at=None, person__in=fewer)
        removed = list(members.select_related("departure", "person"))
        if missing := {one.pk for one in fewer} - {one.person_id for one in removed}:
            raise InvalidInput(
                f"{len(missing)} of these people are not on the list.", field="remove"
            )
        departures.add(departure=departure, people=more, by=request.user, at=now)
        for member in removed:
            departures.remove(member=member, by=request.user, at=now)
        return Response(shape(_departure(departure_uid)))


class DepartureMovesView(APIView):
    """Letting people leave, and ending a departure."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        summary="Let people leave, or end a departure",
        description="`depart` decides for each of `people` (left out: everybody who has not left) "
        "in a transaction of their own; `stayed` tells the gate's word alone. `waiting` says how "
        "many were left for a further call. `close` and `cancel` end the departure.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Everybody", value={"move": "depart"})],
    )
    def post(self, request: Request, departure_uid: uuid.UUID) -> Response:
        """Let people leave, or close."""
        body = bodies.read(request, "move", "people")
        departure, now = _departure(departure_uid), database_now()
        end = {"close": departures.close, "cancel": departures.cancel}.get(str(body.get("move")))
        if end is not None:
            end(departure=departure, by=request.user, at=now)
            return Response(shape(_departure(departure_uid)))
        if body.get("move") != "depart":
            raise InvalidInput("move is depart, close or cancel.", field="move")
        people = None
        if "people" in body:
            people = references.people(body, "people", by=request.user, most=MOST_MEMBERS)
        found = departures.depart(departure=departure, people=people, by=request.user, at=now)
        return Response(
            {
                "left": [str(one.person.uid) for one in found.left],
                "stayed": [
                    {"person": str(person.uid), "status": word.value}
                    for person, word in found.stayed
                ],
                "away": [str(one.uid) for one in found.away],
                "waiting": found.waiting,
            }
        )


def shape(row: Departure) -> dict[str, Any]:
    """Return a departure as the interface shows it."""
    return {
        **shown(row, "id", "destination", "leaves_at", "state", "ended_at", "listed", "gone"),
        "uid": str(row.uid),
        "programme": row.programme.code,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "person": str(line.member.person.uid),
        "mrn": line.member.person.mrn,
        "status": line.view.status.value,
        "valid_until": line.view.valid_until,
        "left_at": line.posting.left_at if line.posting else None,
        "is_away": line.is_away,
    }


def _departure(uid: uuid.UUID) -> Departure:
    found: Departure | None = counted(Departure.objects.filter(uid=uid)).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found
