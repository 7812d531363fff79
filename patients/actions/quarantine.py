"""Quarantine: orders for people to stay apart, and their early end."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions.gateway import claiming, held, insert, required
from patients.models import Location, Person, QuarantineLift, QuarantineOrder

ORDER, LIFT = "patients.quarantine.order", "patients.quarantine.lift"


def order(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    kind: str,
    reason: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    location: Location | None = None,
    place: str = "",
    agent: str = "",
) -> QuarantineOrder:
    """Order that somebody stays apart, from a moment that may lie ahead, until one or until lifted."""
    policy.check(by, ORDER, person)
    reason = required(reason, field="reason", what=_("Say why the quarantine is ordered."))
    if location is not None and not location.is_active:
        raise InvalidInput(_("This place is closed."), field="location")
    with acting(by=by, at=at, action="patients.quarantine.order", reason=reason):
        _entries, at = held(person, at=at)
        _check_period(starts_at, ends_at, at=at)
        made = insert(
            QuarantineOrder(
                person=person,
                kind=kind,
                location=location,
                place=place.strip(),
                agent=agent.strip(),
                reason=reason,
                starts_at=starts_at,
                ends_at=ends_at,
                recorded_at=at,
                recorded_by=by,
            )
        )
        _announce(made, by=by, at=at)
        return made


def lift(
    *, by: Principal, at: datetime, order: QuarantineOrder, lifted_at: datetime, reason: str
) -> QuarantineLift:
    """End an order before its time, or before it begins."""
    policy.check(by, LIFT, order.person)
    reason = required(reason, field="reason", what=_("Say why the quarantine is lifted."))
    check_world_moment(lifted_at, at=at, field="lifted_at")
    if order.ends_at is not None and order.ends_at <= lifted_at:
        raise Conflict(_("This quarantine ended by itself before that moment."))
    twice = {"patients_quarantinelift_order_id_key": Conflict(_("This order is lifted already."))}
    with claiming(twice), acting(by=by, at=at, action="patients.quarantine.lift", reason=reason):
        _entries, at = held(order.person, at=at)
        made = insert(
            QuarantineLift(
                order=order, lifted_at=lifted_at, reason=reason, recorded_at=at, recorded_by=by
            )
        )
        _announce(order, by=by, at=at)
        return made


def _announce(order: QuarantineOrder, *, by: Principal, at: datetime) -> None:
    persons = [order.person_id]
    signals.person_facts_changed.send(sender=QuarantineOrder, persons=persons, by=by, at=at)


def _check_period(starts_at: datetime, ends_at: datetime | None, *, at: datetime) -> None:
    for moment, field in ((starts_at, "starts_at"), (ends_at, "ends_at")):
        if moment is not None and moment.tzinfo is None:
            raise InvalidInput(_("The moment has no time zone."), field=field)
    if ends_at is not None and ends_at <= starts_at:
        raise InvalidInput(_("The end must lie after the beginning."), field="ends_at")
    if ends_at is not None and ends_at <= at:
        raise InvalidInput(_("This quarantine would be over already."), field="ends_at")
