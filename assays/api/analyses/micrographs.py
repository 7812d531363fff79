"""Micrographs: given, with what was found in them, and what readers say of them."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import micrograph_readings as actions_of_readings
from assays.actions import micrographs as actions
from assays.actions.micrographs import ADD, Named
from assays.models import Micrograph, MicrographReading, Specimen
from assays.queries.analyses import fields
from assays.rules import micrograph_readings
from labsys.audit import reads
from labsys.lib import contents, policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from labsys.lib.idempotency import check_same, digest_of, key_of
from labsys.lib.quantities import QuantityRefused, parse_decimal
from patients.api.paging import documented, given, page, shown, whole

VIEW = "assays.analysis.view"
_KEYS = uuid.UUID("b7d1a2f0-9b1e-4c35-8f52-6c0a2f7b1a44")
_KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)
_GONE = "There is no such record, or it is not in your reach."
FIELDS = {"specimen", "um_per_pixel"}


class MicrographsView(APIView):
    """The micrographs of a specimen, and giving one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": ADD}
    parser_classes: ClassVar[list[Any]] = [MultiPartParser]

    @documented("List micrographs", "specimen", "id")
    def get(self, request: Request) -> Response:
        asked = given(request, "specimen", "id")
        rows = Micrograph.objects.select_related("content", "specimen", "recorded_by__user", "view")
        if "specimen" in asked:
            rows = rows.filter(specimen__accession=asked["specimen"])
        if "id" in asked:
            rows = rows.filter(pk=whole(asked, "id"))
        return page(request, rows, _micrograph, person=lambda one: one.specimen.person_id)

    @extend_schema(
        summary="Give a micrograph",
        description="multipart/form-data: `specimen` (accession number), `file` (PNG, JPEG or TIFF) "
        "and, where known, `um_per_pixel`. The same Idempotency-Key with the same content answers "
        "as before, with `Idempotency-Replayed: true`.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[_KEY],
    )
    def post(self, request: Request) -> Response:
        """Take a micrograph in, or answer again what was taken in under the key."""
        uid = uuid.uuid5(_KEYS, f"{request.user.pk} micrograph {key_of(request)}")
        file, sent = _sent(request)
        before = Micrograph.objects.filter(uid=uid).first()
        if before is not None:
            check_same(before.sent_digest, sent)
            return _replayed(_micrograph(before))
        specimen = policy.scope(
            request.user, Specimen.objects.filter(accession=sent["specimen"])
        ).first()
        if specimen is None:
            raise NotFound(_GONE)
        made = actions.add(
            specimen=specimen,
            file=file,
            name=file.name or "",
            um_per_pixel=_scale(sent["um_per_pixel"]),
            named=Named(uid, digest_of(sent)),
            by=request.user,
            at=database_now(),
        )
        return Response(_micrograph(made), status=201)


class MicrographFindingsView(APIView):
    """One micrograph with everything that was found and read in it."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        operation_id="v1_micrograph_findings_retrieve",
        summary="Read one micrograph",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, micrograph_id: int) -> Response:
        one = _find(request, micrograph_id)
        (field,) = fields.shown(request.user, [one])
        reads.record(
            by=request.user, purpose="api", objects=[one], person_id=one.specimen.person_id
        )
        part = field.part
        count = None
        if part is not None:
            count = {
                **shown(part, "id", "done_at", "outcome", "refusal"),
                "run": part.run_id,
                "made_with": part.run.made_with,
            }
        reading = None if field.reading is None else _reading(field.reading)
        return Response({**_micrograph(one), "count": count, "reading": reading})


class MicrographReadingsView(APIView):
    """What readers say of a micrograph."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": ADD}

    @documented("List the readings of a micrograph", is_needed=False)
    def get(self, request: Request, micrograph_id: int) -> Response:
        given(request, is_needed=False)
        one = _find(request, micrograph_id)
        rows = MicrographReading.objects.filter(micrograph=one).select_related("recorded_by__user")
        return page(request, rows, _reading, person=lambda _row: one.specimen.person_id)

    @extend_schema(
        summary="Keep a reading",
        description="`objects`: every object that the reader sees, as [kind, x, y, radius] in pixels "
        "of the upright picture; `confirms`: true keeps the newest count as it is instead. The same "
        "Idempotency-Key with the same body answers as before.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[_KEY],
        examples=[OpenApiExample("Two objects", value={"objects": [["red_cells", 10.5, 20, 9.1]]})],
    )
    def post(self, request: Request, micrograph_id: int) -> Response:
        """Keep a reading, or answer again what was kept under the key."""
        one = _find(request, micrograph_id)
        body = _body(request)
        uid = uuid.uuid5(_KEYS, f"{request.user.pk} reading {key_of(request)}")
        sent = {"micrograph": one.pk, **body}
        before = MicrographReading.objects.filter(uid=uid).first()
        if before is not None:
            check_same(before.sent_digest, sent)
            return _replayed(_reading(before))
        (field,) = fields.shown(request.user, [one])
        counted = field.part if field.counts is not None else None
        made = actions_of_readings.record(
            micrograph=one,
            seen=_seen(one, body, field),
            part=counted,
            remark=body.get("remark", ""),
            named=Named(uid, digest_of(sent)),
            by=request.user,
            at=database_now(),
        )
        return Response(_reading(made), status=201)


def _sent(request: Request) -> tuple[UploadedFile, dict[str, Any]]:
    """Return the file and what tells this message apart from another."""
    for name in sorted(set(request.data) - FIELDS - {"file"}):
        raise InvalidInput(f"There is no field {name!r}.", field=name)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or len(request.FILES.getlist("file")) != 1:
        raise InvalidInput("Send one file.", field="file")
    specimen, scale = (str(request.data.get(name, "")) for name in ("specimen", "um_per_pixel"))
    if not specimen or "\x00" in specimen + scale:
        raise InvalidInput("specimen is an accession number.", field="specimen")
    return file, {
        "specimen": specimen,
        "um_per_pixel": scale,
        "name": file.name,
        "sha256": contents.digest(file),
    }


def _scale(written: str) -> Decimal | None:
    try:
        return parse_decimal(written) if written else None
    except QuantityRefused as refused:
        raise InvalidInput(
            "um_per_pixel is a number such as 0.25.", field="um_per_pixel"
        ) from refused


def _body(request: Request) -> dict[str, Any]:
    body = request.data
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    for name in sorted(set(body) - {"objects", "confirms", "remark"}):
        raise InvalidInput(f"There is no field {name!r}.", field=name)
    remark = body.get("remark", "")
    if not isinstance(remark, str) or len(remark) > 500 or "\x00" in remark:
        raise InvalidInput("remark is a text of at most 500 characters.", field="remark")
    if ("objects" in body) == (body.get("confirms") is True):
        raise InvalidInput("Send either objects, or confirms as true.", field="objects")
    return dict(body)


def _seen(one: Micrograph, body: dict[str, Any], field: fields.Field) -> Any:
    view = getattr(one, "view", None)
    if view is None or view.picture_id is None:
        raise InvalidInput("There is no picture to read yet.", field="objects")
    if "objects" in body:
        return micrograph_readings.checked(body["objects"], width=view.width, height=view.height)
    if field.counts is None or field.part is None:
        raise InvalidInput("Nothing was counted that could be confirmed.", field="confirms")
    return micrograph_readings.found(field.part.outcome)


def _find(request: Request, id_: int) -> Micrograph:
    rows = Micrograph.objects.filter(pk=id_).select_related(
        "content", "specimen", "view", "recorded_by__user"
    )
    found: Micrograph | None = policy.scope(request.user, rows).first()
    if found is None:
        raise NotFound(_GONE)
    return found


def _replayed(body: dict[str, Any]) -> Response:
    return Response(body, status=201, headers={"Idempotency-Replayed": "true"})


def _micrograph(one: Micrograph) -> dict[str, Any]:
    view = getattr(one, "view", None)
    return {
        **shown(one, "id", "uid", "name", "width", "height", "um_per_pixel"),
        **shown(one, "recorded_at", "withdrawn_at", "withdrawn_because"),
        "specimen": one.specimen.accession,
        "sha256": one.content.sha256,
        "size": one.content.size,
        "media_type": one.content.media_type,
        "recorded_by": one.recorded_by.display_name,
        "picture": None
        if view is None
        else {"refusal": view.refusal, "width": view.width, "height": view.height},
    }


def _reading(one: MicrographReading) -> dict[str, Any]:
    return {
        **shown(one, "id", "uid", "findings_digest", "remark", "recorded_at"),
        "objects": [[seen["kind"], seen["x"], seen["y"], seen["radius"]] for seen in one.findings],
        "counts": micrograph_readings.counts(one.findings),
        "part": one.part_id,
        "recorded_by": one.recorded_by.display_name,
    }
