"""Measures of benefits: brought from a file as a draft that somebody else approves."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import BenefitMeasures
from assays.queries.benefits import units_of
from assays.rules.benefit_measures import Windows, check_windows, read_csv
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason


def draft(
    *,
    raw: bytes,
    agent: str,
    windows: Windows,
    source: str,
    by: Principal,
    at: datetime,
    note: str,
) -> BenefitMeasures:
    """Draft the next version of the measures from a file; `source` is why these changes matter."""
    versions.check_drafter(by)
    check_reason(note, field="note")
    if not source.strip():
        raise InvalidInput(_("Say where the smallest changes are from."), field="source")
    if not agent.strip():
        raise InvalidInput(_("Name the agent as exposures name it."), field="agent")
    check_windows(windows)
    measures = read_csv(raw, units_of())
    with acting(by=by, at=at, action="catalogue.benefits.draft", reason=note):
        versions.lock()
        before = BenefitMeasures.objects.order_by("-number").first()
        made: BenefitMeasures = BenefitMeasures.objects.create(
            number=1 if before is None else before.number + 1,
            measures=[one.to_json() for one in measures],
            agent=agent.strip(),
            baseline_days=windows.baseline,
            carried_days=windows.carried,
            settling_days=windows.settling,
            after_days=windows.after,
            unseen_days=windows.unseen,
            source=source.strip(),
            note=note.strip(),
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(made, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return made
