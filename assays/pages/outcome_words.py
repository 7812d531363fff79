"""What came of an intervention, in words, with its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assays.rules import intervention_outcomes as rules
from assays.rules.analyses.kinetics import KINDS
from assays.rules.intervention_outcomes import Outcome, Verdict, Why
from assays.rules.intervention_outcomes import of as outcome_of
from labsys.lib.chart_words import words
from patients.models import Intervention

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One intervention with its number in the order of time, and what came of it."""

    number: int
    intervention: Intervention
    outcome: Outcome | None
    sentences: Sequence[str]


def told(done: Sequence[Intervention], kinetics: Json | None, zone: Any) -> list[Told]:
    """Return what came of each intervention that bears on a load; of others nothing is said."""
    found = []
    for number, one in enumerate(done, start=1):
        if one.kind not in KINDS:
            found.append(Told(number, one, None, [_("not judged by the nanite load")]))
            continue
        row = rules.among(
            kinetics,
            kind=one.kind,
            started_at=one.started_at.isoformat(),
            ended_at=one.ended_at.isoformat() if one.ended_at else None,
            detail=one.detail,
        )
        outcome = outcome_of(row)
        found.append(Told(number, one, outcome, sentences(outcome, kinetics, zone)))
    return found


def sentences(outcome: Outcome, kinetics: Json | None, zone: Any) -> list[str]:
    """Say what the load did, how its rate changed, and whether it grew again."""
    said = [verdict(outcome)]
    if outcome.found is not None and kinetics is not None:
        said += [*_rates(outcome.found), *_regrowth(outcome.found, kinetics, zone)]
    return said


def verdict(outcome: Outcome) -> str:
    """Say whether the load fell or rose, by what factor, with limits."""
    if outcome.verdict is Verdict.NOT_DETERMINABLE:
        return _("not determinable: %(why)s") % {"why": _why(outcome)}
    given = {
        "factor": _number(outcome.factor),
        "limits": _limits(outcome.low, outcome.high),
        "days": _span(outcome.days),
    }
    if outcome.verdict is Verdict.UNCHANGED:
        return (
            _("not told from chance: load after / before %(factor)s %(limits)s within %(days)s")
            % given
        )
    if outcome.is_bound:
        least = {**given, "factor": _number(outcome.factor), "least": _number(outcome.low)}
        sentence = (
            _(
                "fell below the limit of detection, by a factor of at least %(least)s, within %(days)s"
            )
            if outcome.verdict is Verdict.FELL
            else _(
                "rose from below the limit of detection, by a factor of at least %(least)s, within %(days)s"
            )
        )
        return sentence % least
    sentence = (
        _("fell by a factor %(factor)s %(limits)s within %(days)s")
        if outcome.verdict is Verdict.FELL
        else _("rose by a factor %(factor)s %(limits)s within %(days)s")
    )
    return sentence % given


def _why(outcome: Outcome) -> str:
    found = outcome.found
    reasons = {
        Why.NOT_ANALYSED: _("no kinetics run that you may read holds it yet"),
        Why.OVERLAPPING: _("something else was done to the nanites in between"),
        Why.NONE_BEFORE: _("no load in the 14 days before"),
        Why.NONE_AFTER: _("no load in the 14 days after, before something else was done"),
        Why.BOTH_BELOW: _("both loads lie below the limit of detection"),
        Why.NO_LIMITS: _("the loads are too few to say how much one scatters"),
    }
    said = reasons[outcome.why or Why.NOT_ANALYSED]
    if outcome.why is Why.NO_LIMITS and found is not None and found["loads_after"] == 1:
        said += "; " + _("one load after")
    return str(said)


def _rates(found: Json) -> list[str]:
    before, after = found["rate_before"], found["rate_after"]
    if before is None or after is None:
        return []
    return [
        _("before: %(before)s; after: %(after)s")
        % {"before": _doubling(before["doubling"]), "after": _doubling(after["doubling"])}
    ]


def _doubling(found: Json) -> str:
    days = found["days"]
    if days is None:
        return _("neither growth nor fall is certain")
    given = {"days": _number(days["value"]), "limits": _limits(days["low"], days["high"])}
    if found["direction"] == "growth":
        return _("doubled in %(days)s d %(limits)s") % given
    return _("halved in %(days)s d %(limits)s") % given


def _regrowth(found: Json, kinetics: Json, zone: Any) -> list[str]:
    again = found["regrowth"]
    if again is None:
        return []
    at = datetime.fromisoformat(kinetics["zero"]) + timedelta(days=again["day"])
    return [
        _("grew again from %(day)s: %(rate)s")
        % {"day": words().day(at, zone), "rate": _doubling(again["doubling"])}
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}" if value < 10 else f"{value:.0f}"


def _limits(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"[{_number(low)}, {_number(high)}]"


def _span(days: float | None) -> str:
    if days is None:
        return "–"
    if days < 1:
        return _("%(hours)d h") % {"hours": max(1, round(24 * days))}
    return _("%(days)s d") % {"days": f"{days:.1f}".removesuffix(".0")}
