"""Analyses: asked for, cancelled, repeated, and what their parts gave."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import Named
from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses import runs as queries
from assays.queries.analyses import wishes
from assays.queries.analyses.wishes import Wish
from assays.rules.analyses.runs import AnalysisKind, RunStatus
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from labsys.lib.idempotency import check_same, digest_of, key_of
from patients import queries as registry
from patients.api.paging import documented, given, one_of, page, shown, whole
from patients.models import Person

VIEW, ASK = "assays.analysis.view", actions.ASK
_KEYS = uuid.UUID("6d2f3c4e-52a4-4d7b-9a55-0b9f4f5f0d11")
_KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)
LONGEST_REASON = 500
# Others have an address of their own, since they take other inputs.
ASKED_HERE = tuple(one.value for one in wishes.WISHES)
FIELDS = {"kind", "persons", "limit", "parameters", "is_urgent", "reason"}


class AnalysisRunsView(APIView):
    """Runs of analyses, and asking for one."""

    permissions: ClassVar[dict[str, str]] = {"GET": ASK, "POST": ASK}

    @documented("List runs of analyses", "id", "kind", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        asked = given(request, "id", "kind", "status", is_needed=False)
        rows = AnalysisRun.objects.select_related("asked_by__user")
        one_of(asked, "kind", AnalysisKind.__members__)
        one_of(asked, "status", RunStatus.__members__)
        if "id" in asked:
            rows = rows.filter(pk=whole(asked, "id"))
        rows = rows.filter(**{name: asked[name] for name in ("kind", "status") if name in asked})
        answer = page(request, rows, _run)
        runs = answer.data["analysis_runs"]
        found = queries.progress([run["id"] for run in runs])
        for run in runs:
            one = found[run["id"]]
            run["progress"] = shown(one, "total", "done", "refused", "given_up", "percent")
        return answer

    @extend_schema(
        summary="Ask for an analysis",
        description="`persons`: public ids; left out, everybody in reach with loads enough. "
        "`parameters`: those of the kind, an object; of MICROGRAPHS `specimen`, the accession number of "
        "whose fields are counted; of KINETICS `limit`, the load whose day of being "
        "reached is asked for, may stand beside it. The same Idempotency-Key with "
        "the same body answers as before, with `Idempotency-Replayed: true`.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[_KEY],
        examples=[
            OpenApiExample("One person", value={"kind": "KINETICS", "persons": ["…"]}),
            OpenApiExample(
                "Population", value={"kind": "EPIDEMIC", "parameters": {"window_days": 7}}
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin a run, or answer again what was begun under the key."""
        asked = _asked(request)
        uid = uuid.uuid5(_KEYS, f"{request.user.pk} {key_of(request)}")
        before = AnalysisRun.objects.filter(uid=uid).first()
        if before is not None:
            check_same(before.sent_digest, asked)
            return Response(_run(before), status=201, headers={"Idempotency-Replayed": "true"})
        kind, at = AnalysisKind(asked["kind"]), database_now()
        stated = dict(asked.get("parameters", {}))
        if asked.get("limit") is not None:
            stated["limit"] = asked["limit"]
        entries = _entries(request, asked)
        inputs, parameters = wishes.of_kind(kind, Wish(request.user, entries, stated, at))
        run = actions.ask(
            kind=kind,
            inputs=inputs,
            parameters=parameters,
            is_urgent=asked.get("is_urgent", False),
            reason=asked.get("reason", ""),
            by=request.user,
            at=at,
            named=Named(uid, digest_of(asked)),
        )
        return Response(_run(run), status=201)


class AnalysisCancellationsView(APIView):
    """Ends a run that is under way."""

    permissions: ClassVar[dict[str, str]] = {"POST": ASK}

    @extend_schema(
        summary="Cancel an analysis",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Cancel", value={"reason": "The loads are being corrected."})],
    )
    def post(self, request: Request, analysisrun_id: int) -> Response:
        run = _find(request, analysisrun_id)
        reason = _reason(_body(request, {"reason"}))
        done = actions.cancel(run=run, by=request.user, at=database_now(), reason=reason)
        return Response(_run(done), status=201)


class AnalysisPartsView(APIView):
    """What the parts of runs gave, person by person."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    # A plate is of many persons; it is read at its own address.
    @documented("List what analyses gave", "run", "person")
    def get(self, request: Request) -> Response:
        asked = given(request, "run", "person")
        rows = AnalysisPart.objects.select_related("person", "run")
        rows = rows.exclude(run__kind=AnalysisKind.PLATE.value)
        if "run" in asked:
            rows = rows.filter(run=whole(asked, "run"))
        if "person" in asked:
            rows = rows.filter(person__in=_entries(request, {"persons": [asked["person"]]}) or [])
        return page(request, rows, _part, person=lambda part: part.person_id)


def _asked(request: Request) -> dict[str, Any]:
    """Return a body that asks for a run, each field of its type."""
    body = _body(request, FIELDS)
    if body.get("kind") not in ASKED_HERE:
        raise InvalidInput(f"kind is one of {', '.join(ASKED_HERE)}.", field="kind")
    persons = body.get("persons")
    if persons is not None and (
        not isinstance(persons, list) or not all(isinstance(one, str) for one in persons)
    ):
        raise InvalidInput("persons is a list of public ids.", field="persons")
    if len(persons or ()) > actions.MOST_PARTS:
        raise InvalidInput(f"persons names at most {actions.MOST_PARTS} at once.", field="persons")
    limit = body.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise InvalidInput("limit is a number above 0.", field="limit")
    parameters = body.get("parameters", {})
    if not isinstance(parameters, dict) or ("limit" in parameters and limit is not None):
        raise InvalidInput("parameters is an object; name limit once.", field="parameters")
    if not isinstance(body.get("is_urgent", False), bool):
        raise InvalidInput("is_urgent is true or false.", field="is_urgent")
    _reason(body)
    return body


def _body(request: Request, fields: set[str]) -> dict[str, Any]:
    body = request.data
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    for name in sorted(set(body) - fields):
        raise InvalidInput(f"There is no field {name!r}.", field=name)
    return dict(body)


def _reason(body: dict[str, Any]) -> str:
    reason = body.get("reason", "")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise InvalidInput(
            f"reason is a text of at most {LONGEST_REASON} characters.", field="reason"
        )
    return reason


def _entries(request: Request, asked: dict[str, Any]) -> list[int] | None:
    """Return all entries of the persons asked for; None for everybody."""
    if asked.get("persons") is None:
        return None
    try:
        uids = {uuid.UUID(text) for text in asked["persons"]}
    except ValueError as error:
        raise InvalidInput("A person's public id is a UUID.", field="persons") from error
    persons = policy.scope(request.user, Person.objects.filter(uid__in=uids))
    ids = list(persons.values_list("pk", flat=True))
    if len(ids) < len(uids):
        raise NotFound("There is no such record, or it is not in your reach.")
    return list(registry.entries_of(ids))


def _find(request: Request, id_: int) -> AnalysisRun:
    found = policy.scope(request.user, AnalysisRun.objects.filter(pk=id_)).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found


def _run(one: AnalysisRun) -> dict[str, Any]:
    return {
        **shown(one, "id", "uid", "kind", "status", "made_with", "inputs_digest"),
        **shown(one, "reason", "asked_at", "started_at", "ended_at", "outcome", "outcome_digest"),
        "refusal": one.refusal,
        "asked_by": one.asked_by.display_name,
        "parameters": one.parameters,
        "repeats": one.repeats_id,
    }


def _part(one: AnalysisPart) -> dict[str, Any]:
    return {
        **shown(one, "id", "position", "given", "given_digest", "done_at", "milliseconds"),
        **shown(one, "outcome", "refusal"),
        "run": one.run_id,
        "kind": one.run.kind,
        "person": one.person.uid if one.person is not None else None,
    }
