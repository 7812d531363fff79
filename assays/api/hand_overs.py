"""`/api/v1/hand-overs` and `/hand-over-items`: given, taken by name, worked off, by the pages' acts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import hand_overs
from assays.actions.hand_overs import MOST_ITEMS, WORK, Item
from assays.api.work_groups import group_of
from assays.models import HandOver, HandOverItem, HandOverTaken
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Person

PATIENTS = "assays.group.patients"
LONGEST = 8000
PEOPLE = Person.objects.only("uid")
_MADE: dict[int | str, Any] = {201: OpenApiTypes.OBJECT}


class HandOversView(APIView):
    """Hand-overs of the caller's groups; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": WORK, "POST": WORK}

    @documented("List hand-overs", "group", is_needed=False)
    def get(self, request: Request) -> Response:
        """List hand-overs that hold."""
        asked = given(request, "group", is_needed=False)
        rows = HandOver.objects.filter(corrected_by=None).select_related("group", "recorded_by")
        taken = HandOverTaken.objects.select_related("recorded_by").order_by("pk")
        rows = rows.prefetch_related(Prefetch("taken", taken))
        return page(request, rows.filter(group__code=asked["group"]) if asked else rows, _told)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Hand over",
        description="For members of the group. `items` are what stays to be done: `text`, `priority` "
        "(1_NOW, 2_SHIFT, 3_WATCH) and, of a patient of the group, `person` (a public id).",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
        examples=[
            OpenApiExample(
                "A hand-over",
                value={
                    "group": "removal",
                    "note": "Quiet night.",
                    "items": [{"text": "Repeat the load at noon", "priority": "2_SHIFT"}],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Hand over to whoever comes next."""
        body = bodies.read(request, "group", "note", "items")

        def act() -> Any:
            made = hand_overs.give(
                group=group_of(body),
                note=bodies.text(body, "note", most=LONGEST),
                items=[_item(one, request) for one in _listed(body)],
                by=request.user,
                at=database_now(),
            )
            return _told(made)

        return repeats.once(request, body, act)


class HandOverTakingsView(APIView):
    """Takes a hand-over by name."""

    permissions: ClassVar[dict[str, str]] = {"POST": WORK}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Take a hand-over",
        description="By another member of the group than gave it. 409: you took it already, or it "
        "was set right meanwhile.",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
    )
    def post(self, request: Request, handover_id: int) -> Response:
        """Take it."""
        body = bodies.read(request)
        one = bodies.row(request, HandOver, handover_id, WORK)

        def act() -> Any:
            made = hand_overs.take(hand_over=one, by=request.user, at=database_now())
            return {"hand_over": one.pk, **shown(made, "id", "recorded_at")}

        return repeats.once(request, body, act)


class HandOverItemsView(APIView):
    """What is still open in the caller's groups."""

    permissions: ClassVar[dict[str, str]] = {"GET": WORK}

    @documented("List open items of hand-overs", "group", "person", is_needed=False)
    def get(self, request: Request) -> Response:
        """List what nobody finished; items about patients out of reach are not among it."""
        asked = given(request, "group", "person", is_needed=False)
        rows = HandOverItem.objects.filter(end=None, hand_over__corrected_by=None)
        rows = rows.select_related("hand_over__group").prefetch_related(Prefetch("person", PEOPLE))
        if "group" in asked:
            rows = rows.filter(hand_over__group__code=asked["group"])
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, PATIENTS)
            rows = rows.filter(person__in=registry.entries(person.pk))
        answer = page(request, rows, _open)
        _looked(request, answer.data["hand_over_items"])
        return answer


class HandOverItemEndsView(APIView):
    """Says what was done about an item."""

    permissions: ClassVar[dict[str, str]] = {"POST": WORK}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Finish an item of a hand-over",
        description="`done` says what was done. 409: somebody finished it meanwhile.",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
    )
    def post(self, request: Request, handoveritem_id: int) -> Response:
        """Finish it."""
        body = bodies.read(request, "done")
        one = bodies.row(request, HandOverItem, handoveritem_id, WORK)

        def act() -> Any:
            said = bodies.text(body, "done", most=2000)
            made = hand_overs.finish(item=one, done=said, by=request.user, at=database_now())
            return {"hand_over_item": one.pk, **shown(made, "id", "done", "recorded_at")}

        return repeats.once(request, body, act)


def _listed(body: dict[str, Any]) -> list[Any]:
    found = body.get("items", [])
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise InvalidInput(f"items is a list of at most {MOST_ITEMS}.", field="items")
    return found


def _item(said: Any, request: Request) -> Item:
    if not isinstance(said, dict) or set(said) - {"text", "priority", "person"}:
        raise InvalidInput("Each of items has text, priority and person alone.", field="items")
    priority = bodies.text(said, "priority", most=7)
    if priority not in HandOverItem.Priority.values:
        known = ", ".join(HandOverItem.Priority.values)
        raise InvalidInput(f"priority is one of {known}.", field="items")
    whom = said.get("person")
    person = whom and bodies.person_in_reach(whom, request.user, PATIENTS)
    return Item(bodies.text(said, "text", most=2000), priority, person or None)


def _told(row: HandOver) -> dict[str, Any]:
    return {
        "group": row.group.code,
        **shown(row, "id", "handed_at", "note", "corrects_id", "recorded_at"),
        "by": row.recorded_by.name,
        "taken": [{"by": one.recorded_by.name, "at": one.recorded_at} for one in row.taken.all()],
    }


def _open(row: HandOverItem) -> dict[str, Any]:
    return {
        "group": row.hand_over.group.code,
        "hand_over": row.hand_over_id,
        "person": str(row.person.uid) if row.person else None,
        **shown(row, "id", "priority", "text", "recorded_at"),
    }


def _looked(request: Request, items: list[dict[str, Any]]) -> None:
    """Put on record about whom items were shown."""
    rows = HandOverItem.objects.filter(pk__in=[one["id"] for one in items if one["person"]])
    reads.record(
        by=request.user, purpose="api", objects=rows, person_id=lambda item: item.person_id
    )
