"""Hosts with nanite profiles over weeks, recorded in the laboratory's own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from assays.actions import nanite_profiles as actions
from assays.models import Assay, NaniteProfile, Specimen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories
from tests.assays import laboratory

CSV = "marker,allele,intensity,quality\nN01,11,820,0.95\nN01,12.0,640,\nN02,9.3,,0.8\nN02,9.3,,\n"


def content(alleles: Sequence[int] = (11, 12), markers: int = 6) -> dict[str, Any]:
    """Return a profile with these alleles at every marker."""
    return {"markers": {f"N{n:02}": [str(one) for one in alleles] for n in range(1, markers + 1)}}


def specimen(of: Person | None = None, *, weeks_ago: float = 0) -> Specimen:
    assay = Assay.objects.filter(analyte__code="profiled").first()
    assay = assay or laboratory.assays(PROFILED={})["PROFILED"]
    ago = timedelta(weeks=weeks_ago, hours=1)
    return laboratory.specimen([assay], of=of, collected_ago=ago)


def recorded(
    given: Mapping[str, Any],
    *,
    of: Person | None = None,
    weeks_ago: float = 0,
    by: Principal | None = None,
    **more: Any,
) -> NaniteProfile:
    at = database_now()
    return actions.record(
        specimen=more.pop("specimen", None) or specimen(of, weeks_ago=weeks_ago),
        content=given,
        method="capillary panel",
        observed_at=at,
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=at,
        **more,
    )


def drifting(of: Person, weeks: int = 8, markers: int = 20) -> list[NaniteProfile]:
    """Record a host whose profile loses a marker's allele to a new one every week."""
    found = []
    for week in range(weeks):
        one = content((11, 12), markers)
        for changed in range(1, week + 1):
            one["markers"][f"N{changed:02}"] = ["11", "15"]
        found.append(recorded(one, of=of, weeks_ago=weeks - 1 - week))
    return found
