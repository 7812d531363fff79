"""The verification worklist: what waits, most urgent first, with what a reader needs beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Prefetch, QuerySet

from assays.models import Analyte, Evaluation, Result, ResultHold, Specimen
from assays.queries import lane_filters, lanes
from assays.queries.waiting_order import ORDER, Cursor
from assays.rules.lanes import Lane, Placing
from assays.rules.shown import Shown
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

PAGE = 30
PREVIOUS = 5
WAITING = (ResultStatus.RESULTED.value, ResultStatus.TECHNICALLY_VERIFIED.value)

_PREVIOUS = """
SELECT r.id, p.id, p.comparator, p.value, p.value_code, p.value_text, p.unit, p.collected_at
FROM assays_result r
CROSS JOIN LATERAL (
    SELECT q.id, q.comparator, q.value, q.value_code, q.value_text, q.unit, q.collected_at
    FROM assays_result q
    WHERE q.person_id = r.person_id AND q.analyte_id = r.analyte_id
      AND q.collected_at < r.collected_at
      AND q.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED')
    ORDER BY q.collected_at DESC, q.id DESC LIMIT %s
) p
WHERE r.id = ANY(%s)
ORDER BY r.id, p.collected_at DESC, p.id DESC
"""


@dataclass(frozen=True)
class PreviousValue:
    """An earlier value of the same analyte."""

    result_id: int
    comparator: str
    value: Decimal | None
    text: str
    unit: str
    collected_at: datetime


@dataclass
class Row:
    """One waiting result with its newest evaluation, open holds and earlier values."""

    result: Result
    evaluation: Evaluation | None
    holds: list[ResultHold]
    previous: list[PreviousValue] = field(default_factory=list)
    standing: lanes.Standing | None = None

    @property
    def placing(self) -> Placing:
        """The lane of the result with every reason, where `rows` has found it."""
        assert self.standing is not None
        return self.standing.placing

    @property
    def shown(self) -> Shown:
        """What a page that lists this row shows of it."""
        assert self.standing is not None
        return self.standing.shown


@dataclass(frozen=True)
class Page:
    """One page of the worklist."""

    rows: list[Row]
    after: Cursor | None


@dataclass(frozen=True)
class Chosen:
    """What of the worklist is asked for: a section, a queue (a state), a lane; "" is all."""

    section: str = ""
    status: str = ""
    lane: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Chosen:
        """Return what a link asks for; what is no state or lane asks for all."""
        status, lane = given.get("status", ""), given.get("lane", "")
        return cls(
            section=given.get("section", "").replace("\0", ""),
            status=status if status in WAITING else "",
            lane=lane if lane in list(Lane) else "",
        )

    def address(self, **changed: str) -> str:
        """Return the query of the same list with something else chosen."""
        said = asdict(replace(self, **changed))
        return "?" + urlencode({name: value for name, value in said.items() if value})


def waiting(principal: Principal, chosen: Chosen) -> QuerySet[Result]:
    """Return the rows within reach that wait for what is chosen, of whatever lane."""
    found = policy.scope(principal, Result.objects.all()).filter(
        status__in=[chosen.status] if chosen.status else WAITING
    )
    return found.filter(section=chosen.section) if chosen.section else found


def counts(principal: Principal, chosen: Chosen) -> lane_filters.Counts:
    """Return how many rows each lane has; of a long queue, among the most urgent."""
    return lane_filters.counts(waiting(principal, chosen))


def page(
    principal: Principal,
    *,
    chosen: Chosen | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return the next rows that wait, in a limited number of queries.

    A page of a rare lane may have few rows, or none, and still lead further.
    """
    chosen = chosen or Chosen()
    waits = waiting(principal, chosen)
    if after is not None:
        waits = waits.filter(after.beyond)
    ids, ended = _first(waits, chosen.lane, limit + 1)
    found = list(with_evaluations(Result.objects.filter(pk__in=ids)).order_by(*ORDER))
    shown, more = found[:limit], len(found) > limit
    last = shown[-1] if more else None
    return Page(
        rows=rows(shown),
        after=Cursor(last.priority, last.recorded_at, last.pk) if last else ended,
    )


def _first(waits: QuerySet[Result], lane: str, limit: int) -> tuple[list[int], Cursor | None]:
    """Return the most urgent rows by their ids, before anything is fetched beside them."""
    if lane:
        return lane_filters.first(waits, Lane(lane), limit)
    return list(waits.order_by(*ORDER).values_list("pk", flat=True)[:limit]), None


def with_evaluations(results: QuerySet[Result]) -> QuerySet[Result]:
    """Fetch with each result its person, specimen, assay version, evaluations and open holds."""
    return lanes.with_standing(
        results.select_related("specimen", "analyte", "assay_version", "entered_by")
    ).prefetch_related(Prefetch("person", Person.objects.listed()))


def rows(results: Sequence[Result]) -> list[Row]:
    """Return the rows of results that were fetched by `with_evaluations`, in their order."""
    earlier = previous_values([result.pk for result in results])
    return [
        Row(
            result=one.result,
            evaluation=one.evaluation,
            holds=list(one.holds),
            previous=earlier.get(one.result.pk, []),
            standing=one,
        )
        for one in lanes.standings(results)
    ]


def previous_values(ids: Sequence[int], limit: int = PREVIOUS) -> dict[int, list[PreviousValue]]:
    """Return, per result, the newest earlier values of its analyte in its person."""
    found: dict[int, list[PreviousValue]] = {}
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PREVIOUS, [limit, list(ids)])
        for of, number, comparator, value, code, text, unit, collected_at in cursor.fetchall():
            found.setdefault(of, []).append(
                PreviousValue(number, comparator, value, code or text, unit, collected_at)
            )
    return found


def specimen_in_reach(principal: Principal, accession: str) -> Specimen | None:
    """Return the specimen with this accession number, if its results are within reach."""
    rows = Specimen.objects.filter(accession=accession).select_related("specimen_type")
    found = rows.prefetch_related(Prefetch("person", Person.objects.listed())).first()
    return found if found and policy.can(principal, "assays.specimen.view", found) else None


def of_specimen(principal: Principal, specimen: Specimen, status: str) -> list[Row]:
    """Return what waits of one specimen in one state, as far as a page goes."""
    found = policy.scope(principal, Result.objects.filter(specimen=specimen))
    waits = with_evaluations(found.filter(status=status)).order_by("section", "analyte__code", "id")
    return rows(list(waits[:PAGE]))


def sections() -> list[str]:
    """Return the sections of the catalogue."""
    return sorted(set(Analyte.objects.order_by().values_list("section", flat=True)))
