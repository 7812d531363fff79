"""`/api/v1/sign-definitions` and `/api/v1/signs`: what signs mean, and what was seen of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.quantities import parse_quantity, plain
from patients import queries
from patients.actions import sign_observations
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import Person, Sign, SignObservation

CATALOGUE, VIEW, RECORD = "patients.sign.catalogue", "patients.sign.view", "patients.sign.record"
MOST = 60  # signs of one look


class SignDefinitionsView(APIView):
    """What signs mean and how they are graded."""

    permissions: ClassVar[dict[str, str]] = {"GET": CATALOGUE}

    @documented("List definitions of signs", "code", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        """List versions of signs."""
        asked = given(request, "code", "status", is_needed=False)
        one_of(asked, "status", Sign.Status.values)
        return page(request, Sign.objects.filter(**asked), _definition)


class SignsView(APIView):
    """What was seen of signs, as far as it holds; a new look."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": RECORD}

    @documented("List observed signs", "person", "sign")
    def get(self, request: Request) -> Response:
        """List observed signs that hold."""
        asked = given(request, "person", "sign")
        rows = SignObservation.objects.standing().prefetch_related(
            "sign", Prefetch("person", Person.objects.only("uid"))
        )
        if "person" in asked:
            person = bodies.person_in_reach(asked["person"], request.user, VIEW)
            rows = rows.filter(person__in=queries.entries(person.pk))
        if "sign" in asked:
            rows = rows.filter(sign__code=asked["sign"])
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a look",
        description="All signs seen at one look, or none. Give of each its `grade`, its `value` (text, "
        "in the sign's unit, with a comparator where there is one), or `is_present`.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Two signs",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "observed_at": "2026-01-31T08:00:00Z",
                    "signs": [
                        {"sign": "skin-tone", "grade": 2, "onset_precision": "UNKNOWN"},
                        {"sign": "temperature", "value": "38.5"},
                    ],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record several signs at one look."""
        body = bodies.read(request, "person", "observed_at", "signs")

        def act() -> Any:
            person = bodies.person_in_reach(body.get("person"), request.user, RECORD)
            seen_at = bodies.needed_moment(body, "observed_at")
            looks = [{"observed_at": seen_at, **one} for one in _looks(body.get("signs"))]
            made = sign_observations.record(
                by=request.user,
                at=database_now(),
                person=person,
                looks=looks,  # type: ignore[arg-type]
            )
            return {"signs": [shape(row) for row in made]}

        return repeats.once(request, body, act)


def _looks(given_: object) -> list[dict[str, Any]]:
    if not isinstance(given_, list) or not 1 <= len(given_) <= MOST:
        raise InvalidInput(f"signs is a list of 1 to {MOST} signs.", field="signs")
    known = {sign.code: sign for sign in Sign.objects.active()}
    found = []
    for one in given_:
        if not isinstance(one, dict):
            raise InvalidInput("Each sign is a JSON object.", field="signs")
        sign = known.get(str(one.get("sign", ""))[:32])
        if sign is None:
            raise InvalidInput("No sign in force has this code.", field="sign")
        found.append({"sign": sign, **_look(one, sign)})
    return found


def _look(one: dict[str, Any], sign: Sign) -> dict[str, Any]:
    names = {"sign", "grade", "value", "is_present", "note", "resolved_at"}
    names |= {"onset_precision", "onset_at", "onset_uncertainty_hours"}
    unknown = sorted(map(str, set(one) - names))
    if unknown:
        raise InvalidInput(f"There is no field {unknown[0]!r}.", field=unknown[0])
    for name in ("grade", "onset_uncertainty_hours"):
        if one.get(name) is not None and type(one[name]) is not int:
            raise InvalidInput(f"{name} is a whole number.", field=name)
        if one.get(name) is not None and not 0 <= one[name] < 10_000:
            raise InvalidInput(f"{name} is a whole number from 0 on.", field=name)
    if one.get("is_present") is not None and type(one["is_present"]) is not bool:
        raise InvalidInput("is_present is true or false.", field="is_present")
    look: dict[str, Any] = {
        "grade": one.get("grade"),
        "is_present": one.get("is_present"),
        "onset_precision": bodies.text(one, "onset_precision", most=7),
        "onset_at": bodies.moment(one, "onset_at"),
        "onset_uncertainty_hours": one.get("onset_uncertainty_hours"),
        "resolved_at": bodies.moment(one, "resolved_at"),
        "note": bodies.text(one, "note", most=400),
    }
    value = one.get("value")
    if value is not None:
        if not isinstance(value, str):
            raise InvalidInput("value is a text, such as 38.5 or <35.", field="value")
        read = parse_quantity(value, unit=sign.unit or "1")
        look |= {"value": read.value, "comparator": read.comparator.value, "unit": sign.unit}
    return look


def shape(row: SignObservation) -> dict[str, Any]:
    """Return an observed sign as the interface shows it."""
    value = None if row.value is None else f"{row.comparator}{plain(row.value)}"
    return {
        **shown(row, "id", "grade", "unit", "is_present", "observed_at", "onset_precision"),
        **shown(row, "onset_at", "onset_uncertainty_hours", "onset_earliest", "onset_latest"),
        **shown(row, "resolved_at", "note", "recorded_at"),
        "value": value,
        "sign": row.sign.code,
        "version": row.sign.number,
        "person": str(row.person.uid),
    }


def _definition(row: Sign) -> dict[str, Any]:
    return shown(row, "id", "code", "number", "name", "kind", "unit", "grades", "meaning", "status")
