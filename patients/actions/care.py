"""Who looks after whom: staff assigned to places, visiting clinicians granted single patients."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import insert, required
from patients.models import CareAssignment, CareGrant, Location, Person, Species


def assign(
    *,
    by: Principal,
    at: datetime,
    principal: Principal,
    location: Location,
    since: datetime,
    until: datetime | None = None,
) -> CareAssignment:
    """Have somebody work in a place, and so care for whoever stays there meanwhile."""
    policy.check(by, "patients.care.assign")
    _check_person(principal)
    _check_not_oneself(by, principal)
    _check_period(since, until)
    with acting(by=by, at=at, action="patients.care.assign"):
        return insert(
            CareAssignment(
                principal=principal,
                location=location,
                since=since,
                until=until,
                recorded_at=at,
                recorded_by=by,
            )
        )


def end_assignment(
    *, by: Principal, at: datetime, assignment: CareAssignment, reason: str
) -> CareAssignment:
    """End an assignment now; one that has not begun never begins."""
    policy.check(by, "patients.care.assign")
    reason = required(reason, field="reason", what=_("Say why the assignment ends."))
    with acting(by=by, at=at, action="patients.care.end_assignment", reason=reason):
        _end(assignment, at=at)
    return assignment


def grant(
    *,
    by: Principal,
    at: datetime,
    principal: Principal,
    person: Person,
    reason: str,
    since: datetime,
    until: datetime,
    service: str = "",
    species: Species | None = None,
) -> CareGrant:
    """Let a visiting clinician see one patient between two moments.

    `service` is on whose behalf the visitor comes, `species` the visitor's own, where known.
    """
    policy.check(by, "patients.care.grant", person)
    reason = required(reason, field="reason", what=_("Say what the visit is for."))
    _check_person(principal)
    _check_not_oneself(by, principal)
    if Role.VISITING_CLINICIAN not in principal.roles:
        raise InvalidInput(
            _("Only a visiting clinician is granted single patients."), field="principal"
        )
    _check_period(since, until)
    if until <= at:
        raise InvalidInput(_("This period is over already."), field="until")
    with acting(by=by, at=at, action="patients.care.grant", reason=reason):
        return insert(
            CareGrant(
                principal=principal,
                person=person,
                reason=reason,
                service=service.strip(),
                species=species,
                since=since,
                until=until,
                recorded_at=at,
                recorded_by=by,
            )
        )


def end_grant(*, by: Principal, at: datetime, grant: CareGrant, reason: str) -> CareGrant:
    """End a grant now; one that has not begun never begins."""
    policy.check(by, "patients.care.grant", grant)
    reason = required(reason, field="reason", what=_("Say why the grant ends."))
    with acting(by=by, at=at, action="patients.care.end_grant", reason=reason):
        _end(grant, at=at)
    return grant


def _end(period: CareAssignment | CareGrant, *, at: datetime) -> None:
    end = max(at, period.since)
    open_still = Q(until=None) | Q(until__gt=end)
    if not type(period)._default_manager.filter(open_still, pk=period.pk).update(until=end):
        raise Conflict(_("This has ended already."))
    period.until = end


def _check_person(principal: Principal) -> None:
    if principal.kind != PrincipalKind.PERSON or not principal.is_active:
        raise InvalidInput(_("Choose somebody who works here and may log in."), field="principal")


def _check_not_oneself(by: Principal, principal: Principal) -> None:
    if by.pk == principal.pk:
        raise InvalidInput(_("Nobody opens patients' records to themselves."), field="principal")


def _check_period(since: datetime, until: datetime | None) -> None:
    for moment, field in ((since, "since"), (until, "until")):
        if moment is not None and moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    if until is not None and until <= since:
        raise InvalidInput(_("The end must lie after the beginning."), field="until")
