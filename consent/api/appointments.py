"""`/api/v1/appointments`: when people come for the checks of their round."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import appointments
from consent.actions.appointments import PLAN
from consent.api import references
from consent.api.rounds import day_asked
from consent.models import Appointment, RoundSlot
from consent.queries import appointments as queries
from consent.queries.calendars import calendar_for
from consent.rules.appointments import AppointmentKind, AppointmentState
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Location

VIEW = "consent.appointment.view"
TIMES = ("starts_at", "ends_at", "place", "with_whom")
ACTS = {"move": TIMES, "cancel": ("reason",), "miss": ()}


class CalendarView(APIView):
    """One's own appointments as a calendar."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Read one's own appointments as iCalendar",
        description="A participant's own, or those of a clinician, without a name of anybody.",
        responses={(200, "text/calendar"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """Read the calendar."""
        bodies.nothing_asked(request)
        text = calendar_for(request.user, at=database_now())
        return HttpResponse(text, content_type="text/calendar; charset=utf-8")


class AppointmentsView(APIView):
    """The appointments of a person or of a day; a new one for an open round."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": PLAN}

    @documented("List appointments", "person", "programme", "day", "state")
    def get(self, request: Request) -> Response:
        """List appointments; `day` needs a programme. Rows that were moved are listed by state."""
        asked = given(request, "person", "programme", "day", "state")
        one_of(asked, "state", [state.value for state in AppointmentState])
        rows = Appointment.objects.all() if "state" in asked else queries.present()
        if "programme" in asked or "day" in asked:
            programme = references.programme(asked.get("programme"))
            rows = rows.filter(slot__programme=programme)
            if "day" in asked:
                rows = rows.filter(pk__in=queries.on_day(programme, day_asked(asked["day"])))
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=registry.entries(person.pk))
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        return page(request, queries.listed(rows), shape, person=lambda row: row.person_id)

    @extend_schema(
        summary="Book an appointment",
        description="For an open round, by its id as `rounds` lists it. `make_up_of` names an "
        "appointment that the same person missed. `with_whom` is a clinician's user name.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Both checks",
                value={
                    "round": 41,
                    "kind": "BOTH",
                    "starts_at": "2026-03-09T08:00:00Z",
                    "ends_at": "2026-03-09T08:45:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Book a time."""
        body = bodies.read(request, "round", "kind", "make_up_of", *TIMES)
        slots = RoundSlot.objects.filter(pk=_number(body, "round"))
        slot = policy.scope(request.user, slots, PLAN).first()
        if slot is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        kind = body.get("kind")
        if not isinstance(kind, str) or kind not in AppointmentKind.__members__:
            raise InvalidInput(f"kind is one of {', '.join(AppointmentKind)}.", field="kind")
        missed = None
        if body.get("make_up_of") is not None:
            missed = Appointment.objects.filter(pk=_number(body, "make_up_of")).first()
            if missed is None:
                raise InvalidInput("There is no such appointment.", field="make_up_of")
        made = appointments.book(
            slot=slot,
            kind=AppointmentKind(kind),
            make_up_of=missed,
            by=request.user,
            at=database_now(),
            **_times(body),
        )
        return Response(shape(made), status=201)


class AppointmentEndsView(APIView):
    """What becomes of one appointment."""

    permissions: ClassVar[dict[str, str]] = {"POST": PLAN}

    @extend_schema(
        operation_id="v1_appointments_act",
        summary="Move, cancel or miss an appointment",
        description="`move` takes the fields of a booking and answers with the row that follows, "
        "`cancel` takes a `reason` that may be left out, `miss` takes nothing.",
        parameters=[OpenApiParameter("act", OpenApiTypes.STR, "path", enum=list(ACTS))],
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Cancel", value={"reason": "Asked for another day."})],
    )
    def post(self, request: Request, appointment_id: int, act: str) -> Response:
        """Move, cancel or miss."""
        rows = queries.listed(Appointment.objects.filter(pk=appointment_id))
        found = policy.scope(request.user, rows, PLAN).first()
        if found is None or act not in ACTS:
            raise NotFound("There is no such record, or it is not in your reach.")
        body = bodies.read(request, *ACTS[act])
        common: dict[str, Any] = {"appointment": found, "by": request.user, "at": database_now()}
        if act == "move":
            made = appointments.move(**common, **_times(body))
        elif act == "cancel":
            made = appointments.cancel(**common, reason=bodies.text(body, "reason", most=200))
        else:
            made = appointments.miss(**common)
        return Response(shape(made))


def shape(row: Appointment) -> dict[str, Any]:
    """Return an appointment as the interface shows it."""
    return {
        **shown(row, "id", "sequence", "kind", "starts_at", "ends_at", "state", "ended_at"),
        **shown(row, "reason", "make_up_of_id"),
        "uid": str(row.uid),
        "round": row.slot_id,
        "person": str(row.person.uid),
        "programme": row.slot.programme.code,
        "place": row.place.code if row.place else None,
        "with_whom": row.with_whom.name if row.with_whom else None,
    }


def _number(body: dict[str, Any], name: str) -> int:
    found = body.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**63:
        raise InvalidInput(f"{name} is a number that a list gave.", field=name)
    return found


def _times(body: dict[str, Any]) -> dict[str, Any]:
    """Return when, where and with whom."""
    found: dict[str, Any] = {}
    for name in ("starts_at", "ends_at"):
        moment = bodies.moment(body, name)
        if moment is None:
            raise InvalidInput(f"{name} is needed.", field=name)
        found[name] = moment
    code, who = bodies.text(body, "place"), bodies.text(body, "with_whom")
    found["place"] = Location.objects.filter(code=code).first() if code else None
    if code and found["place"] is None:
        raise InvalidInput("There is no place with this code.", field="place")
    found["with_whom"] = Principal.objects.filter(name=who).first() if who else None
    if who and found["with_whom"] is None:
        raise InvalidInput("There is nobody with this name.", field="with_whom")
    return found
