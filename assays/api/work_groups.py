"""`/api/v1/work-groups`, `/work-group-patients` and `/shifts`: groups, whom they look after, rotas."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import shifts, work_groups
from assays.actions.work_groups import ASSIGN
from assays.models import GroupPatient, Shift, WorkGroup
from labsys.accounts.models import Principal, PrincipalKind
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Person

VIEW, PATIENTS = "assays.group.view", "assays.group.patients"
PEOPLE = Person.objects.only("uid")
_MADE: dict[int | str, Any] = {201: OpenApiTypes.OBJECT}


class WorkGroupsView(APIView):
    """The groups."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List work groups", "group", is_needed=False)
    def get(self, request: Request) -> Response:
        """List groups, those closed among them."""
        asked = given(request, "group", is_needed=False)
        rows = WorkGroup.objects.all()
        return page(request, rows.filter(code=asked["group"]) if asked else rows, _group)


class GroupPatientsView(APIView):
    """Whom groups look after; one more."""

    permissions: ClassVar[dict[str, str]] = {"GET": PATIENTS, "POST": ASSIGN}

    @documented("List patients of work groups", "person", "group")
    def get(self, request: Request) -> Response:
        """List whom groups look after, and did."""
        asked = given(request, "person", "group")
        rows = GroupPatient.objects.select_related("group").prefetch_related(
            Prefetch("person", PEOPLE)
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, PATIENTS)
            rows = rows.filter(person__in=registry.entries(person.pk))
        if "group" in asked:
            rows = rows.filter(group__code=asked["group"])
        return page(request, rows, _patient, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Have a work group look after a patient",
        description="Its members have the patient in their care while both last. `since` defaults "
        "to now. 409: the group looks after them already.",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
    )
    def post(self, request: Request) -> Response:
        """Add a patient."""
        body = bodies.read(request, "group", "person", "question", "since")

        def act() -> Any:
            at = database_now()
            made = work_groups.add_patient(
                group=group_of(body),
                person=bodies.person_in_reach(body.get("person"), request.user, ASSIGN),
                question=bodies.text(body, "question", most=2000),
                since=bodies.moment(body, "since") or at,
                by=request.user,
                at=at,
            )
            return _patient(made)

        return repeats.once(request, body, act)


class ShiftsView(APIView):
    """Shifts; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": VIEW}

    @documented("List shifts", "group", "principal", is_needed=False)
    def get(self, request: Request) -> Response:
        """List shifts, those cancelled among them; `principal` is a login name."""
        asked = given(request, "group", "principal", is_needed=False)
        rows = Shift.objects.select_related("group", "principal")
        paths = {"group": "group__code", "principal": "principal__name"}
        return page(request, rows.filter(**{paths[k]: v for k, v in asked.items()}), _shift)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Put somebody on duty",
        description="For whoever makes rotas, and for the lead of the group. `principal` is the "
        "login name of a member. 409: they are on duty then already, in this group or another.",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
        examples=[
            OpenApiExample(
                "A night",
                value={
                    "group": "removal",
                    "principal": "a.okafor",
                    "starts_at": "2026-01-31T22:00:00Z",
                    "ends_at": "2026-02-01T06:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Put a shift."""
        body = bodies.read(request, "group", "principal", "starts_at", "ends_at")

        def act() -> Any:
            made = shifts.put(
                group=group_of(body),
                principal=_principal(body),
                starts_at=bodies.needed_moment(body, "starts_at"),
                ends_at=bodies.needed_moment(body, "ends_at"),
                by=request.user,
                at=database_now(),
            )
            return _shift(made)

        return repeats.once(request, body, act)


def group_of(body: dict[str, Any]) -> WorkGroup:
    """Return the group that a body names by its code."""
    code = bodies.text(body, "group", most=32)
    found: WorkGroup | None = WorkGroup.objects.filter(code=code).first()
    if found is None:
        raise InvalidInput(f"There is no work group {code!r}.", field="group")
    return found


def _principal(body: dict[str, Any]) -> Principal:
    name = bodies.text(body, "principal", most=150)
    found = Principal.objects.filter(name=name, kind=PrincipalKind.PERSON).first()
    if found is None:
        raise InvalidInput(f"Nobody logs in as {name!r}.", field="principal")
    return found


def _group(row: WorkGroup) -> dict[str, Any]:
    return {
        "group": row.code,
        **shown(row, "id", "name", "kind", "aim", "needed", "is_active", "recorded_at"),
    }


def _patient(row: GroupPatient) -> dict[str, Any]:
    return {
        "person": str(row.person.uid),
        "group": row.group.code,
        **shown(row, "id", "question", "since", "until", "recorded_at"),
    }


def _shift(row: Shift) -> dict[str, Any]:
    return {
        "group": row.group.code,
        "principal": row.principal.name,
        **shown(row, "id", "starts_at", "ends_at", "cancelled_at", "cancelled_because"),
        "recorded_at": row.recorded_at,
    }
