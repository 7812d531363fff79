"""The laboratory's kinds of work: what each is prepared from, and the action that applies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assays.actions import evaluations, held_items, versions
from assays.actions.filing import EVALUATE
from assays.actions.held_items import EVENTS, INTERPRET
from assays.queries import evaluations as queries
from assays.rules.evaluation import METHOD_VERSION, Finding, evaluate
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic, registry
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


class Interpret:
    """Reads held items again: all that it needs has to be seen under the specimens' locks."""

    kind = INTERPRET
    version = 1
    batch = 8

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, None]:
        return {}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, None], execution: Execution
    ) -> None:
        events = [claim.subject_id for claim in claims if claim.subject_table == EVENTS]
        by = Principal.objects.system("interpret")
        held_items.interpret(event_ids=events, by=by, at=database_now())


@periodic.register("held items", every_seconds=15)
def reconsider_held_items() -> None:
    """Catch what became resolvable unannounced: an order added, a mapping whose date has come."""
    held_items.reconsider(by=Principal.objects.system("sweep"), at=database_now())


registry.register(Evaluate())
registry.register(Interpret())


@periodic.register("catalogue", every_seconds=60)
def bring_catalogue_into_force() -> None:
    """Bring into force the versions whose date has come."""
    versions.activate_due(by=Principal.objects.system("sweep"), at=database_now())
