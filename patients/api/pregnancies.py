"""`/api/v1/pregnancy-estimates`, `/ultrasound-measurements`, `/pregnancy-dates`: what is known."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils.dateparse import parse_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.quantities import parse_decimal, plain
from patients import queries
from patients.actions import pregnancies, pregnancy_dates, ultrasounds
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Person, PregnancyDate, PregnancyEstimate, UltrasoundMeasurement

VIEW, RECORD = "patients.pregnancy.view", "patients.pregnancy.record"
PERMISSIONS = {"GET": VIEW, "POST": RECORD}


class PregnancyEstimatesView(APIView):
    """Estimates that hold: pregnant (how far, give or take), not pregnant, ended."""

    permissions: ClassVar[dict[str, str]] = PERMISSIONS

    @documented("List pregnancy estimates", "person")
    def get(self, request: Request) -> Response:
        """List estimates that hold."""
        return _of_person(request, PregnancyEstimate.objects.standing(), _estimate)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a pregnancy estimate",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Record an estimate."""
        names = ("person", "status", "gestation_days", "uncertainty_days", "method", "observed_at")
        body = bodies.read(request, *names)

        def act() -> Any:
            made = pregnancies.record(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                status=bodies.text(body, "status", most=12),
                gestation_days=_days(body, "gestation_days"),
                uncertainty_days=_days(body, "uncertainty_days"),
                method=bodies.text(body, "method", most=80),
                observed_at=bodies.needed_moment(body, "observed_at"),
                by=request.user,
                at=database_now(),
            )
            return _estimate(made)

        return repeats.once(request, body, act)


class UltrasoundMeasurementsView(APIView):
    """Lengths measured by ultrasound, with what each proposes; it counts once a clinician records it."""

    permissions: ClassVar[dict[str, str]] = PERMISSIONS

    @documented("List ultrasound measurements", "person")
    def get(self, request: Request) -> Response:
        """List measurements that hold."""
        return _of_person(request, UltrasoundMeasurement.objects.standing(), _measurement)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a scan",
        description="`lengths` names each length in mm: CRL, BPD, HC, FL, SAC.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Record the lengths of one scan."""
        body = bodies.read(request, "person", "observed_at", "route", "fetus", "note", "lengths")

        def act() -> Any:
            fetus = _days(body, "fetus")
            made = ultrasounds.record_scan(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                observed_at=bodies.needed_moment(body, "observed_at"),
                route=bodies.text(body, "route", most=9),
                fetus=1 if fetus is None else fetus,
                note=bodies.text(body, "note", most=200),
                lengths=_lengths(body.get("lengths")),
                by=request.user,
                at=database_now(),
            )
            return {"ultrasound_measurements": [_measurement(row) for row in made]}

        return repeats.once(request, body, act)


class PregnancyDatesView(APIView):
    """Days from which a pregnancy is counted."""

    permissions: ClassVar[dict[str, str]] = PERMISSIONS

    @documented("List days pregnancies are counted from", "person")
    def get(self, request: Request) -> Response:
        """List days that hold."""
        return _of_person(request, PregnancyDate.objects.standing(), _stated)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a day a pregnancy is counted from",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Record a last period, or a conception that is known."""
        body = bodies.read(
            request, "person", "kind", "on", "uncertainty_days", "observed_at", "note"
        )

        def act() -> Any:
            made = pregnancy_dates.record(
                person=bodies.person_in_reach(body.get("person"), request.user, RECORD),
                kind=bodies.text(body, "kind", most=13),
                on=_day(body, "on"),
                uncertainty_days=_days(body, "uncertainty_days"),
                observed_at=bodies.needed_moment(body, "observed_at"),
                note=bodies.text(body, "note", most=200),
                by=request.user,
                at=database_now(),
            )
            return _stated(made)

        return repeats.once(request, body, act)


def _of_person(request: Request, rows: QuerySet[Any], shape: Any) -> Response:
    asked = given(request, "person")
    person = bodies.person_in_reach(asked["person"], request.user, VIEW)
    mine = rows.filter(person__in=queries.entries(person.pk))
    mine = mine.prefetch_related(Prefetch("person", Person.objects.only("uid")))
    return page(request, mine, shape, person=lambda row: row.person_id)


def _days(body: dict[str, Any], name: str) -> int | None:
    found = body.get(name)
    if found is None:
        return None
    if type(found) is not int or not 0 <= found < 10_000:
        raise InvalidInput(f"{name} is a whole number from 0 on.", field=name)
    return found


def _day(body: dict[str, Any], name: str) -> date:
    text = bodies.text(body, name, most=10)
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(f"{name} must be a day, such as 2026-01-31.", field=name)
    return found


def _lengths(given_: object) -> dict[str, Any]:
    if not isinstance(given_, dict) or len(given_) > len(UltrasoundMeasurement.Measured.values):
        raise InvalidInput("lengths is a JSON object of lengths in mm.", field="lengths")
    for value in given_.values():
        if not isinstance(value, str):
            raise InvalidInput('A length is a text, such as "24.0".', field="lengths")
    return {str(code): parse_decimal(value) for code, value in given_.items()}


def _estimate(row: PregnancyEstimate) -> dict[str, Any]:
    return {
        **shown(row, "id", "status", "gestation_days", "uncertainty_days", "method", "observed_at"),
        **shown(row, "measurement_id", "stated_date_id", "recorded_at"),
        "person": str(row.person.uid),
    }


def _measurement(row: UltrasoundMeasurement) -> dict[str, Any]:
    return {
        **shown(row, "id", "measured", "unit", "fetus", "route", "note", "observed_at"),
        "value": plain(row.value),
        "person": str(row.person.uid),
        "recorded_at": row.recorded_at,
    }


def _stated(row: PregnancyDate) -> dict[str, Any]:
    return {
        **shown(row, "id", "kind", "on", "uncertainty_days", "note", "observed_at", "recorded_at"),
        "person": str(row.person.uid),
    }
