"""Reflex rules met: what they order, once per rule and result, in the transaction that evaluates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import calculations
from assays.actions.orders.adding import serve
from assays.actions.orders.choosing import chosen
from assays.models import Order, OrderEvent, OrderItem, ReflexFiring, Result, Specimen
from assays.queries import catalogue
from assays.queries import reflexes as queries
from assays.queries.reflexes import Trigger
from assays.rules.catalogue_in_force import ActiveReflex, Catalogue
from assays.rules.evaluation import AutomaticHold, Finding
from assays.rules.reflexes import LONGEST_CHAIN, Outcome, Seen, is_met, said
from assays.rules.states import OrderItemStatus, OrderStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting

USABLE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)


@dataclass(frozen=True, slots=True)
class _Met:
    """A rule that a result met, and the results by which it did."""

    reflex: ActiveReflex
    trigger: Trigger
    seen: Mapping[str, Seen]


def fire(
    *, findings: Sequence[Finding], by: Principal, at: datetime, held: Catalogue | None = None
) -> None:
    """Order what the reflex rules in force ask for; a value held as implausible asks for nothing.

    A constant number of queries unless a rule is met.
    """
    held = held or catalogue.current()
    looked_at = _looked_at(findings, held)
    ids = [one.result_id for one in looked_at if one.analyte in _named(held)]
    if not ids:
        return
    flags = {one.result_id: one.flags for one in looked_at}
    met = [
        _Met(reflex, trigger, seen)
        for trigger, seen in queries.triggers(ids, flags)
        for reflex in held.reflexes
        if is_met(reflex.rule, seen, trigger=trigger.analyte)
    ]
    there = queries.fired([one.trigger.result_id for one in met])
    new = [one for one in met if (one.reflex.rule_id, one.trigger.result_id) not in there]
    for one in sorted(new, key=lambda one: (one.trigger.specimen_id, one.reflex.rule_id)):
        with acting(by=by, at=at, action="assays.reflex.fire"):
            _fire(one, held, by=by, at=at)


def lock(*, findings: Sequence[Finding], held: Catalogue) -> None:
    """Lock the specimens of results that rules look at; before anything of the results is locked.

    Costs no query while no rule looks at one of the analytes. Of two recordings on one specimen the
    second sees what the first found, so that rules with several conditions miss nothing.
    """
    named = _named(held)
    ids = [one.result_id for one in _looked_at(findings, held) if one.analyte in named]
    if ids:
        of_results = Result.objects.filter(pk__in=ids).values("specimen")
        rows = Specimen.objects.select_for_update(no_key=True).filter(pk__in=of_results)
        list(rows.order_by("pk").values_list("pk", flat=True))


def _looked_at(findings: Sequence[Finding], held: Catalogue) -> list[Finding]:
    return [one for one in findings if not _is_doubtful(one)] if held.reflexes else []


def _named(held: Catalogue) -> set[str]:
    """Return the analytes that rules in force look at."""
    return {condition.analyte for one in held.reflexes for condition in one.rule.conditions}


def _is_doubtful(finding: Finding) -> bool:
    return any(hold.kind is AutomaticHold.IMPLAUSIBLE for hold in finding.holds)


def _fire(met: _Met, held: Catalogue, *, by: Principal, at: datetime) -> None:
    specimen = Specimen.objects.get(pk=met.trigger.specimen_id)  # locked before the results
    outcome, assays = _outcome(met, specimen, held)
    order = None
    if outcome is Outcome.ORDERED:
        order = _order(met, specimen, assays, held, by=by, at=at)
    ReflexFiring.objects.create(
        rule_id=met.reflex.rule_id,
        version_id=met.reflex.version_id,
        result_id=met.trigger.result_id,
        order=order,
        outcome=outcome,
        depth=met.trigger.depth,
        facts={
            condition.analyte: _fact(met.seen.get(condition.analyte))
            for condition in met.reflex.rule.conditions
        },
        recorded_by=by,
        recorded_at=at,
    )


def _outcome(met: _Met, specimen: Specimen, held: Catalogue) -> tuple[Outcome, list[int]]:
    if met.trigger.depth > LONGEST_CHAIN:
        return Outcome.CHAIN_ENDED, []
    offered = [assay for assay in met.reflex.assay_ids if assay in held.assays]
    if not offered:
        return Outcome.NOT_OFFERED, []
    wanted = [assay for assay in offered if assay not in _ordered_on(specimen)]
    return (Outcome.ORDERED, wanted) if wanted else (Outcome.ORDERED_BEFORE, [])


def _ordered_on(specimen: Specimen) -> set[int]:
    items = OrderItem.objects.filter(specimen_items__specimen=specimen)
    standing = items.exclude(status=OrderItemStatus.CANCELLED)
    return set(standing.values_list("assay_id", flat=True))


def _order(
    met: _Met,
    specimen: Specimen,
    assays: Sequence[int],
    held: Catalogue,
    *,
    by: Principal,
    at: datetime,
) -> Order:
    """Order for whoever ordered the result, on its specimen where that is usable and of the type."""
    before = Order.objects.get(pk=met.trigger.order_id)
    order = Order.objects.create(
        person_id=specimen.person_id,
        requester_id=before.requester_id,
        encounter_id=before.encounter_id,
        priority=before.priority,
        intent=Order.Intent.REFLEX_ORDER,
        clinical_question=_("Reflex “%(rule)s”: %(because)s")
        % {
            "rule": met.reflex.name,
            "because": said(met.reflex.rule.conditions, met.reflex.rule.match),
        },
        status=OrderStatus.ACTIVE,
        recorded_at=at,
        recorded_by=by,
    )
    OrderEvent.objects.create(
        order=order,
        new=OrderStatus.ACTIVE,
        reason=_("By reflex of result %(result)s of order %(order)s.")
        % {"result": met.trigger.result_id, "order": before.pk},
        recorded_by=by,
        recorded_at=at,
    )
    wanted = chosen(held, (), assays, beside=_ordered_on(specimen))
    items = OrderItem.objects.bulk_create(
        OrderItem(order=order, assay_id=assay_id, status=OrderItemStatus.ORDERED)
        for assay_id in wanted
    )
    usable = [specimen] if specimen.status in USABLE else []
    serve(order, items, usable, held, by=by, at=at)
    calculations.follow_ordered(items=items, by=by, at=at)
    return order


def _fact(seen: Seen | None) -> dict[str, object] | None:
    if seen is None:
        return None
    return {"value": str(seen.value), "flags": list(seen.flags)}
