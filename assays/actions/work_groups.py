"""Work groups: made, changed, joined and left, and the patients they look after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assays.models import GroupMember, GroupPatient, WorkGroup
from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import claiming, insert, lock, required
from patients.models import Person

MANAGE = "assays.group.manage"
ASSIGN = "assays.group.assign"


def make(
    *, code: str, name: str, kind: str, aim: str, needed: int = 1, by: Principal, at: datetime
) -> WorkGroup:
    """Make a group."""
    policy.check(by, MANAGE)
    name = required(name, field="name", what=_("Name the group."))
    aim = required(aim, field="aim", what=_("Say what the group is for."))
    twice = {"assays_workgroup_code_key": Conflict(_("There is a group of this code already."))}
    _check_needed(needed)
    with claiming(twice), acting(by=by, at=at, action="assays.group.make"):
        group = WorkGroup(code=code, name=name, kind=kind, aim=aim, needed=needed)
        group.recorded_at, group.recorded_by = at, by
        return insert(group)


def change(
    *,
    group: WorkGroup,
    name: str,
    aim: str,
    needed: int,
    is_active: bool,
    reason: str,
    by: Principal,
    at: datetime,
) -> WorkGroup:
    """Name a group otherwise, state its aim or its need anew, or close it."""
    policy.check(by, MANAGE)
    reason = required(reason, field="reason", what=_("Say why the group is changed."))
    stated: dict[str, Any] = {
        "name": required(name, field="name", what=_("Name the group.")),
        "aim": required(aim, field="aim", what=_("Say what the group is for.")),
        "needed": _check_needed(needed),
        "is_active": is_active,
    }
    with acting(by=by, at=at, action="assays.group.change", reason=reason):
        # What was seen is what is changed: of two who change it at once the later hears so.
        seen = {field: getattr(group, field) for field in stated}
        if not WorkGroup.objects.filter(pk=group.pk, **seen).update(**stated):
            raise Conflict(_("This group was changed meanwhile; look at it again."))
    return WorkGroup.objects.get(pk=group.pk)


def add_member(
    *,
    group: WorkGroup,
    principal: Principal,
    since: datetime,
    until: datetime | None = None,
    is_lead: bool = False,
    by: Principal,
    at: datetime,
) -> GroupMember:
    """Have somebody work in a group, and so care for its patients meanwhile."""
    policy.check(by, MANAGE)
    _check_open(group)
    if principal.kind != PrincipalKind.PERSON or not principal.is_active:
        raise InvalidInput(_("Choose somebody who works here and may log in."), field="principal")
    if principal.pk == by.pk:
        raise InvalidInput(_("Nobody opens patients' records to themselves."), field="principal")
    _check_period(since, until)
    twice = {"assays_groupmember_once": Conflict(_("They are a member of this group already."))}
    with claiming(twice), acting(by=by, at=at, action="assays.group.add_member"):
        member = GroupMember(group=group, principal=principal, is_lead=is_lead)
        member.since, member.until, member.recorded_at, member.recorded_by = since, until, at, by
        return insert(member)


def end_member(*, member: GroupMember, reason: str, by: Principal, at: datetime) -> GroupMember:
    """End a membership now; one that has not begun never begins."""
    policy.check(by, MANAGE)
    reason = required(reason, field="reason", what=_("Say why they leave the group."))
    with acting(by=by, at=at, action="assays.group.end_member", reason=reason):
        _end(member, at=at)
    return member


def add_patient(
    *,
    group: WorkGroup,
    person: Person,
    question: str,
    since: datetime,
    by: Principal,
    at: datetime,
) -> GroupPatient:
    """Have a group look after a patient, whichever of their entries is named."""
    policy.check(by, ASSIGN, person)
    _check_open(group)
    question = required(question, field="question", what=_("Say what the group is asked."))
    _check_period(since, None)
    with acting(by=by, at=at, action="assays.group.add_patient"):
        entries = lock(person)
        theirs = GroupPatient.objects.filter(group=group, person__in=entries, until=None)
        if theirs.exists():
            raise Conflict(_("This group looks after this patient already."))
        patient = GroupPatient(group=group, person=person, question=question, since=since)
        patient.recorded_at, patient.recorded_by = at, by
        return insert(patient)


def end_patient(*, patient: GroupPatient, reason: str, by: Principal, at: datetime) -> GroupPatient:
    """End a group's care for a patient now."""
    policy.check(by, ASSIGN, patient.person)
    reason = required(reason, field="reason", what=_("Say why the group is done with them."))
    with acting(by=by, at=at, action="assays.group.end_patient", reason=reason):
        _end(patient, at=at)
    return patient


def _end(period: GroupMember | GroupPatient, *, at: datetime) -> None:
    end = max(at, period.since)
    is_open = Q(until=None) | Q(until__gt=end)
    if not type(period).objects.filter(is_open, pk=period.pk).update(until=end):
        raise Conflict(_("This has ended already."))
    period.until = end


def _check_open(group: WorkGroup) -> None:
    if not group.is_active:
        raise InvalidInput(_("This group is closed."), field="group")


def _check_needed(needed: int) -> int:
    if not 1 <= needed <= 50:  # noqa: PLR2004 - as the table holds it
        raise InvalidInput(_("Between 1 and 50 people are needed on duty."), field="needed")
    return needed


def _check_period(since: datetime, until: datetime | None) -> None:
    for moment, field in ((since, "since"), (until, "until")):
        if moment is not None and moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    if until is not None and until <= since:
        raise InvalidInput(_("The end must lie after the beginning."), field="until")
