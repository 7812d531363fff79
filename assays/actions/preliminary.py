"""Letting go of values that an instrument had not finished, once their final value is on record."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import item_moves
from assays.queries import preliminary as queries
from assays.rules.holds import Hold
from assays.rules.states import ItemStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting


def settle(*, by: Principal, at: datetime) -> int:
    """End every unfinished value whose final one was recorded; returns how many.

    They stay on record as what they were: no results. `by` is `system:sweep`.
    """
    found = {one.item_id: one.result_id for one in queries.finished()}
    if not found:
        return 0
    with acting(by=by, at=at, action="assays.transmission.finish"):
        held = [one for one in item_moves.lock(found) if one.hold_code == Hold.NOT_FINAL]
        for item in held:
            reason = _("Its final value came in: result %(result)s.") % {"result": found[item.pk]}
            new = ItemStatus.NOT_A_RESULT
            item_moves.event(item, new=new, reason=reason, by=by, at=at).save()
            item_moves.move(item, new)
        item_moves.settle({item.message_id for item in held})
    return len(held)
