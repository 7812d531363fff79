"""`/api/v1/quarantine-orders`, with reviews and breaches; rules are made and lifts judged in `consent`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import quarantine, quarantine_breaches, quarantine_reviews
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import (
    Location,
    Person,
    QuarantineBreach,
    QuarantineKind,
    QuarantineOrder,
    QuarantineReview,
)
from patients.queries.quarantine import EXTENSIONS, value

VIEW = "patients.quarantine.view"
PEOPLE = Prefetch("person", Person.objects.only("uid"))


class QuarantineOrdersView(APIView):
    """Orders of quarantine with the end in force; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": quarantine.ORDER}

    @documented("List orders of quarantine", "person", "kind", "agent")
    def get(self, request: Request) -> Response:
        """List orders of quarantine, lifted ones too."""
        asked = given(request, "person", "kind", "agent")
        one_of(asked, "kind", QuarantineKind.values)
        rows = QuarantineOrder.objects.select_related("rule", "location", "lift")
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=queries.entries(person.pk))
        rows = rows.filter(**{key: asked[key] for key in ("kind", "agent") if key in asked})
        return page(
            request,
            rows.prefetch_related(PEOPLE, EXTENSIONS),
            partial(shape, at=database_now()),
            person=lambda row: row.person_id,
        )

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Order quarantine",
        description="Where a rule is in force for `agent` and `kind`, `ends_at` may be left out; one "
        "that is given may not lie before the end that the rule gives. `location` is a place's code.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "By rule",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "kind": "HOSPITAL",
                    "agent": "nanites",
                    "reason": "Contact on the dock.",
                    "starts_at": "2026-01-31T08:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Order quarantine."""
        body = bodies.read(
            request,
            *("person", "kind", "agent", "location", "place", "reason", "starts_at", "ends_at"),
        )

        def act() -> Any:
            made = quarantine.order(
                person=bodies.person_in_reach(body.get("person"), request.user, quarantine.ORDER),
                kind=bodies.text(body, "kind", most=13),
                agent=bodies.text(body, "agent", most=80),
                location=_location(bodies.text(body, "location", most=32)),
                place=bodies.text(body, "place", most=200),
                reason=bodies.text(body, "reason", most=2000),
                starts_at=bodies.needed_moment(body, "starts_at"),
                ends_at=bodies.moment(body, "ends_at"),
                by=request.user,
                at=database_now(),
            )
            return shape(made, at=database_now())

        return repeats.once(request, body, act)


class QuarantineReviewsView(APIView):
    """Reviews of one order; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": quarantine_reviews.REVIEW}

    @documented("List the reviews of an order", is_needed=False)
    def get(self, request: Request, quarantineorder_id: int) -> Response:
        """List the reviews of an order."""
        given(request, is_needed=False)
        order = bodies.row(request, QuarantineOrder, quarantineorder_id, VIEW)
        rows = QuarantineReview.objects.filter(order=order)
        return page(request, rows, review_shape, person=lambda row: order.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a review of an order",
        description="`outcome` is CONTINUE or RELEASE_PROPOSED; `signs` ABSENT, PRESENT or "
        "NOT_ASSESSED. A review ends nothing.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, quarantineorder_id: int) -> Response:
        """Record a review."""
        body = bodies.read(request, "outcome", "signs", "findings", "reviewed_at")

        def act() -> Any:
            made = quarantine_reviews.record(
                order=bodies.row(
                    request, QuarantineOrder, quarantineorder_id, quarantine_reviews.REVIEW
                ),
                outcome=bodies.text(body, "outcome", most=16),
                signs=bodies.text(body, "signs", most=12),
                findings=bodies.text(body, "findings", most=4000),
                reviewed_at=bodies.needed_moment(body, "reviewed_at"),
                by=request.user,
                at=database_now(),
            )
            return review_shape(made)

        return repeats.once(request, body, act)


class QuarantineBreachesView(APIView):
    """Breaches of one order that hold; a new one, with who was met."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": quarantine_breaches.BREACH}

    @documented("List the breaches of an order", is_needed=False)
    def get(self, request: Request, quarantineorder_id: int) -> Response:
        """List the breaches of an order that hold."""
        given(request, is_needed=False)
        order = bodies.row(request, QuarantineOrder, quarantineorder_id, VIEW)
        rows = QuarantineBreach.objects.standing().filter(order=order)
        return page(
            request,
            rows.prefetch_related("contacts"),
            breach_shape,
            person=lambda row: order.person_id,
        )

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a breach of an order",
        description="`contacts` are the public ids of those who were met: each is recorded as "
        "possibly exposed to the agent of the order, in the same step.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, quarantineorder_id: int) -> Response:
        """Record a breach."""
        body = bodies.read(
            request, "kind", "seen_at", "until_at", "place", "witness", "note", "contacts"
        )
        met = body.get("contacts", [])
        if not isinstance(met, list):
            raise InvalidInput("contacts is a list of public ids.", field="contacts")

        def act() -> Any:
            made = quarantine_breaches.record(
                order=bodies.row(
                    request, QuarantineOrder, quarantineorder_id, quarantine_breaches.BREACH
                ),
                kind=bodies.text(body, "kind", most=10),
                seen_at=bodies.needed_moment(body, "seen_at"),
                until_at=bodies.moment(body, "until_at"),
                place=bodies.text(body, "place", most=200),
                witness=bodies.text(body, "witness", most=120),
                note=bodies.text(body, "note", most=2000),
                contacts=[
                    bodies.person_in_reach(one, request.user, "patients.exposure.record")
                    for one in met[: quarantine_breaches.MOST_CONTACTS + 1]
                ],
                by=request.user,
                at=database_now(),
            )
            return breach_shape(made)

        return repeats.once(request, body, act)


def shape(row: QuarantineOrder, *, at: datetime) -> dict[str, Any]:
    """Return an order as the interface shows it: what was ordered, and how it stands now."""
    known = value(row)
    lift = getattr(row, "lift", None)
    return {
        **shown(
            row, "id", "kind", "agent", "place", "reason", "starts_at", "ends_at", "recorded_at"
        ),
        "person": str(row.person.uid),
        "location": None if row.location is None else row.location.code,
        "rule": row.rule_id,
        "derived_ends_at": known.derived(at=at),
        "ends_in_force_at": known.ends(at=at),
        "state": known.state(at=at).value,
        "lifted_at": None if lift is None else lift.lifted_at,
    }


def review_shape(row: QuarantineReview) -> dict[str, Any]:
    return {
        **shown(row, "id", "outcome", "signs", "findings", "reviewed_at", "recorded_at"),
        "order": row.order_id,
    }


def breach_shape(row: QuarantineBreach) -> dict[str, Any]:
    return {
        **shown(
            row, "id", "kind", "seen_at", "until_at", "place", "witness", "note", "recorded_at"
        ),
        "order": row.order_id,
        "contacts": len(row.contacts.all()),
    }


def _location(code: str) -> Location | None:
    if not code:
        return None
    found: Location | None = Location.objects.filter(code=code).first()
    if found is None:
        raise InvalidInput("There is no place of this code.", field="location")
    return found
