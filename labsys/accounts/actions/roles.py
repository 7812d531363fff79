"""Giving roles and taking them away; either ends the person's sessions at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from labsys.accounts.actions import sessions
from labsys.accounts.models import Principal, PrincipalKind, RoleGrant, RoleRevocation
from labsys.accounts.roles import EXCLUSIVE, LABELS, MACHINES, Role
from labsys.accounts.rules.sessions import EndReason
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.reasons import check_reason


def grant(*, principal: Principal, role: Role, by: Principal, at: datetime) -> RoleGrant:
    """Give a role to a person, or the instrument's role to an instrument."""
    policy.check(by, "accounts.user.manage")
    _check_not_own(principal, by)
    _check_kind(principal, role)
    with acting(by=by, at=at, action="accounts.role.grant"):
        held = lock(principal)
        if role.value in held:
            raise Conflict(
                _("%(who)s is already %(role)s.") % {"who": principal, "role": LABELS[role]}
            )
        check_combination(frozenset({*(Role(each) for each in held), role}))
        made: RoleGrant = RoleGrant.objects.create(
            principal=principal, role=role.value, granted_by=by, recorded_at=at
        )
        sessions.end_all_of(principal=principal, by=by, at=at, reason=EndReason.ROLES)
    return made


def give_first(
    *, principal: Principal, wanted: Iterable[Role], by: Principal, at: datetime
) -> None:
    """Give a login the roles it begins with, in the transaction that makes it.

    Nobody else knows the principal yet: there is no row to lock and no session to end.
    """
    policy.check(by, "accounts.user.manage")
    check_combination(frozenset(wanted))
    with acting(by=by, at=at, action="accounts.role.grant"):
        for role in dict.fromkeys(wanted):
            _check_kind(principal, role)
            RoleGrant.objects.create(
                principal=principal, role=role.value, granted_by=by, recorded_at=at
            )


def revoke(*, grant: RoleGrant, by: Principal, at: datetime, reason: str) -> RoleRevocation:
    """Take a role away; it holds no more from this moment."""
    policy.check(by, "accounts.user.manage")
    _check_not_own(grant.principal, by)
    check_reason(reason)
    with acting(by=by, at=at, action="accounts.role.revoke", reason=reason.strip()):
        lock(grant.principal)
        if RoleRevocation.objects.filter(grant=grant).exists():
            raise Conflict(_("This role was already taken away."))
        if grant.role == Role.ADMINISTRATOR:
            check_administrator_remains(without=grant.principal)
        made: RoleRevocation = RoleRevocation.objects.create(
            grant=grant, revoked_by=by, recorded_at=at, reason=reason.strip()
        )
        sessions.end_all_of(principal=grant.principal, by=by, at=at, reason=EndReason.ROLES)
    return made


def check_combination(wanted: frozenset[Role]) -> None:
    """Raise InvalidInput where roles may not be held together."""
    alone = wanted & EXCLUSIVE
    if alone and len(wanted) > 1:
        raise InvalidInput(
            _(
                "The role of %(role)s is held alone: whoever looks after the system or its record "
                "does not work in it. Take the other roles away first, or make a second login."
            )
            % {"role": LABELS[min(alone)]},
            field="role",
        )


def check_administrator_remains(*, without: Principal) -> None:
    """Raise Conflict if nobody but this principal could manage logins."""
    # One at a time: two who go together must not each take the other for the one that remains.
    # Taken after the principal's own row, always in this order.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.administrators'))")
    grants = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revocation=None)
    holders = set(grants.filter(principal__is_active=True).values_list("principal", flat=True))
    if holders == {without.pk}:
        raise Conflict(_("This is the last administrator; make another one first."))


def lock(principal: Principal) -> frozenset[str]:
    """Hold the principal's row, so that roles change one at a time; return the roles in force.

    NO KEY: rows that name this principal as their author may still be written meanwhile.
    """
    Principal.objects.select_for_update(no_key=True).get(pk=principal.pk)
    grants = RoleGrant.objects.filter(principal=principal, revocation=None)
    return frozenset(grants.values_list("role", flat=True))


def _check_not_own(principal: Principal, by: Principal) -> None:
    if principal.pk == by.pk:
        raise NotAllowed(_("Nobody changes their own roles; another administrator can."))


def _check_kind(principal: Principal, role: Role) -> None:
    wanted = PrincipalKind.INSTRUMENT if role in MACHINES else PrincipalKind.PERSON
    if principal.kind != wanted:
        raise InvalidInput(
            _("%(role)s is no role for %(who)s.") % {"role": LABELS[role], "who": principal},
            field="role",
        )
