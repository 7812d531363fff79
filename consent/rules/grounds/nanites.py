"""Nanite status: an allowed, released result still in date, and no refusing one after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from consent.rules.answers import Ground, Judgement, Reason
from consent.rules.facts import NaniteResult, Reference
from consent.rules.programmes import NaniteRequirement
from consent.rules.views import View


def nanites(view: View, need: NaniteRequirement) -> Judgement:
    """Judge one required quantity; only released results speak for or against (law 10)."""
    refusals = []
    standing = standing_refusals(view, need)
    if standing:
        facts = tuple(_result(one) for one in standing)
        refusals.append(Ground(reason=Reason.NANITE_STATUS, facts=facts))
    latest = latest_allowed(view, need)
    if latest is None:
        refusals.append(Ground(reason=Reason.NANITE_MISSING))
    elif view.at >= lapses_at(latest, need):
        refusals.append(Ground(reason=Reason.NANITE_LAPSED, facts=(_result(latest),)))
    else:
        return Judgement(refusals=tuple(refusals), relied_on=(_result(latest),))
    return Judgement(refusals=tuple(refusals))


def lapses_at(one: NaniteResult, need: NaniteRequirement) -> datetime:
    return one.collected_at + need.validity


def latest_allowed(view: View, need: NaniteRequirement) -> NaniteResult | None:
    """Return the allowed result of the specimen collected last."""
    found = _allowed(view, need, _of(view, need.analyte))
    return max(found, key=lambda one: (one.collected_at, one.id), default=None)


def standing_refusals(view: View, need: NaniteRequirement) -> list[NaniteResult]:
    """Return the refusing results that no released correction and no later specimen overcomes."""
    results = _of(view, need.analyte)
    allowed = _allowed(view, need, results)
    corrections = allowed + [
        one for one in results if not need.allows(one) and _has_come(view, one)
    ]
    origins = {one.id: one.corrects for one in results}
    corrected = {origin for one in corrections for origin in _origins(one, origins)}
    return [
        one
        for one in results
        if not need.allows(one)
        and one.released_at is not None
        and view.knows(one.recorded_at)
        and view.speaks_against(one.collected_at, recorded_at=one.released_at)
        and one.id not in corrected
        and not any(later.collected_at > one.collected_at for later in allowed)
    ]


def _of(view: View, analyte: str) -> list[NaniteResult]:
    return [one for one in view.facts.nanites if one.analyte == analyte]


def _allowed(
    view: View, need: NaniteRequirement, results: Sequence[NaniteResult]
) -> list[NaniteResult]:
    """Return the allowed results that count; one being corrected does not, from then on."""
    replaced = {one.corrects for one in results if view.knows(one.recorded_at)}
    return [
        one
        for one in results
        if need.allows(one)
        and _has_come(view, one)
        and one.id not in replaced
        and not view.takes_back(one.annulled_at)
    ]


def _has_come(view: View, one: NaniteResult) -> bool:
    released_at = one.released_at
    return (
        released_at is not None
        and view.knows(released_at)
        and view.speaks_for(one.collected_at, released_at, recorded_at=one.recorded_at)
    )


def _origins(one: NaniteResult, origins: Mapping[str, str | None]) -> Iterable[str]:
    """Walk back from a correction over the results that it replaces, each once."""
    seen = {one.id}
    origin = one.corrects
    while origin is not None and origin not in seen:
        seen.add(origin)
        yield origin
        origin = origins.get(origin)


def _result(one: NaniteResult) -> Reference:
    return Reference(kind="nanite result", id=one.id)
