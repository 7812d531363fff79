"""Rules of quarantine whose criteria are held against the catalogue before they are drafted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import Analyte, AssayVersion
from labsys.accounts.models import Principal
from labsys.lib.errors import InvalidInput
from patients.actions import quarantine_rules
from patients.models import QuarantineRule
from patients.rules.quarantine_criteria import Criterion


def draft(
    *, by: Principal, at: datetime, criteria: Sequence[Criterion] = (), **stated: Any
) -> QuarantineRule:
    """Draft a rule; a criterion names an analyte of the catalogue, in a unit in which it is measured."""
    for one in criteria:
        _check(one)
    return quarantine_rules.draft(by=by, at=at, criteria=criteria, **stated)


def _check(criterion: Criterion) -> None:
    analyte = Analyte.objects.filter(code=criterion.analyte).first()
    if analyte is None:
        raise InvalidInput(
            _("There is no analyte %(code)s in the catalogue.") % {"code": criterion.analyte},
            field="criteria",
        )
    if criterion.limit is None:
        return
    units = set(AssayVersion.objects.filter(assay__analyte=analyte).values_list("unit", flat=True))
    if criterion.unit not in units:
        raise InvalidInput(
            _("%(code)s is measured in %(units)s; state the limit in that unit.")
            % {"code": criterion.analyte, "units": ", ".join(sorted(units)) or "–"},
            field="criteria",
        )
