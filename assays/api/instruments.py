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

from assays.models import (
    CodeMapping,
    DriverFamily,
    Endpoint,
    EndpointState,
    Instrument,
    PanelMapping,
)
from assays.rules.states import VersionStatus
from patients.api.paging import documented, given, one_of, page, shown

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
    return shown(
        one,
        *("id", "code", "name", "kind", "manufacturer", "model", "protocol", "driver", "settings"),
        *("peer_networks", "time_zone", "is_active"),
    )


def _endpoint(one: Endpoint) -> dict[str, Any]:
    line = next(iter(one.states.all()), None)
    return {
        **_named(one),
        **shown(
            one,
            *("role", "host", "port", "folder", "pattern", "stable_seconds", "framing"),
            *("idle_seconds", "silence_minutes", "answer_seconds", "sends", "tls"),
            *("fingerprints", "is_active"),
        ),
        "line": None if line is None else _line(line),
    }


def _line(one: EndpointState) -> dict[str, Any]:
    """How a line stood when the listener said so last (`reported_at`)."""
    return {
        **shown(
            one,
            *("state", "since", "reported_at", "connections", "last_in_at", "last_out_at"),
            *("messages_in", "messages_out", "in_minute", "out_minute", "errors"),
            *("last_error_at", "last_error"),
        ),
        "files_refused": one.refused,
    }


def _named(one: Endpoint | CodeMapping | PanelMapping) -> dict[str, Any]:
    return {"id": one.pk, "instrument": one.instrument.code}


def _life(one: DriverFamily | CodeMapping | PanelMapping) -> dict[str, Any]:
    return shown(one, "number", "status", "active_from", "active_until")


def _family(one: DriverFamily) -> dict[str, Any]:
    return {**shown(one, "id", "name", "label", "base", "declaration", "note"), **_life(one)}


def _code_mapping(one: CodeMapping) -> dict[str, Any]:
    analyte = one.assay.analyte
    assay = {"id": one.assay_id, "code": analyte.code, "loinc": analyte.loinc}
    return {**_named(one), "code": one.code, "assay": assay, **_life(one)}


def _panel_mapping(one: PanelMapping) -> dict[str, Any]:
    return {**_named(one), "code": one.code, "panel": one.panel.code, **_life(one)}
