"""Whether somebody was pregnant at one moment, and how far, from what was observed at others.

Gestation is counted in completed calendar days of the hospital, so an estimate moves by whole days
and keeps its uncertainty. Nothing is guessed: where the observations leave it open, the answer is
UNKNOWN, and whoever resolves a range has to look at every candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import takewhile

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

GESTATION_END = 44 * 7  # no pregnancy is counted beyond 43w6d
CONCEPTION = 14  # gestation is counted from the last period; before this day nobody is pregnant
# How long "not pregnant" holds. Four weeks after an end: US Selected Practice Recommendations for
# Contraceptive Use (CDC), "reasonably certain that a woman is not pregnant". One cycle after a
# negative test is a convention, to be verified locally.
NOT_PREGNANT_HOLDS_DAYS = 28


class Status(StrEnum):
    """What an observation says; the names are those of the table."""

    PREGNANT = "PREGNANT"
    NOT_PREGNANT = "NOT_PREGNANT"
    ENDED = "ENDED"


class State(StrEnum):
    """What holds at a moment."""

    PREGNANT = "PREGNANT"
    NOT_PREGNANT = "NOT_PREGNANT"
    UNKNOWN = "UNKNOWN"


class EstimateRefused(Refused):
    """An observation of a pregnancy that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, *, field: str) -> None:
        super().__init__(code, message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Estimate:
    """One observation that stands (neither corrected nor taken back)."""

    id: int
    status: Status
    observed_at: datetime
    gestation_days: int | None = None
    uncertainty_days: int | None = None


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """What holds at a moment; ``based_on`` names the estimates that say so.

    A PREGNANT state without gestation is undated: any gestation is possible.
    """

    state: State
    gestation_days: int | None = None
    uncertainty_days: int = 0
    based_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Window:
    """The gestations, first and last, that one estimate allows at the moment asked about."""

    low: int
    high: int
    estimate: int

    @property
    def is_possible(self) -> bool:
        return self.high >= 0 and self.low < GESTATION_END

    def meets(self, other: _Window) -> bool:
        return self.low <= other.high and other.low <= self.high


UNKNOWN = Pregnancy(State.UNKNOWN)


def check(estimate: Estimate) -> Estimate:
    """Return the estimate if it can be recorded; refuse it with the field to change."""
    gestation, give = estimate.gestation_days, estimate.uncertainty_days
    if gestation is None and give is None:
        return estimate
    if estimate.status is not Status.PREGNANT:
        raise EstimateRefused(
            "status",
            _("Only a pregnancy has a gestation; leave gestation and uncertainty empty."),
            field="gestation_days",
        )
    if gestation is None:
        raise EstimateRefused(
            "gestation",
            _("An uncertainty needs the gestation it is about."),
            field="gestation_days",
        )
    if not 0 <= gestation < GESTATION_END:
        raise EstimateRefused(
            "gestation",
            _("A gestation lies between 0 and 307 days (43 weeks and 6 days)."),
            field="gestation_days",
        )
    if give is None or not 0 <= give < GESTATION_END:
        raise EstimateRefused(
            "uncertainty",
            _("Say by how many days the gestation may be off (0 to 307)."),
            field="uncertainty_days",
        )
    return estimate


def pregnancy_at(estimates: Iterable[Estimate], moment: datetime, *, zone: tzinfo) -> Pregnancy:
    """Return what the estimates say about one moment, later estimates included.

    An ultrasound dates the weeks before it too; a pregnancy that nobody ended is over after 44
    weeks; contradicting estimates widen the gestation to cover both.
    """
    ordered = sorted(estimates, key=lambda one: (one.observed_at, one.id))
    before = [one for one in ordered if one.observed_at <= moment]
    after = ordered[len(before) :]
    on = moment.astimezone(zone).date()
    if before and before[-1].status is Status.PREGNANT:
        return _during(before, after, on=on, zone=zone)
    return _outside(before, after, on=on, zone=zone)


def _during(
    before: Sequence[Estimate], after: Sequence[Estimate], *, on: date, zone: tzinfo
) -> Pregnancy:
    """Answer for a moment whose last observation before it was a pregnancy."""
    if after and after[0].status is Status.NOT_PREGNANT:
        return UNKNOWN  # it ended somewhere between the two, nobody knows when
    run = [*_pregnant_run(reversed(before)), *_pregnant_run(after)]
    possible = [window for window in _windows(run, on=on, zone=zone) if window.is_possible]
    if possible:
        return _pregnant(possible)
    last = before[-1]
    if last.gestation_days is None and _days(last, on=on, zone=zone) < GESTATION_END:
        return Pregnancy(State.PREGNANT, based_on=(last.id,))
    return UNKNOWN


def _outside(
    before: Sequence[Estimate], after: Sequence[Estimate], *, on: date, zone: tzinfo
) -> Pregnancy:
    """Answer for a moment before which no pregnancy stood."""
    reaching = _reaching_back(after, on=on, zone=zone)
    if reaching is not None:
        return reaching
    if before and _days(before[-1], on=on, zone=zone) <= NOT_PREGNANT_HOLDS_DAYS:
        return Pregnancy(State.NOT_PREGNANT, based_on=(before[-1].id,))
    return UNKNOWN


def _reaching_back(after: Sequence[Estimate], *, on: date, zone: tzinfo) -> Pregnancy | None:
    """Return what a pregnancy observed later says about a day before it; None if nothing."""
    if not after or after[0].status is Status.NOT_PREGNANT:
        return None
    if -_days(after[0], on=on, zone=zone) >= GESTATION_END:
        return None
    windows = _windows(_pregnant_run(after), on=on, zone=zone)
    if not windows:
        return UNKNOWN
    possible = [window for window in windows if window.is_possible]
    if not possible or _hull(possible).high < CONCEPTION:
        return None
    return _pregnant(possible) if _hull(possible).low >= CONCEPTION else UNKNOWN


def _pregnant_run(estimates: Iterable[Estimate]) -> list[Estimate]:
    return list(takewhile(lambda one: one.status is Status.PREGNANT, estimates))


def _days(estimate: Estimate, *, on: date, zone: tzinfo) -> int:
    return (on - estimate.observed_at.astimezone(zone).date()).days


def _windows(run: Iterable[Estimate], *, on: date, zone: tzinfo) -> list[_Window]:
    """Return what each dated estimate allows, the most certain one first, then the earliest."""
    dated = []
    for one in run:
        if one.gestation_days is not None:
            middle = one.gestation_days + _days(one, on=on, zone=zone)
            give = one.uncertainty_days or 0
            dated.append((give, one.observed_at, one.id, middle))
    return [_Window(middle - give, middle + give, id_) for give, _at, id_, middle in sorted(dated)]


def _hull(windows: Sequence[_Window]) -> _Window:
    """Return the most certain window, widened over those that contradict it."""
    best = windows[0]
    against = [window for window in windows[1:] if not window.meets(best)]
    low = min([best.low, *(window.low for window in against)])
    high = max([best.high, *(window.high for window in against)])
    return _Window(low, high, best.estimate)


def _pregnant(windows: Sequence[_Window]) -> Pregnancy:
    hull = _hull(windows)
    low, high = max(0, hull.low), min(GESTATION_END - 1, hull.high)
    middle = (low + high) // 2
    based_on = [windows[0].estimate]
    based_on += [one.estimate for one in windows[1:] if not one.meets(windows[0])]
    return Pregnancy(State.PREGNANT, middle, high - middle, tuple(based_on))
