"""Whether the results released since somebody's last exposure allow their release from quarantine.

Nothing is released by this: it says what stands, with every reason. A value that does not tell on which
side of the limit it lies, is not released yet or is held counts neither way: where it could decide, the
answer is that nothing can be determined. A result that was corrected or withdrawn is no result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from patients.rules.quarantine_criteria import Asks, Criterion

NEGATIVE_CODES = frozenset({"NEGATIVE", "NOT_DETECTED"})
POSITIVE_CODES = frozenset({"POSITIVE", "DETECTED", "DETECTED_BELOW_LIMIT", "DETECTED_ABOVE_LIMIT"})


class Verdict(StrEnum):
    MET = "MET"
    NOT_MET = "NOT_MET"
    UNDETERMINED = "UNDETERMINED"
    # No rule, or one that asks for nothing.
    NONE = "NONE"


class Says(StrEnum):
    """What one result says about one criterion."""

    FOR = "FOR"
    AGAINST = "AGAINST"
    UNCLEAR = "UNCLEAR"


class Standing(StrEnum):
    """What became of a result."""

    RELEASED = "RELEASED"
    WAITING = "WAITING"
    HELD = "HELD"
    CORRECTED = "CORRECTED"
    WITHDRAWN = "WITHDRAWN"


GONE = (Standing.CORRECTED, Standing.WITHDRAWN)


class Why(StrEnum):
    """Why a result counts, or what it does instead."""

    COUNTED = "COUNTED"
    AGAINST = "AGAINST"
    TOO_CLOSE = "TOO_CLOSE"
    BEFORE_AGAINST = "BEFORE_AGAINST"
    UNCLEAR = "UNCLEAR"
    WAITING = "WAITING"
    HELD = "HELD"
    CORRECTED = "CORRECTED"
    WITHDRAWN = "WITHDRAWN"


class Signs(StrEnum):
    ABSENT = "ABSENT"
    PRESENT = "PRESENT"
    NOT_ASSESSED = "NOT_ASSESSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result of an analyte, as it stands now."""

    id: int
    specimen: int
    analyte: str
    collected_at: datetime
    standing: Standing
    number: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What a review said of clinical signs."""

    id: int
    reviewed_at: datetime
    signs: Signs


@dataclass(frozen=True, slots=True)
class Reason:
    """One result, and why it counts or does not."""

    why: Why
    result: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion with its verdict; `criterion` None stands for the signs that must be gone."""

    verdict: Verdict
    criterion: Criterion | None = None
    reasons: tuple[Reason, ...] = ()
    missing: int = 0
    review: Reviewed | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what a lift keeps of it."""
        return {
            "criterion": None if self.criterion is None else self.criterion.to_json(),
            "verdict": self.verdict.value,
            "missing": self.missing,
            "results": [[one.why.value, one.result.id] for one in self.reasons],
            "review": None if self.review is None else self.review.id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What stands of all criteria; `since` is the moment after which specimens count."""

    verdict: Verdict
    since: datetime
    judged: tuple[Judged, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        return [one.to_json() for one in self.judged]

    @property
    def relied_on(self) -> frozenset[int]:
        """The results that were counted."""
        return frozenset(
            one.result.id for line in self.judged for one in line.reasons if one.why is Why.COUNTED
        )


def decide(
    *,
    criteria: Sequence[Criterion],
    signs_gone: bool,
    results: Sequence[Found],
    reviews: Sequence[Reviewed],
    since: datetime,
    at: datetime,
) -> Release:
    """Judge every criterion from specimens collected after `since` and by `at`."""
    within = [one for one in results if since < one.collected_at <= at]
    judged = [_judge(one, within) for one in criteria]
    if signs_gone:
        judged.append(_signs([one for one in reviews if since < one.reviewed_at <= at]))
    verdicts = {one.verdict for one in judged}
    for verdict in (Verdict.NOT_MET, Verdict.UNDETERMINED, Verdict.MET):
        if verdict in verdicts:
            return Release(verdict=verdict, since=since, judged=tuple(judged))
    return Release(verdict=Verdict.NONE, since=since)


def says(found: Found, criterion: Criterion) -> Says:
    """Return what a value says of a criterion; what it does not tell for certain is unclear."""
    if criterion.asks is Asks.NEGATIVE:
        if found.code in NEGATIVE_CODES:
            return Says.FOR
        if found.code in POSITIVE_CODES:
            return Says.AGAINST
        return _of_none(found)
    if found.number is None or found.unit != criterion.unit or criterion.limit is None:
        return Says.UNCLEAR
    return _below(found.number, found.comparator, criterion.limit)


def _of_none(found: Found) -> Says:
    """Read a number as negative where it is none at all, and as positive where it surely is not."""
    if found.number is None or found.comparator in ("<", "<="):
        return Says.UNCLEAR
    if found.comparator == "" and found.number == 0:
        return Says.FOR
    is_some = found.number > 0 or found.comparator == ">"
    return Says.AGAINST if is_some else Says.UNCLEAR


def _below(number: Decimal, comparator: str, limit: Decimal) -> Says:
    if comparator == "":
        return Says.FOR if number < limit else Says.AGAINST
    if comparator == "<":
        return Says.FOR if number <= limit else Says.UNCLEAR
    if comparator == "<=":
        return Says.FOR if number < limit else Says.UNCLEAR
    return Says.AGAINST if number >= limit else Says.UNCLEAR


_LATER = {Says.FOR: 0, Says.UNCLEAR: 1, Says.AGAINST: 2}


def _judge(criterion: Criterion, results: Sequence[Found]) -> Judged:
    mine = [one for one in results if one.analyte == criterion.analyte]
    gone = [Reason(Why(one.standing.value), one) for one in mine if one.standing in GONE]
    told = {
        one.id: says(one, criterion) if one.standing is Standing.RELEASED else Says.UNCLEAR
        for one in mine
        if one.standing not in GONE
    }
    # Of what was drawn at one moment, whatever speaks against comes last.
    live = sorted(
        (one for one in mine if one.id in told),
        key=lambda one: (one.collected_at, _LATER[told[one.id]], one.id),
    )
    surely = _picked(criterion, _run(live, lambda one: told[one.id] is Says.FOR))
    maybe = _picked(criterion, _run(live, lambda one: told[one.id] is not Says.AGAINST))
    verdict = Verdict.NOT_MET
    if len(surely) >= criterion.times:
        verdict = Verdict.MET
    elif len(maybe) >= criterion.times:
        verdict = Verdict.UNDETERMINED
    counted = {one.id for one in surely}
    reasons = [Reason(_why(one, told[one.id], counted, live, told), one) for one in live]
    return Judged(
        verdict=verdict,
        criterion=criterion,
        reasons=tuple(
            sorted([*reasons, *gone], key=lambda one: (one.result.collected_at, one.result.id))
        ),
        missing=max(criterion.times - len(surely), 0),
    )


def _run(live: Sequence[Found], goes_on: Callable[[Found], bool]) -> list[Found]:
    """Return the last results in a row that nothing interrupts."""
    found: list[Found] = []
    for one in live:
        found = [*found, one] if goes_on(one) else []
    return found


def _picked(criterion: Criterion, run: Sequence[Found]) -> list[Found]:
    """Return as many specimens of a run as lie far enough apart: the earliest first gives the most."""
    apart, picked = timedelta(hours=criterion.hours_apart), list[Found]()
    for one in run:
        is_new = all(one.specimen != other.specimen for other in picked)
        if not picked or (is_new and one.collected_at - picked[-1].collected_at >= apart):
            picked.append(one)
    return picked


def _why(
    one: Found,
    told: Says,
    counted: set[int],
    live: Sequence[Found],
    every: dict[int, Says],
) -> Why:
    if one.standing in (Standing.WAITING, Standing.HELD):
        return Why(one.standing.value)
    if told is not Says.FOR:
        return Why(told.value)
    if one.id in counted:
        return Why.COUNTED
    later = live[live.index(one) + 1 :]
    if any(every[other.id] is not Says.FOR for other in later):
        return Why.BEFORE_AGAINST
    return Why.TOO_CLOSE


def _signs(reviews: Sequence[Reviewed]) -> Judged:
    """Judge by the last review that looked; one that did not look says nothing."""
    last = max(reviews, key=lambda one: (one.reviewed_at, one.id), default=None)
    verdict = {
        Signs.ABSENT: Verdict.MET,
        Signs.PRESENT: Verdict.NOT_MET,
        Signs.NOT_ASSESSED: Verdict.UNDETERMINED,
    }[Signs.NOT_ASSESSED if last is None else last.signs]
    return Judged(verdict=verdict, review=last, missing=0 if verdict is Verdict.MET else 1)
