"""What is to be looked at about an order: noted with the order, settled by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.models import Order, OrderNotice, OrderNoticeSeen
from assays.rules.order_notices import NoticeKind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

SETTLE = "assays.order.look_at"


def note(
    *,
    order: Order,
    kind: NoticeKind,
    text: str,
    by: Principal,
    at: datetime,
    earlier: Order | None = None,
) -> OrderNotice:
    """Leave something about an order to a person; part of the action that places it."""
    with acting(by=by, at=at, action="assays.order.note"):
        made: OrderNotice = OrderNotice.objects.create(
            order=order,
            kind=kind.value,
            text=text,
            earlier=earlier,
            recorded_by=by,
            recorded_at=at,
        )
        return made


def settle(*, notice: OrderNotice, by: Principal, at: datetime, reason: str) -> OrderNoticeSeen:
    """Say that a notice was looked at, and what was found or done; once."""
    policy.check(by, SETTLE, notice.order)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.order.look_at", reason=reason):
        try:
            with transaction.atomic():
                made: OrderNoticeSeen = OrderNoticeSeen.objects.create(
                    notice=notice, reason=reason.strip(), recorded_by=by, recorded_at=at
                )
        except IntegrityError as taken:
            raise Conflict(_("Somebody looked at it meanwhile; look again.")) from taken
        return made
