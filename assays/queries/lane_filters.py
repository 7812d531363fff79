"""Lanes asked of the database: which rows a tab lists and how many there are.

`assays.rules.lanes` decides; this only finds candidates, by the same tables of constants, and a
test compares the two row by row. Every row that is shown or acted upon is placed by the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from assays.models import Evaluation, Result
from assays.queries.attempts import STANDING
from assays.queries.waiting_order import ORDER, Cursor
from assays.rules.attempts import RequestStatus
from assays.rules.delta_check import Verdict
from assays.rules.flags import Flag
from assays.rules.lanes import HARMLESS_INSTRUMENT_FLAGS, NOTHING_TO_COMPARE, Lane

# So many of the most urgent rows are placed for the counts of the tabs, whatever waits behind them.
COUNTED = 1000
# A page of a lane is looked for among so many times as many; then it ends, and says where to go on.
WINDOWS = 3

_HELD = """(EXISTS (
    SELECT FROM assays_resulthold h WHERE h.result_id = assays_result.id AND NOT EXISTS (
        SELECT FROM assays_resultholdclear c WHERE c.hold_id = h.id)
) OR EXISTS (
    SELECT FROM assays_controlhold h JOIN assays_assayversion v ON v.assay_id = h.assay_id
    WHERE v.id = assays_result.assay_version_id AND h.instrument_id = assays_result.instrument_id
      AND h.ended_at IS NULL
))"""
# One look at the newest evaluation of a row, and at the row, finds its lane.
_LANE = f"""
COALESCE((
    SELECT CASE
        WHEN e.is_critical THEN '{Lane.CRITICAL}'
        WHEN {_HELD} THEN '{Lane.HELD}'
        WHEN e.flags = ARRAY['{Flag.NORMAL}']::varchar[] AND (
                e.delta_verdict = '{Verdict.WITHIN}'
                OR e.delta_verdict = '{Verdict.NOT_ASSESSABLE}'
                   AND e.trace->'delta'->'reasons' <@ to_jsonb(%s::text[])
                   AND e.trace->'delta'->'reasons' <> '[]')
            AND assays_result.range_signed AND assays_result.comparator = ''
            AND assays_result.corrects_id IS NULL
            AND upper(btrim(assays_result.flags_sent)) = ANY (%s)
            AND NOT EXISTS (
                SELECT FROM assays_result q WHERE q.order_item_id = assays_result.order_item_id
                  AND q.collected_at = assays_result.collected_at AND q.id <> assays_result.id
                  AND q.status = ANY (%s))
            AND NOT EXISTS (
                SELECT FROM assays_attemptrequest a WHERE a.order_item_id = assays_result.order_item_id
                  AND a.specimen_id = assays_result.specimen_id
                  AND a.status = '{RequestStatus.OPEN}')
            THEN '{Lane.CLEAR}'
        ELSE '{Lane.REVIEW}' END
    FROM assays_evaluation e WHERE e.result_id = assays_result.id
    ORDER BY e.method_version DESC, e.id DESC LIMIT 1
), '{Lane.NOT_ANALYSED}')
"""  # noqa: S608 - constants of the rules
_GIVEN = (sorted(NOTHING_TO_COMPARE), sorted(HARMLESS_INSTRUMENT_FLAGS), list(STANDING))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows each lane has among the most urgent; `is_whole` if no others wait.

    Of critical rows those behind are counted as well, as far as `is_critical_whole` says.
    """

    of: Mapping[Lane, int]
    is_whole: bool
    is_critical_whole: bool

    @property
    def total(self) -> int:
        """All rows that wait, or of a long queue how many were counted."""
        return sum(self.of.values()) if self.is_whole else COUNTED

    def is_least(self, lane: str) -> bool:
        """Whether there may be more of a lane ("" is all) than were counted."""
        return not (self.is_critical_whole if lane == Lane.CRITICAL else self.is_whole)


def in_lane(waiting: QuerySet[Result], lane: Lane) -> QuerySet[Result]:
    """Keep the rows of one lane."""
    return _placed(_candidates(waiting, lane)).filter(lane=lane)


def first(waiting: QuerySet[Result], lane: Lane, limit: int) -> tuple[list[int], Cursor | None]:
    """Return the ids of the most urgent rows of one lane, and where the search ended before its end.

    Rows are placed in their order, `COUNTED` at a time, until there are enough or `WINDOWS` of them were
    placed: asked for the lane at once, the database would place every row that waits and sort them.
    """
    rows = _placed(_candidates(waiting, lane)).order_by(*ORDER)
    found: list[int] = []
    after: Cursor | None = None
    for _window in range(WINDOWS):
        asked = rows if after is None else rows.filter(after.beyond)
        window = list(asked.values_list(*ORDER, "lane")[:COUNTED])
        found += [row[2] for row in window if row[3] == lane]
        if len(found) >= limit or len(window) < COUNTED:
            return found[:limit], None
        after = Cursor(*window[-1][:3])
    return found, after


def counts(waiting: QuerySet[Result]) -> Counts:
    """Count the rows of each lane among the most urgent, in a fixed number of queries."""
    placed = _placed(waiting).order_by(*ORDER)[: COUNTED + 1]
    found = placed.aggregate(**{lane: Count("pk", filter=Q(lane=lane)) for lane in Lane})
    of = {lane: int(found[lane]) for lane in Lane}
    is_whole = is_critical_whole = sum(of.values()) <= COUNTED
    if not is_whole:
        # The few that may be are found first: of the whole queue none else is placed.
        critical = _candidates(waiting, Lane.CRITICAL).values_list("pk", flat=True)
        ids = list(critical.order_by()[: COUNTED + 1])
        is_critical_whole = len(ids) <= COUNTED
        of[Lane.CRITICAL] = in_lane(Result.objects.filter(pk__in=ids), Lane.CRITICAL).count()
    return Counts(of, is_whole, is_critical_whole)


def _candidates(waiting: QuerySet[Result], lane: Lane) -> QuerySet[Result]:
    """Keep the rows that may be in a lane, where an index finds them."""
    match lane:
        case Lane.CRITICAL:
            critical = Evaluation.objects.filter(is_critical=True)
            return waiting.filter(pk__in=critical.values("result"))
        case Lane.HELD:
            return waiting.filter(RawSQL(_HELD, (), output_field=BooleanField()))  # noqa: S611
        case Lane.NOT_ANALYSED:
            return waiting.filter(~Exists(Evaluation.objects.filter(result=OuterRef("pk"))))
    return waiting


def _placed(results: QuerySet[Result]) -> QuerySet[Result]:
    """Say of each row its lane."""
    return results.annotate(lane=RawSQL(_LANE, _GIVEN, output_field=CharField()))  # noqa: S611
