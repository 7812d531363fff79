"""Quarantine: orders for people to stay apart, what moves their end later, and their early end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions.gateway import claiming, held, insert, required
from patients.models import (
    Agent,
    Location,
    Person,
    QuarantineExtension,
    QuarantineLift,
    QuarantineOrder,
    QuarantineRule,
)
from patients.queries import entries as entries_of
from patients.queries import quarantine as queries
from patients.queries import quarantine_rules
from patients.rules import quarantine as rules

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
    """Order that somebody stays apart, from a moment that may lie ahead, until one or until lifted.

    Where a rule is in force for the agent and kind, the end follows from the last exposure to it; an end
    stated by hand may lie later, not earlier. Without a rule the end is the one stated, or open.
    """
    policy.check(by, ORDER, person)
    reason = required(reason, field="reason", what=_("Say why the quarantine is ordered."))
    if location is not None and not location.is_active:
        raise InvalidInput(_("This place is closed."), field="location")
    with acting(by=by, at=at, action="patients.quarantine.order", reason=reason):
        entries, at = held(person, at=at)
        _check_period(starts_at, ends_at, at=at)
        rule = quarantine_rules.in_force(agent, kind, at=at)
        basis = _basis(entries, agent, rule, starts_at=starts_at, at=at)
        derived = None if rule is None or basis is None else _derived(basis, rule)
        made = insert(
            QuarantineOrder(
                person=person,
                kind=kind,
                location=location,
                place=place.strip(),
                agent=agent.strip(),
                reason=reason,
                starts_at=starts_at,
                ends_at=_end_of(ends_at, derived, rule),
                rule=rule,
                basis_id=None if basis is None else basis.id,
                derived_ends_at=derived,
                recorded_at=at,
                recorded_by=by,
            )
        )
        _announce(made, by=by, at=at)
        return made


def lift(
    *, by: Principal, at: datetime, order: QuarantineOrder, lifted_at: datetime, reason: str
) -> QuarantineLift:
    """End an order before its time, or before it begins.

    Whoever judges results may refuse it here, in the same transaction (`signals.quarantine_lifted`).
    """
    policy.check(by, LIFT, order.person)
    reason = required(reason, field="reason", what=_("Say why the quarantine is lifted."))
    check_world_moment(lifted_at, at=at, field="lifted_at")
    twice = {"patients_quarantinelift_order_id_key": Conflict(_("This order is lifted already."))}
    with claiming(twice), acting(by=by, at=at, action="patients.quarantine.lift", reason=reason):
        _entries, at = held(order.person, at=at)
        order = queries.fresh(order)
        ends_at = queries.value(order).ends(at=at)
        if ends_at is not None and ends_at <= lifted_at:
            raise Conflict(_("This quarantine ended by itself before that moment."))
        made = insert(
            QuarantineLift(
                order=order, lifted_at=lifted_at, reason=reason, recorded_at=at, recorded_by=by
            )
        )
        signals.quarantine_lifted.send(sender=QuarantineLift, lift=made, by=by, at=at)
        _announce(order, by=by, at=at)
        return made


def extend(
    *, by: Principal, at: datetime, entries: Collection[int]
) -> tuple[QuarantineExtension, ...]:
    """Move the ends of a person's orders later, where the exposures now known ask for it.

    Called under the lock on these entries, in the transaction in which an exposure became known or
    entries were joined.
    """
    made = []
    for row in queries.running_by_rule(entries, at=at):
        last = rules.last_exposure(queries.exposures_to(row.agent, entries))
        moved = None if last is None else rules.moved_by(queries.value(row), last, at=at)
        if moved is not None:
            made.append(_move(row, moved, by=by, at=at))
    return tuple(made)


def rest_on_own(*, by: Principal, at: datetime, orders: Sequence[QuarantineOrder]) -> None:
    """Let orders that were in force until entries were parted end as the person's own exposures ask.

    While the entries were read as one, a later exposure of the other may have hidden one of their own.
    """
    for row in orders:
        known = queries.value(queries.fresh(row))
        if known == queries.value(row):
            continue
        last = rules.last_exposure(queries.exposures_to(row.agent, entries_of(row.person_id)))
        moved = None if last is None else rules.later_by(known, last, at=at)
        if moved is not None:
            _move(row, moved, by=by, at=at)


def extend_named(*, by: Principal, at: datetime, agent: Agent) -> None:
    """Move ends later where an agent just added makes two texts name the same: its code and its name."""
    rows = Person.objects.filter(pk__in=queries.persons_apart_for(agent, at=at)).order_by("pk")
    persons = list(rows)
    if persons:
        _entries, at = held(*persons, at=at)
    for person in persons:
        extend(by=by, at=at, entries=entries_of(person.pk))


def _basis(
    entries: Collection[int],
    agent: str,
    rule: QuarantineRule | None,
    *,
    starts_at: datetime,
    at: datetime,
) -> rules.Exposed | None:
    """Return the exposure from which the rule counts; one whose days are over counts for nothing."""
    if rule is None:
        return None
    last = rules.last_exposure(queries.exposures_to(agent, entries))
    if last is None or _derived(last, rule) <= max(starts_at, at):
        return None
    return last


def _derived(basis: rules.Exposed, rule: QuarantineRule) -> datetime:
    return rules.derived_end(basis, days=rule.days)


def _end_of(
    stated: datetime | None, derived: datetime | None, rule: QuarantineRule | None
) -> datetime | None:
    """Return the end that is ordered: what the rule gives, or one stated by hand that is not earlier."""
    if stated is None:
        return None if rule is not None and rule.until_lifted else derived
    if derived is not None and stated < derived:
        raise InvalidInput(
            _(
                "The rule lets this quarantine end on %(end)s; an end stated by hand may lie later only."
            )
            % {"end": f"{localtime(derived):%Y-%m-%d %H:%M}"},
            field="ends_at",
        )
    if rule is not None and rule.until_lifted:
        raise InvalidInput(
            _("By the rule this quarantine ends only when it is lifted; leave the end empty."),
            field="ends_at",
        )
    return stated


def _move(
    order: QuarantineOrder, moved: rules.Moved, *, by: Principal, at: datetime
) -> QuarantineExtension:
    made = insert(
        QuarantineExtension(
            order=order,
            exposure_id=moved.exposure,
            ends_at=moved.ends_at,
            recorded_at=at,
            recorded_by=by,
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
