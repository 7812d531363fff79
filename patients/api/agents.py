"""`/api/v1/agents` and `/api/v1/follow-up-rules`: what is known, and for how long it is followed up."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.actions import agents
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown
from patients.models import Agent, FollowUpRule

VIEW = "patients.agent.view"


class AgentsView(APIView):
    """Agents that the registry knows; a new one."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": agents.MANAGE}

    @documented("List agents", "code", is_needed=False)
    def get(self, request: Request) -> Response:
        """List agents."""
        asked = given(request, "code", is_needed=False)
        return page(request, Agent.objects.filter(**asked), shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Add an agent",
        description="`code` and `name`: an exposure that names either is known from then on.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Add an agent."""
        body = bodies.read(request, "code", "name")

        def act() -> Any:
            code, name = (bodies.text(body, one, most=80) for one in ("code", "name"))
            return shape(agents.add(by=request.user, at=database_now(), code=code, name=name))

        return repeats.once(request, body, act)


class FollowUpRulesView(APIView):
    """Rules of follow-up, drafts among them; a new draft, which somebody else approves."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": agents.DRAFT}

    @documented("List follow-up rules", "agent", is_needed=False)
    def get(self, request: Request) -> Response:
        """List rules; `agent` is a code."""
        asked = given(request, "agent", is_needed=False)
        rows = FollowUpRule.objects.select_related("agent")
        if "agent" in asked:
            rows = rows.filter(agent__code=asked["agent"])
        return page(request, rows, rule_shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft a follow-up rule",
        description="`agent` (a code), `days`, `visits_per_day` and `source`: where the figures are "
        "from. It counts once a second person has approved it.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Draft a rule."""
        body = bodies.read(request, "agent", "days", "visits_per_day", "source")

        def act() -> Any:
            made = agents.draft_rule(
                by=request.user,
                at=database_now(),
                agent=agent_of(body),
                days=bodies.whole(body, "days"),
                visits_per_day=bodies.whole(body, "visits_per_day", 1),
                source=bodies.text(body, "source", most=300),
            )
            return rule_shape(made)

        return repeats.once(request, body, act)


class FollowUpRuleApproveView(APIView):
    """Puts a draft in force, from now or from a later moment."""

    permissions: ClassVar[dict[str, str]] = {"POST": agents.APPROVE}

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Approve a follow-up rule",
        description="By somebody else than who drafted it. `in_force_from` defaults to now.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, followuprule_id: int) -> Response:
        """Approve a draft."""
        body = bodies.read(request, "in_force_from")

        def act() -> Any:
            made = agents.approve_rule(
                rule=bodies.row(request, FollowUpRule, followuprule_id, agents.APPROVE),
                in_force_from=bodies.moment(body, "in_force_from"),
                by=request.user,
                at=database_now(),
            )
            return rule_shape(made)

        return repeats.once(request, body, act)


def agent_of(body: dict[str, Any]) -> Agent:
    """Return the agent that a body names by its code."""
    code = bodies.text(body, "agent", most=80)
    found: Agent | None = Agent.objects.filter(code=code).first()
    if found is None:
        raise InvalidInput("Name a known agent by its code.", field="agent")
    return found


def shape(row: Agent) -> dict[str, Any]:
    """Return an agent as the interface shows it."""
    return shown(row, "id", "code", "name", "recorded_at")


def rule_shape(row: FollowUpRule) -> dict[str, Any]:
    """Return a rule as the interface shows it."""
    names = ("id", "days", "visits_per_day", "source", "approved_at", "in_force_from")
    return {**shown(row, *names, "recorded_at"), "agent": row.agent.code}
