"""`GET` of how the laboratory is connected: instruments, endpoints, families, mappings of codes.

Nothing in them is anybody's: they are read, and changed in the admin, where each change has its
reason, its approval and its record.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.api.paging import documented, given, one_of, page
from assays.models import (
    CodeMapping,
    DriverFamily,
    Endpoint,
    EndpointState,
    Instrument,
    PanelMapping,
)
from assays.rules.states import VersionStatus

VIEW = "assays.instrument.view"
STATUSES = [status.value for status in VersionStatus]


class InstrumentsView(APIView):
    """What is connected: its protocol, driver, settings, and where it may send from."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List instruments and other systems", "code", "kind", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "code", "kind", is_needed=False)
        one_of(asked, "kind", Instrument.Kind.values)
        return page(request, Instrument.objects.filter(**asked), _instrument)


class EndpointsView(APIView):
    """By which ways instruments are reached, and how each line stands."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List connections and how they stand", "instrument", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "instrument", is_needed=False)
        rows = _of_instrument(Endpoint.objects.select_related("instrument"), asked)
        states = EndpointState.objects.order_by("-reported_at")
        return page(request, rows.prefetch_related(Prefetch("states", states)), _endpoint)


class DriverFamiliesView(APIView):
    """Families of instruments that are declared here, version by version."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List declared families of instruments", "name", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "name", "status", is_needed=False)
        one_of(asked, "status", STATUSES)
        return page(request, DriverFamily.objects.filter(**asked), _family)


class CodeMappingsView(APIView):
    """What instruments' codes mean here, version by version."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List mappings of codes", "instrument", "code", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        rows = CodeMapping.objects.select_related("instrument", "assay__analyte")
        return page(request, _mappings(request, rows), _code_mapping)


class PanelMappingsView(APIView):
    """What a hospital's codes of whole panels mean here, version by version."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List mappings of panels", "instrument", "code", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        rows = PanelMapping.objects.select_related("instrument", "panel")
        return page(request, _mappings(request, rows), _panel_mapping)


def _mappings(request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    asked = given(request, "instrument", "code", "status", is_needed=False)
    one_of(asked, "status", STATUSES)
    return _of_instrument(rows, asked)


def _of_instrument(rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
    """Narrow rows; an instrument is named by its code."""
    named = {**asked}
    if "instrument" in named:
        named["instrument__code"] = named.pop("instrument")
    return rows.filter(**named)


def _instrument(one: Instrument) -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "manufacturer": one.manufacturer,
        "model": one.model,
        "protocol": one.protocol,
        "driver": one.driver,
        "settings": one.settings,
        "peer_networks": one.peer_networks,
        "time_zone": one.time_zone,
        "is_active": one.is_active,
    }


def _endpoint(one: Endpoint) -> dict[str, Any]:
    line = next(iter(one.states.all()), None)
    return {
        "id": one.pk,
        "instrument": one.instrument.code,
        "role": one.role,
        "host": one.host,
        "port": one.port,
        "folder": one.folder,
        "pattern": one.pattern,
        "stable_seconds": one.stable_seconds,
        "framing": one.framing,
        "idle_seconds": one.idle_seconds,
        "silence_minutes": one.silence_minutes,
        "answer_seconds": one.answer_seconds,
        "sends": one.sends,
        "tls": one.tls,
        "fingerprints": one.fingerprints,
        "is_active": one.is_active,
        "line": None if line is None else _line(line),
    }


def _line(one: EndpointState) -> dict[str, Any]:
    """How a line stood when the listener said so last (`reported_at`)."""
    return {
        "state": one.state,
        "since": one.since,
        "reported_at": one.reported_at,
        "connections": one.connections,
        "last_in_at": one.last_in_at,
        "last_out_at": one.last_out_at,
        "messages_in": one.messages_in,
        "messages_out": one.messages_out,
        "in_minute": one.in_minute,
        "out_minute": one.out_minute,
        "errors": one.errors,
        "files_refused": one.refused,
        "last_error_at": one.last_error_at,
        "last_error": one.last_error,
    }


def _life(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "status": one.status,
        "active_from": one.active_from,
        "active_until": one.active_until,
    }


def _family(one: DriverFamily) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "label": one.label,
        "base": one.base,
        "declaration": one.declaration,
        "note": one.note,
        **_life(one),
    }


def _code_mapping(one: CodeMapping) -> dict[str, Any]:
    analyte = one.assay.analyte
    return {
        "id": one.pk,
        "instrument": one.instrument.code,
        "code": one.code,
        "assay": {"id": one.assay_id, "code": analyte.code, "loinc": analyte.loinc},
        **_life(one),
    }


def _panel_mapping(one: PanelMapping) -> dict[str, Any]:
    return {
        "id": one.pk,
        "instrument": one.instrument.code,
        "code": one.code,
        "panel": one.panel.code,
        **_life(one),
    }
