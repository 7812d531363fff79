"""Plates over the interface: sent, read with their wells and verdicts, recorded."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions.analyses import plate_recordings
from assays.actions.analyses import plates as actions
from assays.actions.analyses.plates import MOST_PLATES, READ
from assays.actions.analyses.runs import Named
from assays.api.keyed import KEY, body, created, text
from assays.models import AnalysisPart, AnalysisRun, Instrument, PlateRecording
from assays.queries import catalogue
from assays.queries.analyses import plates as queries
from assays.queries.analyses.plates import Sent
from assays.rules.analyses import plate_files
from assays.rules.analyses.runs import AnalysisKind
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotFound
from patients.api.paging import shown

_KEYS = uuid.UUID("0c8a7d0e-5f0f-4b53-8a46-6b1f6e0f2a37")
_SETTINGS = ("form", "theta", "saturation", "block")
FIELDS = ("assay", "instrument", "measured_at", "plates", *_SETTINGS, "is_urgent", "reason")


class PlatesView(APIView):
    """Sends plates to be evaluated."""

    permissions: ClassVar[dict[str, str]] = {"POST": READ}

    @extend_schema(
        summary="Send plates to be evaluated",
        description="`plates`: each with `name`, `signals` and `layout`, texts as the reader and the "
        "laboratory wrote them, or `signals_base64` and `layout_base64` where they are bytes in "
        "`encoding`. `assay`: the code of an analyte in force; `instrument`: the reader's code. The "
        "same Idempotency-Key with the same body answers as before.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[KEY],
        examples=[
            OpenApiExample(
                "One plate",
                value={
                    "assay": "LH",
                    "instrument": "reader-1",
                    "measured_at": "2026-11-23T08:00:00Z",
                    "plates": [{"name": "LH-1", "signals": "…", "layout": "…"}],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        asked = body(request, *FIELDS)

        def make(named: Named) -> AnalysisRun:
            return actions.ask(
                sent=_sent(asked),
                assay_id=_assay(asked),
                instrument=_instrument(request, asked),
                measured_at=_moment(asked),
                settings=_settings(asked),
                is_urgent=asked.get("is_urgent") is True,
                reason=text(asked, "reason", most=500),
                by=request.user,
                at=database_now(),
                named=named,
            )

        return created(request, _KEYS, AnalysisRun, asked, make=make, shape=_run)


class PlateView(APIView):
    """One plate with its wells, its curve, its verdicts and what was recorded."""

    permissions: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(summary="Read a plate", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, analysispart_id: int) -> Response:
        part = _find(request, analysispart_id)
        if part.outcome is not None:
            names = [one["name"] for one in part.outcome["specimens"]]
            reads.record(
                by=request.user,
                purpose="plate",
                objects=list(queries.specimens(request.user, names).values()),
                person_id=lambda one: one.person_id,
            )
        recording = queries.recording(request.user, part)
        return Response(
            {
                **shown(part, "id", "given", "given_digest", "done_at", "outcome", "refusal"),
                "run": part.run_id,
                "status": part.run.status,
                "parameters": part.run.parameters,
                "made_with": part.run.made_with,
                "recording": None if recording is None else _recording(recording),
            }
        )


class PlateRecordingsView(APIView):
    """Records a plate; one that was recorded before answers with what was recorded then."""

    permissions: ClassVar[dict[str, str]] = {"POST": READ}

    @extend_schema(
        summary="Record the results of a plate",
        description="Controls first, then specimens; dilutions to measure next are asked for. Of a "
        "plate that was recorded before, whatever its run, that recording is answered.",
        request=None,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, analysispart_id: int) -> Response:
        body(request)
        part = _find(request, analysispart_id)
        made = plate_recordings.record(part=part, by=request.user, at=database_now())
        return Response(_recording(made), status=201)


class PlateAdditionsView(APIView):
    """Records the specimens that the recording of a plate left out."""

    permissions: ClassVar[dict[str, str]] = {"POST": READ}

    @extend_schema(
        summary="Record what was left out of a plate",
        description="Each specimen with a refusal is tried again; the others are not touched. The "
        "whole recording is answered, with the state of each specimen; asking again changes nothing.",
        request=None,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, analysispart_id: int) -> Response:
        body(request)
        part = _find(request, analysispart_id)
        made = plate_recordings.record_left_out(part=part, by=request.user, at=database_now())
        return Response(_recording(made))


def _find(request: Request, id_: int) -> AnalysisPart:
    policy.check(request.user, READ)
    part = queries.found(request.user, id_)
    if part is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    if part.run.kind != AnalysisKind.PLATE:
        raise Conflict("This is a part of another analysis and no plate.")
    return part


def _sent(asked: dict[str, Any]) -> list[Sent]:
    plates = asked.get("plates")
    if not isinstance(plates, list) or not 1 <= len(plates) <= MOST_PLATES:
        raise InvalidInput(f"plates is a list of 1 to {MOST_PLATES} plates.", field="plates")
    return [_plate(one) for one in plates]


def _plate(one: Any) -> Sent:
    if not isinstance(one, dict):
        raise InvalidInput("A plate is an object with name, signals and layout.", field="plates")
    name = text(one, "name", most=plate_files.LONGEST_NAME, is_needed=True)
    return Sent(name, _file(one, "signals"), _file(one, "layout"))


def _file(one: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a file as it is kept: of a text in UTF-8, of bytes in the encoding that is named."""
    encoded, plain = one.get(f"{kind}_base64"), one.get(kind)
    encoding = text(one, "encoding", most=20)
    if isinstance(plain, str) and encoded is None:
        try:
            content = plain.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(f"{kind} is no text.", field=kind) from error
        return plate_files.kept(f"{kind}.txt", content, encoding="")
    if not isinstance(encoded, str) or plain is not None:
        raise InvalidInput(f"Give {kind} or {kind}_base64 of each plate.", field=kind)
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"{kind}_base64 is no base64.", field=kind) from error
    return plate_files.kept(f"{kind}.txt", content, encoding=encoding)


def _assay(asked: dict[str, Any]) -> int:
    code = text(asked, "assay", most=64, is_needed=True)
    known = catalogue.current().by_code.get(code, ())
    if len(known) != 1:
        raise InvalidInput("assay is the code of one assay in force.", field="assay")
    return int(known[0].assay_id)


def _instrument(request: Request, asked: dict[str, Any]) -> Instrument:
    code = text(asked, "instrument", most=64, is_needed=True)
    rows = policy.scope(request.user, Instrument.objects.filter(code=code, is_active=True))
    found: Instrument | None = rows.first()
    if found is None:
        raise InvalidInput("instrument is the code of a reader in use.", field="instrument")
    return found


def _moment(asked: dict[str, Any]) -> datetime:
    written = text(asked, "measured_at", most=40, is_needed=True)
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput("measured_at is a moment.", field="measured_at") from error
    if found.tzinfo is None:
        raise InvalidInput("measured_at says its offset, such as Z.", field="measured_at")
    return found


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {"block": text(asked, "block", most=80)}
    settings["form"] = text(asked, "form", most=8) or "4PL"
    for name in ("theta", "saturation"):
        number = asked.get(name)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            raise InvalidInput(f"{name} is a number.", field=name)
        settings[name] = None if number is None else float(number)
    return settings


def _run(run: AnalysisRun) -> dict[str, Any]:
    parts = run.parts.order_by("position").values_list("pk", flat=True)
    return {"run": run.pk, "status": run.status, "plates": list(parts)}


def _recording(made: PlateRecording) -> dict[str, Any]:
    return {
        **shown(made, "id", "controls", "recorded_at"),
        "specimens": queries.told(made),
        "plate": made.part_id,
        "recorded_by": made.recorded_by.display_name,
    }
