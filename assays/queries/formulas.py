"""Reading formulas and reflex rules for their pages, each list in a constant number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from assays.models import (
    AttemptRequest,
    CalculatedInput,
    CalculatedResult,
    CalculationInput,
    CalculationVersion,
    ReflexAddition,
    ReflexCondition,
    ReflexFiring,
    ReflexVersion,
    Result,
)
from assays.queries import attempts
from assays.queries.attempts import Shown
from assays.rules.calculated import Definition
from assays.rules.reflexes import OUTCOME_WORDS, Outcome

MOST = 200  # versions on one page


def listed(rows: QuerySet[CalculationVersion]) -> QuerySet[CalculationVersion]:
    """Return versions of calculations with what their list shows, by analyte and number."""
    inputs = CalculationInput.objects.select_related("analyte").order_by("name")
    return (
        rows.select_related("assay__analyte", "drafted_by__user", "approved_by__user")
        .prefetch_related(Prefetch("inputs", inputs))
        .order_by("assay__analyte__code", "-number")[:MOST]
    )


def definition(version: CalculationVersion) -> Definition:
    """Return the frozen definition of a version."""
    return Definition.from_json(version.definition)


def reflexes(rows: QuerySet[ReflexVersion]) -> QuerySet[ReflexVersion]:
    """Return versions of reflex rules with what their list shows."""
    return (
        rows.select_related("rule", "drafted_by__user", "approved_by__user")
        .prefetch_related(
            Prefetch("conditions", ReflexCondition.objects.select_related("analyte")),
            Prefetch("additions", ReflexAddition.objects.select_related("assay__analyte")),
        )
        .annotate(times=Count("firings"))
        .order_by("rule__name", "-number")[:MOST]
    )


def behind(result: Result) -> dict[str, Any]:
    """Return what the page of a result says of its attempts, its formula and its reflexes."""
    item = result.order_item_id
    asked: list[AttemptRequest] = [] if item is None else attempts.open_requests([item])
    shown: list[Shown] = attempts.of(result)
    inputs = CalculatedInput.objects.select_related("result__analyte").order_by("name")
    calculated = (
        CalculatedResult.objects.filter(result=result)
        .select_related("version__assay__analyte")
        .prefetch_related(Prefetch("inputs", inputs))
        .first()
    )
    fired = list(
        ReflexFiring.objects.filter(result=result).select_related("version__rule").order_by("pk")
    )
    for one in fired:
        one.outcome_words = OUTCOME_WORDS[Outcome(one.outcome)]  # type: ignore[attr-defined]
    return {
        "all_attempts": shown,
        "asked_again": asked,
        "calculated": calculated,
        "reflexes": fired,
    }
