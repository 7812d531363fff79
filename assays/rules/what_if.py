"""What a changed range, limit or delta rule would have made of values that were recorded.

Each value is judged twice in its own patient's frozen context: by the version in force and by the
draft. Only what the draft changes is told; nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assays.rules import lanes, reference_intervals
from assays.rules.contexts import PatientContext, PregnancyStatus, Sex
from assays.rules.delta_check import DeltaRule
from assays.rules.evaluation import Finding, Subject, evaluate
from assays.rules.intervals import CriticalLimits, IntervalRow, PlausibilityLimits
from labsys.lib import units
from labsys.lib.quantities import Quantity
from labsys.lib.wording import gettext_noop as _

ADULT_DAYS, OLD_DAYS = 18 * 365.25, 65 * 365.25
SEXES = {Sex.FEMALE: _("female"), Sex.MALE: _("male"), Sex.UNKNOWN: _("sex not known")}


@dataclass(frozen=True, slots=True)
class Judging:
    """What values are judged by: the rows, limits and rule of one assay version."""

    unit: str
    intervals: Sequence[IntervalRow]
    critical: Sequence[CriticalLimits]
    plausibility: PlausibilityLimits | None
    delta: DeltaRule


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one version says of one value."""

    flags: tuple[str, ...]
    lane: lanes.Lane

    def __str__(self) -> str:
        return f"{' '.join(self.flags)} · {self.lane}"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would be judged otherwise."""

    result_id: int
    group: str
    value: str
    before: Verdict
    after: Verdict


@dataclass
class Group:
    """How many values of one kind of patient were judged, and how many otherwise."""

    judged: int = 0
    flags_changed: int = 0
    lane_changed: int = 0


@dataclass
class Effect:
    """What the draft would have changed."""

    judged: int = 0
    not_comparable: int = 0
    groups: dict[str, Group] = field(default_factory=dict)
    lanes: Counter[tuple[str, str]] = field(default_factory=Counter)
    flags: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    @property
    def flags_changed(self) -> int:
        return sum(group.flags_changed for group in self.groups.values())

    @property
    def lane_changed(self) -> int:
        return sum(group.lane_changed for group in self.groups.values())


def effect(subjects: Iterable[Subject], *, before: Judging, after: Judging) -> Effect:
    """Judge every value by both; one in a unit that either does not report cannot be compared."""
    found = Effect()
    for subject in subjects:
        value = subject.value
        units = {before.unit, after.unit}
        if isinstance(value, Quantity) and units != {value.unit}:
            found.not_comparable += 1
            continue
        _count(found, subject, judge(subject, before), judge(subject, after))
    return found


def judge(subject: Subject, by: Judging) -> Verdict:
    """Return the flags and the lane that a value gets from one version."""
    resolution = reference_intervals.select(
        subject.resolution.context,
        unit=by.unit,
        rows=by.intervals,
        critical=by.critical,
        plausibility=by.plausibility,
    )
    judged = replace(subject, resolution=resolution, delta_rule=by.delta)
    finding = evaluate(judged)
    return Verdict(finding.flags, _lane(judged, finding))


def _lane(subject: Subject, finding: Finding) -> lanes.Lane:
    value, resolution = subject.value, subject.resolution
    known = lanes.Known(
        is_analysed=True,
        flags=finding.flags,
        is_critical=finding.is_critical,
        delta=finding.delta_verdict,
        delta_reasons=tuple(finding.trace["delta"]["reasons"]),
        is_range_signed=resolution.is_signed and not resolution.is_partly_unestablished,
        holds=tuple(hold.kind.value for hold in finding.holds),
        comparator=value.comparator.value if isinstance(value, Quantity) else "",
    )
    return lanes.place(known).lane


def _count(found: Effect, subject: Subject, before: Verdict, after: Verdict) -> None:
    name = group_of(subject.resolution.context)
    group = found.groups.setdefault(name, Group())
    found.judged += 1
    group.judged += 1
    if before == after:
        return
    if before.flags != after.flags:
        group.flags_changed += 1
        found.flags[" ".join(before.flags), " ".join(after.flags)] += 1
    if before.lane != after.lane:
        group.lane_changed += 1
        found.lanes[before.lane.value, after.lane.value] += 1
    found.changes.append(
        Change(subject.result_id, name, units.reading(subject.value), before, after)
    )


def group_of(context: PatientContext) -> str:
    """Say in words what kind of patient a context is of: species, sex, age, pregnancy."""
    words = [context.species, SEXES[context.sex], _age(context)]
    if context.pregnancy.status is PregnancyStatus.PREGNANT:
        words.append(_("pregnant"))
    return ", ".join(words)


def _age(context: PatientContext) -> str:
    youngest, oldest = context.age.youngest, context.age.oldest
    if oldest is not None and oldest < ADULT_DAYS:
        return _("under 18")
    if youngest >= OLD_DAYS:
        return _("65 and over")
    if youngest >= ADULT_DAYS:
        return _("18 to 64") if oldest is not None and oldest < OLD_DAYS else _("18 and over")
    return _("age not known")


def most_common(counted: Mapping[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    """Return (before, after, how many), the most frequent first."""
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [(before, after, count) for (before, after), count in ordered]
