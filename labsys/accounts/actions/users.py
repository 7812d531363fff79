"""People's logins: made with a random password shown once, closed, never deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from labsys.accounts.actions import roles, sessions
from labsys.accounts.models import Principal, PrincipalKind, User
from labsys.accounts.roles import Role
from labsys.accounts.rules import usernames
from labsys.accounts.rules.sessions import EndReason
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.reasons import check_reason


@dataclass(frozen=True)
class NewLogin:
    """A login just made or reset, with the password that is shown this once."""

    user: User
    password: str


def random_password() -> str:
    """Return a password nobody chose: 99 bits in five groups that can be read out and typed."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: it may be read from paper
    groups = ("".join(secrets.choice(letters) for _letter in range(4)) for _group in range(5))
    return "-".join(groups)


def create(
    *,
    username: str,
    full_name: str,
    by: Principal,
    at: datetime,
    email: str = "",
    first_roles: tuple[Role, ...] = (),
    password: str | None = None,
    must_change: bool = True,
) -> NewLogin:
    """Make a person's login. Without a given password it gets a random one, to be changed."""
    policy.check(by, "accounts.user.manage")
    name = usernames.normalize(username)
    if not usernames.is_acceptable(name):
        raise InvalidInput(
            _(
                "A username starts with a letter and has 2 to 63 letters, digits, dots, hyphens or "
                "underscores; “%(name)s” does not."
            )
            % {"name": username},
            field="username",
        )
    if not full_name.strip():
        raise InvalidInput(_("Give the person's name."), field="full_name")
    roles.check_combination(frozenset(first_roles))
    chosen = password or random_password()
    with acting(by=by, at=at, action="accounts.user.create"):
        if Principal.objects.filter(name=name).exists():
            raise Conflict(_("The username %(name)s is taken; choose another.") % {"name": name})
        principal = _new_principal(name, at)
        user = User(
            principal=principal,
            username=name,
            full_name=full_name.strip(),
            email=email.strip(),
            password_changed_at=at,
            must_change_password=must_change,
        )
        _set_password(user, chosen)
        user.save(force_insert=True)
        roles.give_first(principal=principal, wanted=first_roles, by=by, at=at)
    return NewLogin(user, chosen)


def reset_password(*, user: User, by: Principal, at: datetime, reason: str) -> NewLogin:
    """Give somebody else a new random password, to be changed at the next login."""
    policy.check(by, "accounts.user.manage")
    if user.principal_id == by.pk:
        raise NotAllowed(_("Change your own password on the password page."))
    chosen = random_password()
    with acting(by=by, at=at, action="accounts.user.reset_password", reason=_why(reason)):
        _store_password(user, chosen, at=at, must_change=True)
        sessions.end_all(user=user, by=by, at=at, reason=EndReason.PASSWORD)
    return NewLogin(user, chosen)


def change_password(*, user: User, new: str, by: Principal, at: datetime) -> None:
    """Let a person choose a new password; every session of theirs ends.

    The door has checked the old password (and counted a wrong one against the lockout).
    """
    if user.principal_id != by.pk:
        raise NotAllowed(_("Nobody chooses another person's password."))
    if check_password(new, user.password):
        raise InvalidInput(_("That is the present password; choose another."), field="new")
    with acting(by=by, at=at, action="accounts.user.change_password"):
        _store_password(user, new, at=at, must_change=False)
        sessions.end_all(user=user, by=by, at=at, reason=EndReason.PASSWORD)


def deactivate(*, user: User, by: Principal, at: datetime, reason: str) -> None:
    """Close a login at once: sessions end, roles stay on record."""
    policy.check(by, "accounts.user.manage")
    if user.principal_id == by.pk:
        raise NotAllowed(_("You cannot close your own login; another administrator can."))
    with acting(by=by, at=at, action="accounts.user.deactivate", reason=_why(reason)):
        roles.lock(user.principal)
        roles.check_administrator_remains(without=user.principal)
        _switch(user, active=False)
        sessions.end_all(user=user, by=by, at=at, reason=EndReason.DEACTIVATED)


def reactivate(*, user: User, by: Principal, at: datetime, reason: str) -> None:
    """Open a closed login again, with the roles it had."""
    policy.check(by, "accounts.user.manage")
    if user.principal_id == by.pk:
        raise NotAllowed(_("You cannot open your own login."))
    with acting(by=by, at=at, action="accounts.user.reactivate", reason=_why(reason)):
        _switch(user, active=True)


def _switch(user: User, *, active: bool) -> None:
    # The filter on the old state is the lock: of two racing callers one changes no row.
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        state = _("open") if active else _("closed")
        raise Conflict(_("This login is already %(state)s.") % {"state": state})
    Principal.objects.filter(pk=user.principal_id).update(is_active=active)
    user.refresh_from_db()


def _new_principal(name: str, at: datetime) -> Principal:
    try:
        return Principal.objects.create(kind=PrincipalKind.PERSON, name=name, created_at=at)
    except IntegrityError as taken:
        raise Conflict(_("The username %(name)s is taken.") % {"name": name}) from taken


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise InvalidInput(" ".join(weak.messages), field="password") from weak
    user.set_password(password)


def _store_password(user: User, password: str, *, at: datetime, must_change: bool) -> None:
    _set_password(user, password)
    user.password_changed_at = at
    user.must_change_password = must_change
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])


def _why(reason: str) -> str:
    check_reason(reason)
    return reason.strip()
