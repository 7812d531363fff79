"""Types of nanites, their working names, and what is said of them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import nanite_types as actions
from assays.actions.nanite_types import DESCRIBE, Statement
from assays.api import keyed
from assays.models import NaniteFunction, NaniteType, NaniteTypeName
from assays.queries import nanite_types as queries
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.api.paging import documented, given, page, shown, whole

VIEW = "assays.catalogue.view"
_TYPES = uuid.UUID("0c6a2c1e-54d0-4b06-9a0e-3b1c2d8b7a01")
_NAMES = uuid.UUID("0c6a2c1e-54d0-4b06-9a0e-3b1c2d8b7a02")
_FUNCTIONS = uuid.UUID("0c6a2c1e-54d0-4b06-9a0e-3b1c2d8b7a03")
LONGEST = 2000
_MADE: dict[int | str, Any] = {201: OpenApiTypes.OBJECT}
NOT_FOUND = "There is no such record, or it is not in your reach."


class NaniteTypesView(APIView):
    """The types as they are called now."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DESCRIBE}

    @documented("List nanite types", "code", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "code", is_needed=False)
        rows = queries.listed().order_by()
        if "code" in asked:
            rows = rows.filter(code=asked["code"])
        return page(request, rows, _type)

    @extend_schema(
        summary="Describe a nanite type",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
        parameters=[keyed.KEY],
        examples=[OpenApiExample("A type", value={"code": "NT-7", "name": "lattice builder"})],
    )
    def post(self, request: Request) -> Response:
        """Begin a type, or answer again what was begun under the key."""
        asked = keyed.body(request, "code", "name")
        code, name = (keyed.text(asked, one, most=LONGEST) for one in ("code", "name"))
        return keyed.created(
            request,
            _TYPES,
            NaniteType,
            asked,
            make=lambda named: actions.describe(
                code=code, name=name, by=request.user, at=database_now(), named=named
            ),
            shape=lambda made: _type(queries.listed().get(pk=made.pk)),
        )


class NaniteTypeNamesView(APIView):
    """The working names that types had and have."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DESCRIBE}

    @documented("List the working names of nanite types", "type", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "type", is_needed=False)
        rows = NaniteTypeName.objects.select_related("type", "recorded_by__user")
        if "type" in asked:
            rows = rows.filter(type=whole(asked, "type"))
        return page(request, rows, _name)

    @extend_schema(
        summary="Name a nanite type anew",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
        parameters=[keyed.KEY],
        examples=[
            OpenApiExample("A name", value={"type": 1, "name": "weaver", "reason": "It weaves."})
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a name; the newest holds."""
        asked = keyed.body(request, "type", "name", "reason")
        one = _find(request, NaniteType, asked, "type")
        name, reason = (keyed.text(asked, field, most=500) for field in ("name", "reason"))
        return keyed.created(
            request,
            _NAMES,
            NaniteTypeName,
            asked,
            make=lambda named: actions.rename(
                type=one,
                name=name,
                reason=reason,
                by=request.user,
                at=database_now(),
                named=named,
            ),
            shape=_name,
        )


class NaniteFunctionsView(APIView):
    """What types are said to do, with corrections and withdrawals."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DESCRIBE}

    @documented("List what is said of nanite types", "type", "grade", is_needed=False)
    def get(self, request: Request) -> Response:
        """List statements; `sources` are those in reach, `sources_beyond_reach` counts the rest."""
        asked = given(request, "type", "grade", is_needed=False)
        rows = NaniteFunction.objects.select_related("type", "recorded_by__user", "corrected_by")
        if "type" in asked:
            rows = rows.filter(type=whole(asked, "type"))
        if "grade" in asked:
            rows = rows.filter(grade=asked["grade"])
        answer = page(request, rows, _function)
        _add_sources(request, answer.data["nanite_functions"])
        return answer

    @extend_schema(
        summary="Say what a nanite type does, correct it, or withdraw it",
        description="`sources` are numbers of released results, `profiles` numbers (positions) of nanite "
        "profiles that stand. With `corrects` (and `reason`) the "
        "statement stands in place of an earlier one; with `withdraws` (and `reason`) alone an "
        "earlier one is taken back.",
        request=OpenApiTypes.OBJECT,
        responses=_MADE,
        parameters=[keyed.KEY],
        examples=[
            OpenApiExample(
                "A statement",
                value={
                    "type": 1,
                    "statement": "Binds free iron.",
                    "grade": "OBSERVED",
                    "basis": "Ferritin fell while the load rose.",
                    "sources": [17],
                    "profiles": [4],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a statement or a withdrawal."""
        fields = ("type", "statement", "grade", "basis", "sources", "profiles", "corrects")
        asked = keyed.body(request, *fields, "reason", "withdraws")
        return keyed.created(
            request,
            _FUNCTIONS,
            NaniteFunction,
            asked,
            make=lambda named: _stated(request, asked, named),
            shape=lambda made: _with_sources(request, made),
        )


def _stated(request: Request, asked: dict[str, Any], named: Any) -> NaniteFunction:
    reason = keyed.text(asked, "reason", most=500)
    who = {"by": request.user, "at": database_now(), "named": named, "reason": reason}
    if asked.get("withdraws") is not None:
        found = _find(request, NaniteFunction, asked, "withdraws")
        return actions.withdraw(function=found, **who)
    corrects = None
    if asked.get("corrects") is not None:
        corrects = _find(request, NaniteFunction, asked, "corrects")
    said = Statement(
        keyed.text(asked, "statement", most=LONGEST),
        keyed.text(asked, "grade", most=20),
        keyed.text(asked, "basis", most=LONGEST),
        _numbers(asked, "sources"),
        _numbers(asked, "profiles"),
    )
    one = _find(request, NaniteType, asked, "type")
    return actions.state(type=one, said=said, corrects=corrects, **who)


def _numbers(asked: dict[str, Any], name: str) -> list[int]:
    found = asked.get(name, [])
    if not isinstance(found, list) or not all(
        isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in found
    ):
        of = {"sources": "results", "profiles": "profiles"}[name]
        raise InvalidInput(f"{name} is a list of numbers of {of}.", field=name)
    return found


def _find(request: Request, model: Any, asked: dict[str, Any], name: str) -> Any:
    id_ = keyed.whole(asked, name)
    if id_ is None:
        raise InvalidInput(f"Give {name}.", field=name)
    found = policy.scope(request.user, model.objects.filter(pk=id_)).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def _type(one: Any) -> dict[str, Any]:
    return shown(one, "id", "uid", "code", "name", "standing", "recorded_at")


def _name(one: NaniteTypeName) -> dict[str, Any]:
    return {
        **shown(one, "id", "uid", "name", "reason", "recorded_at"),
        "type": one.type_id,
        "recorded_by": one.recorded_by.display_name,
    }


def _function(one: NaniteFunction) -> dict[str, Any]:
    return {
        **shown(one, "id", "uid", "statement", "grade", "basis", "is_withdrawal", "reason"),
        "type": one.type_id,
        "corrects": one.corrects_id,
        "corrected_by": one.corrected_by.pk if hasattr(one, "corrected_by") else None,
        "recorded_by": one.recorded_by.display_name,
        "recorded_at": one.recorded_at,
    }


def _with_sources(request: Request, made: NaniteFunction) -> dict[str, Any]:
    shape = _function(made)
    _add_sources(request, [shape])
    return shape


def _add_sources(request: Request, shapes: list[dict[str, Any]]) -> None:
    ids = [one["id"] for one in shapes]
    functions = list(NaniteFunction.objects.filter(pk__in=ids))
    found, beyond = queries.sources(request.user, functions)
    profiles, further = queries.profiles(request.user, functions)
    results = [row.result for rows in found.values() for row in rows]
    seen = [row.profile for rows in profiles.values() for row in rows]
    for objects, person_id in (
        (results, lambda row: row.person_id),
        (seen, lambda row: row.specimen.person_id),
    ):
        reads.record(by=request.user, purpose="api", objects=objects, person_id=person_id)
    for one in shapes:
        one["sources"] = [row.result_id for row in found.get(one["id"], ())]
        one["profiles"] = [row.profile.position for row in profiles.get(one["id"], ())]
        one["sources_beyond_reach"] = beyond.get(one["id"], 0) + further.get(one["id"], 0)
