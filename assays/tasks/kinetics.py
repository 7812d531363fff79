"""Looks after each released load and each intervention whether a run of the kinetics is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assays.actions.analyses import kinetics
from assays.actions.analyses.kinetics import FOLLOW, RESULTS
from assays.models import Result
from assays.queries.analyses import inputs
from assays.queries.analyses import kinetics as queries
from assays.queries.analyses.inputs import Input
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Later
from patients import queries as patients
from patients.models import Intervention

# While a run of the person is open, it is looked again after so many seconds.
OPEN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Due:
    """The inputs of a run that may be due, and all entries of the person."""

    entries: tuple[int, ...]
    wanted: Input


class FollowLoad:
    """Asks for a person's kinetics where values or interventions are new since the last run."""

    kind = FOLLOW
    version = 1
    batch = 1
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Due | Later]:
        by = Principal.objects.system("sweep")
        found = {claim.id: _due(claim, by) for claim in claims}
        return {id_: one for id_, one in found.items() if one is not None}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Due | Later],
        execution: Execution,
    ) -> None:
        by, at = Principal.objects.system("sweep"), database_now()
        for one in effects.values():
            if isinstance(one, Due):
                kinetics.ask_if_due(person_ids=one.entries, wanted=one.wanted, by=by, at=at)


def _due(claim: Claim, by: Principal) -> Due | Later | None:
    """Read what a run would be of; later, where one of the person is still open."""
    model = Result if claim.subject_table == RESULTS else Intervention
    person_id = model.objects.values_list("person_id", flat=True).get(pk=claim.subject_id)
    entries = tuple(patients.entries(person_id))
    found = inputs.loads(by, entries)
    if not found or queries.holds(entries, found[0].given):
        return None
    return Later(OPEN_SECONDS) if queries.is_open(entries) else Due(entries, found[0])


registry.register(FollowLoad())
