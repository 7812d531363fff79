"""The panels of a check, and what has come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from assays.models import Assay, CriticalCall, OrderItem, Result
from assays.queries import catalogue
from assays.rules.catalogue_in_force import ActivePanel
from assays.rules.communication import CallState
from assays.rules.delta_check import Verdict
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus
from consent.models import (
    Appointment,
    Check,
    CheckOrder,
    Programme,
    ProgrammeVersion,
    RoundSlot,
)
from consent.queries.nanites import is_critical
from consent.queries.programmes import version_at
from consent.rules.appointments import AppointmentKind, AppointmentState
from consent.rules.facts import CheckKind
from consent.rules.rounds import SlotState

STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
UNDONE = (OrderStatus.REVOKED, OrderStatus.ENTERED_IN_ERROR)
TOLD = (CallState.CONFIRMED, CallState.ACKNOWLEDGED)
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
DAY = timedelta(hours=24)  # within which nothing is ordered twice unasked


@dataclass(frozen=True)
class Line:
    """One assay that the check asks for, and how far it has come.

    `told` is the call by which somebody was told of a critical value: read back, or acknowledged.
    """

    assay: Assay
    item: OrderItem | None = None
    result: Result | None = None
    is_critical: bool = False
    told: CriticalCall | None = None
    is_delta: bool = False

    @property
    def is_released(self) -> bool:
        """Say whether a value is released."""
        return self._is_final and not self.has_no_value

    @property
    def has_no_value(self) -> bool:
        """Say whether it was released that there is no value; nothing can rest on that."""
        return self._is_final and self.result is not None and self.result.kind == Result.Kind.ABSENT

    @property
    def _is_final(self) -> bool:
        return self.result is not None and self.result.status == ResultStatus.RELEASED


@dataclass(frozen=True)
class CheckResults:
    """What the programme's panels ask for in the round that is open, each assay once.

    `retired` are panels that the programme asks for and nobody can order any more.
    """

    slot: RoundSlot | None = None
    panels: Sequence[ActivePanel] = ()
    retired: Sequence[str] = ()
    lines: Sequence[Line] = ()

    @property
    def wanting(self) -> list[int]:
        """Return the assays that were not ordered."""
        return [line.assay.pk for line in self.lines if line.item is None]

    @property
    def outstanding(self) -> int:
        """Count what is not released, ordered or not: a pass needs released results."""
        return sum(not line.is_released for line in self.lines) + len(self.retired)

    @property
    def critical(self) -> int:
        """Count critical values that nobody has acknowledged."""
        return sum(line.is_critical and line.told is None for line in self.lines)

    @property
    def told(self) -> int:
        """Count critical values that somebody was told of; they are no less critical for it."""
        return sum(line.is_critical and line.told is not None for line in self.lines)

    @property
    def delta(self) -> int:
        """Count values that changed more than expected since the last."""
        return sum(line.is_delta for line in self.lines)

    @property
    def used(self) -> list[Result]:
        """Return the results there are."""
        return [line.result for line in self.lines if line.result is not None]

    @property
    def digest(self) -> str:
        """What identifies these results, so that nobody concludes on others than were shown."""
        return ",".join(
            f"{line.result.pk}:{line.result.status}{':!' * line.is_critical}"
            f"{':t' * (line.told is not None)}{':d' * line.is_delta}"
            for line in self.lines
            if line.result is not None
        )


def results_of(
    entries: Sequence[int],
    programme: Programme,
    version: ProgrammeVersion | None,
    *,
    at: datetime,
) -> CheckResults:
    """Return what has come of the panels of somebody's check, in a constant number of queries.

    Whatever was ordered counts, by whichever order, since a day before the round opened, and what was
    ordered for the round itself: a refusal moves its opening, and nobody is bled twice for that.
    Where the round has been open for longer than a check is valid, since that.
    """
    slots = RoundSlot.objects.filter(person__in=entries, programme=programme, state=SlotState.OPEN)
    slot = slots.select_related("programme", "person").order_by("pk").first()
    codes = version.panels if version else []
    if version is None or not codes:
        return CheckResults(slot=slot)
    held = catalogue.current()
    offered = {panel.code: panel for panel in held.panels.values()}
    panels = [offered[code] for code in codes if code in offered]
    wanted = list(dict.fromkeys(one for panel in panels for one in panel.assay_ids))
    oldest = at - timedelta(hours=version.check_validity_hours)
    since = max(oldest, min(slot.opens_at, at)) if slot else oldest
    assays = Assay.objects.select_related("analyte").in_bulk(wanted)
    ordered = Q(order__recorded_at__gt=since - DAY)
    if slot:
        ordered |= Q(order__check_order__slot=slot, order__recorded_at__gt=oldest - DAY)
    newest = {item.assay_id: item for item in _items(entries, wanted, ordered)}
    return CheckResults(
        slot=slot,
        panels=panels,
        retired=[code for code in codes if code not in offered],
        lines=[_line(assays[number], newest.get(number)) for number in wanted],
    )


def _items(entries: Sequence[int], assays: Sequence[int], ordered: Q) -> QuerySet[OrderItem]:
    """Return what was ordered of these assays, each with its standing results, the newest last."""
    results = (
        Result.objects.filter(status__in=STANDING)
        .select_related("analyte", "critical_call")
        .prefetch_related("evaluations")
        .order_by("pk")
    )
    items: QuerySet[OrderItem] = (
        OrderItem.objects.filter(ordered, assay__in=assays, order__person__in=entries)
        .exclude(status=OrderItemStatus.CANCELLED)
        .exclude(order__status__in=UNDONE)
        .prefetch_related(Prefetch("results", results, to_attr="standing"))
        .order_by("pk")
    )
    return items


def _line(assay: Assay, item: OrderItem | None) -> Line:
    """Return how one assay stands by its newest standing result."""
    standing: list[Result] = getattr(item, "standing", [])
    if not standing:
        return Line(assay, item)
    result = standing[-1]
    evaluation = max(result.evaluations.all(), key=lambda one: one.method_version, default=None)
    call = getattr(result, "critical_call", None)
    return Line(
        assay,
        item,
        result,
        is_critical=is_critical(result) or (evaluation is not None and evaluation.is_critical),
        told=call if call is not None and call.state in TOLD else None,
        is_delta=evaluation is not None and evaluation.delta_verdict == Verdict.EXCEEDED,
    )


def to_order(at: datetime, *, until: datetime) -> QuerySet[Appointment]:
    """Return the medical appointments of a span that have no order yet, the soonest first.

    A refusal keeps a round open beyond its check: the next check has panels of its own.
    """
    last = Check.objects.filter(
        person=OuterRef("slot__person"), kind=CheckKind.MEDICAL.value, recorded_at__lte=at
    ).order_by("-recorded_at")
    since = Coalesce(OuterRef("last_check"), Value(BEGINNING))
    ordered = CheckOrder.objects.filter(slot=OuterRef("slot"), recorded_at__gt=since)
    rows = Appointment.objects.filter(
        state=AppointmentState.BOOKED,
        kind__in=[AppointmentKind.MEDICAL, AppointmentKind.BOTH],
        starts_at__gte=at,
        starts_at__lte=until,
        slot__state=SlotState.OPEN,
        slot__programme__in=_with_panels(at),
    )
    rows = rows.annotate(last_check=Subquery(last.values("recorded_at")[:1]))
    rows = rows.filter(~Exists(ordered))
    return rows.select_related(
        "slot__programme", "slot__person", "with_whom", "recorded_by"
    ).order_by("starts_at", "pk")


def _with_panels(at: datetime) -> list[int]:
    """Return the programmes whose version in force asks for panels."""
    versions = {one.pk: version_at(one, at) for one in Programme.objects.all()}
    return [pk for pk, version in versions.items() if version is not None and version.panels]
