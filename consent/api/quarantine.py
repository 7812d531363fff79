"""`/api/v1/quarantine-orders/.../release` and `/quarantine-lifts`: criteria as they stand, and lifts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.queries.quarantine_release import standing_of
from consent.rules.quarantine_release import Verdict
from labsys.audit import reads
from labsys.lib.clock import database_now
from patients import queries
from patients.actions import quarantine
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Person, QuarantineKind, QuarantineLift, QuarantineOrder

VIEW = "patients.quarantine.view"


class QuarantineLiftsView(APIView):
    """Lifts: which orders were ended by somebody, when and why."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List lifts of quarantine", "person", "kind", "agent", "verdict")
    def get(self, request: Request) -> Response:
        """List lifts with what the release criteria said then."""
        asked = given(request, "person", "kind", "agent", "verdict")
        one_of(asked, "kind", QuarantineKind.values)
        one_of(asked, "verdict", [one.value for one in Verdict])
        rows = QuarantineLift.objects.select_related("order", "release")
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(order__person__in=queries.entries(person.pk))
        paths = {"kind": "order__kind", "agent": "order__agent", "verdict": "release__verdict"}
        rows = rows.filter(**{path: asked[name] for name, path in paths.items() if name in asked})
        rows = rows.prefetch_related(Prefetch("order__person", Person.objects.only("uid")))
        return page(request, rows, lift_shape, person=lambda row: row.order.person_id)


class QuarantineReleaseView(APIView):
    """The release criteria of one order as they stand now; its lift."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": quarantine.LIFT}

    @extend_schema(
        summary="Show what stands of the release criteria of an order",
        description="`verdict` is MET, NOT_MET, UNDETERMINED or NONE; each criterion names the "
        "results that count (COUNTED) and why the others do not.",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, quarantineorder_id: int) -> Response:
        """Show what stands of the release criteria."""
        bodies.nothing_asked(request)
        order = bodies.row(request, QuarantineOrder, quarantineorder_id, VIEW)
        reads.record(by=request.user, purpose="api", objects=[order], person_id=order.person_id)
        found = standing_of(order, at=database_now())
        return Response(
            {"verdict": found.verdict.value, "since": found.since, "criteria": found.to_json()}
        )

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Lift an order",
        description="Refused (409) where its criteria are not met: two people lift it then, on the "
        "page of the order.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, quarantineorder_id: int) -> Response:
        """Lift an order."""
        body = bodies.read(request, "lifted_at", "reason")

        def act() -> Any:
            made: QuarantineLift = quarantine.lift(
                order=bodies.row(request, QuarantineOrder, quarantineorder_id, quarantine.LIFT),
                lifted_at=bodies.needed_moment(body, "lifted_at"),
                reason=bodies.text(body, "reason", most=2000),
                by=request.user,
                at=database_now(),
            )
            return {
                "order": made.order_id,
                "lifted_at": made.lifted_at,
                "verdict": made.release.verdict,  # type: ignore[attr-defined]
            }

        return repeats.once(request, body, act)


def lift_shape(row: QuarantineLift) -> dict[str, Any]:
    """Return a lift as the interface shows it; one without a verdict is from before it was kept."""
    release = getattr(row, "release", None)
    return {
        **shown(row, "id", "lifted_at", "reason", "recorded_at"),
        "order": row.order_id,
        "person": str(row.order.person.uid),
        **shown(row.order, "kind", "agent"),
        "verdict": release and release.verdict,
    }
