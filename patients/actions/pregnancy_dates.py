"""Days from which a pregnancy is counted, as somebody states them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Person, PregnancyDate
from patients.rules.pregnancies import GESTATION_END

PERMISSION = "patients.pregnancy.record"


class Stated(TypedDict, total=False):
    """What is stated; a correction says all of it again."""

    person: Required[Person]
    kind: Required[str]
    on: Required[date]
    observed_at: Required[datetime]
    uncertainty_days: int | None
    note: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> PregnancyDate:
    """Record the day of a last period, or of a conception that is known."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.pregnancy_date.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *,
    by: Principal,
    at: datetime,
    stated_date: PregnancyDate,
    reason: str,
    **stated: Unpack[Stated],
) -> PregnancyDate:
    """State it again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, stated_date.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(
        stated_date, by=by, at=at, action="patients.pregnancy_date.correct", reason=reason
    ):
        return _insert(stated, by=by, at=at, corrects=stated_date)


def retract(
    *, by: Principal, at: datetime, stated_date: PregnancyDate, reason: str
) -> PregnancyDate:
    """Take back what was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, stated_date.person)
    stated = stated_in(stated_date, Stated.__annotations__)
    with correcting(
        stated_date, by=by, at=at, action="patients.pregnancy_date.retract", reason=reason
    ):
        return _insert(stated, by=by, at=at, corrects=stated_date, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["observed_at"], at=at, field="observed_at")
    if stated["kind"] not in PregnancyDate.Kind.values:
        raise InvalidInput(_("Say which day it is."), field="kind")
    elapsed = (hospital_day(stated["observed_at"]) - stated["on"]).days
    if not 0 <= elapsed < GESTATION_END:
        raise InvalidInput(
            _("The day lies at most 307 days before the day it was stated, and not after it."),
            field="on",
        )
    is_period = stated["kind"] == PregnancyDate.Kind.LAST_PERIOD
    give = stated.get("uncertainty_days")
    if is_period and (give is None or not 0 <= give < GESTATION_END):
        raise InvalidInput(
            _("Say by how many days the last period may be off (0 to 307)."),
            field="uncertainty_days",
        )
    if not is_period and give is not None:
        raise InvalidInput(
            _("The uncertainty of a known conception is published; leave this empty."),
            field="uncertainty_days",
        )


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> PregnancyDate:
    return insert(PregnancyDate(**stated, **more, recorded_at=at, recorded_by=by))
