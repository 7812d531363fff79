"""What became of benefits around a removal, in words: what was measured, and why that much can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.queries.benefits import Trial
from assays.queries.words import number
from assays.rules.benefit_changes import Change, Comparison, Value
from assays.rules.benefit_measures import Better, Measure
from assays.rules.benefits import Act, Finding, Verdict, Why
from labsys.lib import units
from labsys.lib.moments import stamp
from labsys.lib.pills import pill
from labsys.lib.quantities import plain
from patients.models import Intervention

VERDICTS: Mapping[Verdict, tuple[str, Any]] = {
    Verdict.KEPT: ("good", gettext_lazy("kept")),
    Verdict.LOST: ("abnormal", gettext_lazy("lost")),
    Verdict.GAINED: ("info", gettext_lazy("gained")),
    Verdict.NO_BENEFIT: ("muted", gettext_lazy("no benefit with nanites")),
    Verdict.NOT_DETERMINABLE: ("held", gettext_lazy("not determinable")),
}
WHYS: Mapping[Why, Any] = {
    Why.NO_ONSET: gettext_lazy(
        "neither an exposure nor a load says that there were nanites before the removal"
    ),
    Why.NO_NANITES: gettext_lazy("no released load shows nanites at the removal"),
    Why.NO_BASELINE: gettext_lazy("no value from before nanites"),
    Why.NONE_WITH: gettext_lazy("no value with nanites shortly before the removal"),
    Why.NONE_AFTER: gettext_lazy("no value after the removal within the days that count"),
    Why.TOO_EARLY: gettext_lazy("too early after the removal"),
    Why.OVERLAPPING: gettext_lazy("something else was done to the nanites in between"),
    Why.INTERVENED: gettext_lazy("something that may act on it was done in between"),
    Why.NO_CONVERSION: gettext_lazy("the values are in units without an approved conversion"),
    Why.NO_CV: gettext_lazy(
        "the CV of the method or within a person is not known, so nor is what chance explains"
    ),
    Why.ASSAYS_DIFFER: gettext_lazy("the values are of different assays"),
    Why.NOT_POSITIVE: gettext_lazy("a value of 0 or below has no relative change"),
    Why.CENSORED: gettext_lazy("a value known only as a limit leaves several answers"),
    Why.BETWEEN: gettext_lazy(
        "neither worse than with nanites nor better than before them, as far as chance allows to tell"
    ),
}
CHANGES: Mapping[Change, Any] = {
    Change.BETTER: gettext_lazy("better"),
    Change.WORSE: gettext_lazy("worse"),
    Change.NONE: gettext_lazy("no change that counts"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one trial as it is shown."""

    name: str
    aim: str
    values: Sequence[tuple[str, str]]
    verdict: SafeString
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One trial as it is shown: its number among what was done, what it was, and its measures."""

    number: int | None
    title: str
    at: str
    lines: Sequence[Line]


def tables(
    trials: Sequence[Trial], names: Mapping[str, str], numbers: Mapping[int, int]
) -> list[Table]:
    """Return each trial in words; `numbers` has the place of an intervention among what was done."""
    return [
        Table(
            numbers.get(one.act.what.id or 0),
            act_words(one.act),
            stamp(one.act.started_at),
            [line(finding, names) for finding in one.findings],
        )
        for one in trials
    ]


def line(one: Finding, names: Mapping[str, str]) -> Line:
    """Return one finding in words."""
    shown = [_value(value) for value in (one.baseline, one.carried, one.after)]
    name = names.get(one.measure.analyte, one.measure.analyte)
    return Line(name, aim(one.measure), shown, verdict(one.verdict), sentences(one))


def verdict(given: Verdict) -> SafeString:
    """Write a verdict as a pill."""
    tone, said = VERDICTS[given]
    return pill(tone, said)


def aim(measure: Measure) -> str:
    """Say which way is better, and which change matters."""
    said = (
        _("higher is better; %(change)s matter")
        if measure.better is Better.HIGHER
        else _("lower is better; %(change)s matter")
    )
    return said % {"change": f"{plain(measure.smallest)} {units.shown(measure.unit)}"}


def sentences(one: Finding) -> list[str]:
    """Say why a verdict is what it is, and what was done beside."""
    said = [reason(why, one) for why in one.whys]
    if one.is_partly_kept:
        said.append(_("still better than before nanites"))
    pairs = (
        (one.came, _("from before to with nanites: %(change)s")),
        (one.left, _("from with nanites to after the removal: %(change)s")),
        (one.net, _("from before nanites to after the removal: %(change)s")),
    )
    for comparison, sentence in pairs:
        if comparison is not None and not comparison.obstacle:
            said.append(sentence % {"change": change(comparison)})
    if one.confounders:
        said.append(_("done in between: %(acts)s") % {"acts": _acts(one.confounders)})
    if one.beside:
        said.append(
            _("done in between, and not known to act on it: %(acts)s") % {"acts": _acts(one.beside)}
        )
    if one.earlier:
        said.append(
            _("done between the first two values, and may act on it: %(acts)s")
            % {"acts": _acts(one.earlier)}
        )
    return said


def reason(why: Why, one: Finding) -> str:
    """Say why nothing can be said, with the day from which values count."""
    if why is Why.TOO_EARLY and one.counts_from is not None:
        return _("too early after the removal: values count from %(day)s") % {
            "day": stamp(one.counts_from)
        }
    return str(WHYS[why])


def change(one: Comparison) -> str:
    """Say how two values differ, and by which factors chance alone would."""
    found = " / ".join(str(CHANGES[each]) for each in Change if each in one.possible)
    assert one.factors is not None
    given = {
        "found": found,
        "low": f"{one.factors.low:.2f}",
        "high": f"{one.factors.high:.2f}",
        "percent": "" if one.percent is None else f"{one.percent:+.0f}".replace("-", "−"),
    }
    if one.percent is None:
        return _("%(found)s (chance alone: factors %(low)s to %(high)s)") % given
    return _("%(percent)s %%, %(found)s (chance alone: factors %(low)s to %(high)s)") % given


def act_words(act: Act) -> str:
    """Say what was done."""
    kind = str(Intervention.Kind(act.what.kind).label)
    return f"{kind}, {act.what.detail}" if act.what.detail else kind


def _acts(acts: Sequence[Act]) -> str:
    return "; ".join(f"{act_words(one)} ({stamp(one.started_at)})" for one in acts)


def _value(value: Value | None) -> tuple[str, str]:
    if value is None:
        return "–", ""
    given = value.quantity
    said = f"{number(given.value, given.comparator.value)} {units.shown(given.unit)}".strip()
    return said, stamp(value.collected_at)
