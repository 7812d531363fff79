"""Kinetics asked for by themselves: after a load is released, or what was done to somebody changes.

What happened puts one small item of work on the queue, in its own transaction. Whoever takes it asks
for a run where there is something new to be computed: not with too few loads, not twice of the same
inputs, and never a second one while one of the person is open.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from assays.actions.analyses import runs
from assays.models import AnalysisRun, Result
from assays.queries.analyses import kinetics as queries
from assays.queries.analyses.inputs import UNIT, Input
from assays.rules.analyses import kinetics as rules
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.work import queue
from patients.models import CanonicalPerson, Intervention

FOLLOW = "follow load"
RESULTS, INTERVENTIONS = "assays_result", "patients_intervention"
SECTION = "NANITE"


def load_released(result: Result) -> None:
    """Have a worker look whether a run is due, where a nanite load was released."""
    if result.section == SECTION and result.unit == UNIT and result.value is not None:
        _enqueue(RESULTS, result.pk, result.person_id)


def intervened(intervention: Intervention) -> None:
    """Have a worker look whether a run is due, since what was done to somebody changed."""
    _enqueue(INTERVENTIONS, intervention.pk, intervention.person_id)


def ask_if_due(
    *, person_ids: Collection[int], wanted: Input, by: Principal, at: datetime
) -> AnalysisRun | None:
    """Ask for the kinetics of one person, unless these inputs are in a run already."""
    if queries.holds(person_ids, wanted.given):
        return None
    return runs.ask(
        kind=AnalysisKind.KINETICS, inputs=[wanted], parameters=rules.parameters(), by=by, at=at
    )


def _enqueue(table: str, subject: int, person_id: int) -> None:
    """Put it behind what else is due for the person, so that no two workers ask at once."""
    head = CanonicalPerson.objects.values_list("canonical_id", flat=True).get(person_id=person_id)
    queue.enqueue(
        kind=FOLLOW,
        table=table,
        subjects=[subject],
        ordering_keys=[f"{FOLLOW} {head}"],
        priority=runs.PRIORITIES["ROUTINE"],
    )
