"""The population analysed anew every day, without anybody who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assays.actions.analyses import runs
from assays.models import AnalysisRun
from assays.queries.analyses import daily_population as queries
from assays.queries.analyses.daily_population import Daily
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import hospital_day
from labsys.work import queue

DAILY = "daily population"


def begin_day(*, by: Principal, at: datetime) -> None:
    """Have a worker read the cases of the day; of each day once."""
    policy.check(by, runs.ASK)
    with acting(by=by, at=at, action="assays.analysis.daily"):
        queue.enqueue(
            kind=DAILY,
            table=runs.RUNS,
            subjects=[hospital_day(at).toordinal()],
            priority=runs.PRIORITIES["ROUTINE"],
        )


def ask(*, wanted: Sequence[Daily], by: Principal, at: datetime) -> list[AnalysisRun]:
    """Ask for the runs of a day, but for what a run has already exactly as it is."""
    return [
        runs.ask(
            kind=AnalysisKind.EPIDEMIC,
            inputs=[one.input],
            parameters=one.parameters,
            by=by,
            at=at,
        )
        for one in wanted
        if not queries.holds(one)
    ]
