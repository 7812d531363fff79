"""What each thing that was done did to one person's load: the loads beside it and the rates around it.

Part of a kinetics run, and worked out by its worker. The load before is the last one within
``WITHIN_DAYS`` before it began and since whatever was done earlier had ended; the load after the first one
since it ended, up to whatever was done next. Of two that began together neither is told from the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assays.numerics.kinetics import LoadFit

Json = Mapping[str, Any]
WITHIN_DAYS = 14
LEVEL = 0.975
BELOW = ("<", "<=")
RATES = ("rate_before", "rate_after", "regrowth")
_NEAR = 1e-6  # days


def effects(
    measured: Sequence[Json], done: Sequence[Json], fit: LoadFit, zero: datetime
) -> list[dict[str, Any]]:
    """Return for each intervention the loads before and after, their ratio with limits, and the rates.

    The limits of the ratio are those of the scatter of one load about the course (its CV, Student's
    with the freedom of the fit); None where the course leaves none.
    """
    loads = [one for one in measured if one["comparator"] in ("", *BELOW)]
    return [
        _effect(one, loads, fit, zero, [other for other in done if other is not one])
        for one in done
    ]


def _effect(
    one: Json, loads: Sequence[Json], fit: LoadFit, zero: datetime, others: Sequence[Json]
) -> dict[str, Any]:
    start = _moment(one["from"])
    following = min(
        (at for other in others if (at := _moment(other["from"])) > start), default=None
    )
    if any(_moment(other["from"]) == start for other in others):
        beside = {**_loads(one, (), others, following), "overlapping": True}
    else:
        beside = _loads(one, loads, others, following)
    rates = dict.fromkeys(RATES) if beside["overlapping"] else _rates(one, fit, zero, following)
    return {
        **{name: one[name] for name in ("kind", "detail", "from", "until")},
        **beside,
        **rates,
        "ratio": _ratio(beside, fit),
    }


def _loads(
    one: Json, loads: Sequence[Json], others: Sequence[Json], following: datetime | None
) -> dict[str, Any]:
    start, end = _moment(one["from"]), _end(one)
    far = timedelta(days=WITHIN_DAYS)
    earlier = [other for other in others if _moment(other["from"]) < start]
    near = [load for load in loads if start - far <= _moment(load["at"]) < start]
    before = [load for load in near if all(_is_after(load, other) for other in earlier)]
    after = [
        load
        for load in loads
        if _is_after(load, one)
        and (at := _moment(load["at"])) <= end + far
        and (following is None or at < following)
    ]
    return {
        "before": dict(before[-1]) if before else None,
        "after": dict(after[0]) if after else None,
        "loads_before": len(before),
        "loads_after": len(after),
        "days": _days(before[-1], after[0]) if before and after else None,
        "overlapping": bool(near and not before),
    }


def _end(one: Json) -> datetime:
    return _moment(one["until"] or one["from"])


def _is_after(load: Json, other: Json) -> bool:
    at = _moment(load["at"])
    return at > _moment(other["from"]) and at >= _end(other)


def _days(first: Json, second: Json) -> float:
    return (_moment(second["at"]) - _moment(first["at"])).total_seconds() / 86_400


def _ratio(found: Json, fit: LoadFit) -> dict[str, Any] | None:
    """Return after divided by before; where one is a limit, the ratio is one as well."""
    before, after = found["before"], found["after"]
    if before is None or after is None:
        return None
    first, second = float(before["value"]), float(after["value"])
    if not (first > 0 and second > 0) or (before["comparator"] and after["comparator"]):
        return None
    bound = "<" if after["comparator"] else ">" if before["comparator"] else ""
    value = second / first
    reach = _reach(fit)
    low = high = None
    if reach is not None:
        low = None if bound == "<" else value * math.exp(-reach)
        high = None if bound == ">" else value * math.exp(reach)
    return {"value": value, "low": low, "high": high, "bound": bound}


def _reach(fit: LoadFit) -> float | None:
    """Return how far the logarithm of a ratio of two loads lies off by their scatter alone."""
    if fit.cv is None or not 0 < fit.freedom < math.inf or not fit.cv > 0:
        return None
    from assays.numerics.kinetics.limits import quantile

    sigma = math.sqrt(math.log1p(fit.cv**2))
    found = quantile(fit.freedom, LEVEL) * sigma * math.sqrt(2)
    return found if found < 50 else None


def _rates(one: Json, fit: LoadFit, zero: datetime, following: datetime | None) -> dict[str, Any]:
    """Return the stretches of the course on either side, and growth that came back after a fall."""
    day = (_moment(one["from"]) - zero).total_seconds() / 86_400
    limit = math.inf if following is None else (following - zero).total_seconds() / 86_400
    segments = fit.segments
    before = next((s for s in segments if s.start < day - _NEAR <= s.end + _NEAR), None)
    after = next((s for s in segments if s.start - _NEAR <= day + _NEAR < s.end), None)
    if before is after:
        return dict.fromkeys(RATES)
    fell = after is not None and after.doubling.direction == "decay"
    later = (
        s
        for s in segments
        if after is not None
        and after.end - _NEAR <= s.start < limit - _NEAR
        and s.doubling.direction == "growth"
    )
    regrowth = next(later, None) if fell else None
    return {
        "rate_before": _plain(before),
        "rate_after": _plain(after),
        "regrowth": None if regrowth is None else {"day": regrowth.start, **_plain(regrowth)},
    }


def _plain(segment: Any) -> Any:
    if segment is None:
        return None
    doubling = asdict(segment.doubling)
    return {
        "rate": asdict(segment.rate),
        "doubling": {**doubling, "direction": str(doubling["direction"])},
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
