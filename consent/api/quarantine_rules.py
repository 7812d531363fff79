"""`/api/v1/quarantine-rules`: how long quarantine lasts and what ends it; drafted, then approved."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import quarantine_rules
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.actions import quarantine_rules as registry_rules
from patients.actions.gateway import check_text
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import QuarantineKind, QuarantineRule
from patients.queries import quarantine_rules as queries
from patients.rules import quarantine_criteria
from patients.rules.quarantine_criteria import Criterion

VIEW = "patients.quarantinerule.view"
STATED = (
    *("agent", "kind", "days", "review_every_days", "criteria"),
    *("signs_gone", "until_lifted", "source"),
)


class QuarantineRulesView(APIView):
    """Rules of quarantine, drafts among them; a new draft, which somebody else approves."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": registry_rules.DRAFT}

    @documented("List rules of quarantine", "agent", "kind", is_needed=False)
    def get(self, request: Request) -> Response:
        """List rules; `agent` is a code or a name."""
        asked = given(request, "agent", "kind", is_needed=False)
        one_of(asked, "kind", QuarantineKind.values)
        rows = queries.naming(asked["agent"]) if "agent" in asked else QuarantineRule.objects.all()
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        rows = rows.select_related("recorded_by", "approved_by")
        held = queries.held(at=database_now())
        return page(request, rows, partial(shape, held=held))

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft a rule of quarantine",
        description="It counts once a second person has approved it. `source` says where the figures "
        "are from. Each of `criteria` names an `analyte` that has to be NEGATIVE or BELOW a `limit` in a "
        "`unit` in which it is measured, in how many specimens (`times`), how far apart "
        "(`hours_apart`). Limits are text. With `until_lifted` time alone ends nothing.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "Ten days and two low loads",
                value={
                    "agent": "nanites",
                    "kind": "HOSPITAL",
                    "days": 10,
                    "review_every_days": 1,
                    "criteria": [
                        {
                            "analyte": "NANITE-LOAD",
                            "asks": "BELOW",
                            "limit": "100",
                            "unit": "{nanites}/uL",
                            "times": 2,
                            "hours_apart": 24,
                        }
                    ],
                    "signs_gone": True,
                    "source": "Policy of the house.",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Draft a rule."""
        body = bodies.read(request, *STATED)

        def act() -> Any:
            made = quarantine_rules.draft(
                agent=bodies.text(body, "agent", most=80),
                kind=bodies.text(body, "kind", most=13),
                days=bodies.whole(body, "days"),
                review_every_days=bodies.whole(body, "review_every_days"),
                criteria=_criteria(body),
                signs_gone=_flag(body, "signs_gone"),
                until_lifted=_flag(body, "until_lifted"),
                source=bodies.text(body, "source", most=300),
                by=request.user,
                at=database_now(),
            )
            return shape(made, held=frozenset())

        return repeats.once(request, body, act)


class QuarantineRuleApproveView(APIView):
    """Puts a draft in force, from now or from a later moment."""

    permissions: ClassVar[dict[str, str]] = {"POST": registry_rules.APPROVE}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Approve a rule of quarantine",
        description="By somebody else than who drafted it. `in_force_from` defaults to now; orders "
        "keep the rule that was in force when they were ordered.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, quarantinerule_id: int) -> Response:
        """Approve a draft."""
        body = bodies.read(request, "in_force_from")

        def act() -> Any:
            at: datetime = database_now()
            made = registry_rules.approve(
                rule=bodies.row(request, QuarantineRule, quarantinerule_id, registry_rules.APPROVE),
                in_force_from=bodies.moment(body, "in_force_from"),
                by=request.user,
                at=at,
            )
            return shape(made, held=queries.held(at=at))

        return repeats.once(request, body, act)


def shape(row: QuarantineRule, *, held: frozenset[int]) -> dict[str, Any]:
    """Return a rule as the interface shows it; `held` are the ids of those in force."""
    by = row.approved_by
    return {
        **shown(row, "id", *STATED, "approved_at", "in_force_from", "recorded_at"),
        "is_in_force": row.pk in held,
        "drafted_by": row.recorded_by.name,
        "approved_by": by and by.name,
    }


def _criteria(body: dict[str, Any]) -> tuple[Criterion, ...]:
    found = quarantine_criteria.read(body.get("criteria", []))
    for one in found:
        check_text(one.analyte, field="criteria")
    return found


def _flag(body: dict[str, Any], name: str) -> bool:
    found = body.get(name, False)
    if not isinstance(found, bool):
        raise InvalidInput(f"{name} is true or false.", field=name)
    return found
