"""Counting a specimen's micrographs: every field that stands is a part of one run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions.analyses import runs
from assays.actions.analyses.runs import Named
from assays.models import AnalysisRun, Priority, Specimen
from assays.queries.analyses import fields
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib.errors import InvalidInput


def count(
    *,
    specimen: Specimen,
    by: Principal,
    at: datetime,
    reason: str = "",
    named: Named | None = None,
) -> AnalysisRun:
    """Have every micrograph of a specimen counted; of urgent specimens before routine work."""
    rows = list(fields.standing(by, specimen))
    if not rows:
        raise InvalidInput(_("There is nothing to count: give micrographs first."), field="file")
    return runs.ask(
        kind=AnalysisKind.MICROGRAPHS,
        inputs=fields.inputs(rows),
        parameters=fields.parameters(specimen),
        is_urgent=specimen.priority <= Priority.STAT,
        reason=reason,
        named=named,
        by=by,
        at=at,
    )
