"""`/api/v1/returns`: who came back, and whether they are free to go."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import returns
from consent.actions.returns import EVALUATE
from consent.models import PostingReturn
from consent.queries.returns import listed
from consent.rules.returns import ReturnOutcome
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, page, shown, whole

VIEW = "consent.return.view"


class ReturnsView(APIView):
    """Returns from postings, and what a physician concluded about each."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": EVALUATE}

    @documented("List returns", "person", "waiting")
    def get(self, request: Request) -> Response:
        """List returns; `waiting=1` those of people who are not free to go yet."""
        asked = given(request, "person", "waiting")
        rows = policy.scope(request.user, listed(PostingReturn.objects.all()), VIEW)
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(posting__person__in=registry.entries(person.pk))
        if "waiting" in asked:
            if asked["waiting"] != "1":
                raise InvalidInput("waiting is 1, or left out.", field="waiting")
            rows = rows.filter(freed_at=None)
        return page(request, rows, shape, person=lambda row: row.posting.person_id)

    @extend_schema(
        summary="Evaluate a return",
        description="FREE needs a passed medical check and an interview since the return. "
        "QUARANTINE orders one of `kind` for `reason` in the same step, until `ends_at` or until "
        "it is lifted.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("Free to go", value={"return": 17, "outcome": "FREE"}),
            OpenApiExample(
                "Kept apart",
                value={
                    "return": 17,
                    "outcome": "QUARANTINE",
                    "kind": "HOSPITAL",
                    "reason": "Fever since the crossing.",
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Say that somebody is free to go, or order quarantine."""
        names = ("return", "outcome", "comment", "kind", "reason", "ends_at")
        body = bodies.read(request, *names)
        rows = PostingReturn.objects.filter(pk=whole({"return": body.get("return")}, "return"))
        row = policy.scope(request.user, listed(rows), EVALUATE).first()
        if row is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        stated = {
            "posting_return": row,
            "comment": bodies.text(body, "comment"),
            "by": request.user,
            "at": database_now(),
        }
        if body.get("outcome") == ReturnOutcome.FREE:
            made = returns.free(**stated)
        elif body.get("outcome") == ReturnOutcome.QUARANTINE:
            made = returns.keep_apart(
                kind=bodies.text(body, "kind"),
                reason=bodies.text(body, "reason"),
                ends_at=bodies.moment(body, "ends_at"),
                **stated,
            )
        else:
            raise InvalidInput("outcome is FREE or QUARANTINE.", field="outcome")
        return Response({"return": row.pk, "outcome": made.outcome}, status=201)


def shape(row: PostingReturn) -> dict[str, Any]:
    """Return a return as the interface shows it."""
    return {
        **shown(row, "id", "returned_at", "freed_at"),
        "posting": str(row.posting.uid),
        "person": str(row.posting.person.uid),
        "programme": row.posting.programme.code,
        "evaluations": [
            {"outcome": one.outcome, "recorded_at": one.recorded_at}
            for one in row.evaluations.all()
        ],
    }
