"""The worklist of a work group: its patients, the most pressing first, with what is new of each.

Everything is read within the reader's reach. However many patients a group has, a page asks the same
number of questions: whom the group looks after and how pressing each is are read by their keys alone,
and whole rows of those on the page only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from assays.models import CriticalCall, GroupPatient, HandOverItem, Order, Result, WorkGroup
from assays.queries import hand_overs, history
from assays.queries.history import Series
from assays.queries.work_groups import heads_of, running_patients
from assays.queries.worklist import WAITING, Row
from assays.rules.communication import CallState
from assays.rules.group_worklists import Pressing, pressing
from assays.rules.nanites import LOAD
from assays.rules.states import OrderStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients import queries as registry
from patients.models import Encounter, Intervention, Person

PAGE = 25
COURSE = 8
NEW_SHOWN = 6  # results released since the last hand-over that are named of each patient
MOST_NEW = 2000
WITHOUT_HAND_OVER = timedelta(hours=24)  # how far "new" reaches where nobody ever handed over


@dataclass(frozen=True, order=True)
class Place:
    """Where a patient stands in the list."""

    rank: int
    row: int

    def __str__(self) -> str:
        return f"{self.rank}-{self.row}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Return the place that a link names; None where it names none."""
        rank, _dash, row = text.partition("-")
        if not (rank.isascii() and rank.isdigit() and row.isascii() and row.isdigit()):
            return None
        return cls(int(rank), int(row)) if len(text) < 24 else None  # noqa: PLR2004 - as ids go


@dataclass
class Line:
    """One patient with all that a member wants to see at once."""

    row: GroupPatient
    person: Person
    pressing: Pressing
    stay: Encounter | None = None
    loads: Series | None = None
    intervention: Intervention | None = None
    released: list[Row] = field(default_factory=list)
    more_released: int = 0
    items: list[HandOverItem] = field(default_factory=list)
    criticals: int = 0
    open_orders: int = 0
    to_verify: int = 0


@dataclass(frozen=True)
class Page:
    """One page, what counts as new on it, and where the next begins."""

    lines: list[Line]
    since: datetime
    patients: int
    after: Place | None


@dataclass
class _Known:
    """Whom the group looks after, and what makes each of them pressing, by the entry that is read."""

    by: Principal
    heads: Mapping[int, int]
    since: datetime
    items: dict[int, list[HandOverItem]] = field(default_factory=dict)
    criticals: Counter[int] = field(default_factory=Counter)
    new: set[int] = field(default_factory=set)

    def pressing(self, head: int) -> Pressing:
        items = self.items.get(head, ())
        return pressing(
            has_critical=self.criticals[head] > 0,
            item=items[0].priority if items else None,
            has_new=head in self.new,
        )


def page(
    by: Principal,
    group: WorkGroup,
    *,
    at: datetime,
    after: Place | None = None,
    limit: int = PAGE,
) -> Page:
    """Return the next patients of a group, the most pressing first."""
    rows = policy.scope(by, running_patients(group, at=at)).order_by("pk")
    pairs = list(rows.values_list("pk", "person_id"))
    since = hand_overs.last_handed(group) or at - WITHOUT_HAND_OVER
    known = _known(by, group, [person for _row, person in pairs], since)
    first: dict[int, int] = {}
    for row, person in pairs:
        first.setdefault(known.heads[person], row)
    places = sorted((Place(known.pressing(head), row), head) for head, row in first.items())
    beyond = [one for one in places if after is None or one[0] > after]
    taken = beyond[:limit]
    lines = _lines(known, taken)
    return Page(
        lines=lines,
        since=since,
        patients=len(first),
        after=taken[-1][0] if len(beyond) > limit else None,
    )


def _known(by: Principal, group: WorkGroup, persons: list[int], since: datetime) -> _Known:
    heads = heads_of(registry.entries_of(persons))
    known = _Known(by, heads, since)
    entries = list(heads)
    if policy.can(by, "assays.group.work"):
        for item in hand_overs.open_items(by).filter(hand_over__group=group, person__in=entries):
            known.items.setdefault(heads[item.person_id], []).append(item)
    if policy.can(by, "assays.critical.view"):
        calls = CriticalCall.objects.filter(state=CallState.OPEN, result__person_id__in=entries)
        whose = policy.scope(by, calls).values_list("result__person_id", flat=True)
        known.criticals.update(heads[person] for person in whose)
    fresh = _released(by, entries, since).order_by().values_list("person_id", flat=True)
    known.new.update(heads[person] for person in fresh.distinct())
    return known


def _lines(known: _Known, taken: Iterable[tuple[Place, int]]) -> list[Line]:
    places = {head: place for place, head in taken}
    entries = [entry for entry, head in known.heads.items() if head in places]
    rows = GroupPatient.objects.in_bulk([place.row for place in places.values()])
    persons = Person.objects.listed().in_bulk(places)
    lines = {
        head: Line(
            rows[place.row],
            persons[head],
            Pressing(place.rank),
            items=known.items.get(head, []),
            criticals=known.criticals[head],
        )
        for head, place in places.items()
    }
    for head, series in _loads(known, entries).items():
        lines[head].loads = series
    for stay in _newest(known.by, Encounter.objects.open(), entries, "location__parent"):
        line = lines[known.heads[stay.person_id]]
        if line.stay is None or stay.started_at > line.stay.started_at:
            line.stay = stay
    for done in _newest(known.by, Intervention.objects.standing(), entries):
        line = lines[known.heads[done.person_id]]
        if line.intervention is None or done.started_at > line.intervention.started_at:
            line.intervention = done
    _add_released(known, entries, lines)
    _add_waiting(known, entries, lines)
    return list(lines.values())


def _newest(by: Principal, rows: QuerySet[Any], entries: list[int], *beside: str) -> list[Any]:
    """Return the newest row of each entry, as far as the reader may see such rows."""
    found = policy.scope(by, rows.filter(person_id__in=entries)).prefetch_related(*beside)
    return list(found.order_by("person_id", "-started_at", "-pk").distinct("person_id"))


def _loads(known: _Known, entries: list[int]) -> dict[int, Series]:
    """Return the newest few loads of each patient, in the unit of the newest."""
    rows = Result.objects.filter(person_id__in=entries, analyte__code=LOAD)
    seen = policy.scope(known.by, rows).filter(history.readable(known.by))
    place = Window(RowNumber(), F("person_id"), [F("collected_at").desc(), F("pk").desc()])
    numbered = seen.annotate(place=place).filter(place__lte=COURSE)
    ids = list(numbered.values_list("pk", flat=True))
    found: dict[tuple[int, str], Series] = {}
    for series in history.series_among(Result.objects.filter(pk__in=ids), known.by):
        for row in series.rows:
            key = (known.heads[row.result.person_id], series.unit)
            found.setdefault(key, Series(series.analyte, series.unit)).rows.append(row)
    newest: dict[int, Series] = {}
    for (head, _unit), series in found.items():
        held = newest.get(head)
        if held is None or _moment(series) > _moment(held):
            newest[head] = series
    return newest


def _moment(series: Series) -> datetime:
    moment: datetime = series.latest.result.collected_at
    return moment


def _released(by: Principal, entries: list[int], since: datetime) -> QuerySet[Result]:
    """Return what the reader may read that was released since a moment."""
    rows = Result.objects.filter(
        person_id__in=entries, status=ResultStatus.RELEASED, released_at__gt=since
    )
    found: QuerySet[Result] = policy.scope(by, rows).filter(history.readable(by))
    return found


def _add_released(known: _Known, entries: list[int], lines: Mapping[int, Line]) -> None:
    fresh = _released(known.by, entries, known.since).order_by("-released_at", "-pk")
    counts: Counter[int] = Counter()
    chosen: dict[int, list[int]] = defaultdict(list)
    for pk, person in fresh.values_list("pk", "person_id")[:MOST_NEW]:
        head = known.heads[person]
        counts[head] += 1
        if len(chosen[head]) < NEW_SHOWN:
            chosen[head].append(pk)
    ids = [pk for some in chosen.values() for pk in some]
    found = {
        row.result.pk: row
        for series in history.series_among(Result.objects.filter(pk__in=ids), known.by)
        for row in series.rows
    }
    for head, some in chosen.items():
        lines[head].released = [found[pk] for pk in some if pk in found]
        lines[head].more_released = counts[head] - len(lines[head].released)


def _add_waiting(known: _Known, entries: list[int], lines: Mapping[int, Line]) -> None:
    if policy.can(known.by, "assays.order.view"):
        orders = Order.objects.filter(person_id__in=entries, status=OrderStatus.ACTIVE)
        for person in policy.scope(known.by, orders).values_list("person_id", flat=True):
            lines[known.heads[person]].open_orders += 1
    if policy.can(known.by, "assays.result.verify"):
        results = Result.objects.filter(person_id__in=entries, status__in=WAITING)
        rows = policy.scope(known.by, results, "assays.result.verify")
        for person in rows.values_list("person_id", flat=True):
            lines[known.heads[person]].to_verify += 1
