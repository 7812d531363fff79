"""`/api/v1/locations`: places, and their openings and closings."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.actions import locations
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Location, LocationOpening

VIEW = "patients.location.view"


class LocationsView(APIView):
    """Wards, rooms, beds, overflow places."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List places", "kind", "parent", "is_open", is_needed=False)
    def get(self, request: Request) -> Response:
        """List places."""
        asked = given(request, "kind", "parent", "is_open", is_needed=False)
        one_of(asked, "kind", Location.Kind.values)
        one_of(asked, "is_open", ("true", "false"))
        rows = Location.objects.select_related("parent")
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if "parent" in asked:
            rows = rows.filter(parent__code=asked["parent"])
        if "is_open" in asked:
            rows = rows.filter(is_active=asked["is_open"] == "true")
        return page(request, rows, shape)


class OpeningsView(APIView):
    """Openings and closings of one place; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": locations.SWITCH}

    @documented("List openings and closings of a place", is_needed=False)
    def get(self, request: Request, place_code: str) -> Response:
        """List openings and closings of a place."""
        given(request, is_needed=False)
        rows = LocationOpening.objects.filter(location=place(place_code)).select_related("location")
        return page(request, rows, opening)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Open or close a place",
        description="`happened_at` defaults to now. An overflow place opens with `capacity`; an open "
        "one is given another by opening it again.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "An overflow place",
                value={"is_open": True, "capacity": 12, "reason": "Ward A is full."},
            )
        ],
    )
    def post(self, request: Request, place_code: str) -> Response:
        """Open or close a place."""
        body = bodies.read(
            request, *("is_open", "happened_at", "capacity", "expected_until", "reason")
        )

        def act() -> Any:
            if not isinstance(body.get("is_open"), bool):
                raise InvalidInput("is_open is true or false.", field="is_open")
            location = place(place_code)
            (_open if body["is_open"] else _close)(location, body, request)
            made = location.openings.order_by("-happened_at").select_related("location")[0]
            return opening(made)

        return repeats.once(request, body, act)


def place(code: object, *, field: str = "location") -> Location:
    """Return the place with a code."""
    found = Location.objects.filter(code=code).first() if isinstance(code, str) and code else None
    if found is None:
        raise NotFound(f"There is no such {field}.")
    return found


def stated_place(body: dict[str, Any]) -> Location:
    """Return the place that a body names as `location`."""
    try:
        return place(bodies.text(body, "location"))
    except NotFound as unknown:
        raise InvalidInput(str(unknown), field="location") from unknown


def shape(row: Location) -> dict[str, Any]:
    """Return a place as the interface shows it."""
    return {
        **shown(row, "id", "code", "name", "kind"),
        "parent": row.parent and row.parent.code,
        "is_open": row.is_active,
    }


def opening(row: LocationOpening) -> dict[str, Any]:
    """Return an opening or closing as the interface shows it."""
    names = ("id", "is_open", "happened_at", "capacity", "expected_until", "reason", "recorded_at")
    return {"location": row.location.code, **shown(row, *names)}


def _open(location: Location, body: dict[str, Any], request: Request) -> None:
    stated: dict[str, Any] = {
        "capacity": _capacity(body),
        "expected_until": bodies.moment(body, "expected_until"),
        "reason": bodies.text(body, "reason"),
    }
    by, at, happened_at = request.user, database_now(), bodies.moment(body, "happened_at")
    is_resize = location.kind == Location.Kind.OVERFLOW and location.is_active
    if is_resize and happened_at is None and stated["capacity"]:
        locations.resize(by=by, at=at, location=location, **stated)
    else:
        locations.activate(by=by, at=at, location=location, opened_at=happened_at, **stated)


def _close(location: Location, body: dict[str, Any], request: Request) -> None:
    for name in ("capacity", "expected_until"):
        if body.get(name) is not None:
            raise InvalidInput(f"A closing has no {name}.", field=name)
    locations.deactivate(
        by=request.user,
        at=database_now(),
        location=location,
        closed_at=bodies.moment(body, "happened_at"),
        reason=bodies.text(body, "reason"),
    )


def _capacity(body: dict[str, Any]) -> int | None:
    found = body.get("capacity")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 9999:
        raise InvalidInput("capacity is a whole number from 1 to 9999.", field="capacity")
    return found
