"""The laboratory's kinds of work: what each is prepared from, and the action that applies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assays.actions import evaluations
from assays.actions.filing import EVALUATE
from assays.queries import evaluations as queries
from assays.rules.evaluation import METHOD_VERSION, Finding, evaluate
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution


class Evaluate:
    """Evaluates all results of a recording."""

    kind = EVALUATE
    version = METHOD_VERSION
    batch = 8

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, list[Finding]]:
        found = queries.subjects([claim.subject_id for claim in claims])
        return {
            claim.id: [
                evaluate(subject, is_predecessor_parked=claim.predecessor_parked)
                for subject in found.get(claim.subject_id, ())
            ]
            for claim in claims
        }

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, list[Finding]],
        execution: Execution,
    ) -> None:
        findings = [finding for claim in claims for finding in effects[claim.id]]
        by = Principal.objects.system("evaluate")
        evaluations.record(findings=findings, execution=execution, by=by, at=database_now())


registry.register(Evaluate())
