"""`/api/v1/controllers`, `/controller-readings`, `/controller-alarms`, `/set-points`.

Devices with whose they are, what they showed, what left its band, and what is to be kept. An
instrument sends readings; nothing here commands a device.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.quantities import parse_decimal, plain
from patients import queries
from patients.actions import controller_readings, set_points
from patients.actions.controller_readings import SEND, Sent
from patients.actions.set_points import DRAFT
from patients.api import bodies, repeats
from patients.api.paging import MOST, documented, given, one_of, page, shown, whole
from patients.models import (
    Controller,
    ControllerAlarm,
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    HeldReading,
    Person,
    SetPoint,
)
from patients.queries.controller_overviews import first_ids
from patients.queries.controllers import firmware, state
from patients.rules.controllers import Verdict

VIEW, DEVICES = "patients.controller.view", "patients.device.view"
PEOPLE = Person.objects.only("uid")


class ControllersView(APIView):
    """Registered devices."""

    permissions: ClassVar[dict[str, str]] = {"GET": DEVICES}

    @documented("List controllers", "serial", "model", is_needed=False)
    def get(self, request: Request) -> Response:
        """List controllers; whose one is stands there where that patient is in reach."""
        asked = given(request, "serial", "model", is_needed=False)
        at = database_now()
        current = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
        near = policy.scope(request.user, ControllerAssignment.objects.filter(current), VIEW)
        near = near.prefetch_related(Prefetch("person", PEOPLE))
        rows = Controller.objects.filter(**asked)
        rows = rows.prefetch_related("events", Prefetch("assignments", near, "near"))
        return page(request, rows, _device, person=_whose)


class ControllerReadingsView(APIView):
    """Readings of a patient; a new one, sent by an instrument."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": SEND}

    @documented("List readings of controllers", "person", "controller", "quantity", "verdict")
    def get(self, request: Request) -> Response:
        """List readings that hold."""
        asked = given(request, "person", "controller", "quantity", "verdict")
        one_of(asked, "verdict", [one.value for one in Verdict])
        rows = ControllerReading.objects.standing()
        rows = rows.filter(**_named(asked, controller="controller__serial"))
        rows = rows.filter(**{"verdict": asked["verdict"]} if "verdict" in asked else {})
        if "person" in asked:
            earlier = rows.order_by("-id")
            if "before" in request.query_params:
                earlier = earlier.filter(id__lt=whole(request.query_params, "before"))
            mine = _assigned(asked["person"], request)
            rows = rows.filter(pk__in=first_ids(earlier, mine, most=MOST + 1))
        rows = rows.select_related("controller", "quantity").prefetch_related(
            Prefetch("assignment__person", PEOPLE)
        )
        return page(request, rows, reading, person=lambda row: row.assignment.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Send a reading of a controller",
        description="With the key of the instrument that reads the controller. `value` is text, so "
        "that no digit is lost. What cannot be made a patient's reading (unknown serial or quantity, "
        "another unit, a device that was nobody's then) is held as it came, with its `reason`, and "
        "is not to be sent again. 409: it was sent before.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A replication rate",
                value={
                    "controller": "NC-0417",
                    "quantity": "replication-rate",
                    "value": "2.1",
                    "unit": "1/d",
                    "read_at": "2026-01-31T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a reading, or hold it."""
        body = bodies.read(request, "controller", "quantity", "value", "unit", "read_at")

        def act() -> Any:
            sent = Sent(
                serial=_needed(body, "controller", 64),
                quantity=_needed(body, "quantity", 32),
                value=_number(body, "value"),
                unit=_needed(body, "unit", 40),
                read_at=bodies.needed_moment(body, "read_at"),
            )
            made = controller_readings.send(sent=sent, by=request.user, at=database_now())
            # Whoever sends reads no patient: they are told what became of it, and nothing else.
            if isinstance(made, HeldReading):
                return {"id": made.pk, "status": "HELD", "reason": made.reason}
            return {"id": made.pk, "status": "RECORDED", "reason": ""}

        return repeats.once(request, body, act)


class ControllerAlarmsView(APIView):
    """Alarms that are open."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List open alarms of controllers", "person", "controller", is_needed=False)
    def get(self, request: Request) -> Response:
        """List alarms that nobody closed."""
        asked = given(request, "person", "controller", is_needed=False)
        rows = _of_person(ControllerAlarm.objects.open(), asked, request)
        rows = rows.filter(**_named(asked, controller="assignment__controller__serial"))
        rows = rows.select_related("quantity", "reading", "assignment__controller")
        rows = rows.select_related("acknowledged_by__user")
        rows = rows.prefetch_related(Prefetch("assignment__person", PEOPLE))
        return page(request, rows, alarm, person=lambda row: row.assignment.person_id)


class SetPointsView(APIView):
    """Set-points of a patient, with how many have signed; a new draft."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DRAFT}

    @documented("List set-points", "person", "quantity")
    def get(self, request: Request) -> Response:
        """List every version that was not discarded."""
        asked = given(request, "person", "quantity")
        rows = SetPoint.objects.filter(discarded_at=None).counted().select_related("quantity")
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=queries.entries(person.pk))
        rows = rows.filter(**_named(asked)).prefetch_related(Prefetch("person", PEOPLE))
        return page(request, rows, set_point, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft a set-point",
        description="It counts once two other people have signed it on its page. Numbers are text. "
        "Without `value` it says that nothing is to be kept any more.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Draft a set-point."""
        body = bodies.read(request, "person", "quantity", "value", "low", "high", "reason")

        def act() -> Any:
            code = bodies.text(body, "quantity", most=32)
            quantity = ControlQuantity.objects.filter(code=code).first()
            if quantity is None:
                raise InvalidInput(f"There is no quantity {code!r}.", field="quantity")
            made = set_points.draft(
                person=bodies.person_in_reach(body.get("person"), request.user, DRAFT),
                quantity=quantity,
                reason=bodies.text(body, "reason"),
                **{
                    name: None if body.get(name) is None else _number(body, name)
                    for name in ("value", "low", "high")
                },
                by=request.user,
                at=database_now(),
            )
            return set_point(made)

        return repeats.once(request, body, act)


def _device(row: Any) -> dict[str, Any]:
    near = row.near[0] if row.near else None
    return {
        **shown(row, "id", "serial", "model"),
        "state": state(row.events.all()),
        "firmware": firmware(row.events.all()),
        "person": near and str(near.person.uid),
        "recorded_at": row.recorded_at,
    }


def _whose(row: Any) -> int | None:
    return row.near[0].person_id if row.near else None


def reading(row: ControllerReading) -> dict[str, Any]:
    """Return a reading as the interface shows it."""
    return {
        "id": row.pk,
        "person": str(row.assignment.person.uid),
        "controller": row.controller.serial,
        "quantity": row.quantity.code,
        "value": plain(row.value),
        "unit": row.quantity.unit,
        **shown(row, "verdict", "source", "read_at", "recorded_at"),
    }


def alarm(row: ControllerAlarm) -> dict[str, Any]:
    """Return an alarm as the interface shows it."""
    who = row.acknowledged_by
    return {
        "id": row.pk,
        "person": str(row.assignment.person.uid),
        "controller": row.assignment.controller.serial,
        "quantity": row.quantity.code,
        "value": plain(row.reading.value),
        "unit": row.quantity.unit,
        "read_at": row.reading.read_at,
        "acknowledged_by": who and who.display_name,
        **shown(row, "side", "acknowledged_at", "recorded_at"),
    }


def set_point(row: SetPoint) -> dict[str, Any]:
    """Return a set-point as the interface shows it."""
    numbers = {name: getattr(row, name) for name in ("value", "low", "high")}
    return {
        "id": row.pk,
        "uid": str(row.uid),
        "person": str(row.person.uid),
        "quantity": row.quantity.code,
        "unit": row.quantity.unit,
        **{name: None if one is None else plain(one) for name, one in numbers.items()},
        **shown(row, "number", "reason", "recorded_at"),
        "signatures": getattr(row, "signatures_given", 0),
    }


def _of_person(rows: Any, asked: dict[str, str], request: Request) -> Any:
    if "person" not in asked:
        return rows
    return rows.filter(assignment__in=_assigned(asked["person"], request))


def _assigned(uid: str, request: Request) -> QuerySet[ControllerAssignment]:
    person = bodies.person_in_reach(uid, request.user, VIEW)
    return ControllerAssignment.objects.filter(person__in=queries.entries(person.pk))


def _named(asked: dict[str, str], **paths: str) -> dict[str, str]:
    known = {"quantity": "quantity__code", **paths}
    return {path: asked[name] for name, path in known.items() if name in asked}


def _needed(body: dict[str, Any], name: str, most: int) -> str:
    found = bodies.text(body, name, most=most).strip()
    if not found:
        raise InvalidInput(f"Give {name}.", field=name)
    return found


def _number(body: dict[str, Any], name: str) -> Decimal:
    found = body.get(name)
    if not isinstance(found, str):
        raise InvalidInput(f'{name} is a number written as text, such as "2.10".', field=name)
    try:
        return parse_decimal(found)
    except InvalidInput as refused:
        raise InvalidInput(str(refused), field=name) from refused
