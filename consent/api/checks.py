"""GET /api/v1/checks?person=: the checks of one person, how they ended; nothing of what was said."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.models import Check
from consent.queries.clearances import entries_of
from consent.queries.psychological import READ
from consent.rules.facts import CheckKind
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api.paging import documented, given, one_of, page
from patients.models import Person


class ChecksView(APIView):
    """Medical and psychological checks as they were concluded, with codes for planning."""

    permissions = {"GET": "consent.check.view"}

    @documented("List a person's checks", "person", "kind")
    def get(self, request: Request) -> Response:
        asked = given(request, "person", "kind")
        one_of(asked, "kind", [kind.value for kind in CheckKind])
        rows = Check.objects.filter(person__in=entries_named(asked.get("person", "")))
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        rows = rows.select_related(
            *("person", "examiner", "second_examiner", "annulment"), "second_interview__by_check"
        )
        sees_private = policy.can(request.user, READ)
        return page(
            request,
            rows.prefetch_related("lifts__lifted"),
            lambda row: shape(row, sees_private=sees_private),
            person=_whose,
        )


def shape(row: Check, *, sees_private: bool = True) -> dict[str, Any]:
    """Return what may be told of a check; answers, scores, findings and notes are not of it.

    A second examiner agreed to an outcome laxer than proposed: of a psychological check that is for
    psychologists, as what was proposed is.
    """
    annulment = getattr(row, "annulment", None)
    is_told = row.second_examiner is not None and (sees_private or not row.is_private)
    taken = getattr(row, "second_interview", None)
    return {
        "check": str(row.uid),
        "person": str(row.person.uid),
        "kind": row.kind,
        "outcome": row.outcome,
        "codes": row.told,
        "performed_at": row.performed_at,
        "recorded_at": row.recorded_at,
        "examiner": row.examiner.name,
        "second_examiner": row.second_examiner.name if is_told else None,
        "second_interview": str(taken.by_check.uid) if taken else None,
        "lifts": [str(one.lifted.uid) for one in row.lifts.all()],
        "is_annulled": annulment is not None,
        "annulled_as": annulment.code or None if annulment is not None else None,
    }


def _whose(row: Any) -> int:
    found: int = row.person_id
    return found


def entries_named(text: str) -> list[int]:
    """Return all linked entries of the person with this public id; none where nobody has it."""
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise InvalidInput("Name the person by their public id.", field="person") from None
    found = Person.objects.filter(uid=uid).first()
    return entries_of([found.pk], known_at=database_now())[found.pk] if found else []
