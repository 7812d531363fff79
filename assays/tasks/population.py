"""Reads the cases of a day and asks for the analysis of the population, once a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assays.actions.analyses import population
from assays.actions.analyses.population import DAILY
from assays.queries.analyses import daily_population as queries
from assays.queries.analyses.daily_population import Daily
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic, registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution

EVERY_SECONDS = 86_400


class ReadCases:
    """Reads everybody's cases as they are now; with many people that takes a while."""

    kind = DAILY
    version = 1
    batch = 1
    run = 1
    is_long = True

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, Sequence[Daily]]:
        by = Principal.objects.system("sweep")
        return {claims[0].id: queries.daily(by, at=database_now())}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Sequence[Daily]],
        execution: Execution,
    ) -> None:
        by, at = Principal.objects.system("sweep"), database_now()
        for wanted in effects.values():
            population.ask(wanted=wanted, by=by, at=at)


@periodic.register("cases in the population", every_seconds=EVERY_SECONDS)
def analyse_population() -> None:
    """Have the population analysed."""
    population.begin_day(by=Principal.objects.system("sweep"), at=database_now())


registry.register(ReadCases())
