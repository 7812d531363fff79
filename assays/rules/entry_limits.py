"""What stops a typed value at the door: beyond what the method measures, or beyond belief.

A value beyond the analytical measurement range (AMR) is no measurement: it is entered as a bound
(`>1000`) or measured again in a dilution. A value outside the plausibility limits is a mistake until
somebody who may says in writing that it is not; the evaluation holds it for another person even so.
"""

from __future__ import annotations

from decimal import Decimal

from assays.rules.intervals import PlausibilityLimits
from assays.rules.spans import Side, side_of, span_of
from labsys.lib import units
from labsys.lib.quantities import Comparator, Quantity, ReportedValue, plain
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

_UPWARD = (Comparator.GREATER, Comparator.AT_LEAST)
_DOWNWARD = (Comparator.LESS, Comparator.AT_MOST)


class Unmeasured(Refused):
    """A number that the method cannot have measured."""


class Implausible(Refused):
    """A value outside the plausibility limits, entered without a reason."""


def measuring_range_refusal(
    value: ReportedValue, *, assay: str, low: Decimal | None, high: Decimal | None
) -> Unmeasured | None:
    """Return why the value lies beyond the measuring range, in the reporting unit, or None.

    The limits themselves are measured. A bound is as far as the range goes: `>1000` where 1000 is
    its end, `<0.1` where 0.1 is.
    """
    if not isinstance(value, Quantity):
        return None
    if high is not None and value.value > high and value.comparator not in _DOWNWARD:
        return _beyond(value, assay, ">", high)
    if low is not None and value.value < low and value.comparator not in _UPWARD:
        return _beyond(value, assay, "<", low)
    return None


def implausible_refusal(
    value: ReportedValue, *, assay: str, limits: PlausibilityLimits | None
) -> Implausible | None:
    """Return why the value, in the reporting unit, is implausible for anybody, or None."""
    if limits is None or not isinstance(value, Quantity):
        return None
    floor = min(Decimal(0), limits.low) if limits.low is not None else Decimal(0)
    if side_of(span_of(value, floor=floor), limits.low, limits.high) in (
        Side.INSIDE,
        Side.UNDECIDED,
    ):
        return None
    return Implausible(
        "implausible",
        _(
            "%(assay)s %(value)s lies outside the plausibility limits %(low)s to %(high)s: look at "
            "it again."
        )
        if limits.signed
        else _(
            "%(assay)s %(value)s lies outside the plausibility limits %(low)s to %(high)s, which "
            "nobody signed: look at it again."
        ),
        assay=assay,
        value=units.reading(value),
        low=plain(limits.low) if limits.low is not None else "−∞",
        high=plain(limits.high) if limits.high is not None else "∞",
    )


def _beyond(value: Quantity, assay: str, sign: str, limit: Decimal) -> Unmeasured:
    return Unmeasured(
        "measuring_range",
        _(
            "%(assay)s %(value)s lies beyond the measuring range, which ends at %(limit)s: enter "
            "“%(sign)s%(limit)s”, or measure a dilution."
        ),
        assay=assay,
        value=units.reading(value),
        sign=sign,
        limit=plain(limit),
    )
