"""Logins as they begin, are used and end. The row decides; the cookie only names it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from labsys.accounts.models import LoginSession, Principal, User
from labsys.accounts.rules.sessions import EndReason, Limits
from labsys.lib import policy
from labsys.lib.errors import Conflict, NotAllowed

SEEN_STEP = timedelta(seconds=30)


def limits() -> Limits:
    """Return the limits of logins as configured."""
    return Limits(
        idle=timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        absolute=timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS),
        parallel=settings.SESSION_PARALLEL_LIMIT,
    )


def digest(session_key: str) -> str:
    """Return what is stored of a session's key: who reads the table cannot take a session over."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def start(
    *, user: User, session_key: str, address: str | None, by: Principal, at: datetime
) -> LoginSession:
    """Record a login; beyond the limit of parallel ones the oldest ends."""
    if user.principal_id != by.pk:
        raise NotAllowed(_("Nobody logs in for another person."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(
            pk=user.pk
        )  # two logins at once count each other
        made: LoginSession = LoginSession.objects.create(
            user=user, session_key=digest(session_key), address=address, started_at=at, seen_at=at
        )
        kept = _open(user).order_by("-started_at", "-id").values("pk")[: limits().parallel]
        beyond = _open(user).exclude(pk__in=[row["pk"] for row in kept])
        beyond.update(ended_at=at, end_reason=EndReason.PARALLEL)
    return made


def use(*, session: LoginSession, by: Principal, at: datetime) -> None:
    """Record that the person used their login; in steps, so that not every page costs a write."""
    if session.user.principal_id != by.pk:
        raise NotAllowed(_("This is another person's login."))
    if at - session.seen_at >= SEEN_STEP:
        LoginSession.objects.filter(pk=session.pk, ended_at=None, seen_at__lt=at).update(seen_at=at)


def end(*, session: LoginSession, reason: EndReason, by: Principal, at: datetime) -> None:
    """End one login: one's own, or anybody's as an administrator."""
    if session.user.principal_id != by.pk:
        policy.check(by, "accounts.session.end")
    if not LoginSession.objects.filter(pk=session.pk, ended_at=None).update(
        ended_at=at, end_reason=reason
    ):
        raise Conflict(_("This login has already ended."))


def end_all(*, user: User, reason: EndReason, by: Principal, at: datetime) -> int:
    """End every login of a person, as part of the action that is the cause."""
    if user.principal_id != by.pk:
        policy.check(by, "accounts.user.manage")
    return _open(user).update(ended_at=at, end_reason=reason)


def end_all_of(*, principal: Principal, reason: EndReason, by: Principal, at: datetime) -> int:
    """End every login of a principal, if it is a person's."""
    user = User.objects.filter(principal=principal).first()
    return 0 if user is None else end_all(user=user, reason=reason, by=by, at=at)


def _open(user: User):  # type: ignore[no-untyped-def]
    return LoginSession.objects.filter(user=user, ended_at=None)
