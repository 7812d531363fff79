"""How long work takes from one moment of its course to the next: segments, classes, percentiles.

Times are counted in classes of whole minutes, so that the days of a period can be added up without
going back to every result. A class is as wide as nobody would act upon: 1 minute below 2 hours,
5 minutes below 8 hours, 15 minutes below a day, 1 hour below 14 days; what took longer is in the
last class. Percentiles are interpolated within their class, so they are exact to its width.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labsys.lib.wording import gettext_noop as _


class Segment(StrEnum):
    """A stretch between two moments of one result's course."""

    ORDER_COLLECT = "ORDER_COLLECT"
    COLLECT_RECEIVE = "COLLECT_RECEIVE"
    RECEIVE_RESULT = "RECEIVE_RESULT"
    RESULT_RELEASE = "RESULT_RELEASE"
    RECEIVE_RELEASE = "RECEIVE_RELEASE"
    ORDER_RELEASE = "ORDER_RELEASE"


SEGMENT_LABELS = {
    Segment.ORDER_COLLECT: _("order to collection"),
    Segment.COLLECT_RECEIVE: _("collection to receipt"),
    Segment.RECEIVE_RESULT: _("receipt to result"),
    Segment.RESULT_RELEASE: _("result to release"),
    Segment.RECEIVE_RELEASE: _("receipt to release (in the laboratory)"),
    Segment.ORDER_RELEASE: _("order to release (whole)"),
}


class Cut(StrEnum):
    """By what the figures of a day are kept apart, beside the priority."""

    ALL = "ALL"
    SECTION = "SECTION"
    ASSAY = "ASSAY"
    WARD = "WARD"
    HOUR = "HOUR"


@dataclass(frozen=True, slots=True)
class Steps:
    """Classes of `width` minutes from `low` up to, not including, `high` minutes."""

    low: int
    high: int
    width: int
    first: int

    @property
    def after(self) -> int:
        """The number of the class that follows."""
        return self.first + (self.high - self.low) // self.width


STEPS = (
    Steps(0, 120, 1, 0),
    Steps(120, 480, 5, 120),
    Steps(480, 1440, 15, 192),
    Steps(1440, 20160, 60, 256),
)
# What took longer than the last step.
LONGEST_CLASS = STEPS[-1].after
LONGEST_MINUTES = STEPS[-1].high


def class_of(minutes: float) -> int:
    """Return the class that a time of `minutes` (>= 0) is counted in.

    Raises ValueError for a negative time (two moments in the wrong order are no turnaround) and
    for what is no number.
    """
    if not minutes >= 0:
        raise ValueError("a turnaround time is a number that is not negative")
    for steps in STEPS:
        if minutes < steps.high:
            return steps.first + int((minutes - steps.low) // steps.width)
    return LONGEST_CLASS


def limits_of(number: int) -> tuple[int, int]:
    """Return the minutes from which and up to which a class counts (half-open)."""
    if not 0 <= number <= LONGEST_CLASS:
        raise ValueError(f"there is no class {number}")
    for steps in STEPS:
        if number < steps.after:
            low = steps.low + (number - steps.first) * steps.width
            return low, low + steps.width
    return LONGEST_MINUTES, LONGEST_MINUTES


@dataclass(frozen=True)
class Histogram:
    """How many times fell into each class."""

    counts: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def percentile(self, share: float) -> float | None:
        """Return the minutes within which this share (0 to 1) was done; None where nothing was.

        Interpolated within its class as for grouped data. What is in the last class gives its
        beginning, 14 days: it took at least as long.
        """
        if not 0 <= share <= 1:
            raise ValueError("a share lies between 0 and 1")
        wanted, before = share * self.count, 0
        for number in sorted(self.counts):
            held = self.counts[number]
            if held and before + held >= wanted:
                low, high = limits_of(number)
                return low + (high - low) * max(0.0, wanted - before) / held
            before += held
        return None


def merged(histograms: Iterable[Mapping[int, int]]) -> Histogram:
    """Add up the classes of several histograms."""
    total: dict[int, int] = {}
    for counts in histograms:
        for number, count in counts.items():
            total[number] = total.get(number, 0) + count
    return Histogram(total)


# The edges of what is drawn, in minutes: narrow where most results are, wider beyond.
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440)
MOST_BARS, FEWEST_BARS = 30, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: minutes from, up to (None: and more), how many."""

    low: int
    high: int | None
    count: int


def bars(histogram: Histogram) -> tuple[Bar, ...]:
    """Return up to 31 bars of one width that hold 98 of 100 times; the last holds all beyond."""
    reach = histogram.percentile(0.98)
    if reach is None:
        return ()
    width = next((one for one in _WIDTHS if reach <= one * MOST_BARS), _WIDTHS[-1])
    last = max(int(reach) // width + 1, FEWEST_BARS) * width
    edges = list(range(0, last + 1, width))
    found, beyond = [0] * (len(edges) - 1), 0
    for number, count in histogram.counts.items():
        low, high = limits_of(number)
        if low >= edges[-1]:
            beyond += count
            continue
        # A class wider than a bar is drawn where its middle lies: its times are not known closer.
        found[bisect_right(edges, min((low + high) / 2, edges[-1] - 1)) - 1] += count
    drawn = [Bar(low, low + width, count) for low, count in zip(edges[:-1], found, strict=True)]
    return (*drawn, Bar(edges[-1], None, beyond)) if beyond else tuple(drawn)


@dataclass(frozen=True, slots=True)
class Target:
    """Within how many minutes `percent` of the results are to be done.

    `section` blank: of every section that has no target of its own.
    """

    segment: Segment
    priority: int
    minutes: int
    percent: float
    section: str = ""


def target_for(
    targets: Sequence[Target], *, segment: Segment, priority: int, section: str
) -> Target | None:
    """Return the target that a result is judged by: its section's own before the general one."""
    fitting = [
        one
        for one in targets
        if one.segment is segment and one.priority == priority and one.section in ("", section)
    ]
    return max(fitting, key=lambda one: one.section != "", default=None)


# In force until the laboratory approves its own; no norm asks for these.
SHIPPED_TARGETS = tuple(
    Target(Segment.RECEIVE_RELEASE, priority, minutes, 90.0)
    for priority, minutes in ((0, 60), (1, 90), (2, 120), (3, 480))
)
