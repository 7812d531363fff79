"""`/api/v1/gate/…`: passes, scans, and what checks passes without a network."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import passes, scans
from consent.actions.passes import ISSUE
from consent.actions.scans import MOST, SCAN
from consent.api import references
from consent.api.checks import entries_named
from consent.models import GatePass, GateScan
from consent.queries import passes as queries
from consent.rules.scans import BadScan, OfflineScan, read_scan
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, InvalidInputs
from patients.api import bodies
from patients.api.paging import documented, given, page, shown

LOG = "consent.gate.log"


class PassesView(APIView):
    """Passes for the gate, and those that were issued."""

    permissions: ClassVar[dict[str, str]] = {"GET": LOG, "POST": ISSUE}

    @documented("List the passes that were issued", "person", "programme")
    def get(self, request: Request) -> Response:
        """List passes; their texts are not told again."""
        rows = _logged(request, GatePass)
        return page(request, rows, _issued, person=lambda row: row.person_id)

    @extend_schema(
        summary="Issue a pass",
        description="For somebody who is cleared in this instant; at most a quarter of an hour, "
        "and never past the clearance. `text` is what the QR symbol holds. `person` may be left "
        "out by a participant.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("One's own", value={"programme": "outer-survey"})],
    )
    def post(self, request: Request) -> Response:
        """Issue a pass."""
        body = bodies.read(request, "person", "programme")
        person = bodies.person_or_own(body, request.user, ISSUE)
        programme = references.programme(body.get("programme"))
        made = passes.issue(person=person, programme=programme, by=request.user, at=database_now())
        said = {
            "id": made.uid.hex,
            "programme": programme.code,
            "issued_at": made.issued_at,
            "expires_at": made.expires_at,
            "text": queries.text_of(made),
        }
        return Response(said, status=201)


class ScansView(APIView):
    """Scans at the gate, and the log of them."""

    permissions: ClassVar[dict[str, str]] = {"GET": LOG, "POST": SCAN}

    @documented("List the scans at the gate", "person", "programme")
    def get(self, request: Request) -> Response:
        """List scans, those without a network with the list they rest on."""
        rows = _logged(request, GateScan)
        return page(request, rows, _scanned, person=lambda row: row.person_id)

    @extend_schema(
        summary="Scan a pass, or ask about a record number",
        description="Answers CLEARED, NOT_CLEARED, EXPIRED, REVOKED or INVALID, decided now, and "
        "an end where somebody is cleared; nothing of why. `programme` is needed for a record "
        "number. Every scan is on record.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("A number", value={"asked": "00000015", "programme": "outer-survey"})
        ],
    )
    def post(self, request: Request) -> Response:
        """Answer a scan."""
        body = bodies.read(request, "asked", "programme")
        asked = bodies.text(body, "asked", most=1100)
        if not asked.strip():
            raise InvalidInput("Give the text of a pass, or a record number.", field="asked")
        code = body.get("programme")
        found = scans.scan(
            asked=asked,
            programme=None if code is None else references.programme(code),
            by=request.user,
            at=database_now(),
        )
        person = found.scan.person
        if person is not None:
            reads.record(by=request.user, purpose="gate", objects=[person], person_id=person.pk)
        said = {
            "scan": str(found.scan.uid),
            "status": found.view.status.value,
            "at": found.view.at,
            "valid_until": found.view.valid_until,
        }
        return Response(said, status=201)


class OfflineScansView(APIView):
    """Scans that were answered without a network."""

    permissions: ClassVar[dict[str, str]] = {"POST": SCAN}

    @extend_schema(
        summary="Record scans that were answered without a network",
        description=f"At most {MOST} at once, all or none. Each has a `uid` of its own, so that what "
        "is sent again is recorded once. `scanned_at` is by the clock of the gate, `as_of` of when "
        "its list of revoked passes was. The answer says which were called cleared and were not.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "One",
                value={
                    "scans": [
                        {
                            "uid": "6f1c1a52-3f0b-4d5e-9a53-0d5f2f1f8a11",
                            "asked": "LP1.…",
                            "status": "CLEARED",
                            "scanned_at": "2026-01-31T08:05:00Z",
                            "as_of": "2026-01-31T08:00:00Z",
                        }
                    ]
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record what was answered without a network."""
        said = bodies.read(request, "scans").get("scans")
        if not isinstance(said, list) or not 1 <= len(said) <= MOST:
            raise InvalidInput(f"Give 1 to {MOST} scans.", field="scans")
        kept = scans.keep(scans=_scans(said), by=request.user, at=database_now())
        people = [one.person for one in kept if one.person is not None]
        reads.record(by=request.user, purpose="gate", objects=people, person_id=lambda one: one.pk)
        told = [
            {
                "uid": str(one.uid),
                "status": one.status,
                "is_untrue": one.is_untrue,
                "who": one.who,
            }
            for one in kept
        ]
        return Response({"scans": told}, status=201)


def _scans(said: list[object]) -> list[OfflineScan]:
    found, wrong = [], []
    for number, one in enumerate(said):
        try:
            found.append(read_scan(one))
        except BadScan as bad:
            wrong.append((f"scans/{number}/{bad.field}".rstrip("/"), str(bad)))
    if wrong:
        raise InvalidInputs(wrong)
    return found


def _logged(request: Request, model: type[GatePass] | type[GateScan]) -> Any:
    asked = given(request, "person", "programme")
    rows = model.objects.select_related("person", "programme", "recorded_by")
    if "person" in asked:
        rows = rows.filter(person__in=entries_named(asked["person"]))
    if "programme" in asked:
        rows = rows.filter(programme=references.programme(asked["programme"]))
    return rows


def _issued(row: GatePass) -> dict[str, Any]:
    return {
        **shown(row, "id", "issued_at", "expires_at"),
        "pass": row.uid.hex,
        "person": str(row.person.uid),
        "programme": row.programme.code,
        "recorded_by": row.recorded_by.name,
    }


def _scanned(row: GateScan) -> dict[str, Any]:
    return {
        **shown(row, "id", "asked", "status", "scanned_at", "as_of", "recorded_at"),
        "scan": str(row.uid),
        "truth": row.truth or None,
        "person": str(row.person.uid) if row.person is not None else None,
        "programme": row.programme.code if row.programme is not None else None,
        "recorded_by": row.recorded_by.name,
    }


class KeysView(APIView):
    """The public keys that verify passes."""

    permissions: ClassVar[dict[str, str]] = {"GET": SCAN}

    @extend_schema(summary="Read the keys of passes", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Read the keys, those of earlier passes too: Ed25519, base64, by name."""
        bodies.nothing_asked(request)
        return Response({"keys": queries.shown_keys()})


class RevocationsView(APIView):
    """The passes that are worth nothing any more."""

    permissions: ClassVar[dict[str, str]] = {"GET": SCAN}

    @extend_schema(
        summary="Read the list of revoked passes",
        description="The ids of the passes that run and whose holders are not cleared now, signed "
        "as passes are. `python -m consent.offline` and the page without a network read it.",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Read the list."""
        bodies.nothing_asked(request)
        now = database_now()
        return Response(
            {"as_of": now.replace(microsecond=0), "revocations": queries.revocations(now)}
        )
