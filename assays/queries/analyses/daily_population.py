"""What of the population is analysed every day, and whether a run has it already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assays.models import AnalysisRun
from assays.queries.analyses import epidemic as cases
from assays.queries.analyses.inputs import Input
from assays.rules.analyses import epidemic
from assays.rules.analyses.runs import AnalysisKind, RunStatus, digest_of
from labsys.accounts.models import Principal
from labsys.lib.wording import Refused
from patients.queries import agents

LOOKED_THROUGH = 20  # runs, for what is asked for
MOST_DAILY = 5


@dataclass(frozen=True, slots=True)
class Daily:
    """One analysis that is made every day: its input as it stands now, and its parameters."""

    input: Input
    parameters: Mapping[str, Any]


def daily(principal: Principal, *, at: datetime) -> list[Daily]:
    """Return what is analysed every day: each agent as it was asked for last, or all together.

    Nothing where nobody is a case. What was asked for is looked for among the newest runs that ended.
    """
    done = cases.runs(principal).filter(status=RunStatus.DONE.value)[:LOOKED_THROUGH]
    asked: dict[str, dict[str, Any]] = {}
    for run in done:
        asked.setdefault(agents.key(run.parameters.get("agent") or ""), run.parameters)
    wanted = []
    for stated in list(asked.values())[:MOST_DAILY] or [{}]:
        try:
            parameters = epidemic.parameters(stated)
            (one,) = cases.found(principal, parameters, at=at)
        except Refused:
            continue  # asked for in a way that is not offered any more
        if one.given["persons"]:
            wanted.append(Daily(one, parameters))
    return wanted


def holds(one: Daily) -> bool:
    """Say whether a run that nobody cancelled has, or had, exactly this."""
    digest = digest_of([one.parameters, [digest_of(one.input.given)]])
    rows = AnalysisRun.objects.filter(kind=AnalysisKind.EPIDEMIC.value, inputs_digest=digest)
    return rows.exclude(status=RunStatus.CANCELLED.value).exists()
