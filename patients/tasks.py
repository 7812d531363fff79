"""What workers do for the registry: looking for entries that may be one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic, registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution
from patients.actions import duplicates, rolls
from patients.queries import duplicates as queries
from patients.queries.duplicates import Pair
from patients.queries.rolls import EVERY_SECONDS
from patients.rules.duplicates import Match

Found = Mapping[Pair, Match]


class FindDuplicates:
    """Compares entries with whoever is found under their keys, and keeps the pairs to look at."""

    kind = duplicates.SEARCH
    version = 1
    batch = 32
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Found]:
        found = queries.found([claim.subject_id for claim in claims])
        return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Found], execution: Execution
    ) -> None:
        made = {one.subject_id: effects[one.id] for one in claims if one.id in effects}
        by = Principal.objects.system("sweep")
        duplicates.keep(matches=made, by=by, at=database_now())


registry.register(FindDuplicates())


@periodic.register("duplicates nobody looked for", every_seconds=60)
def adopt_entries() -> None:
    """Look for duplicates of entries that came in otherwise, or before the rule that holds now."""
    duplicates.adopt(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("rolls of people", every_seconds=EVERY_SECONDS)
def make_rolls() -> None:
    """Make anew the lists of which a large registry's pages show one page."""
    rolls.refresh(by=Principal.objects.system("sweep"), at=database_now())
