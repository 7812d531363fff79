"""`/api/v1/notification-targets` and `/api/v1/deliveries`: who is told of what, and what was sent."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import deliveries
from consent.actions.deliveries import MANAGE
from consent.api import references
from consent.models import Delivery, NotificationTarget
from consent.rules.deliveries import TARGETED, Channel, DeliveryState, Told
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown


class NotificationTargetsView(APIView):
    """The addresses that are told of lost clearances, recalls and alerts; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": MANAGE, "POST": MANAGE}

    @documented("List addresses that are told", "what", "current", is_needed=False)
    def get(self, request: Request) -> Response:
        """List addresses; `current=1` those that are still told."""
        asked = given(request, "what", "current", is_needed=False)
        one_of(asked, "what", [one.value for one in TARGETED])
        one_of(asked, "current", ["1"])
        rows = NotificationTarget.objects.select_related("programme")
        if "what" in asked:
            rows = rows.filter(what=asked["what"])
        if "current" in asked:
            rows = rows.filter(ended_at=None)
        return page(request, rows, shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Have an address told",
        description="`channel` is EMAIL or WEBHOOK, `what` REVOCATION, RECALL or ALERT; `programme` "
        "left out means every one. A webhook shares a `secret`, which is never told again.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "By e-mail",
                value={"channel": "EMAIL", "address": "duty@host.example", "what": "RECALL"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Have an address told from now on."""
        body = bodies.read(request, "channel", "address", "what", "programme", "secret")

        def act() -> Any:
            one_of(_words(body, "channel"), "channel", [one.value for one in Channel])
            one_of(_words(body, "what"), "what", [one.value for one in TARGETED])
            code = body.get("programme")
            made = deliveries.add_target(
                channel=body["channel"],
                what=body["what"],
                address=bodies.text(body, "address", most=300),
                secret=bodies.text(body, "secret", most=200),
                programme=None if code is None else references.programme(code),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class NotificationTargetEndView(APIView):
    """Has an address told no longer."""

    permissions: ClassVar[dict[str, str]] = {"POST": MANAGE}

    @extend_schema(
        summary="Have an address told no longer",
        description="What waits for it is given up. The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, notificationtarget_id: int) -> Response:
        """End an address."""
        bodies.read(request)
        found = bodies.row(request, NotificationTarget, notificationtarget_id, MANAGE)
        return Response(
            shape(deliveries.end_target(target=found, by=request.user, at=database_now()))
        )


class DeliveriesView(APIView):
    """What was told to whom, and whether it was sent."""

    permissions: ClassVar[dict[str, str]] = {"GET": MANAGE}

    @documented("List notifications", "state", "what", is_needed=False)
    def get(self, request: Request) -> Response:
        """List notifications."""
        asked = given(request, "state", "what", is_needed=False)
        one_of(asked, "state", [one.value for one in DeliveryState])
        one_of(asked, "what", [one.value for one in Told])
        return page(request, Delivery.objects.filter(**asked), shape_of_delivery)


def shape(row: NotificationTarget) -> dict[str, Any]:
    """Return an address as the interface shows it, without the secret."""
    return {
        **shown(row, "id", "channel", "address", "what", "recorded_at", "ended_at"),
        "programme": row.programme.code if row.programme else None,
    }


def shape_of_delivery(row: Delivery) -> dict[str, Any]:
    """Return a notification as the interface shows it; `uid` is the `id` that a webhook is sent."""
    return {
        **shown(row, "id", "channel", "address", "what", "state", "recorded_at", "ended_at"),
        "uid": str(row.uid),
        "target": row.target_id,
    }


def _words(body: dict[str, Any], name: str) -> dict[str, str]:
    given = body.get(name)
    if not isinstance(given, str):
        raise InvalidInput(f"{name} has to be given.", field=name)
    return {name: given}
