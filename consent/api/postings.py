"""`/api/v1/postings`: who is away, letting somebody leave who is cleared, and their return."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import postings
from consent.actions.postings import RECORD, RETURN
from consent.api import references
from consent.models import Posting
from consent.queries.postings import listed
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients import queries as registry
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown

VIEW = "consent.posting.view"


class PostingsView(APIView):
    """The postings of one person or programme; a new one for whoever is cleared."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List postings", "person", "programme", "away")
    def get(self, request: Request) -> Response:
        """List postings; `away=1` those that have not ended."""
        asked = given(request, "person", "programme", "away")
        rows = listed(Posting.objects.all())
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=registry.entries(person.pk))
        if "programme" in asked:
            rows = rows.filter(programme=references.programme(asked["programme"]))
        if "away" in asked:
            if asked["away"] != "1":
                raise InvalidInput("away is 1, or left out.", field="away")
            rows = rows.away()
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Let somebody leave",
        description="Decided in this instant from all facts. Who is not cleared is refused with "
        "409 and the gate's word in `detail`. `left_at` records a posting late, for whoever may: "
        "the person must have been cleared then, as known now.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Now",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "programme": "outer-survey",
                    "destination": "Station 4",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Post somebody who is cleared."""
        body = bodies.read(request, "person", "programme", "destination", "left_at")

        def act() -> Any:
            made = postings.post(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                programme=references.programme(body.get("programme")),
                destination=bodies.text(body, "destination"),
                left_at=bodies.moment(body, "left_at"),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class PostingReturnsView(APIView):
    """The return from one posting."""

    permissions: ClassVar[dict[str, str]] = {"POST": RETURN}

    @extend_schema(
        summary="Record a return",
        description="`returned_at` defaults to now.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Now", value={"note": "By the north gate."})],
    )
    def post(self, request: Request, posting_uid: uuid.UUID) -> Response:
        """Record that somebody came back."""
        body = bodies.read(request, "returned_at", "note")
        rows = listed(Posting.objects.filter(uid=posting_uid))
        posting = policy.scope(request.user, rows, RETURN).first()
        if posting is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        now = database_now()
        made = postings.come_back(
            posting=posting,
            returned_at=bodies.moment(body, "returned_at") or now,
            note=bodies.text(body, "note"),
            by=request.user,
            at=now,
        )
        return Response({"posting": str(posting.uid), **shown(made, "returned_at")}, status=201)


class PostingAnnulView(APIView):
    """Sets right a posting that was recorded although nobody left."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        summary="Annul a posting on which nobody left",
        description="With a `reason`; its recall ends with it.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Stayed", value={"reason": "Stayed behind, ill."})],
    )
    def post(self, request: Request, posting_uid: uuid.UUID) -> Response:
        """Annul a posting."""
        body = bodies.read(request, "reason")
        rows = listed(Posting.objects.filter(uid=posting_uid))
        posting = policy.scope(request.user, rows, RECORD).first()
        if posting is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        postings.annul(
            posting=posting,
            reason=bodies.text(body, "reason"),
            by=request.user,
            at=database_now(),
        )
        return Response(shape(rows.get()), status=201)


def shape(row: Posting) -> dict[str, Any]:
    """Return a posting as the interface shows it; nothing of why somebody is cleared or not."""
    void = getattr(row, "annulment", None)
    return {
        **shown(row, "id", "destination", "left_at", "answered_at", "valid_until", "ended_at"),
        "uid": str(row.uid),
        "person": str(row.person.uid),
        "programme": row.programme.code,
        "programme_version": row.programme_version,
        "state": "ERROR" if void else "AWAY" if row.ended_at is None else "RETURNED",
    }
