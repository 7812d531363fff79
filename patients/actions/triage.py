"""Triage: how urgent somebody was found to be, by a published scale, and how they came."""

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
from patients.models import Person, TriageAssessment
from patients.rules import triage

PERMISSION = "patients.triage.record"


class Stated(TypedDict, total=False):
    """What an assessment says; a correction says all of it again."""

    person: Required[Person]
    scale: Required[str]
    category: Required[str]
    assessed_at: Required[datetime]
    arrival: str
    note: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> TriageAssessment:
    """Record how urgent somebody was found to be."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.triage.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *,
    by: Principal,
    at: datetime,
    assessment: TriageAssessment,
    reason: str,
    **stated: Unpack[Stated],
) -> TriageAssessment:
    """State an assessment again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, assessment.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(assessment, by=by, at=at, action="patients.triage.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=assessment)


def retract(
    *, by: Principal, at: datetime, assessment: TriageAssessment, reason: str
) -> TriageAssessment:
    """Take back an assessment that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, assessment.person)
    stated = stated_in(assessment, Stated.__annotations__)
    with correcting(assessment, by=by, at=at, action="patients.triage.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=assessment, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    if stated["scale"] not in triage.SCALES:
        raise InvalidInput(_("Choose one of the scales in use."), field="scale")
    if not triage.is_category(stated["scale"], stated["category"]):
        raise InvalidInput(_("This scale has no such category."), field="category")
    check_world_moment(stated["assessed_at"], at=at, field="assessed_at")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> TriageAssessment:
    return insert(TriageAssessment(**stated, **more, recorded_at=at, recorded_by=by))
