"""A person's results over time, and a requester's results, for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet

from assays import policy as readers
from assays.models import Analyte, AssayVersion, Evaluation, Order, OrderItem, Result, ResultHold
from assays.queries import worklist
from assays.rules.states import OrderStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

SHOWN = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
LATEST = 400
COURSE = 8  # values of each analyte that an overview reads and draws, at most
OPEN_ORDERS = 10
MANY = 40  # analytes; of more, a course is read and drawn of a few alone
DRAWN_OF_MANY = 3
POINTS = 160  # values that an overview reads of all analytes together, two of each at least


_KEY = ("pk", "unit", "comparator", "value", "value_code", "value_text", "collected_at")


@dataclass(frozen=True, slots=True)
class _Key:
    """What is read of each of a person's newest values, before a few are read whole."""

    section: str
    analyte_id: int
    id: int
    unit: str
    comparator: str
    value: Decimal | None
    code: str
    text: str
    collected_at: datetime

    @property
    def as_previous(self) -> worklist.PreviousValue:
        said = self.code or self.text
        return worklist.PreviousValue(
            self.id, self.comparator, self.value, said, self.unit, self.collected_at
        )


@dataclass
class Series:
    """One analyte of one person in one unit, oldest first; `before` is the value before the last."""

    analyte: Analyte
    unit: str
    rows: list[worklist.Row] = field(default_factory=list)
    before: worklist.PreviousValue | None = None

    @property
    def latest(self) -> worklist.Row:
        return self.rows[-1]


def readable(principal: Principal) -> Q:
    """Which values that stand the principal may read, where they are in reach."""
    standing = Q(status__in=SHOWN)
    seen = readers.readable(principal)
    return standing if seen is None else standing & seen


def readable_ids(principal: Principal, result_ids: Iterable[int]) -> set[int]:
    """Return which of these results the principal may read, whatever became of them since."""
    rows = policy.scope(principal, Result.objects.filter(pk__in=list(result_ids)))
    return set(rows.values_list("pk", flat=True))


def series_of(person_ids: Iterable[int], principal: Principal) -> list[Series]:
    """Return a person's analytes (of all linked entries), each with its newest few values.

    However long the history, no more is read than is shown: the newest results are looked at by
    their keys alone, and of each analyte and unit only the last few are read whole.
    """
    rows = policy.scope(principal, Result.objects.filter(person_id__in=list(person_ids)))
    newest = rows.filter(readable(principal)).order_by("-collected_at", "-id")
    taken: dict[tuple[int, str], list[_Key]] = {}
    for values in newest.values_list("analyte__section", "analyte", *_KEY)[:LATEST]:
        key = _Key(*values)
        taken.setdefault((key.analyte_id, key.unit), []).append(key)
    ids = [key.id for course, most in _courses(taken.values()) for key in course[:most]]
    found = series_among(Result.objects.filter(pk__in=ids), principal)
    for series in found:
        course = taken.get((series.analyte.pk, series.unit), [])
        series.before = course[1].as_previous if len(course) > 1 else None
    return found


def _courses(taken: Collection[list[_Key]]) -> Iterator[tuple[list[_Key], int]]:
    """Say of each analyte how many of its values are read whole: of many analytes, of few of them."""
    if len(taken) <= MANY:
        most = min(COURSE, max(2, POINTS // max(len(taken), 1)))
        yield from ((course, most) for course in taken)
        return
    ranked = sorted(taken, key=lambda course: (course[0].section != "NANITE", -len(course)))
    for place, course in enumerate(ranked):
        yield course, COURSE if place < DRAWN_OF_MANY else 1


def series_of_analyte(person_ids: Iterable[int], principal: Principal, code: str) -> list[Series]:
    """Return one analyte of a person, a series per unit, with its newest values."""
    rows = Result.objects.filter(person_id__in=list(person_ids), analyte__code=code)
    return series_among(rows, principal, "specimen")


def series_among(results: QuerySet[Result], principal: Principal, *beside: str) -> list[Series]:
    """Return the newest of these results, as far as they may be read, by analyte and unit.

    `beside` names what else is read with each of them.
    """
    rows = policy.scope(principal, results.filter(status__in=SHOWN))
    # Many values, few analytes: one object each serves all, where a join would make them anew.
    versions = Prefetch("assay_version", AssayVersion.objects.only("decimals"))
    newest = rows.prefetch_related("analyte", versions, *beside, _judged(), _open_holds())
    found: dict[tuple[int, str], Series] = {}
    for result in reversed(newest.order_by("-collected_at", "-id")[:LATEST]):
        row = worklist.Row(
            result=result,
            evaluation=next(iter(result.judged), None),  # type: ignore[attr-defined]
            holds=result.open_holds,  # type: ignore[attr-defined]
        )
        key = (result.analyte_id, result.unit)
        found.setdefault(key, Series(result.analyte, result.unit)).rows.append(row)
    return sorted(found.values(), key=lambda series: (series.analyte.section, series.analyte.code))


def _judged() -> Prefetch[str, QuerySet[Evaluation], str]:
    """The evaluations of results as `judged`, the newest first, without what they rest on."""
    newest = Evaluation.objects.defer("inputs", "trace").order_by("-method_version", "-id")
    return Prefetch("evaluations", newest, to_attr="judged")


def _open_holds() -> Prefetch[str, QuerySet[ResultHold], str]:
    rows = ResultHold.objects.filter(clear=None).order_by("id")
    return Prefetch("holds", rows, to_attr="open_holds")


def orders_of(person_ids: Iterable[int], principal: Principal) -> QuerySet[Order]:
    """Return a person's most urgent open orders, each with the `codes` of what is ordered.

    One more than are shown is returned where there are more.
    """
    rows = Order.objects.filter(person_id__in=list(person_ids), status=OrderStatus.ACTIVE)
    items = OrderItem.objects.filter(order=OuterRef("pk")).order_by("pk")
    return (
        policy.scope(principal, rows)
        .select_related("requester__user")
        .annotate(codes=ArraySubquery(items.values("assay__analyte__code")))
        .prefetch_related("specimens")
        .order_by("priority", "-id")[: OPEN_ORDERS + 1]
    )


def requested_by(
    principal: Principal, *, before: int | None = None, limit: int = 25
) -> list[Order]:
    """Return the principal's own orders, newest first, each with its readable results."""
    results = Result.objects.filter(readable(principal)).defer("as_sent")
    results = results.prefetch_related("analyte", _judged())
    orders = Order.objects.filter(requester=principal)
    if before is not None:
        orders = orders.filter(pk__lt=before)
    return list(
        policy.scope(principal, orders)
        .select_related("report")
        .prefetch_related(
            Prefetch("person", Person.objects.listed()),
            Prefetch("items", to_attr="asked"),
            "asked__assay__analyte",
            Prefetch("asked__results", results.order_by("id"), to_attr="readable_results"),
        )
        .order_by("-id")[: limit + 1]
    )


def person_in_reach(principal: Principal, uid: str) -> Person | None:
    """Return the person with this public id, if within reach; the banner has their names."""
    found: Person | None = policy.scope(principal, Person.objects.filter(uid=uid)).first()
    return found
