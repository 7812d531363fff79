"""How long a specimen may be measured: its age, and how it was kept, against an assay's limits.

A limit says for how many hours a specimen kept at one temperature gives the same value. A specimen
that was kept at several uses each limit up in part: 6 of 24 hours at room temperature and 3 of 6
days in the refrigerator use up a quarter and a half. What is not known counts against the specimen:
time nobody accounted for was spent at room temperature, and a temperature without a limit gives no
permission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from assays.rules.storage import TEMPERATURE_LABELS, Temperature
from labsys.lib.wording import gettext_noop as _

HOUR = timedelta(hours=1)


class Verdict(StrEnum):
    """Whether the specimen may still be measured."""

    WITHIN = "WITHIN"
    EXCEEDED = "EXCEEDED"
    NO_LIMIT = "NO_LIMIT"
    AGE_UNKNOWN = "AGE_UNKNOWN"


@dataclass(frozen=True)
class Stay:
    """A time at one temperature: from `since` up to, not including, `until` (None: up to now)."""

    temperature: Temperature
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Stability:
    """What was found: the verdict, the sentence that says why, and the numbers behind it.

    `age_hours` is None where the time of collection is unknown or lies after `at`. `used` is the
    part of the permitted time that is used up (1 and more: exceeded), None where it cannot be told.
    `hours_left` is what remains if the specimen stays at the temperature it has now.
    """

    verdict: Verdict
    message: str
    params: Mapping[str, object]
    age_hours: Decimal | None = None
    used: Decimal | None = None
    hours_left: Decimal | None = None

    @property
    def is_within(self) -> bool:
        """Whether a limit is known and was kept: the only verdict that permits anything."""
        return self.verdict is Verdict.WITHIN

    @property
    def reason(self) -> str:
        """The sentence in English, filled in."""
        return self.message % self.params


def check(
    *,
    collected_at: datetime | None,
    at: datetime,
    limits: Mapping[Temperature, Decimal],
    stays: Sequence[Stay] = (),
) -> Stability:
    """Say whether a specimen collected at one moment may be measured at another.

    `limits` gives hours by temperature; 0 means that it must not be kept so, a missing one that
    nothing is established. `stays` say how it was kept; the rest of the time counts as spent at
    room temperature. Times are half-open: a limit of 24 hours is exceeded at 24 hours. Stays must
    not overlap (ValueError).
    """
    if collected_at is None:
        return Stability(Verdict.AGE_UNKNOWN, _("The time of collection is not known."), {})
    if at < collected_at:
        return Stability(
            Verdict.AGE_UNKNOWN, _("The specimen was collected after the moment asked about."), {}
        )
    age = _hours(at - collected_at)
    if not limits:
        return Stability(
            Verdict.NO_LIMIT, _("No limit of stability is established."), {}, _round(age)
        )
    spent = _spent(collected_at, at, stays)
    # Of every temperature together, also where one alone is too much: it never becomes less.
    used = sum(
        (hours / Fraction(limits[one]) for one, hours in spent.items() if limits.get(one)),
        Fraction(0),
    )
    for temperature, hours in spent.items():
        limit = limits.get(temperature)
        if limit is not None and (limit == 0 or hours >= Fraction(limit)):
            return _exceeded(age, temperature, hours, Fraction(limit), used)
    if used >= 1:
        params = {"percent": int(used * 100), "age": _shown(age)}
        message = _("%(age)s h old; %(percent)s %% of the permitted time is used up.")
        return Stability(Verdict.EXCEEDED, message, params, _round(age), _round(used))
    missing = [temperature for temperature in spent if temperature not in limits]
    if missing:
        return Stability(
            Verdict.NO_LIMIT,
            _("No limit of stability is established for %(temperature)s."),
            {"temperature": TEMPERATURE_LABELS[missing[0]]},
            _round(age),
        )
    left = (1 - used) * Fraction(limits.get(_now(at, stays), Decimal(0)))
    params = {"age": _shown(age), "left": _shown(left)}
    message = _("%(age)s h old; %(left)s h are left as it is kept now.")
    return Stability(Verdict.WITHIN, message, params, _round(age), _round(used), _round(left))


def _exceeded(
    age: Fraction, temperature: Temperature, hours: Fraction, limit: Fraction, used: Fraction
) -> Stability:
    params = {
        "age": _shown(age),
        "hours": _shown(hours),
        "limit": _shown(limit),
        "temperature": TEMPERATURE_LABELS[temperature],
    }
    message = _("%(hours)s h at %(temperature)s; at most %(limit)s h are permitted.")
    return Stability(
        Verdict.EXCEEDED, message, params, _round(age), _round(used) if limit else None
    )


def _spent(
    collected_at: datetime, at: datetime, stays: Sequence[Stay]
) -> dict[Temperature, Fraction]:
    """Return the hours spent at each temperature; what no stay accounts for was at room."""
    spent: dict[Temperature, Fraction] = {}
    reached = collected_at
    for stay in sorted(stays, key=lambda stay: stay.since):
        since, until = max(stay.since, collected_at), min(stay.until or at, at)
        if until <= since:
            continue
        if since < reached:
            raise ValueError("a specimen cannot be kept at two temperatures at the same time")
        _add(spent, Temperature.AMBIENT, since - reached)
        _add(spent, stay.temperature, until - since)
        reached = until
    _add(spent, Temperature.AMBIENT, at - reached)
    return spent


def _add(spent: dict[Temperature, Fraction], temperature: Temperature, time: timedelta) -> None:
    if time > timedelta(0):
        spent[temperature] = spent.get(temperature, Fraction(0)) + _hours(time)


def _now(at: datetime, stays: Sequence[Stay]) -> Temperature:
    """Return the temperature the specimen has at `at`."""
    for stay in stays:
        if stay.since <= at and (stay.until is None or at < stay.until):
            return stay.temperature
    return Temperature.AMBIENT


def _hours(time: timedelta) -> Fraction:
    return Fraction(time // timedelta(microseconds=1), HOUR // timedelta(microseconds=1))


def _round(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.001"))


def _shown(value: Fraction) -> str:
    shown = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.1"))
    return f"{shown.normalize():f}"
