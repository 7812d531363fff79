"""Into which lane of the worklist a result falls, with every reason.

A lane says how a person has to look at a result before it is verified or released. Only what
gives no reason at all is CLEAR, the lane that may be released in bulk; whatever is not known
counts as a reason. The reasons are those for which autoverification must not release (a held,
critical, flagged, QC-blocked, rangeless or unsigned-range value), and what makes the comparison
itself doubtful. A value without an established range is never called normal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assays.rules.delta_check import Verdict
from assays.rules.flags import CRITICAL, Flag
from labsys.lib.wording import gettext_noop as _

METHOD = "lanes/2"


class Lane(StrEnum):
    """How a result has to be looked at, the most urgent first."""

    CRITICAL = "CRITICAL"
    HELD = "HELD"
    REVIEW = "REVIEW"
    CLEAR = "CLEAR"
    NOT_ANALYSED = "NOT_ANALYSED"


class Why(StrEnum):
    """Why a result is not in the clear lane."""

    NOT_ANALYSED = "NOT_ANALYSED"
    CRITICAL = "CRITICAL"
    HELD = "HELD"
    OUT_OF_CONTROL = "OUT_OF_CONTROL"
    NO_FLAG = "NO_FLAG"
    NO_RANGE = "NO_RANGE"
    FLAGGED = "FLAGGED"
    RANGE_UNSIGNED = "RANGE_UNSIGNED"
    DELTA = "DELTA"
    DELTA_UNDECIDED = "DELTA_UNDECIDED"
    COMPARATOR = "COMPARATOR"
    INSTRUMENT_FLAG = "INSTRUMENT_FLAG"
    CORRECTION = "CORRECTION"
    SEVERAL = "SEVERAL"
    ASKED_AGAIN = "ASKED_AGAIN"
    RULE = "RULE"


LANE_WORDS: dict[Lane, str] = {
    Lane.CRITICAL: _("Critical"),
    Lane.HELD: _("Held"),
    Lane.REVIEW: _("To review"),
    Lane.CLEAR: _("Clear"),
    Lane.NOT_ANALYSED: _("Not analysed"),
}
WORDS: dict[Why, str] = {
    Why.NOT_ANALYSED: _("not analysed yet"),
    Why.CRITICAL: _("critical value"),
    Why.HELD: _("held: %(detail)s"),
    Why.OUT_OF_CONTROL: _("quality control is out: %(detail)s"),
    Why.NO_FLAG: _("the analysis gave no flag"),
    Why.NO_RANGE: _("no range established"),
    Why.FLAGGED: _("flagged %(detail)s"),
    Why.RANGE_UNSIGNED: _("range unverified"),
    Why.DELTA: _("changed more than expected"),
    Why.DELTA_UNDECIDED: _("change cannot be judged: %(detail)s"),
    Why.COMPARATOR: _("outside the measuring range (%(detail)s)"),
    Why.INSTRUMENT_FLAG: _("flagged “%(detail)s” by the instrument"),
    Why.CORRECTION: _("corrects an earlier value"),
    Why.SEVERAL: _("one of several values, none of them chosen"),
    Why.ASKED_AGAIN: _("asked for again, the new value has not come"),
    Why.RULE: _("%(detail)s"),
}

# What the delta check says where there was nothing to compare; any other reason is a doubt.
NOTHING_TO_COMPARE = frozenset({"no_rule", "no_previous_value", "previous_too_old"})
# An instrument that calls a value normal says nothing that is not judged here again.
HARMLESS_INSTRUMENT_FLAGS = frozenset({"", "N"})

_LANES = {
    Why.NOT_ANALYSED: Lane.NOT_ANALYSED,
    Why.CRITICAL: Lane.CRITICAL,
    Why.HELD: Lane.HELD,
    Why.OUT_OF_CONTROL: Lane.HELD,
}
# Which lane wins where there are reasons for several: what is not analysed may be anything.
_ORDER = (Lane.NOT_ANALYSED, Lane.CRITICAL, Lane.HELD, Lane.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one result.

    ``flags``, ``is_critical``, ``delta`` (a verdict of the delta check) and ``delta_reasons`` are
    those of the newest evaluation, and mean nothing where ``is_analysed`` is False. ``holds`` names
    the open holds in words, ``out_of_control`` what blocks its instrument and assay, ``doubts`` what
    rules found against it, each as a phrase. ``flags_sent`` is what the instrument said.
    ``has_rivals`` says that another value of what was ordered stands beside it,
    ``is_asked_again`` that another one is waited for.
    """

    is_analysed: bool
    flags: tuple[str, ...]
    is_critical: bool
    delta: str
    is_range_signed: bool
    delta_reasons: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    out_of_control: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    flags_sent: str = ""
    comparator: str = ""
    is_correction: bool = False
    has_rivals: bool = False
    is_asked_again: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and what it is about: a flag, a kind of hold, a comparator."""

    why: Why
    detail: str = ""

    @property
    def message(self) -> str:
        """The English template; a door translates it and fills in ``detail``."""
        return WORDS[self.why]

    def __str__(self) -> str:
        return self.message % {"detail": self.detail}


@dataclass(frozen=True, slots=True)
class Placing:
    """The lane of a result and every reason, the most serious first; CLEAR has none."""

    lane: Lane
    reasons: tuple[Reason, ...]
    method: str = METHOD

    @property
    def is_clear(self) -> bool:
        return self.lane is Lane.CLEAR


def place(known: Known) -> Placing:
    """Return the lane of one result with every reason for it."""
    reasons = tuple(_reasons(known))
    lanes = {_LANES.get(reason.why, Lane.REVIEW) for reason in reasons}
    lane = next((lane for lane in _ORDER if lane in lanes), Lane.CLEAR)
    return Placing(lane, reasons)


def urgency(lane: Lane, priority: int) -> tuple[int, int]:
    """Return what the rows of several lanes are ordered by: STAT first, then critical first.

    ``priority`` is the order's: 0 is STAT, 3 is routine.
    """
    return priority, tuple(Lane).index(lane)


def _reasons(known: Known) -> Iterator[Reason]:
    if not known.is_analysed:
        yield Reason(Why.NOT_ANALYSED)
    elif known.is_critical or not CRITICAL.isdisjoint(known.flags):
        yield Reason(Why.CRITICAL)
    yield from (Reason(Why.HELD, one) for one in known.holds)
    yield from (Reason(Why.OUT_OF_CONTROL, one) for one in known.out_of_control)
    if known.is_analysed:
        yield from _of_flags(known)
        yield from _of_delta(known)
    yield from (Reason(Why.RULE, one) for one in known.doubts)
    if known.comparator:
        yield Reason(Why.COMPARATOR, known.comparator)
    if known.flags_sent.strip().upper() not in HARMLESS_INSTRUMENT_FLAGS:
        yield Reason(Why.INSTRUMENT_FLAG, known.flags_sent.strip())
    if known.is_correction:
        yield Reason(Why.CORRECTION)
    if known.has_rivals:
        yield Reason(Why.SEVERAL)
    if known.is_asked_again:
        yield Reason(Why.ASKED_AGAIN)


def _of_flags(known: Known) -> Iterator[Reason]:
    if not known.flags:
        yield Reason(Why.NO_FLAG)
    if Flag.NO_RANGE in known.flags:
        yield Reason(Why.NO_RANGE)
    elif not known.is_range_signed:
        yield Reason(Why.RANGE_UNSIGNED)
    silent = {Flag.NORMAL, Flag.NO_RANGE} | CRITICAL
    yield from (Reason(Why.FLAGGED, one) for one in known.flags if one not in silent)


def _of_delta(known: Known) -> Iterator[Reason]:
    if known.delta == Verdict.NOT_ASSESSABLE:
        given = known.delta_reasons or ("no reason given",)
        doubtful = [one for one in given if one not in NOTHING_TO_COMPARE]
        yield from (Reason(Why.DELTA_UNDECIDED, one) for one in doubtful)
    elif known.delta != Verdict.WITHIN:
        yield Reason(Why.DELTA)
