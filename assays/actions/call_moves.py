"""The one place that moves a critical call; of two racing callers one updates no row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from assays.models import CriticalCall
from assays.rules.communication import CALL, CallState
from labsys.lib.errors import Conflict


def end(*, call_ids: Iterable[int], to: CallState, ended_at: datetime) -> int:
    """End open calls; returns how many were, since others may have ended them meanwhile."""
    if not CALL.can_move(CallState.OPEN, to):
        raise Conflict(_("A critical call cannot become %(state)s.") % {"state": to.value.lower()})
    rows = CriticalCall.objects.filter(pk__in=list(call_ids), state=CallState.OPEN)
    return int(rows.update(state=to, ended_at=ended_at))
