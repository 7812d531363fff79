"""Persons with nanite loads over weeks, by the laboratory's own way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from assays.models import Assay, Result
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Intervention, Person
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import typed

UNIT = "{nanites}/uL"
# Two weeks of growth that doubles in four days, with the scatter of a count.
SCATTER = (1.04, 0.97, 1.02, 0.95, 1.05, 0.99, 1.01, 0.96)
GROWING = tuple(
    str(round(200 * math.exp(math.log(2) * 2 * place / 4) * one))
    for place, one in enumerate(SCATTER)
)


def assay() -> Assay:
    shipped.load_catalogue()
    found: Assay = Assay.objects.get(analyte__code="NANITE-LOAD")
    return found


def measured(
    person: Person, values: Sequence[str], of: Assay, *, every_days: float = 2, status: str = ""
) -> list[Result]:
    """Record loads of a person, the last of them now, and verify them unless told otherwise."""
    made = []
    for place, value in enumerate(values):
        ago = timedelta(days=every_days * (len(values) - 1 - place), hours=1)
        specimen = laboratory.specimen([of], of=person, collected_ago=ago)
        comparator = value[0] if value[0] in "<>" else ""
        result = typed(specimen, of, value.lstrip("<>"), unit=UNIT, comparator=comparator)
        if status != "RESULTED":
            laboratory.verified(result, status or "TECHNICALLY_VERIFIED")
        made.append(result)
    return made


def intervened(
    person: Person,
    *,
    ago: timedelta,
    kind: str = "FILTRATION",
    effect: str = "",
    detail: str = "pore 8 µm",
) -> Intervention:
    by = factories.principal(Role.PATHOLOGIST)
    at = database_now()
    with laboratory.setting_up():
        made: Any = Intervention.objects.create(
            person=person,
            kind=kind,
            detail=detail,
            intended_effect=effect,
            started_at=at - ago,
            operator=by,
            recorded_at=at,
            recorded_by=by,
        )
    return made  # type: ignore[no-any-return]
