"""What came of what was done against the load, by kind: each intervention that stands counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import Max

from assays.models import AnalysisPart, Result
from assays.rules import intervention_outcomes as outcomes
from assays.rules.analyses.kinetics import KINDS, METHOD
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.intervention_outcomes import Verdict
from assays.rules.nanites import LOAD
from assays.rules.states import ResultStatus
from patients.models import CanonicalPerson, Intervention

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Kinetics:
    """What the newest kinetics of a person found, as of when, and how it was worked out."""

    part: int
    asked_at: datetime
    method: str
    said: Json

    def is_outdated(self, released_at: datetime | None) -> bool:
        """Say whether a load was released since it was asked for, or the method changed."""
        return self.method != METHOD or (released_at is not None and released_at > self.asked_at)


def results() -> list[dict[str, Any]]:
    """Return the results by kind of intervention, the kinds in the registry's order."""
    rows = list(
        Intervention.objects.standing()
        .filter(kind__in=list(KINDS))
        .order_by("id")
        .values_list("person_id", "kind", "started_at", "ended_at", "detail")
    )
    heads = _heads({person for person, *_rest in rows})
    found, released = _newest(set(heads.values()))
    outdated = {head: one for head, one in found.items() if one.is_outdated(released.get(head))}
    by_kind: dict[str, list[tuple[int, Json | None]]] = {}
    seen = set()
    for person, kind, started_at, ended_at, detail in rows:
        one = (heads[person], kind, started_at, ended_at, detail)
        if one in seen:  # the same on record under two entries of one person
            continue
        seen.add(one)
        known = found.get(one[0])
        said = outcomes.among(
            None if known is None else known.said,
            kind=kind,
            started_at=started_at.isoformat(),
            ended_at=ended_at.isoformat() if ended_at else None,
            detail=detail,
        )
        by_kind.setdefault(kind, []).append((one[0], said))
    return [
        {**_of_kind(kind, by_kind[kind]), "outdated": _outdated(by_kind[kind], outdated)}
        for kind in KINDS
        if kind in by_kind
    ]


def _outdated(
    every: Sequence[tuple[int, Json | None]], outdated: Mapping[int, Kinetics]
) -> dict[str, Any]:
    """Return of how many people the kinetics that results rest on is out of date, and the oldest."""
    told = {person for person, said in every if said is not None and person in outdated}
    ages = [outdated[person].asked_at for person in told]
    return {"people": len(told), "oldest": min(ages).isoformat() if ages else None}


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


def _newest(heads: set[int]) -> tuple[dict[int, Kinetics], dict[int, datetime]]:
    """Return the findings of the newest kinetics of each person, and when a load was last released.

    Of an outcome the findings alone are read.
    """
    entries = dict(
        CanonicalPerson.objects.filter(canonical_id__in=list(heads)).values_list(
            "person_id", "canonical_id"
        )
    )
    rows = AnalysisPart.objects.filter(
        run__kind=AnalysisKind.KINETICS.value, outcome__isnull=False, person__in=list(entries)
    )
    newest = rows.order_by("person_id", "-id").distinct("person_id")
    found: dict[int, Kinetics] = {}
    columns = ("id", "run__asked_at", "run__made_with__method", "outcome__interventions")
    for person, id_, asked_at, method, said in newest.values_list("person_id", *columns):
        head = entries[person]
        if head not in found or found[head].part < id_:
            found[head] = Kinetics(id_, asked_at, method or "", {"interventions": said or ()})
    loads = Result.objects.filter(
        analyte__code=LOAD, person__in=list(entries), status=ResultStatus.RELEASED
    )
    released: dict[int, datetime] = {}
    last = loads.order_by().values("person_id").annotate(at=Max("released_at"))
    for person, at in last.values_list("person_id", "at"):
        head = entries[person]
        released[head] = max(at, released.get(head, at))
    return found, released
