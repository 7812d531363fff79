"""Whom removals were done to, with their loads: what trials are compared from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses import inputs
from assays.queries.analyses.inputs import UNIT, Input
from assays.rules.analyses import trials
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import CanonicalPerson, Intervention, Person

SHOWN = 500


def found(
    principal: Principal,
    parameters: Mapping[str, Any],
    entries: Collection[int] | None = None,
) -> list[Input]:
    """Return everybody in reach to whom one of the removals was done, with all their loads."""
    kinds = [kind for kind, _detail in trials.arms(parameters).values()]
    rows = Intervention.objects.filter(kind__in=kinds, corrected_by=None, is_retraction=False)
    if entries is not None:
        rows = rows.filter(person_id__in=list(entries))
    rows = policy.scope(principal, rows)
    treated = {
        person
        for person, kind, detail in rows.values_list("person_id", "kind", "detail")
        if trials.matches(parameters, kind, detail)
    }
    links = CanonicalPerson.objects.filter(person_id__in=treated)
    people = set(links.values_list("canonical_id", flat=True))
    measured = {
        one.person_id: one for one in inputs.loads(principal, people, least=1) if one.person_id
    }
    done = inputs.interventions(principal, people - set(measured))
    return [
        measured.get(one)
        or Input(one, {"unit": UNIT, "loads": [], "interventions": done.get(one, [])})
        for one in sorted(people)
    ]


def runs(principal: Principal) -> Any:
    """Return the runs of this kind within reach, the newest first."""
    rows = AnalysisRun.objects.filter(kind=AnalysisKind.TRIAL.value)
    return policy.scope(principal, rows.select_related("asked_by__user")).order_by("-id")


def parts(run: AnalysisRun) -> list[AnalysisPart]:
    """Return the first of a run's parts, with their persons."""
    return list(run.parts.select_related("person").order_by("position")[:SHOWN])


def named(principal: Principal, parts: Collection[AnalysisPart]) -> set[int]:
    """Return which of the parts' persons may be named to the principal."""
    rows = Person.objects.filter(pk__in=[one.person_id for one in parts if one.person_id])
    return set(policy.scope(principal, rows).values_list("pk", flat=True))
