"""Persons who became a case on a day, by the registry of exposures or by their results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from assays.actions.analyses import runs
from assays.models import AnalysisRun
from assays.queries.analyses import epidemic as queries
from assays.rules.analyses import epidemic
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from patients.actions import exposures, links
from patients.models import Exposure, Person
from tests.assays import laboratory
from tests.assays.analyses.loads import UNIT
from tests.assays.evaluation.test_evaluation import typed
from tests.patients import people

# Cases from twenty days ago to yesterday, doubling about every six days.
GROWING = (1, 0, 1, 1, 1, 1, 2, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8)
NOON = timedelta(hours=12)


def exposed(whom: Person, *, days_ago: int, **stated: Any) -> Exposure:
    """Record that somebody was exposed so many days ago, at noon; today: a minute ago."""
    at = database_now()
    first_at = bounds_of_day(hospital_day(at) - timedelta(days=days_ago))[0] + NOON
    first_at = min(first_at, at - timedelta(minutes=1))
    given = {"agent": "nanites", "kind": "CONTACT", "certainty": "CONFIRMED", **stated}
    return exposures.record(
        by=people.infection_control(),
        at=at,
        person=whom,
        first_at=first_at,
        last_at=first_at,
        **given,
    )


def outbreak(cases: Sequence[int] = GROWING, **stated: Any) -> list[Person]:
    """Record exposures of so many persons on each day, the last of them yesterday."""
    made = []
    for place, count in enumerate(cases):
        for _case in range(count):
            one = laboratory.person()
            exposed(one, days_ago=len(cases) - place, **stated)
            made.append(one)
    return made


def positive(assay: Any, *, days_ago: int, value: str = "300", status: str = "") -> Person:
    """Somebody with one nanite load, verified unless told otherwise."""
    one = laboratory.person()
    again(one, assay, days_ago=days_ago, value=value, status=status)
    return one


def again(one: Person, assay: Any, *, days_ago: int, value: str = "300", status: str = "") -> None:
    """Record another load of somebody, collected so many days ago at noon."""
    now = database_now()
    at = bounds_of_day(hospital_day(now) - timedelta(days=days_ago))[0] + NOON
    ago = max(now - at, timedelta(minutes=1))
    specimen = laboratory.specimen([assay], of=one, collected_ago=ago)
    comparator = value[0] if value[0] in "<>" else ""
    result = typed(specimen, assay, value.lstrip("<>"), unit=UNIT, comparator=comparator)
    laboratory.verified(result, status or "TECHNICALLY_VERIFIED")


def joined(duplicate: Person, survivor: Person) -> None:
    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="same",
    )


def given(by: Principal, **stated: Any) -> dict[str, Any]:
    """Return the input of a run asked for now."""
    (found,) = queries.found(by, epidemic.parameters(stated), at=database_now())
    return dict(found.given)


def asked(by: Principal, **stated: Any) -> AnalysisRun:
    parameters, at = epidemic.parameters(stated), database_now()
    return runs.ask(
        kind=AnalysisKind.EPIDEMIC,
        inputs=queries.found(by, parameters, at=at),
        parameters=parameters,
        by=by,
        at=at,
    )
