"""What was answered under a key."""

from __future__ import annotations

import uuid

from django.conf import settings

from labsys.lib.sealing import unseal
from patients.models import AppliedMessage


def kept_under(uid: uuid.UUID) -> AppliedMessage | None:
    """Return what was applied under a key, if anything was."""
    found: AppliedMessage | None = AppliedMessage.objects.filter(uid=uid).first()
    return found


def answer_of(applied: AppliedMessage) -> str:
    """Open what was answered."""
    keys = settings.LABSYS_FIELD_KEYS
    return unseal(bytes(applied.answer), context=context(applied.uid), keys=keys).decode()


def context(uid: uuid.UUID) -> str:
    """Return the context that binds a sealed answer to its key."""
    # As it was when the first answers were sealed.
    return f"consent.appliedmessage:{uid}"
