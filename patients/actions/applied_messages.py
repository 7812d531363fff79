"""Answering a message that is sent again, so that it is applied once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks
from labsys.lib.sealing import seal
from patients.models import AppliedMessage
from patients.queries.applied_messages import context, kept_under


def apply_once(
    *, uid: uuid.UUID, sent: str, act: Callable[[], str], by: Principal, at: datetime
) -> AppliedMessage | str:
    """Apply a message and keep its answer; whoever sends it meanwhile waits for the first.

    `uid` stands for the sender's key, `sent` for the message. Returns the answer, or the row of
    what was applied under the key before.
    """
    with acting(by=by, at=at, action="patients.message.apply"):
        locks.hold(f"applied message {uid}")
        if (kept := kept_under(uid)) is not None:
            return kept
        answer = act()
        keys = settings.LABSYS_FIELD_KEYS
        AppliedMessage.objects.create(
            uid=uid,
            sent=sent,
            answer=seal(answer.encode(), context=context(uid), keys=keys),
            recorded_by=by,
            recorded_at=at,
        )
        return answer
