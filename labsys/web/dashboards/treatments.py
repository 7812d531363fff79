"""What came of what was done against the load, by kind: each intervention that stands counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from assays.models import AnalysisPart
from assays.rules import intervention_outcomes as outcomes
from assays.rules.analyses.kinetics import KINDS
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.intervention_outcomes import Verdict
from patients.models import CanonicalPerson, Intervention

Json = Mapping[str, Any]


def results() -> list[dict[str, Any]]:
    """Return the results by kind of intervention, the kinds in the registry's order."""
    rows = list(
        Intervention.objects.standing()
        .filter(kind__in=list(KINDS))
        .order_by("id")
        .values_list("person_id", "kind", "started_at", "detail")
    )
    heads = _heads({person for person, *_rest in rows})
    found = _newest(set(heads.values()))
    by_kind: dict[str, list[tuple[int, Json | None]]] = {}
    seen = set()
    for person, kind, started_at, detail in rows:
        one = (heads[person], kind, started_at, detail)
        if one in seen:  # the same on record under two entries of one person
            continue
        seen.add(one)
        said = outcomes.among(
            found.get(one[0]), kind=kind, started_at=started_at.isoformat(), detail=detail
        )
        by_kind.setdefault(kind, []).append((one[0], said))
    return [_of_kind(kind, by_kind[kind]) for kind in KINDS if kind in by_kind]


def _of_kind(kind: str, every: Sequence[tuple[int, Json | None]]) -> dict[str, Any]:
    said = [one for _person, one in every if one is not None]
    judged = [one for one in said if outcomes.of(one).verdict is not Verdict.NOT_DETERMINABLE]
    fell = sum(outcomes.of(one).verdict is Verdict.FELL for one in judged)
    paired = [one for one in said if one["before"] is not None and one["after"] is not None]
    falling = [
        one
        for one in said
        if one["rate_after"] is not None and one["rate_after"]["doubling"]["direction"] == "decay"
    ]
    half_lives = [
        days["value"]
        for one in falling
        if (days := one["rate_after"]["doubling"]["days"]) is not None
    ]
    return {
        "kind": kind,
        "done": len(every),
        "people": len({person for person, _one in every}),
        "pairs": len(paired),
        "before": _middle([one["before"] for one in paired]),
        "after": _middle([one["after"] for one in paired]),
        "half_life": median(half_lives) if half_lives else None,
        "half_lives": len(half_lives),
        "responded": [fell, len(judged)],
        "rebound": [sum(one["regrowth"] is not None for one in falling), len(falling)],
    }


def _middle(loads: Sequence[Json]) -> dict[str, Any] | None:
    """Return the median load; a bound from above where a load below its limit stands in the middle.

    A load below its limit counts as the limit.
    """
    if not loads:
        return None
    ordered = sorted((float(one["value"]), bool(one["comparator"])) for one in loads)
    middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    return {
        "value": median(value for value, _is in ordered),
        "below": any(is_below for _value, is_below in middle),
    }


def _heads(persons: set[int]) -> dict[int, int]:
    rows = CanonicalPerson.objects.filter(person_id__in=list(persons))
    return dict(rows.values_list("person_id", "canonical_id"))


def _newest(heads: set[int]) -> dict[int, Json]:
    """Return the findings of the newest kinetics of each person; of an outcome, these alone."""
    entries = dict(
        CanonicalPerson.objects.filter(canonical_id__in=list(heads)).values_list(
            "person_id", "canonical_id"
        )
    )
    rows = AnalysisPart.objects.filter(
        run__kind=AnalysisKind.KINETICS.value, outcome__isnull=False, person__in=list(entries)
    )
    newest = rows.order_by("person_id", "-id").distinct("person_id")
    found: dict[int, tuple[int, Json]] = {}
    for person, id_, said in newest.values_list("person_id", "id", "outcome__interventions"):
        head = entries[person]
        if head not in found or found[head][0] < id_:
            found[head] = (id_, {"interventions": said or ()})
    return {head: one for head, (_id, one) in found.items()}
