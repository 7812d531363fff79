"""Nanite status: an allowed, released result still in date, and no refusing one after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from consent.rules.answers import Ground, Judgement, Reason
from consent.rules.facts import NaniteControl, NaniteResult, Reference
from consent.rules.programmes import NaniteRequirement
from consent.rules.views import View


def nanites(view: View, need: NaniteRequirement) -> Judgement:
    """Judge one required quantity; only released results speak for or against (law 10)."""
    known = Results(view, need)
    refusals = []
    standing = known.standing_refusals()
    if standing:
        facts = tuple(_result(one) for one in standing)
        refusals.append(Ground(reason=Reason.NANITE_STATUS, facts=facts))
    latest = known.latest_allowed()
    if latest is None:
        refusals.append(Ground(reason=Reason.NANITE_MISSING))
    elif view.at >= lapses_at(latest, need):
        refusals.append(Ground(reason=Reason.NANITE_LAPSED, facts=(_result(latest),)))
    else:
        return Judgement(refusals=tuple(refusals), relied_on=known.grounds_of(latest))
    return Judgement(refusals=tuple(refusals))


def lapses_at(one: NaniteResult, need: NaniteRequirement) -> datetime:
    return one.collected_at + need.validity


class Results:
    """The results of one quantity at one moment, each judged against what the programme asks."""

    def __init__(self, view: View, need: NaniteRequirement) -> None:
        self.view, self.need = view, need
        self.results = [one for one in view.facts.nanites if one.analyte == need.analyte]
        self.control = _control(view, need) if need.control_counts else None
        self.compared = _compared(view, self.results) if need.drift_factor is not None else []
        self.good = frozenset(one.id for one in self.results if self._is_good(one))
        self.allowed = self._allowed()

    def latest_allowed(self) -> NaniteResult | None:
        """Return the allowed result of the specimen collected last."""
        return max(self.allowed, key=lambda one: (one.collected_at, one.id), default=None)

    def standing_refusals(self) -> list[NaniteResult]:
        """Return the refusing results that no released correction and no later specimen overcomes."""
        view = self.view
        refusing = [one for one in self.results if one.id not in self.good]
        if not refusing:
            return []
        corrections = self.allowed + [one for one in refusing if _has_come(view, one)]
        origins = {one.id: one.corrects for one in self.results}
        corrected = {origin for one in corrections for origin in _origins(one, origins)}
        return [
            one
            for one in refusing
            if one.released_at is not None
            and view.knows(one.recorded_at)
            and view.speaks_against(one.collected_at, recorded_at=one.released_at)
            and one.id not in corrected
            and not any(later.collected_at > one.collected_at for later in self.allowed)
        ]

    def grounds_of(self, one: NaniteResult) -> tuple[Reference, ...]:
        """Return what an allowed result rests on: itself, and control where it needs that."""
        if self.control is None or self.need.is_within(one):
            return (_result(one),)
        return (_result(one), Reference(kind="nanite control", id=self.control.id))

    def _is_good(self, one: NaniteResult) -> bool:
        """Say whether a result is good enough at this moment, whatever became of it since."""
        return (
            self.need.knows(one)
            and (self.need.is_within(one) or self._is_controlled(one))
            and self._is_steady(one)
        )

    def _is_controlled(self, one: NaniteResult) -> bool:
        return self.control is not None and self.control.observed_at >= one.collected_at

    def _is_steady(self, one: NaniteResult) -> bool:
        return all(
            self.need.is_steady(one, earlier)
            for earlier in self.compared
            if one.collected_at - self.need.drift_window < earlier.collected_at < one.collected_at
        )

    def _allowed(self) -> list[NaniteResult]:
        """Return the good results that count; one being corrected does not, from then on."""
        replaced = {one.corrects for one in self.results if self.view.knows(one.recorded_at)}
        return [
            one
            for one in self.results
            if one.id in self.good
            and _has_come(self.view, one)
            and one.id not in replaced
            and not self.view.takes_back(one.annulled_at)
        ]


def _control(view: View, need: NaniteRequirement) -> NaniteControl | None:
    """Return the observation by which the nanites are under control now; None where they are not.

    It is in date like a result, and no observation to the contrary was made then or later.
    """
    contrary = [
        min(one.observed_at, one.recorded_at)
        for one in view.facts.controls
        if not one.is_controlled
        and view.speaks_against(one.observed_at, recorded_at=one.recorded_at)
    ]
    found = [
        one
        for one in view.facts.controls
        if one.is_controlled
        and view.speaks_for(one.observed_at, recorded_at=one.recorded_at)
        and not view.takes_back(one.annulled_at)
        and view.at < one.observed_at + need.validity
        and all(one.observed_at > moment for moment in contrary)
    ]
    return max(found, key=lambda one: (one.observed_at, one.id), default=None)


def _compared(view: View, results: Sequence[NaniteResult]) -> list[NaniteResult]:
    """Return the results that others are compared with: released, and neither undone nor replaced.

    Undone later is not undone yet: hindsight never makes a load steadier than it was.
    """
    come = [one for one in results if one.is_allowed and _has_come(view, one)]
    replaced = {one.corrects for one in come}
    return [
        one
        for one in come
        if one.id not in replaced
        and not (one.annulled_at is not None and view.speaks_for(recorded_at=one.annulled_at))
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
