"""Dynamic tests: protocols, and ordering the same assays at several time-points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assays.actions.orders.choosing import chosen
from assays.actions.orders.placing import place
from assays.models import (
    Assay,
    OrderSeries,
    SeriesPoint,
    SeriesProtocol,
    SeriesProtocolAssay,
)
from assays.queries import catalogue
from assays.rules.series import check_offsets
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason
from patients.actions.gateway import insert
from patients.models import Person

FURTHEST_PLAN = timedelta(days=90)


def write_protocol(
    *,
    code: str,
    name: str,
    offsets: Sequence[int],
    assays: Sequence[Assay],
    by: Principal,
    at: datetime,
    instruction: str = "",
) -> SeriesProtocol:
    """Write down a dynamic test, so that it can be ordered by its name."""
    policy.check(by, "assays.catalogue.draft")
    minutes = check_offsets(offsets)
    if not assays:
        raise InvalidInput(_("A protocol measures at least one assay."), field="assays")
    with acting(by=by, at=at, action="catalogue.protocol.write"):
        if SeriesProtocol.objects.filter(code=code).exists():
            raise InvalidInput(_("There is a protocol of this code already."), field="code")
        protocol = insert(
            SeriesProtocol(
                code=code,
                name=name.strip(),
                offsets_minutes=list(minutes),
                instruction=instruction.strip(),
                recorded_by=by,
                recorded_at=at,
            )
        )
        SeriesProtocolAssay.objects.bulk_create(
            SeriesProtocolAssay(protocol=protocol, assay=assay, position=position)
            for position, assay in enumerate(dict.fromkeys(assays), start=1)
        )
    return protocol


def withdraw_protocol(
    *, protocol: SeriesProtocol, by: Principal, at: datetime, reason: str
) -> None:
    """Offer a protocol no more; series that were ordered by it stay."""
    policy.check(by, "assays.catalogue.draft")
    check_reason(reason)
    with acting(by=by, at=at, action="catalogue.protocol.withdraw", reason=reason):
        if not SeriesProtocol.objects.filter(pk=protocol.pk, is_active=True).update(
            is_active=False
        ):
            raise Conflict(_("This protocol is not offered any more."))


def place_series(
    *,
    person: Person,
    offsets: Sequence[int],
    by: Principal,
    at: datetime,
    name: str,
    planned_zero: datetime | None = None,
    protocol: SeriesProtocol | None = None,
    panels: Collection[int] = (),
    assays: Collection[int] = (),
    confirmed: Collection[int] = (),
    omitted: Collection[int] = (),
    **how: Any,
) -> OrderSeries:
    """Order the same assays at several time-points: one order each, with specimens of its own.

    `offsets` are whole minutes from time zero, which is planned for `planned_zero` (now, if None).
    The points of one series are no duplicates of each other; of other orders the first one is.
    """
    policy.check(by, "assays.order.place", person)
    minutes = check_offsets(offsets)
    zero = planned_zero or at
    if not at - timedelta(days=1) <= zero <= at + FURTHEST_PLAN:
        raise InvalidInput(
            _("Time zero lies between yesterday and %(days)d days ahead.")
            % {"days": FURTHEST_PLAN.days},
            field="planned_zero",
        )
    every = set(chosen(catalogue.current(), panels, assays))
    with acting(by=by, at=at, action="assays.order.place_series"):
        series = insert(
            OrderSeries(
                person=person,
                protocol=protocol,
                name=name.strip(),
                planned_zero=zero,
                recorded_by=by,
                recorded_at=at,
            )
        )
        for position, offset in enumerate(minutes, start=1):
            meant = confirmed if position == 1 else every - set(omitted)
            order = place(
                person=person,
                by=by,
                at=at,
                panels=panels,
                assays=assays,
                confirmed=meant,
                omitted=omitted,
                **how,
            )
            SeriesPoint.objects.create(
                series=series, order=order, position=position, offset_minutes=offset
            )
    return series
