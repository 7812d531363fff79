"""Reference change values: how far two values of one person lie apart by chance alone.

z * sqrt(2) * sqrt(CVa^2 + CVi^2) per cent either way (Harris and Yasaka, Clin Chem 1983;29:25).
Above a CVi of 10 % values scatter log-normally, and the limits are the factors
exp(+-z * sqrt(2) * sigma) with sigma^2 = ln(1 + CVa^2 + CVi^2), so that a fall needs a smaller
percentage than a rise (Fokkema et al., Clin Chem Lab Med 2006;44:602).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from numbers import Real

from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

TWO_SIDED_95 = Decimal("1.96")
PRECISION = 28
WIDEST_SPREAD = Decimal(100)  # a factor of 1e43
# No limit and no CV is larger, nor is one other than zero smaller than the inverse.
LARGEST_EXPONENT = 20
Number = Decimal | int | float | str


class DeltaRefused(Refused, ValueError):
    """A limit, a time or a rule that no delta check can be made by."""


@dataclass(frozen=True, slots=True)
class Factors:
    """A relative change is within when current / previous lies between these."""

    low: Decimal
    high: Decimal


def rcv_symmetric(cv_method: Number, cv_within: Number, *, z: Number = TWO_SIDED_95) -> Factors:
    """Return 1 -+ z * sqrt(2) * sqrt(CVa^2 + CVi^2), both CVs in per cent; never below 0."""
    with localcontext(prec=PRECISION):
        change = limit_of(z, "z") * (2 * _variance(cv_method, cv_within)).sqrt()
        return Factors(max(Decimal(0), 1 - change), 1 + change)


def rcv_log_normal(cv_method: Number, cv_within: Number, *, z: Number = TWO_SIDED_95) -> Factors:
    """Return exp(-+ z * sqrt(2 ln(1 + CVa^2 + CVi^2))), both CVs in per cent."""
    with localcontext(prec=PRECISION):
        spread = limit_of(z, "z") * (2 * (1 + _variance(cv_method, cv_within)).ln()).sqrt()
        if spread > WIDEST_SPREAD:
            raise DeltaRefused("too_wide", _("The reference change value is off every scale."))
        return Factors((-spread).exp(), spread.exp())


def _variance(cv_method: Number, cv_within: Number) -> Decimal:
    by_method = limit_of(cv_method, "cv_method_percent")
    within = limit_of(cv_within, "cv_within_percent")
    return (by_method**2 + within**2) / Decimal(10_000)


def limit_of(given: object, name: str) -> Decimal:
    """Return a limit as the number it is written as; refuse what is none, or below zero."""
    limit = number_of(given)
    if limit is None or limit < 0:
        message = _("“%(name)s” of a delta check is a number not below zero, not %(given)s.")
        raise DeltaRefused("limit", message, name=name, given=cited(given))
    return limit


def number_of(number: object) -> Decimal | None:
    """Return a finite number of a size that can be meant, as it is written, or None."""
    if isinstance(number, bool) or not isinstance(number, Real | Decimal | str):
        return None
    if isinstance(number, int) and abs(number) >= 10 ** (LARGEST_EXPONENT + 1):
        return None  # before str(), which refuses a huge integer
    try:
        decimal = number if isinstance(number, Decimal) else Decimal(str(number).strip())
    except InvalidOperation:
        return None
    if not decimal.is_finite() or (decimal and abs(decimal.adjusted()) > LARGEST_EXPONENT):
        return None
    return decimal
