"""Lists of the admin over tables that may hold millions of rows.

They are counted and paged to a limit. Only a list that ends before it is put in another order: few
columns have an index, and sorting a table by any other reads all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

EXACT = "="
COUNT_LIMIT = 1_000
NEAR_LIMIT = 250


def search(rows: QuerySet[Any], paths: Sequence[str], text: str) -> QuerySet[Any]:
    """Return the rows where each word of a text is exactly what stands at one of the paths.

    A word counts as it is written, in capitals and in small letters: folding what stands in the
    rows instead would read all of them. For the same reason each path is asked for apart: one
    condition over several tables has no index.
    """
    for word in text.split():
        keys = rows.model._base_manager.order_by().values("pk")
        written = {word, word.upper(), word.lower()}
        first, *others = (_with(keys, path, written) for path in paths)
        rows = rows.filter(pk__in=first.union(*others) if others else first)
    return rows


def _with(keys: QuerySet[Any], path: str, words: set[str]) -> QuerySet[Any]:
    try:
        return keys.filter(**{f"{path}__in": sorted(words)})
    except (ValueError, ValidationError):  # what is no number is nobody's
        return keys.none()


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts and pages no further than a limit: a list of millions must not cost a full scan.

    What lies behind the newest twenty pages is found by searching; the page says so.
    """

    @property
    def limit(self) -> int:
        return COUNT_LIMIT

    @cached_property
    def _counted(self) -> int:
        found: Any = self.object_list
        rows = found.order_by().values("pk")[: self.limit + 1]
        return int(rows.count())

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.limit)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than the pages reach."""
        return self._counted > self.limit

    def keys(self) -> list[Any] | None:
        """Return the keys of all rows, in no order, or None where the pages do not reach them all."""
        found: Any = self.object_list
        keys = list(found.order_by().values_list("pk", flat=True)[: self.limit + 1])
        return keys if len(keys) <= self.limit else None


class NearPaginator(CappedPaginator):
    """Of those who see the records of some patients: rows far back are asked of one patient."""

    @property
    def limit(self) -> int:
        return NEAR_LIMIT


class CappedChangeList(ChangeList):
    """A list that is sorted by a column while its pages reach all of it, and else in its own order."""

    is_too_long_to_sort = False

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        relations = self.model_admin.list_relations  # type: ignore[attr-defined]
        if relations:
            rows = rows.select_related(None).select_related(*relations)
        if ORDER_VAR not in self.params:
            return rows
        # The keys come first, so that the database has those few rows to sort, whatever it expects.
        pages: Any = self.model_admin.get_paginator(request, rows, self.list_per_page)
        keys = pages.keys()
        if keys is not None:
            return rows.filter(pk__in=keys)
        self.is_too_long_to_sort = True
        del self.params[ORDER_VAR], self.filter_params[ORDER_VAR]
        return rows.order_by(*self.get_ordering(request, self.root_queryset))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if self.paginator.is_capped:
            self.sortable_by = ()
