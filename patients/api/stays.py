"""`/api/v1/stays`: who is or was in which ward; admission, transfer and discharge."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries
from patients.actions import encounters
from patients.api import bodies, repeats
from patients.api.locations import place, stated_place
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Encounter, EncounterEnd, Person

VIEW, RECORD = "patients.encounter.view", "patients.encounter.record"
PERSON = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


class StaysView(APIView):
    """Stays of a person or in a place; an admission."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List stays", "person", "location", "is_open")
    def get(self, request: Request) -> Response:
        """List stays."""
        asked = given(request, "person", "location", "is_open")
        one_of(asked, "is_open", ("true", "false"))
        rows = Encounter.objects.select_related("location", "end").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=queries.entries(person.pk))
        if "location" in asked:
            rows = rows.filter(location=place(asked["location"]))
        if "is_open" in asked:
            rows = rows.filter(is_open=asked["is_open"] == "true")
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Admit a person",
        description="`location` is the code of a ward, or of a bed that is free.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Into a bed",
                value={"person": PERSON, "location": "a-3", "started_at": "2026-01-31T08:00:00Z"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Admit a person."""
        body = bodies.read(request, "person", "location", "started_at", "reason")

        def act() -> Any:
            made = encounters.admit(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                location=stated_place(body),
                started_at=bodies.needed_moment(body, "started_at"),
                reason=bodies.text(body, "reason", most=200),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class TransferView(APIView):
    """A person moves to another ward or bed."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Transfer a person",
        description="Ends the stay and begins the next; the answer is the new stay.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "To a ward", value={"location": "ward-b", "moved_at": "2026-01-31T08:00:00Z"}
            )
        ],
    )
    def post(self, request: Request, encounter_id: int) -> Response:
        """Transfer a person."""
        body = bodies.read(request, "location", "moved_at", "reason")

        def act() -> Any:
            made = encounters.transfer(
                encounter=_stay(request, encounter_id),
                location=stated_place(body),
                moved_at=bodies.needed_moment(body, "moved_at"),
                reason=bodies.text(body, "reason", most=200),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class DischargeView(APIView):
    """A stay ends."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Discharge a person",
        description="`disposition`: DISCHARGED (the default), DECEASED, or ERROR for a stay that "
        "never was.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Home", value={"ended_at": "2026-01-31T08:00:00Z"})],
    )
    def post(self, request: Request, encounter_id: int) -> Response:
        """Discharge a person."""
        body = bodies.read(request, "ended_at", "disposition")

        def act() -> Any:
            stay = _stay(request, encounter_id)
            usual = EncounterEnd.Disposition.DISCHARGED.value
            encounters.discharge(
                encounter=stay,
                ended_at=bodies.needed_moment(body, "ended_at"),
                disposition=bodies.text(body, "disposition", most=11) or usual,
                by=request.user,
                at=database_now(),
            )
            return shape(Encounter.objects.select_related("end").get(pk=stay.pk))

        return repeats.once(request, body, act)


def shape(row: Encounter) -> dict[str, Any]:
    """Return a stay as the interface shows it."""
    end = getattr(row, "end", None)
    return {
        **shown(row, "id", "started_at", "reason", "is_open", "recorded_at"),
        "person": str(row.person.uid),
        "location": row.location.code,
        "ended_at": end and end.ended_at,
        "disposition": end and end.disposition,
    }


def _stay(request: Request, encounter_id: int) -> Encounter:
    """Return a stay in reach of who may see stays; who only records them, such as another system,
    names any."""
    permission = VIEW if policy.can(request.user, VIEW) else RECORD
    stay = bodies.row(request, Encounter, encounter_id, permission)
    reads.record(by=request.user, purpose="api", objects=[stay], person_id=stay.person_id)
    return stay
