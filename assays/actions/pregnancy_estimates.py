"""Estimates of a gestation made from results: proposed by the laboratory, recorded by a clinician."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.models import Result
from assays.queries.hcg import value_of
from assays.rules.hcg import CODE, weeks_of
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import plain
from patients import queries
from patients.actions import pregnancies
from patients.models import PregnancyEstimate
from patients.rules.dating import HUMAN, NO_SPECIES


def accept_hcg(*, by: Principal, at: datetime, result: Result) -> PregnancyEstimate:
    """Record the gestation whose published range a released hCG value meets, as this clinician's.

    The interval is wide, as the published ranges are.
    """
    policy.check(by, pregnancies.PERMISSION, result.person)
    policy.check(by, "assays.result.view", result)
    if queries.facts([result.person_id])[result.person_id].species != HUMAN:
        raise InvalidInput(_(NO_SPECIES), field="result")  # noqa: INT002
    value = value_of(result)
    weeks = None if value is None else weeks_of(value)
    if result.analyte.code != CODE or result.status != ResultStatus.RELEASED or weeks is None:
        raise InvalidInput(
            _("Only a released hCG value that meets a published range proposes a gestation."),
            field="result",
        )
    assert result.value is not None  # a value was read above
    give = (weeks.high - weeks.low + 1) // 2
    method = f"hCG {result.comparator}{plain(result.value)} {result.unit} (result {result.pk})"
    standing = PregnancyEstimate.objects.standing()
    if standing.filter(person=result.person, method=method).exists():
        raise Conflict(_("An estimate rests on this already; take that back first."))
    return pregnancies.record(
        by=by,
        at=at,
        person=result.person,
        status=PregnancyEstimate.Status.PREGNANT,
        gestation_days=weeks.low + give,
        uncertainty_days=give,
        method=method[:80],
        observed_at=result.collected_at,
    )
