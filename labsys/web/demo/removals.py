"""The demo's removals: what was done beside filtrations, and one compared with the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from assays.actions.analyses import runs
from assays.queries.analyses import trials as treated
from assays.rules.analyses import trials
from assays.rules.analyses.runs import AnalysisKind
from labsys.lib.clock import database_now
from labsys.web.demo.people import patients, principal
from patients.actions import interventions
from patients.models import Intervention

# Who took charcoal, and how many days ago.
CHARCOAL = {"novak": 9, "ierlan": 9, "osei": 5, "marchetti": 3}


def compare(say: Callable[[str], None]) -> None:
    """Write charcoal into the record, and have it compared with filtration across patients."""
    doctor, at = principal("lab"), database_now()
    for patient, person in patients():
        if patient.key in CHARCOAL:
            interventions.record(
                by=doctor,
                at=at,
                person=person,
                kind=Intervention.Kind.CHARCOAL,
                detail="60 g by mouth",
                started_at=at - timedelta(days=CHARCOAL[patient.key]),
                intended_effect="lower the nanite load",
            )
    parameters = trials.parameters(
        {"kind": "FILTRATION", "detail": "9 um", "against_kind": "CHARCOAL", "days_after": 21.0}
    )
    runs.ask(
        kind=AnalysisKind.TRIAL,
        inputs=treated.found(doctor, parameters),
        parameters=parameters,
        by=doctor,
        at=at,
    )
    say(f"{len(CHARCOAL)} had charcoal; it is being compared with filtration")
