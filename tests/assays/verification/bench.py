"""Results that wait in the lanes of the worklist, and the people who decide about them."""

from __future__ import annotations

from typing import Any

from assays.actions import results
from assays.actions.batches import Page, Scope
from assays.models import Assay, Result
from assays.queries import lanes
from assays.rules.shown import Shown
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.results.test_moves import recorded


class Bench:
    """One assay with a signed range, and three people."""

    def __init__(self, **options: Any) -> None:
        given = {"low": "12.0", "high": "15.5", "critical": (7, 20), "plausible": (2, 25)}
        self.assay: Assay = laboratory.assays(HGB={**given, **options})["HGB"]
        laboratory.sign_ranges(self.assay)
        self.technologist: Principal = factories.principal(Role.TECHNOLOGIST)
        self.verifier: Principal = factories.principal(Role.TECHNOLOGIST)
        self.pathologist: Principal = factories.principal(Role.PATHOLOGIST)

    def recorded(self, value: str = "13.2", **more: Any) -> Result:
        return recorded(self.assay, value, **{"by": self.technologist, **more})

    def verified(self, value: str = "13.2", **more: Any) -> Result:
        result = self.recorded(value, **more)
        return results.verify(result=result, by=self.verifier, at=database_now())


def shown(*ones: Result) -> tuple[Shown, ...]:
    """What a page would show of results now."""
    found = lanes.of_ids([one.pk for one in ones])
    return tuple(found[one.pk].shown for one in ones)


def page(*ones: Result, scope: Scope = Scope.CLEAR_LANE) -> Page:
    """A page that shows results as they are now, all of them ticked."""
    return Page(scope, shown(*ones), tuple(one.pk for one in ones))


def states(*ones: Result) -> list[str]:
    found = dict(Result.objects.values_list("pk", "status"))
    return [found[one.pk] for one in ones]
