"""A hospital with something to count, and its figures kept as a worker keeps them."""

from __future__ import annotations

from typing import Any

from assays.actions import dashboards
from assays.models import FigureSnapshot
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.web.dashboards import counting
from tests import factories
from tests.assays.analyses import population
from tests.assays.evaluation.test_evaluation import work_off
from tests.patients import following, people
from tests.patients.people import DAY


def kept() -> FigureSnapshot:
    """Count and keep, without a worker."""
    by, at = Principal.objects.system("sweep"), database_now()
    dashboards.keep(content=counting.count(by, at=at), milliseconds=7, by=by, at=at)
    found: FigureSnapshot = FigureSnapshot.objects.order_by("-counted_at")[0]
    return found


def outbreak(*, days: tuple[int, ...] = (1, 2, 2, 3, 4, 6, 8)) -> None:
    """Growing exposures to an agent that is followed up, some seen today; somebody in a ward."""
    agent = following.agent(14, name="Nanites", code="nanites")
    found = population.outbreak(days, agent=agent.name)
    for one in found[:5]:
        following.visited(one, agent)
    people.admitted(found[0], people.ward())
    following.exposed(people.person(), agent, ago=40 * DAY, certainty="POSSIBLE")


def analysed(**stated: Any) -> None:
    """Have the population analysed by the workers of this process."""
    population.asked(factories.principal(Role.PATHOLOGIST), **stated)
    work_off()
