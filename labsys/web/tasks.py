"""Counting the figures of the dashboard: every ten minutes, and when somebody asks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from assays.actions import dashboards
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.dashboards import counting
from labsys.work import periodic, registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution

EVERY_SECONDS = 600


class CountFigures:
    """Counts the figures of the whole house."""

    kind = dashboards.COUNT
    version = 1
    batch = 1
    run = 1
    is_long = True

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, tuple[dict[str, Any], int]]:
        begun, by = time.monotonic(), Principal.objects.system("sweep")
        content = counting.count(by, at=database_now())
        return {claims[0].id: (content, round(1000 * (time.monotonic() - begun)))}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, tuple[dict[str, Any], int]],
        execution: Execution,
    ) -> None:
        by, at = Principal.objects.system("sweep"), database_now()
        for content, milliseconds in effects.values():
            dashboards.keep(content=content, milliseconds=milliseconds, by=by, at=at)


@periodic.register("figures of the dashboard", every_seconds=EVERY_SECONDS)
def count_figures() -> None:
    """Have the figures counted."""
    dashboards.ask(by=Principal.objects.system("sweep"), at=database_now())


registry.register(CountFigures())
