"""Instruments' keys: shown once, kept as a digest, at most 90 days, two at once for rotation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from labsys.accounts.models import AccessKey, Principal, PrincipalKind
from labsys.accounts.rules import networks as ranges
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

LONGEST = timedelta(days=90)
AT_ONCE = 2


@dataclass(frozen=True)
class NewKey:
    """A key just issued, with the token that is shown this once."""

    key: AccessKey
    token: str


def digest(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def issue(
    *,
    principal: Principal,
    by: Principal,
    at: datetime,
    networks: Sequence[str] = (),
    valid_for: timedelta = LONGEST,
) -> NewKey:
    """Issue a key to an instrument. The old one stays valid until it is revoked or expires."""
    policy.check(by, "accounts.key.manage")
    if principal.kind != PrincipalKind.INSTRUMENT:
        raise InvalidInput(
            _("Keys are for instruments; %(who)s is none.") % {"who": principal}, field="principal"
        )
    if not timedelta(0) < valid_for <= LONGEST:
        raise InvalidInput(
            _("A key is valid for at most %(days)s days.") % {"days": LONGEST.days},
            field="valid_for",
        )
    # The hint is not part of the 256 bits.
    hint = secrets.token_hex(4)
    token = f"{hint}.{secrets.token_urlsafe(32)}"
    with acting(by=by, at=at, action="accounts.key.issue"):
        Principal.objects.select_for_update(no_key=True).get(pk=principal.pk)
        if AccessKey.objects.valid(at=at).filter(principal=principal).count() >= AT_ONCE:
            raise Conflict(_("This instrument has two keys in force; revoke one of them first."))
        key: AccessKey = AccessKey.objects.create(
            principal=principal,
            digest=digest(token),
            hint=hint,
            networks=_networks(networks),
            created_by=by,
            recorded_at=at,
            expires_at=at + valid_for,
        )
    return NewKey(key, token)


def revoke(*, key: AccessKey, by: Principal, at: datetime, reason: str) -> None:
    """End a key before its time; it opens nothing from this moment."""
    policy.check(by, "accounts.key.manage")
    check_reason(reason)
    with acting(by=by, at=at, action="accounts.key.revoke", reason=reason.strip()):
        if not AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
            raise Conflict(_("This key was already revoked."))


def _networks(given: Sequence[str]) -> list[str]:
    found = []
    for text in given:
        try:
            found.append(ranges.network(text))
        except ValueError as wrong:
            raise InvalidInput(
                _("“%(range)s” is no address range such as 10.1.0.0/16: %(why)s.")
                % {"range": text, "why": wrong},
                field="networks",
            ) from wrong
    return found
