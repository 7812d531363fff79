"""What a person needs beyond treatment, for as long as it lasts."""

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
from patients.models import CareNeed, Person

PERMISSION = "patients.need.record"


class Stated(TypedDict, total=False):
    """What is stated; a correction says all of it again (to add its end, for instance)."""

    person: Required[Person]
    kind: Required[str]
    since: Required[datetime]
    until: datetime | None
    detail: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> CareNeed:
    """Record what somebody needs."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.need.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, need: CareNeed, reason: str, **stated: Unpack[Stated]
) -> CareNeed:
    """State it again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, need.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(need, by=by, at=at, action="patients.need.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=need)


def retract(*, by: Principal, at: datetime, need: CareNeed, reason: str) -> CareNeed:
    """Take back what was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, need.person)
    stated = stated_in(need, Stated.__annotations__)
    with correcting(need, by=by, at=at, action="patients.need.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=need, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["since"], at=at, field="since")
    until = stated.get("until")
    if until is not None and until < stated["since"]:
        raise InvalidInput(_("It does not end before it began."), field="until")
    if stated["kind"] not in CareNeed.Kind.values:
        raise InvalidInput(_("Say which need it is."), field="kind")
    if stated["kind"] == CareNeed.Kind.OTHER and not stated.get("detail", "").strip():
        raise InvalidInput(_("Say which need it is."), field="detail")
    if stated["kind"] == CareNeed.Kind.INCAPACITY and not stated.get("detail", "").strip():
        raise InvalidInput(_("Say why they cannot decide, and who found it."), field="detail")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> CareNeed:
    return insert(CareNeed(**stated, **more, recorded_at=at, recorded_by=by))
