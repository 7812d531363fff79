"""`/api/v1/programmes` and `/api/v1/programme-versions`: what each programme asks, from when on."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import programmes
from consent.api import references
from consent.models import Programme, ProgrammeVersion
from consent.queries.endings import endings, named, renamed
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients.actions.gateway import check_text
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown

VIEW, MANAGE = "consent.programme.view", "consent.programme.manage"
APPROVE = "consent.programme.approve"
# Whatever a version asks, and what it calls the programme, with the type that JSON has for it.
ASKS = {name: ProgrammeVersion._meta.get_field(name) for name in ProgrammeVersion.asks()}
TYPES: tuple[tuple[type[models.Field[Any, Any]], tuple[type, ...], str], ...] = (
    (models.BooleanField, (bool,), "true or false"),
    (models.IntegerField, (int,), "a whole number"),
    (models.DecimalField, (int, Decimal, str), "a number"),
    (models.CharField, (str,), "a text"),
    (models.TextField, (str,), "a text"),
    (models.JSONField, (list,), "a list"),
)


class ProgrammesView(APIView):
    """The programmes that post people away; a new one, which admits nobody until it has rules."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": MANAGE}

    @documented("List programmes", "code", is_needed=False)
    def get(self, request: Request) -> Response:
        """List programmes."""
        asked = given(request, "code", is_needed=False)
        rows = Programme.objects.select_related("closing").filter(**asked)
        return page(request, rows, shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Found a programme",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A programme",
                value={"code": "outer-survey", "name": "Outer survey", "destination": "Station 4"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Found a programme."""
        body = bodies.read(request, "code", "name", "destination")

        def act() -> Any:
            made = programmes.create(
                **{name: bodies.text(body, name) for name in ("code", "name", "destination")},
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class ProgrammeCloseView(APIView):
    """Closes a programme, once and for good."""

    permissions: ClassVar[dict[str, str]] = {"POST": APPROVE}

    @extend_schema(
        summary="Close a programme",
        description="From now on nobody is cleared for it: its rounds end, and whoever is away is "
        "recalled. Give a `reason`.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("At its end", value={"reason": "The survey is finished."})],
    )
    def post(self, request: Request, code: str) -> Response:
        """Close a programme."""
        body = bodies.read(request, "reason")
        found = Programme.objects.filter(code=code).first()
        if found is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        reason = bodies.text(body, "reason")
        programmes.close(programme=found, by=request.user, at=database_now(), reason=reason)
        return Response(shape(Programme.objects.select_related("closing").get(pk=found.pk)))


class ProgrammeVersionsView(APIView):
    """What a programme asks, in versions; a new one is a draft until somebody else approves it."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": MANAGE}

    @documented("List versions of a programme's rules", "programme")
    def get(self, request: Request) -> Response:
        """List the versions of a programme, drafts and discarded ones too."""
        asked = given(request, "programme")
        rows = ProgrammeVersion.objects.filter(programme=references.programme(asked["programme"]))
        rows = rows.select_related("programme", "drafted_by", "approved_by")
        return page(request, rows, shape_of_version)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft a version of a programme's rules",
        description="Takes, besides `programme` and `effective_from`, whatever a version asks: "
        f"{', '.join(ASKS)}. What is left out is as in a new programme, not as in the version before; "
        "only `name` and `destination` stay as they are where they are left out or empty.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A load of 100 at most",
                value={
                    "programme": "outer-survey",
                    "effective_from": "2026-12-01T00:00:00Z",
                    "nanite_analyte": "NANITE-LOAD",
                    "nanite_maximum": 100,
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Draft a version."""
        body = bodies.read(request, "programme", "effective_from", *ASKS)

        def act() -> Any:
            made = programmes.draft_version(
                programme=references.programme(body.get("programme")),
                effective_from=bodies.needed_moment(body, "effective_from"),
                by=request.user,
                at=database_now(),
                **{name: _asked(name, body[name]) for name in ASKS if name in body},
            )
            return shape_of_version(made)

        return repeats.once(request, body, act)


class ProgrammeVersionApproveView(APIView):
    """Puts a draft in force from its date."""

    permissions: ClassVar[dict[str, str]] = {"POST": APPROVE}

    @extend_schema(
        summary="Approve a version of a programme's rules",
        description="By somebody else than who drafted it. With `dry_run` true nothing is approved: the "
        "answer says how many clearances the draft would end at its beginning, as known now, of how "
        "many, for which reasons, and how many of these people are away; `people` lists those within your "
        "reach, 50 at most, `people_not_listed` counts the others of them; `renamed` says where its name "
        "or destination is not the one in force by then.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("What it would end", value={"dry_run": True})],
    )
    def post(self, request: Request, programmeversion_id: int) -> Response:
        """Approve a draft, or say what that would end."""
        body = bodies.read(request, "dry_run")
        found = bodies.row(request, ProgrammeVersion, programmeversion_id, APPROVE)
        if not isinstance(body.get("dry_run", False), bool):
            raise InvalidInput("dry_run is true or false, or left out.", field="dry_run")
        if body.get("dry_run"):
            now = database_now()
            told = asdict(endings(found, at=now))
            shown, more = named(told.pop("people"), by=request.user)
            told["people"] = [{"uid": str(one.uid), "mrn": one.mrn} for one in shown]
            told["people_not_listed"] = more
            told["reasons"] = {one.value: n for one, n in told["reasons"]}
            names = renamed(found, at=now).items()
            told["renamed"] = {name: {"from": old, "to": new} for name, (old, new) in names}
            return Response(told)
        made = programmes.approve_version(version=found, by=request.user, at=database_now())
        return Response(shape_of_version(made))


class ProgrammeVersionRedraftView(APIView):
    """Changes a draft."""

    permissions: ClassVar[dict[str, str]] = {"POST": MANAGE}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Change a draft of a programme's rules",
        description="By whoever drafted it. The draft is discarded and drafted anew, with what is given "
        "otherwise and the rest as it was: the answer is the new draft. A beginning that is past meanwhile "
        "becomes now.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Another name", value={"name": "Outer survey, second year"})],
    )
    def post(self, request: Request, programmeversion_id: int) -> Response:
        """Change a draft."""
        body = bodies.read(request, "effective_from", *ASKS)

        def act() -> Any:
            found = bodies.row(request, ProgrammeVersion, programmeversion_id, MANAGE)
            changes = {name: _asked(name, body[name]) for name in ASKS if name in body}
            if "effective_from" in body:
                changes["effective_from"] = bodies.needed_moment(body, "effective_from")
            made = programmes.redraft_version(
                version=found, by=request.user, at=database_now(), **changes
            )
            return shape_of_version(made)

        return repeats.once(request, body, act)


class ProgrammeVersionDiscardView(APIView):
    """Discards a draft."""

    permissions: ClassVar[dict[str, str]] = {"POST": MANAGE}

    @extend_schema(
        summary="Discard a draft of a programme's rules",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, programmeversion_id: int) -> Response:
        """Discard a draft."""
        bodies.read(request)
        found = bodies.row(request, ProgrammeVersion, programmeversion_id, MANAGE)
        made = programmes.discard_version(version=found, by=request.user, at=database_now())
        return Response(shape_of_version(made))


def shape(row: Programme) -> dict[str, Any]:
    """Return a programme as the interface shows it."""
    closing = getattr(row, "closing", None)
    return {
        **shown(row, "id", "code", "name", "destination", "is_active", "recorded_at"),
        "closed_at": closing and closing.closed_at,
        "closed_because": closing and closing.reason,
    }


def shape_of_version(row: ProgrammeVersion) -> dict[str, Any]:
    """Return a version with everything that it asks."""
    asks = {name: getattr(row, name) for name in ASKS}
    # Every digit as it was written: JSON's own numbers are read as floats.
    exact = {name: str(one) for name, one in asks.items() if isinstance(one, Decimal)}
    return {
        **shown(row, "id", "number", "effective_from"),
        **asks,
        **exact,
        "programme": row.programme.code,
        **references.drafted(row),
    }


def _asked(name: str, value: Any) -> Any:
    """Return what a body says of one rule, of the right type and within the column's bounds."""
    field = ASKS[name]
    if value is None and field.null:
        return None
    for kind, types, word in TYPES:
        if isinstance(field, kind) and type(value) not in types:
            raise InvalidInput(f"{name} is {word}.", field=name)
    if isinstance(field, models.JSONField):
        return value  # the action judges its content
    if isinstance(value, str):
        check_text(value, field=name)
    try:
        return field.clean(value, None)
    except ValidationError as wrong:
        raise InvalidInput(f"{name}: {wrong.messages[0]}", field=name) from None
