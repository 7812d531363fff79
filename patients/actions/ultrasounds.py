"""Ultrasound measurements of pregnancies: facts, from which an estimate may be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Person, UltrasoundMeasurement

PERMISSION = "patients.pregnancy.record"
LONGEST_MM, MOST_FETUSES = 500, 9


class Stated(TypedDict, total=False):
    """What a measurement says; a correction says all of it again. No operator: whoever records."""

    person: Required[Person]
    measured: Required[str]
    value: Required[Decimal]
    observed_at: Required[datetime]
    route: Required[str]
    fetus: int
    note: str
    operator: Principal


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> UltrasoundMeasurement:
    """Record one length measured on one fetus, in millimetres."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.ultrasound.record"):
        return _insert(stated, by=by, at=at)


def record_scan(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    observed_at: datetime,
    route: str,
    lengths: Mapping[str, Decimal],
    fetus: int = 1,
    note: str = "",
) -> list[UltrasoundMeasurement]:
    """Record every length that was measured at one scan: all of them, or none."""
    policy.check(by, PERMISSION, person)
    if not lengths:
        raise InvalidInput(_("Give one length at least."), field="lengths")
    scan: list[Stated] = [
        {
            "person": person,
            "measured": measured,
            "value": value,
            "observed_at": observed_at,
            "route": route,
            "fetus": fetus,
            "note": note,
        }
        for measured, value in lengths.items()
    ]
    for stated in scan:
        _check(stated, at=at)
    with acting(by=by, at=at, action="patients.ultrasound.record"):
        return [_insert(stated, by=by, at=at) for stated in scan]


def correct(
    *,
    by: Principal,
    at: datetime,
    measurement: UltrasoundMeasurement,
    reason: str,
    **stated: Unpack[Stated],
) -> UltrasoundMeasurement:
    """State it again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, measurement.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(measurement, by=by, at=at, action="patients.ultrasound.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=measurement)


def retract(
    *, by: Principal, at: datetime, measurement: UltrasoundMeasurement, reason: str
) -> UltrasoundMeasurement:
    """Take back what was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, measurement.person)
    stated = stated_in(measurement, Stated.__annotations__)
    with correcting(measurement, by=by, at=at, action="patients.ultrasound.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=measurement, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["observed_at"], at=at, field="observed_at")
    if stated["measured"] not in UltrasoundMeasurement.Measured.values:
        raise InvalidInput(_("Say which length was measured."), field="measured")
    if stated["route"] not in UltrasoundMeasurement.Route.values:
        raise InvalidInput(_("Say how it was measured."), field="route")
    value = stated["value"]
    if not value.is_finite() or not 0 < value <= LONGEST_MM:
        raise InvalidInput(
            _("A length lies above 0 and is at most %(most)d mm.") % {"most": LONGEST_MM},
            field="value",
        )
    if not 1 <= stated.get("fetus", 1) <= MOST_FETUSES:
        raise InvalidInput(_("Number the fetus from 1 to 9."), field="fetus")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> UltrasoundMeasurement:
    stated = {"operator": by, **stated}
    return insert(UltrasoundMeasurement(**stated, **more, recorded_at=at, recorded_by=by))
