"""The rota of a work group: shifts put and cancelled, and a week planned as the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays.models import GroupMember, Shift, WorkGroup
from assays.queries import shifts as queries
from assays.rules import rota
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.moments import stamp
from patients.actions.gateway import insert, required

VIEW = "assays.group.view"
MANAGE = "assays.shift.manage"
LONGEST_AHEAD = timedelta(days=366)


def may_plan(by: Principal, group: WorkGroup, *, at: datetime) -> bool:
    """Say whether somebody makes this group's rota: by their role, or as its lead."""
    return policy.can(by, MANAGE) or queries.leads(by, group, at=at)


def put(
    *,
    group: WorkGroup,
    principal: Principal,
    starts_at: datetime,
    ends_at: datetime,
    by: Principal,
    at: datetime,
) -> Shift:
    """Put a member of the group on duty."""
    _check_may(by, group, at=at)
    _check_span(starts_at, ends_at, at=at)
    with acting(by=by, at=at, action="assays.shift.put"):
        return _put(group, principal, starts_at, ends_at, by=by, at=at)


def cancel(*, shift: Shift, reason: str, by: Principal, at: datetime) -> Shift:
    """Take a shift that is not over out of the rota; it stays on record."""
    _check_may(by, shift.group, at=at)
    reason = required(reason, field="reason", what=_("Say why the shift is cancelled."))
    with acting(by=by, at=at, action="assays.shift.cancel", reason=reason):
        rows = Shift.objects.filter(pk=shift.pk, cancelled_at=None, ends_at__gt=at)
        if not rows.update(cancelled_at=at, cancelled_by=by, cancelled_because=reason):
            raise Conflict(_("This shift is over or was cancelled already."))
    return Shift.objects.get(pk=shift.pk)


def plan_again(
    *,
    group: WorkGroup,
    shifts: Sequence[Shift],
    later: timedelta,
    by: Principal,
    at: datetime,
) -> list[Shift]:
    """Put the same shifts so much later, all of them or none."""
    _check_may(by, group, at=at)
    with acting(by=by, at=at, action="assays.shift.plan_again"):
        made = []
        for shift in sorted(shifts, key=lambda one: (one.principal_id, one.starts_at)):
            starts_at = queries.same_hour(shift.starts_at, later)
            ends_at = queries.same_hour(shift.ends_at, later)
            _check_span(starts_at, ends_at, at=at)
            made.append(_put(group, shift.principal, starts_at, ends_at, by=by, at=at))
        return made


def _put(
    group: WorkGroup,
    principal: Principal,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: Principal,
    at: datetime,
) -> Shift:
    # Two who plan for the same person at once: the second sees what the first has put.
    locks.hold(f"assays.shift {principal.pk}")
    who = {"who": principal.display_name}
    during = GroupMember.objects.filter(group=group, principal=principal, since__lte=starts_at)
    if not queries.until_at_least(during, ends_at).exists():
        raise InvalidInput(
            _("%(who)s is no member of this group throughout that time.") % who, field="principal"
        )
    wanted = rota.Duty(starts_at, ends_at, principal.pk)
    other = queries.clash(wanted)
    if other is not None:
        raise Conflict(
            _("%(who)s is on duty then already: %(group)s, from %(since)s to %(until)s.")
            % {
                **who,
                "group": other.group.name,
                "since": stamp(other.starts_at),
                "until": stamp(other.ends_at),
            }
        )
    shift = Shift(group=group, principal=principal, starts_at=starts_at, ends_at=ends_at)
    shift.recorded_at, shift.recorded_by = at, by
    return insert(shift)


def _check_may(by: Principal, group: WorkGroup, *, at: datetime) -> None:
    policy.check(by, VIEW)
    if not may_plan(by, group, at=at):
        raise NotAllowed(_("The rota of this group is made by its lead."))
    if not group.is_active:
        raise InvalidInput(_("This group is closed."), field="group")


def _check_span(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    for moment, field in ((starts_at, "starts_at"), (ends_at, "ends_at")):
        if moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    if not rota.SHORTEST <= ends_at - starts_at <= rota.LONGEST:
        raise InvalidInput(
            _("A shift lasts a quarter of an hour at least and 24 hours at most."), field="ends_at"
        )
    if ends_at <= at:
        raise InvalidInput(_("This shift would be over already."), field="ends_at")
    if starts_at > at + LONGEST_AHEAD:
        raise InvalidInput(_("A rota is made a year ahead at most."), field="starts_at")
