"""Which benefits of nanites were kept, and which lost, after something was done to remove them.

Three values of a measure are compared: the last one before nanites came, the last one with nanites before
the removal, and the first one after it had time to settle. What is found is an order in time, not a cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product

from assays.rules.benefit_changes import Change, Comparison, Value, compare
from assays.rules.benefit_measures import Measure, Windows
from assays.rules.interventions import Intervention
from labsys.lib.units import Conversion

METHOD = "benefits/2"
REMOVALS = ("FILTRATION", "CHARCOAL", "KILL_CODE")
# Done for other reasons too: a removal where the intended effect names nanites, a load or replication.
AIMED = ("SET_POINT", "HORMONE_LOWERING", "TRANSFUSION", "OTHER")
AIMS = "nanit|r[eé]plicat|(^|[^a-z])loads?([^a-z]|$)"  # for this language and the database's
TRIALS = (*REMOVALS, *AIMED)
# What changes the nanites themselves: of two such close together neither can be told from the other.
CHANGES_NANITES = frozenset({*REMOVALS, "SET_POINT"})


class Verdict(StrEnum):
    KEPT = "KEPT"
    LOST = "LOST"
    GAINED = "GAINED"
    NO_BENEFIT = "NO_BENEFIT"
    NOT_DETERMINABLE = "NOT_DETERMINABLE"


class Why(StrEnum):
    """Why nothing can be said."""

    NO_ONSET = "NO_ONSET"  # neither an exposure nor a load that was found
    NO_NANITES = "NO_NANITES"  # no load before the removal, or the last one is below its limit
    NO_BASELINE = "NO_BASELINE"
    NONE_WITH = "NONE_WITH"
    NONE_AFTER = "NONE_AFTER"
    TOO_EARLY = "TOO_EARLY"
    OVERLAPPING = "OVERLAPPING"
    INTERVENED = "INTERVENED"
    NO_CONVERSION = "NO_CONVERSION"
    NO_CV = "NO_CV"
    ASSAYS_DIFFER = "ASSAYS_DIFFER"
    NOT_POSITIVE = "NOT_POSITIVE"
    CENSORED = "CENSORED"
    BETWEEN = "BETWEEN"  # neither worse than with nanites nor better than before them


@dataclass(frozen=True, slots=True)
class Load:
    """A nanite load: whether any were found."""

    collected_at: datetime
    known_at: datetime
    is_detected: bool
    replaced_at: datetime | None = None

    def is_known(self, at: datetime) -> bool:
        return self.known_at <= at and (self.replaced_at is None or self.replaced_at > at)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to the patient, and when it was known."""

    what: Intervention
    started_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    intended_effect: str = ""

    @property
    def is_removal(self) -> bool:
        return is_removal(self.what.kind, self.intended_effect)

    @property
    def changes_nanites(self) -> bool:
        return self.is_removal or self.what.kind in CHANGES_NANITES

    @property
    def end(self) -> datetime:
        return self.started_at if self.ended_at is None else self.ended_at


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of one person; `exposed` are the beginning of each exposure and its recording."""

    values: Sequence[Value] = ()
    loads: Sequence[Load] = ()
    exposed: Sequence[tuple[datetime, datetime]] = ()
    acts: Sequence[Act] = ()

    def at(self, at: datetime) -> Facts:
        """Return what was on record at a moment, in the order of time."""
        return Facts(
            sorted(
                (one for one in self.values if one.is_known(at)),
                key=lambda one: (one.collected_at, one.id),
            ),
            sorted(
                (one for one in self.loads if one.is_known(at)),
                key=lambda one: (one.collected_at, one.is_detected),
            ),
            sorted(one for one in self.exposed if one[1] <= at),
            sorted(
                (one for one in self.acts if one.recorded_at <= at),
                key=lambda one: (one.started_at, one.what.id or 0, one.what.kind),
            ),
        )


@dataclass(frozen=True, slots=True)
class Onset:
    """Since when nanites are known, and until when none are: that is when a baseline ends."""

    at: datetime
    baseline_until: datetime
    is_exposure: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one measure in one trial; the values that it rests on, and what was compared.

    ``confounders`` are why nothing is said of it, ``beside`` what else was done and is not known to
    act on it, ``earlier`` what acts on it and was done between the baseline and the value with
    nanites. ``counts_from``: the first moment whose values count as after the removal.
    """

    measure: Measure
    verdict: Verdict
    whys: tuple[Why, ...] = ()
    baseline: Value | None = None
    carried: Value | None = None
    after: Value | None = None
    came: Comparison | None = None
    left: Comparison | None = None
    net: Comparison | None = None
    confounders: tuple[Act, ...] = ()
    beside: tuple[Act, ...] = ()
    earlier: tuple[Act, ...] = ()
    counts_from: datetime | None = None

    @property
    def is_partly_kept(self) -> bool:
        """Whether a benefit that was lost left a value better than before nanites."""
        is_better = self.net is not None and self.net.change is Change.BETTER
        return self.verdict is Verdict.LOST and is_better


def is_removal(kind: str, intended_effect: str) -> bool:
    """Return whether something was done to remove nanites."""
    if kind in REMOVALS:
        return True
    return kind in AIMED and re.search(AIMS, intended_effect, re.IGNORECASE) is not None


def onset(facts: Facts, windows: Windows) -> Onset | None:
    """Return since when nanites are known; of facts as they were known at one moment."""
    found = min((one.collected_at for one in facts.loads if one.is_detected), default=None)
    exposed = min((first for first, _recorded in facts.exposed), default=None)
    if exposed is not None and (found is None or exposed <= found):
        return Onset(exposed, exposed, is_exposure=True)
    if found is None:
        return None
    return Onset(found, found - windows.span("unseen"), is_exposure=False)


def judge(
    measures: Iterable[Measure],
    trial: Act,
    facts: Facts,
    *,
    windows: Windows,
    conversions: dict[str, Sequence[Conversion]],
    at: datetime,
) -> list[Finding]:
    """Return what became of each measure in one trial, as known at a moment."""
    known = facts.at(at)
    began = onset(known, windows)
    return [
        _judge(one, trial, known, began, windows, conversions.get(one.analyte, ()), at)
        for one in measures
    ]


def _judge(
    measure: Measure,
    trial: Act,
    known: Facts,
    began: Onset | None,
    windows: Windows,
    conversions: Sequence[Conversion],
    at: datetime,
) -> Finding:
    counts_from = trial.end + windows.span("settling")
    values = [one for one in known.values if one.analyte == measure.analyte]
    baseline, carried, after = _three(values, trial, began, windows)
    confounders, beside = _between(
        trial,
        known.acts,
        measure.analyte,
        carried.collected_at if carried else trial.started_at,
        after.collected_at if after else counts_from,
        windows,
    )
    earlier: tuple[Act, ...] = ()
    if baseline and carried:
        acting = _overlapping(known.acts, trial, baseline.collected_at, carried.collected_at)
        earlier = tuple(one for one in acting if one.what.acts_on(measure.analyte))
    came, left, net = (
        compare(measure, one, other, conversions) if one and other else None
        for one, other in ((baseline, carried), (carried, after), (baseline, after))
    )
    whys = [
        *_missing(baseline, carried, after, began, trial, known, is_early=at < counts_from),
        *_confounded(confounders),
        *(Why(one.obstacle.value) for one in (came, left, net) if one and one.obstacle),
    ]
    verdict = Verdict.NOT_DETERMINABLE
    if not whys:
        assert came
        assert left
        assert net
        verdict, why = _verdict(came, left, net)
        whys = [why] if why else []
    return Finding(
        *(measure, verdict, tuple(dict.fromkeys(whys)), baseline, carried, after, came, left, net),
        *(confounders, beside, earlier, counts_from),
    )


def _three(
    values: Sequence[Value], trial: Act, began: Onset | None, windows: Windows
) -> tuple[Value | None, Value | None, Value | None]:
    """Return the values before nanites, with them, and after the removal."""
    first = trial.end + windows.span("settling")
    after = _first(values, first, trial.end + windows.span("after"))
    if began is None:
        return None, None, after
    until = min(began.baseline_until, trial.started_at)
    baseline = _last(values, until - windows.span("baseline"), until)
    since = max(began.at, trial.started_at - windows.span("carried"))
    return baseline, _last(values, since, trial.started_at), after


def _last(values: Sequence[Value], since: datetime, before: datetime) -> Value | None:
    found = [one for one in values if since <= one.collected_at < before]
    return found[-1] if found else None


def _first(values: Sequence[Value], since: datetime, until: datetime) -> Value | None:
    return next((one for one in values if since <= one.collected_at <= until), None)


def _overlapping(
    acts: Iterable[Act], trial: Act, since: datetime, until: datetime
) -> tuple[Act, ...]:
    """Return what else was under way at any time between two moments."""
    return tuple(
        one
        for one in acts
        if one.what.id != trial.what.id and one.started_at < until and one.end >= since
    )


def _between(
    trial: Act,
    acts: Sequence[Act],
    analyte: str,
    since: datetime,
    until: datetime,
    windows: Windows,
) -> tuple[tuple[Act, ...], tuple[Act, ...]]:
    """Return what forbids a verdict, and what was done beside and is not known to act on it.

    What changed the nanites so shortly before that it had not settled forbids one too.
    """
    unsettled = _overlapping(acts, trial, since - windows.span("settling"), until)
    against = [one for one in unsettled if one.changes_nanites]
    others = [one for one in _overlapping(acts, trial, since, until) if one not in against]
    against += [one for one in others if one.what.acts_on(analyte)]
    return tuple(against), tuple(one for one in others if one not in against)


def _confounded(confounders: Iterable[Act]) -> list[Why]:
    return [Why.OVERLAPPING if one.changes_nanites else Why.INTERVENED for one in confounders]


def _missing(
    baseline: Value | None,
    carried: Value | None,
    after: Value | None,
    began: Onset | None,
    trial: Act,
    known: Facts,
    *,
    is_early: bool,
) -> list[Why]:
    whys = []
    before = [one for one in known.loads if one.collected_at <= trial.started_at]
    if began is None or began.at > trial.started_at:
        whys.append(Why.NO_ONSET)
    elif not (before and before[-1].is_detected):
        whys.append(Why.NO_NANITES)
    elif baseline is None:
        whys.append(Why.NO_BASELINE)
    if carried is None and Why.NO_ONSET not in whys:
        whys.append(Why.NONE_WITH)
    if after is None:
        whys.append(Why.TOO_EARLY if is_early else Why.NONE_AFTER)
    return whys


def _verdict(came: Comparison, left: Comparison, net: Comparison) -> tuple[Verdict, Why | None]:
    """Return the one verdict that every change which may be true leads to."""
    found = {_of(*changes) for changes in product(came.reads, left.reads, net.reads)}
    if len(found) > 1:
        return Verdict.NOT_DETERMINABLE, Why.CENSORED
    (one,) = found
    return (one, None) if one else (Verdict.NOT_DETERMINABLE, Why.BETWEEN)


def _of(came: Change, left: Change, net: Change) -> Verdict | None:
    """Return what three changes amount to; None where a benefit is neither kept nor lost for certain."""
    if came is Change.BETTER:
        if left is Change.WORSE:
            return Verdict.LOST
        return Verdict.KEPT if net is Change.BETTER else None
    if left is Change.BETTER and net is Change.BETTER:
        return Verdict.GAINED
    return Verdict.NO_BENEFIT
