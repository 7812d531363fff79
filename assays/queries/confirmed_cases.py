"""Who among some people is a confirmed case: a verified result found nanites in them."""

from __future__ import annotations

from collections.abc import Collection

from assays.queries import nanite_agents
from assays.queries.analyses import epidemic
from labsys.lib import policy
from labsys.lib.policy import Principal
from patients import cases
from patients.models import Person
from patients.queries.identities import heads_of

VIEW = "assays.result.view"


def among(by: Principal, persons: Collection[int], agent: str) -> dict[int, bool]:
    """Return for each person, by the entry they are read as, whether they are a case.

    Whose results the reader may not see is left out, and everybody where no assay tells of the agent.
    """
    if not (policy.can(by, VIEW) and nanite_agents.are_told_of(agent)):
        return {}
    heads = heads_of(persons)
    positive = policy.scope(by, epidemic.verified_positive()).filter(person_id__in=list(heads))
    found = {heads[one] for one in positive.order_by().values_list("person_id", flat=True)}
    return {person: person in found for person in _within_reach(by, heads)}


def _within_reach(by: Principal, heads: dict[int, int]) -> set[int]:
    if policy.ANY in policy.reaches(by, VIEW):
        return set(heads.values())
    entries = policy.scope(by, Person.objects.filter(pk__in=list(heads)), VIEW)
    return {heads[one] for one in entries.values_list("pk", flat=True)}


def register() -> None:
    """Tell the registry's pages."""
    cases.tell_by(among)
