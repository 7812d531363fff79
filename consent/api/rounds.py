"""`/api/v1/rounds`: the rounds of everybody enrolled, by day, person or programme."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import rounds
from consent.actions.rounds import GENERATE
from consent.api import references
from consent.models import RoundSlot
from consent.queries.boards import on_day
from consent.rules.rounds import SlotState
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Person

VIEW = "consent.board.view"
MOST = 10_000


class RoundsView(APIView):
    """Whose next check opens, is due and lapses when; bringing all of them up to date."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": GENERATE}

    @documented("List rounds", "person", "programme", "state", "day")
    def get(self, request: Request) -> Response:
        """List rounds; `day` needs a programme and gives the board of that day."""
        asked = given(request, "person", "programme", "state", "day")
        one_of(asked, "state", [state.value for state in SlotState])
        rows = RoundSlot.objects.all()
        if "day" in asked:
            programme = references.programme(asked.get("programme"))
            rows = on_day(programme, day_asked(asked["day"]), at=database_now())
        elif "programme" in asked:
            rows = rows.filter(programme=references.programme(asked["programme"]))
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=registry.entries(person.pk))
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        rows = rows.select_related("programme").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        summary="Bring rounds up to date",
        description="Opens, moves and closes rounds as the facts have them now; what is right "
        "already is left alone, so that it may be asked for again. Each act keeps the rounds it "
        f"concerns up to date itself. It stops after {MOST} changes: `after` of the answer, given "
        "back, goes on there, and is null once everybody was looked at.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("From the beginning", value={"programme": "outer-survey"})],
    )
    def post(self, request: Request) -> Response:
        """Bring the rounds of a programme up to date."""
        body = bodies.read(request, "programme", "after")
        after = body.get("after")
        if after is not None and (isinstance(after, bool) or not isinstance(after, int)):
            raise InvalidInput("after is a whole number, or left out.", field="after")
        if after is not None and not 0 <= after < 2**63:
            raise InvalidInput("after is a number that an answer gave.", field="after")
        made = rounds.generate(
            programme=references.programme(body.get("programme")),
            after=after or 0,
            most=MOST,
            by=request.user,
            at=database_now(),
        )
        return Response(shown(made, "opened", "moved", "closed", "after"))


def shape(row: RoundSlot) -> dict[str, Any]:
    """Return a round as the interface shows it."""
    moments = ("opens_at", "due_at", "lapses_at", "overdue_at", "closed_at")
    return {
        **shown(row, "id", "state", "basis", *moments),
        "person": str(row.person.uid),
        "programme": row.programme.code,
        "day_state": getattr(row, "day_state", None),
    }


def day_asked(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise InvalidInput("day is a day, such as 2026-01-31.", field="day")
    return found
