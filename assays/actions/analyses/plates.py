"""Plates of immunoassays: sent to be evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions.analyses import runs
from assays.actions.analyses.runs import Named
from assays.models import AnalysisRun, Instrument
from assays.queries import catalogue
from assays.queries.analyses import plates as queries
from assays.queries.analyses.plates import Sent
from assays.rules.analyses import plates
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput

READ = "assays.plate.read"
MOST_PLATES = 20


def ask(
    *,
    sent: Sequence[Sent],
    assay_id: int,
    instrument: Instrument,
    measured_at: datetime,
    by: Principal,
    at: datetime,
    settings: Mapping[str, Any] | None = None,
    is_urgent: bool = False,
    reason: str = "",
    named: Named | None = None,
) -> AnalysisRun:
    """Have plates of one assay evaluated, each a part of one run; `settings` are the reader's."""
    policy.check(by, READ)
    check_world_moment(measured_at, at=at, field="measured_at")
    assay = catalogue.current().assays.get(assay_id)
    if assay is None or assay not in queries.measurable():
        raise InvalidInput(
            _("No version of this assay that measures a number is in force."), field="assay"
        )
    if not 1 <= len(sent) <= MOST_PLATES:
        raise InvalidInput(
            _("Send at least one plate, and at most %(most)d at once.") % {"most": MOST_PLATES}
        )
    return runs.ask(
        kind=AnalysisKind.PLATE,
        inputs=queries.inputs(sent, instrument=instrument, measured_at=measured_at),
        parameters=plates.parameters(assay=queries.assay_facts(assay), **(settings or {})),
        is_urgent=is_urgent,
        reason=reason,
        by=by,
        at=at,
        named=named,
    )
