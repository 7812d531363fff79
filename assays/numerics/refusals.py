"""What an analysis cannot make a number of: named errors in the laboratory's words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

Floats = NDArray[np.float64]
Kind = TypeVar("Kind", bound=StrEnum)
Made = TypeVar("Made")

# The square of a larger one, summed, may be none that a float holds.
LARGEST = 1e150
# The square of a smaller one is none, and what is divided by it may be none either.
SMALLEST = 1e-150


class Unusable(Refused, ValueError):
    """Input of which an analysis can make no number: which value, and what to do.

    ``code`` is stable for programs; ``message`` and ``params`` let a door say it in another
    language.
    """


class NoSolution(Refused, ArithmeticError):
    """Input that is sound, but of which no answer follows: a fit that has none, or that was not
    found.
    """


def numbers(
    values: ArrayLike,
    *,
    name: str,
    least: int = 1,
    lowest: float | None = None,
    smallest: float = SMALLEST,
) -> Floats:
    """Return values as a one-dimensional array of floats, each of them finite.

    ``name`` is what the values are, in the laboratory's words ("concentrations"). ``least`` is how
    many the analysis needs; ``lowest`` the smallest that can be (0 for a load), None for any.
    ``smallest`` is the least size of what is not 0: of probabilities it may be 0. Raises Unusable
    with the code EMPTY, NOT_A_NUMBER, SHAPE, TOO_FEW, NOT_FINITE, TOO_LARGE, TOO_SMALL or TOO_LOW, and with the place of the value, counted from 1. A blank is never 0. Moments and spans
    of time are no numbers, as these would lose their unit; nor are yes and no. What a masked array
    masks has no value.
    """
    array = floats(values, name=name)
    if array.ndim != 1:
        raise Unusable("SHAPE", _("The %(name)s are to be one list of numbers."), name=name)
    if array.size == 0:
        raise Unusable("EMPTY", _("There are no %(name)s."), name=name)
    _check_each(array, ~np.isfinite(array), "NOT_FINITE", _PLACES["NOT_FINITE"], name)
    _check_each(array, np.abs(array) > LARGEST, "TOO_LARGE", _PLACES["TOO_LARGE"], name)
    is_tiny = (np.abs(array) < smallest) & (array != 0)
    _check_each(array, is_tiny, "TOO_SMALL", _PLACES["TOO_SMALL"], name)
    if lowest is not None:
        _check_each(array, array < lowest, "TOO_LOW", _PLACES["TOO_LOW"], name, lowest=lowest)
    if array.size < least:
        raise Unusable(
            "TOO_FEW",
            _("%(given)d of the %(name)s are too few; give at least %(least)d."),
            given=int(array.size),
            name=name,
            least=least,
        )
    return array


def pairs(x: Floats, y: Floats, *, names: tuple[str, str]) -> None:
    """Raise Unusable (code LENGTHS) unless there are as many of the one as of the other."""
    if x.size != y.size:
        raise Unusable(
            "LENGTHS",
            _("There are %(first)d %(first_name)s and %(second)d %(second_name)s."),
            first=int(x.size),
            first_name=names[0],
            second=int(y.size),
            second_name=names[1],
        )


_PLACES = {
    "NOT_FINITE": _("Number %(place)d of the %(name)s is %(value)s: no finite number."),
    "TOO_LARGE": _(
        "Number %(place)d of the %(name)s is %(value)s: larger than can be computed with."
    ),
    "TOO_SMALL": _(
        "Number %(place)d of the %(name)s is %(value)s: smaller than can be computed with, and not 0."
    ),
    "TOO_LOW": _("Number %(place)d of the %(name)s is %(value)s; none can be below %(lowest)s."),
}


def floats(values: ArrayLike, *, name: str) -> Floats:
    """Return values as an array of floats of the shape they have, which may hold what is not finite.

    Raises Unusable (NOT_A_NUMBER) as ``numbers`` does. What a masked array masks is not a number.
    """
    try:
        if isinstance(values, str | bytes):
            raise TypeError
        if isinstance(values, np.ma.MaskedArray):
            values = np.ma.filled(values.astype(np.float64), np.nan)
        array = np.asarray(values)
        # Complex numbers, spans and moments, bytes, yes and no.
        if array.dtype.kind in "cmMSb":
            raise TypeError
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unusable(
            "NOT_A_NUMBER",
            _("Not all %(name)s are numbers: %(given)s."),
            name=name,
            given=cited(values),
        ) from error


def number(value: object, *, name: str) -> float:
    """Return one finite number that was asked for by ``name``; raises Unusable (NOT_A_NUMBER)."""
    if is_number(value):
        return float(value)
    raise Unusable(
        "NOT_A_NUMBER",
        _("The %(name)s is one number, not %(given)s."),
        name=name,
        given=cited(value),
    )


def is_number(value: object) -> TypeGuard[float]:
    """Return whether it is one finite number that a float holds; yes and no are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def whole(value: object, *, name: str) -> int:
    """Return one whole number that was asked for by ``name``; raises Unusable (NOT_A_NUMBER)."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    raise Unusable(
        "NOT_A_NUMBER",
        _("The %(name)s is a whole number, not %(given)s."),
        name=name,
        given=cited(value),
    )


def is_within(value: object, least: float, most: float) -> TypeGuard[float]:
    """Return whether it is one number from ``least`` to ``most``."""
    return is_number(value) and least <= value <= most


def is_between(value: object, low: float, high: float) -> TypeGuard[float]:
    """Return whether it is one number above ``low`` and below ``high``."""
    return is_number(value) and low < value < high


def yes_or_no(value: object, *, name: str) -> bool:
    """Return yes or no that was asked for by ``name``; raises Unusable (NOT_YES_OR_NO)."""
    if isinstance(value, bool | np.bool_) or (is_number(value) and value in (0, 1)):
        return bool(value)
    raise Unusable(
        "NOT_YES_OR_NO",
        _("Whether there is %(name)s is said by yes or no, not by %(given)s."),
        name=name,
        given=cited(value),
    )


def drawing(seed: object) -> np.random.Generator:
    """Return random numbers that the same seed repeats; raises Unusable (NOT_A_NUMBER, SEED)."""
    given = whole(seed, name=_("seed"))
    if given < 0:
        raise Unusable("SEED", _("A seed is a whole number from 0, not %(given)s."), given=given)
    return np.random.default_rng(given)


def made(value: object, kind: type[Made], *, name: str, by: str) -> Made:
    """Return what an analysis made; something else is refused (NOT_MADE), with who makes it."""
    if isinstance(value, kind):
        return value
    raise Unusable(
        "NOT_MADE",
        _("The %(name)s is what %(by)s returns, not %(given)s."),
        name=name,
        by=by,
        given=cited(value),
    )


def listed(values: Iterable[Made], *, name: str) -> list[Made]:
    """Return what was given as a list; text, a mapping or one thing alone is none (NOT_A_LIST)."""
    is_one = isinstance(values, str | bytes | Mapping) or getattr(values, "ndim", 1) == 0
    if not is_one and isinstance(values, Iterable):
        return list(values)
    raise Unusable(
        "NOT_A_LIST", _("The %(name)s are a list, not %(given)s."), name=name, given=cited(values)
    )


def _check_each(
    array: Floats, is_wrong: NDArray[np.bool_], code: str, message: str, name: str, **params: Any
) -> None:
    if is_wrong.any():
        place = int(np.flatnonzero(is_wrong)[0])
        raise Unusable(
            code, message, place=place + 1, name=name, value=f"{array[place]:g}", **params
        )


def option(kinds: type[Kind], given: Kind | str) -> Kind:
    """Return one of a few choices from itself or its value; another is refused (OPTION)."""
    try:
        return kinds(given)
    except ValueError as error:
        raise Unusable(
            "OPTION",
            _("%(given)s is no choice here; there are: %(known)s."),
            given=cited(given),
            known=", ".join(one.value for one in kinds),
        ) from error
