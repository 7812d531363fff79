"""The parts of analyses: computed outside any transaction, kept with the end of their run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE, Worked
from assays.models import AnalysisPart
from assays.queries.analyses import runs as queries
from assays.rules.analyses import ANALYSES
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution


class Analyse:
    """Does one part of a run; what cannot be used is an outcome, and the others are untouched."""

    kind = ANALYSE
    version = 1
    batch = 4
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Worked]:
        parts = queries.to_work([claim.subject_id for claim in claims])
        return {part.pk: worked(part) for part in parts}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Worked], execution: Execution
    ) -> None:
        mine = {claim.subject_id for claim in claims}
        runs.record(
            worked=[one for part, one in effects.items() if part in mine],
            execution=execution,
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


def worked(part: AnalysisPart) -> Worked:
    """Do the analysis of a part."""
    begun = time.monotonic()
    outcome = refusal = None
    try:
        analysis = ANALYSES[AnalysisKind(part.run.kind)]
        outcome = analysis.work(part.run.parameters, part.given)
    except Refused as refused:
        refusal = {
            "code": refused.code,
            "message": refused.message,
            "params": {name: str(value) for name, value in refused.params.items()},
            "sentence": str(refused),
        }
    milliseconds = round((time.monotonic() - begun) * 1000)
    return Worked(part.pk, outcome, refusal, milliseconds)


registry.register(Analyse())
