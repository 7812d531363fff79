"""Setting the newest counts of micrographs against what readers confirmed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions.analyses import runs
from assays.models import AnalysisRun
from assays.queries.analyses import agreement as queries
from assays.rules.analyses import agreement
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib.errors import InvalidInput


def compare(*, by: Principal, at: datetime) -> AnalysisRun:
    """Compare every field in reach that was both counted and read."""
    inputs = queries.inputs(by)
    if not inputs:
        raise InvalidInput(_("No field was both counted and read by somebody yet."))
    return runs.ask(
        kind=AnalysisKind.AGREEMENT,
        inputs=inputs,
        parameters=agreement.parameters(),
        by=by,
        at=at,
    )
