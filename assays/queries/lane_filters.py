"""Lanes asked of the database: which rows a tab lists and how many there are.

`assays.rules.lanes` decides; this only finds candidates, by the same tables of constants, and a
test compares the two row by row. Every row that is shown or acted upon is placed by the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Trim, Upper

from assays.models import ControlHold, Evaluation, Result, ResultHold
from assays.queries.attempts import another
from assays.rules.delta_check import Verdict
from assays.rules.flags import Flag
from assays.rules.lanes import HARMLESS_INSTRUMENT_FLAGS, NOTHING_TO_COMPARE, Lane

# So many of the most urgent rows are placed for the counts of the tabs, whatever waits behind them.
COUNTED = 1000

_HELD = Exists(ResultHold.objects.filter(result=OuterRef("pk"), clear=None)) | Exists(
    ControlHold.objects.filter(
        instrument=OuterRef("instrument"), assay=OuterRef("assay_version__assay"), ended_at=None
    )
)
# Nothing of the row itself speaks against it.
_PLAIN = Q(
    ~another(),
    range_signed=True,
    comparator="",
    corrects=None,
    said__in=sorted(HARMLESS_INSTRUMENT_FLAGS),
)
# Asked of the newest evaluation of a result.
_NOTHING_DOUBTFUL = (
    Q(flags=[Flag.NORMAL.value])
    & (
        Q(delta_verdict=Verdict.WITHIN)
        | Q(
            delta_verdict=Verdict.NOT_ASSESSABLE,
            trace__delta__reasons__contained_by=sorted(NOTHING_TO_COMPARE),
        )
    )
    & ~Q(delta_verdict=Verdict.NOT_ASSESSABLE, trace__delta__reasons=[])
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows each lane has among the most urgent; `is_whole` if no others wait.

    Of critical rows all are counted, however far behind they stand.
    """

    of: Mapping[Lane, int]
    is_whole: bool

    @property
    def total(self) -> int:
        """All rows that wait, or of a long queue how many were counted."""
        return sum(self.of.values()) if self.is_whole else COUNTED


def in_lane(waiting: QuerySet[Result], lane: Lane) -> QuerySet[Result]:
    """Keep the rows of one lane."""
    if lane is Lane.CRITICAL:  # few, found by an index of their own
        critical = Evaluation.objects.filter(is_critical=True)
        waiting = waiting.filter(pk__in=critical.values("result"))
    if lane is Lane.HELD:
        waiting = waiting.filter(_HELD)
    return _placed(waiting).filter(lane=lane)


def counts(waiting: QuerySet[Result]) -> Counts:
    """Count the rows of each lane among the most urgent, in two queries."""
    first = _placed(waiting).order_by("priority", "recorded_at", "id")[: COUNTED + 1]
    found = first.aggregate(**{lane: Count("pk", filter=Q(lane=lane)) for lane in Lane})
    of = {lane: int(found[lane]) for lane in Lane}
    is_whole = sum(of.values()) <= COUNTED
    if not is_whole:
        of[Lane.CRITICAL] = in_lane(waiting, Lane.CRITICAL).count()
    return Counts(of, is_whole)


def _placed(results: QuerySet[Result]) -> QuerySet[Result]:
    """Say of each row its lane; one look at its newest evaluation finds it."""
    newest = Evaluation.objects.filter(result=OuterRef("pk")).order_by("-method_version", "-id")
    lane = newest.annotate(
        is_held=ExpressionWrapper(OuterRef("is_held"), output_field=BooleanField()),
        is_plain=ExpressionWrapper(OuterRef("is_plain"), output_field=BooleanField()),
    ).values_list(
        Case(
            When(is_critical=True, then=Value(Lane.CRITICAL)),
            When(is_held=True, then=Value(Lane.HELD)),
            When(_NOTHING_DOUBTFUL & Q(is_plain=True), then=Value(Lane.CLEAR)),
            default=Value(Lane.REVIEW),
        )
    )
    rows = results.annotate(said=Upper(Trim("flags_sent")))
    rows = rows.annotate(
        is_held=ExpressionWrapper(Q(_HELD), output_field=BooleanField()),
        is_plain=ExpressionWrapper(_PLAIN, output_field=BooleanField()),
    )
    return rows.annotate(lane=Coalesce(Subquery(lane[:1]), Value(Lane.NOT_ANALYSED)))
