"""Is this person cleared, and why not: for one person, and for a list of them.

GET /api/v1/clearances/{person}?programme=&at=&known_at= and POST /api/v1/clearances.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import references
from consent.queries import clearances
from consent.rules.answers import Clearance
from consent.rules.gates import gate_view
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, InvalidInputs
from patients.api import bodies
from patients.models import Person

PARAMETERS = frozenset({"programme", "at", "known_at"})
FIELDS = PARAMETERS | {"people"}
MOST_PEOPLE = 1000
FULL = "consent.clearance.view"
GATE = "consent.clearance.gate"


class ClearanceView(APIView):
    """Whether somebody is cleared at a moment; decided now from facts, never stored."""

    permissions = {"GET": GATE}

    @extend_schema(
        summary="Ask for a clearance",
        description="The person is named by their public id. `at` defaults to now; `known_at` "
        "defaults to `at`, so that what was recorded later changes no earlier answer. The gate is "
        "told a word and an end; only who may see reasons is told them.",
        parameters=[
            OpenApiParameter("programme", OpenApiTypes.STR, required=True),
            OpenApiParameter("at", OpenApiTypes.DATETIME),
            OpenApiParameter("known_at", OpenApiTypes.DATETIME),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, person: uuid.UUID) -> Response:
        now = database_now()
        unknown = sorted(set(request.query_params) - PARAMETERS)
        if unknown:
            raise InvalidInput(f"There is no parameter {unknown[0]!r}.", field=unknown[0])
        repeated = [name for name in PARAMETERS if len(request.query_params.getlist(name)) > 1]
        if repeated:
            raise InvalidInput(f"Give {repeated[0]} once.", field=repeated[0])
        at, known_at = _moments(request.query_params, now=now, by=request.user)
        programme = references.programme(request.query_params.get("programme", ""))
        found = policy.scope(request.user, Person.objects.filter(uid=person), FULL).first()
        if found is None:
            found = policy.scope(request.user, Person.objects.filter(uid=person), GATE).first()
        if found is None:
            raise Http404
        answer = clearances.clearance_of(found, programme, at=at, known_at=known_at)
        answer = clearances.as_told({found.pk: answer}, request.user)[found.pk]
        reads.record(by=request.user, purpose="clearance", objects=[found], person_id=found.pk)
        body = (
            shown_in_full(answer)
            if policy.can(request.user, FULL, found)
            else shown_at_gate(answer)
        )
        return Response({"person": str(found.uid), **body})


class ClearancesView(APIView):
    """Whether each of a list of people is cleared at one moment, such as those of a departure."""

    permissions: ClassVar[dict[str, str]] = {"POST": GATE}

    @extend_schema(
        summary="Ask for the clearances of a list",
        description=f"Up to {MOST_PEOPLE} people by their public ids, answered in their order. The "
        "moments and what is told of each are those of a single clearance. Somebody who is not there "
        "or not in your reach refuses the whole list, so that nobody is overlooked.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Now",
                value={
                    "programme": "outer-survey",
                    "people": ["0b6f9a52-6c1e-4b6e-9d0a-3f5f0f4f7a11"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Answer for each person, in the order in which they were named."""
        now = database_now()
        given = bodies.read(request, *FIELDS)
        at, known_at = _moments(given, now=now, by=request.user)
        programme = references.programme(given.get("programme"))
        uids = _uids(given.get("people"))
        found, in_full = _people(uids, request.user)
        answers = clearances.clearances_of(
            [one.pk for one in found], programme, at=at, known_at=known_at
        )
        answers = clearances.as_told(answers, request.user)
        reads.record(
            by=request.user, purpose="clearance", objects=found, person_id=lambda one: one.pk
        )
        told = [
            {
                "person": str(one.uid),
                **(shown_in_full if one.uid in in_full else shown_at_gate)(answers[one.pk]),
            }
            for one in found
        ]
        return Response(
            {
                "programme": programme.code,
                "at": at,
                "known_at": known_at or at,
                "cleared": sum(answer.is_cleared for answer in answers.values()),
                "clearances": told,
            }
        )


def shown_in_full(answer: Clearance) -> dict[str, Any]:
    """Return the answer with every reason and the facts behind it."""
    return {
        "programme": answer.programme,
        "programme_version": answer.programme_version,
        "status": answer.status.value,
        "at": answer.at,
        "known_at": answer.known_at,
        **_valid_until(answer.valid_until),
        "reasons": [
            {
                "reason": ground.reason.value,
                "facts": [{"kind": fact.kind, "id": fact.id} for fact in ground.facts],
            }
            for ground in answer.grounds
        ],
        "relied_on": [{"kind": fact.kind, "id": fact.id} for fact in answer.relied_on],
    }


def shown_at_gate(answer: Clearance) -> dict[str, Any]:
    """Return the word and the end; nothing of why."""
    view = gate_view(answer)
    return {
        "programme": answer.programme,
        "status": view.status.value,
        "at": view.at,
        **_valid_until(view.valid_until),
    }


def _valid_until(moment: datetime | None) -> dict[str, datetime | None]:
    """Return the end under its name, and under the name that version 1 began with."""
    return {"valid_until": moment, "cleared_until": moment}


def _uids(given: object) -> list[uuid.UUID]:
    """Return the people named in a body; each once, so that a count of them is one of people."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PEOPLE:
        raise InvalidInput(
            f"Name from one to {MOST_PEOPLE} people in a list of public ids.", field="people"
        )
    found: dict[uuid.UUID, int] = {}
    errors = []
    for number, text in enumerate(given):
        try:
            uid = uuid.UUID(text) if isinstance(text, str) else None
        except ValueError:
            uid = None
        if uid is None:
            errors.append((f"people/{number}", "This is no public id."))
        elif uid in found:
            errors.append((f"people/{number}", f"The same person as number {found[uid]}."))
        else:
            found[uid] = number
    if errors:
        raise InvalidInputs(errors)
    return list(found)


def _people(uids: Sequence[uuid.UUID], by: Principal) -> tuple[list[Person], set[uuid.UUID]]:
    """Return the people in the order named, and whose reasons may be told as well."""
    rows = Person.objects.filter(uid__in=uids)
    in_full = {one.uid: one for one in policy.scope(by, rows, FULL)}
    at_gate = {} if len(in_full) == len(uids) else policy.scope(by, rows, GATE)
    found = {**{one.uid: one for one in at_gate}, **in_full}
    missing = [
        (f"people/{number}", "Nobody in your reach has this public id.")
        for number, uid in enumerate(uids)
        if uid not in found
    ]
    if missing:
        raise InvalidInputs(missing)
    return [found[uid] for uid in uids], set(in_full)


def _moments(given: Any, *, now: datetime, by: Principal) -> tuple[datetime, datetime | None]:
    """Return the moment asked about and the knowledge asked for; the gate is told no future."""
    at = bodies.moment(given, "at") or now
    known_at = bodies.moment(given, "known_at")
    if (known_at or at) > now and not policy.can(by, FULL):
        raise InvalidInput("The gate is answered for now or the past.", field="at")
    return at, known_at
