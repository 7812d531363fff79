"""Types of nanites as they are called now, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from assays.models import (
    NaniteFunction,
    NaniteFunctionProfile,
    NaniteFunctionSource,
    NaniteType,
    NaniteTypeName,
)
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy

_STANDING = Q(functions__corrected_by=None, functions__is_withdrawal=False)


def listed() -> QuerySet[NaniteType]:
    """Return all types with their names of now and how many statements stand, by code."""
    newest = NaniteTypeName.objects.filter(type=OuterRef("pk")).order_by("-id")
    rows: QuerySet[NaniteType] = NaniteType.objects.annotate(
        name=Subquery(newest.values("name")[:1]),
        standing=Count("functions", filter=_STANDING),
    ).order_by("code")
    return rows


def with_functions(rows: QuerySet[NaniteType]) -> QuerySet[NaniteType]:
    """Return types with the statements that stand, as `stated`."""
    return rows.prefetch_related(Prefetch("functions", standing(), to_attr="stated"))


def standing() -> QuerySet[NaniteFunction]:
    """Return the statements that nothing corrects or withdraws."""
    rows: QuerySet[NaniteFunction] = NaniteFunction.objects.filter(
        corrected_by=None, is_withdrawal=False
    )
    return rows.select_related("recorded_by__user").order_by("id")


def history(of: NaniteType) -> list[NaniteFunction]:
    """Return everything that was said of a type, the newest first."""
    rows = NaniteFunction.objects.filter(type=of).select_related(
        "recorded_by__user", "corrects", "corrected_by"
    )
    return list(rows.order_by("-id"))


def sources(
    principal: Principal, functions: Iterable[NaniteFunction]
) -> tuple[dict[int, list[NaniteFunctionSource]], dict[int, int]]:
    """Return the sources of statements within reach, and how many lie beyond it, by statement.

    A source that was taken back since stands here with its state: whoever judges a statement must
    see that what it rested on is gone.
    """
    rows = NaniteFunctionSource.objects.select_related("result__analyte", "result__specimen")
    return _in_reach(principal, functions, rows)


def profiles(
    principal: Principal, functions: Iterable[NaniteFunction]
) -> tuple[dict[int, list[NaniteFunctionProfile]], dict[int, int]]:
    """Return the profiles that statements name, as `sources` does."""
    rows = NaniteFunctionProfile.objects.select_related(
        "profile__specimen", "profile__corrected_by"
    ).defer("profile__content", "profile__corrected_by__content")
    return _in_reach(principal, functions, rows)


def is_gone(source: NaniteFunctionSource) -> bool:
    """Whether the value of a source is released no longer."""
    return bool(source.result.status != ResultStatus.RELEASED)


def stands_no_longer(source: NaniteFunctionProfile) -> bool:
    """Whether the profile of a source was corrected or withdrawn."""
    return hasattr(source.profile, "corrected_by")


def _in_reach(
    principal: Principal, functions: Iterable[NaniteFunction], rows: QuerySet[Any]
) -> tuple[dict[int, list[Any]], dict[int, int]]:
    ids = [one.pk for one in functions]
    rows = rows.filter(function__in=ids)
    counts = dict(rows.values_list("function_id").annotate(Count("id")).order_by())
    found: dict[int, list[Any]] = {}
    for one in policy.scope(principal, rows).order_by("id"):
        found.setdefault(one.function_id, []).append(one)
    beyond = {id_: counts.get(id_, 0) - len(found.get(id_, ())) for id_ in ids}
    return found, beyond
