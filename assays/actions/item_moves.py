"""The moves of message items, and of the messages that are what their items are.

One gateway for those who read an item again, reject it, or read its message anew. Locks are taken
in one order everywhere: specimens by id, then items, then their messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import ItemEvent, TransmissionItem, TransmissionMessage
from assays.rules.filing import Held, message_status
from assays.rules.states import ITEM, MESSAGE, ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.lib.errors import Conflict


class ItemMoved(Conflict):
    """The item is not held any more."""

    kind = "item-moved"


def lock_one(item: TransmissionItem) -> TransmissionItem:
    """Lock an item that is held, or raise ItemMoved."""
    found = lock([item.pk])
    if not found:
        raise _moved()
    return found[0]


def lock(ids: Iterable[int]) -> list[TransmissionItem]:
    """Lock those of the items that are still held."""
    rows = TransmissionItem.objects.select_for_update(no_key=True, of=("self",))
    held = rows.filter(pk__in=list(ids), status=ItemStatus.HELD).select_related("message")
    return list(held.defer("message__content", "message__reply").order_by("pk"))


def event(
    item: TransmissionItem, *, new: ItemStatus, reason: str, by: Principal, at: datetime
) -> ItemEvent:
    """Return the event, not yet saved, of a held item that is asked for or moves."""
    return ItemEvent(
        item_id=item.pk,
        old=ItemStatus.HELD,
        new=new,
        hold_code=item.hold_code,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )


def hold(item: TransmissionItem, held: Held, *, by: Principal, at: datetime) -> None:
    """Leave an item held; where the reason is another one now, say which."""
    if (held.code, held.reason) == (item.hold_code, item.hold_reason):
        return
    if held.code != item.hold_code:
        event(item, new=ItemStatus.HELD, reason=held.reason, by=by, at=at).save()
    TransmissionItem.objects.filter(pk=item.pk, status=ItemStatus.HELD).update(
        hold_code=held.code, hold_reason=held.reason
    )


def move(item: TransmissionItem, new: ItemStatus, **changes: Any) -> None:
    """Move a held item on; its event is the caller's."""
    assert ITEM.can_move(ItemStatus.HELD, new)
    rows = TransmissionItem.objects.filter(pk=item.pk, status=ItemStatus.HELD)
    if not rows.update(status=new, **changes):
        raise _moved()


def settle(message_ids: Iterable[int]) -> None:
    """Let each message be what its items are now."""
    rows = TransmissionMessage.objects.select_for_update(no_key=True)
    for message in rows.filter(pk__in=list(message_ids)).order_by("pk").only("pk", "status"):
        statuses = message.items.values_list("status", flat=True)
        old, new = MessageStatus(message.status), message_status([*map(ItemStatus, statuses)])
        if new is not old:
            assert MESSAGE.can_move(old, new)
            TransmissionMessage.objects.filter(pk=message.pk, status=old).update(status=new)


def _moved() -> ItemMoved:
    return ItemMoved(_("This item is not held any more; look at it again."))
