"""Orders of quarantine with all that moved, reviewed, broke or lifted them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Trim, Upper

from patients.models import (
    Agent,
    Exposure,
    Person,
    QuarantineBreach,
    QuarantineBreachContact,
    QuarantineExtension,
    QuarantineOrder,
    QuarantineReview,
)
from patients.queries import agents
from patients.rules.quarantine import Exposed, Moved, Order, State

STANDING = "standing_extensions"
# What `value` reads of many orders, in one query.
EXTENSIONS = Prefetch(
    "extensions", QuarantineExtension.objects.standing().order_by("id"), to_attr=STANDING
)


def exposures_to(agent: str, entries: Collection[int]) -> list[Exposed]:
    """Return the exposures to an agent that hold, of one person's entries; excluded ones are none."""
    if not agent.strip():
        return []
    rows = (
        Exposure.objects.standing()
        .filter(person__in=entries)
        .exclude(certainty=Exposure.Certainty.EXCLUDED)
        .annotate(named=Upper(Trim("agent")))
        .filter(named__in=agents.texts_naming(agent))
    )
    return [
        Exposed(id=id_, last_at=last_at, recorded_at=recorded_at)
        for id_, last_at, recorded_at in rows.values_list("id", "last_at", "recorded_at")
    ]


def fresh(order: QuarantineOrder) -> QuarantineOrder:
    """Return an order as it stands now, whatever was read of it before."""
    found: QuarantineOrder = QuarantineOrder.objects.select_related("rule", "lift").get(pk=order.pk)
    return found


def value(order: QuarantineOrder) -> Order:
    """Return an order as the rules read it, with the extensions that count now."""
    lift = getattr(order, "lift", None)
    moved = getattr(order, STANDING, None)
    if moved is None:
        moved = order.extensions.standing().order_by("id")
    return Order(
        starts_at=order.starts_at,
        recorded_at=order.recorded_at,
        ends_at=order.ends_at,
        derived_ends_at=order.derived_ends_at,
        days=None if order.rule is None else order.rule.days,
        moved=tuple(
            Moved(exposure=one.exposure_id, ends_at=one.ends_at, recorded_at=one.recorded_at)
            for one in moved
        ),
        lifted_at=None if lift is None else lift.lifted_at,
        lift_recorded_at=None if lift is None else lift.recorded_at,
    )


def running_by_rule(entries: Collection[int], *, at: datetime) -> list[QuarantineOrder]:
    """Return the orders of a person that a rule governs and nobody lifted; some may be over."""
    rows = _running(at).filter(person__in=entries, rule__isnull=False)
    return list(rows.select_related("rule").prefetch_related(EXTENSIONS).order_by("pk"))


def in_force_by_rule(entries: Collection[int], *, at: datetime) -> list[QuarantineOrder]:
    """Return those of them that are not over, with what moved them so far."""
    rows = running_by_rule(entries, at=at)
    return [one for one in rows if value(one).state(at=at) is not State.ENDED]


def persons_apart_for(agent: Agent, *, at: datetime) -> list[int]:
    """Return the entries with an order that a rule governs and that names an agent in any way."""
    rows = _running(at).filter(rule__isnull=False).annotate(named=Upper(Trim("agent")))
    named = rows.filter(named__in=agents.texts_of(agent))
    return list(named.order_by().values_list("person_id", flat=True).distinct())


def _running(at: datetime) -> QuerySet[QuarantineOrder]:
    """Return the orders that nobody lifted; some may be over by time."""
    return unended(QuarantineOrder.objects.filter(lift=None), at=at)


def unended(rows: QuerySet[QuarantineOrder], *, at: datetime) -> QuerySet[QuarantineOrder]:
    """Leave out orders whose end, as it was ordered or moved since, has passed."""
    later = QuarantineExtension.objects.standing().filter(order=OuterRef("pk"), ends_at__gt=at)
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=at) | Exists(later))


def last_moment(order: QuarantineOrder, *, at: datetime) -> datetime | None:
    """Return when an order ends or ended: lifted, or by its end in force; None while it is open."""
    return value(order).last_moment(at=at)


def whole(rows: QuerySet[QuarantineOrder]) -> QuerySet[QuarantineOrder]:
    """Fetch beside orders all that a page says about them, in a constant number of queries."""
    by = "recorded_by__user"
    extensions = QuarantineExtension.objects.standing().select_related("exposure__corrected_by", by)
    contacts = QuarantineBreachContact.objects.select_related("exposure__corrected_by")
    breaches = QuarantineBreach.objects.select_related(by, "corrected_by").prefetch_related(
        Prefetch("contacts", contacts.order_by("id"))
    )
    reviews = QuarantineReview.objects.select_related(by)
    return rows.select_related(
        "rule", "location", "lift__recorded_by__user", "basis__corrected_by", by
    ).prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("extensions", extensions.order_by("id"), to_attr=STANDING),
        Prefetch("reviews", reviews.order_by("reviewed_at", "id")),
        Prefetch("breaches", breaches.order_by("seen_at", "id")),
    )


def of_person(entries: Collection[int]) -> Sequence[QuarantineOrder]:
    """Return every order of one person, the newest first."""
    rows = whole(QuarantineOrder.objects.filter(person__in=entries))
    return list(rows.order_by(F("starts_at").desc(), "-id"))
