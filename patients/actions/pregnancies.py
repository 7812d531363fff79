"""What was observed of pregnancies: estimates that stand beside each other, each with its doubt."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Person, PregnancyEstimate
from patients.rules import pregnancies
from patients.rules.pregnancies import Estimate, Status

PERMISSION = "patients.pregnancy.record"


class Stated(TypedDict, total=False):
    """What an estimate says; a correction says all of it again."""

    person: Required[Person]
    status: Required[str]
    observed_at: Required[datetime]
    gestation_days: int | None
    uncertainty_days: int | None
    method: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> PregnancyEstimate:
    """Record that somebody is pregnant (how far, give or take), is not, or no longer is."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.pregnancy.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *,
    by: Principal,
    at: datetime,
    estimate: PregnancyEstimate,
    reason: str,
    **stated: Unpack[Stated],
) -> PregnancyEstimate:
    """State an estimate again, in place of the row named."""
    policy.check(by, PERMISSION, estimate.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(estimate, by=by, at=at, action="patients.pregnancy.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=estimate)


def retract(
    *, by: Principal, at: datetime, estimate: PregnancyEstimate, reason: str
) -> PregnancyEstimate:
    """Take back an estimate that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, estimate.person)
    stated = stated_in(estimate, Stated.__annotations__)
    with correcting(estimate, by=by, at=at, action="patients.pregnancy.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=estimate, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["observed_at"], at=at, field="observed_at")
    if stated["status"] not in PregnancyEstimate.Status.values:
        raise InvalidInput(_("Say pregnant, not pregnant or ended."), field="status")
    pregnancies.check(
        Estimate(
            id=0,
            status=Status(stated["status"]),
            observed_at=stated["observed_at"],
            gestation_days=stated.get("gestation_days"),
            uncertainty_days=stated.get("uncertainty_days"),
        )
    )


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> PregnancyEstimate:
    return insert(PregnancyEstimate(**stated, **more, recorded_at=at, recorded_by=by))
