"""A function of parameters as the solver sees it: values, derivatives, and None where it has none."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assays.numerics.refusals import Floats, Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

Function = Callable[..., Any]
Values = NDArray[Any]

# What a function may raise for parameters at which it has no value.
FAILURES = (
    ArithmeticError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    np.exceptions.ComplexWarning,
)
_AGREEMENT = 1e-4
_TABLEAU = 4


class Model:
    """``function`` at given ``x``, of which a value is known or not at any parameters.

    ``evaluations`` counts the calls. Derivatives come by complex steps (exact to rounding: Squire
    and Trapp, SIAM Rev 1998;40:110) where the function takes complex parameters and they agree with
    differences at the first point asked for; else by extrapolated central differences (Ridders, Adv
    Eng Softw 1982;4:75).
    """

    def __init__(self, function: Function, x: Any, size: int, start: Floats) -> None:
        self._call = _in_parts(function, len(start))
        self._x = x
        self._size = size
        self._scale = np.where(start != 0, np.abs(start), 1.0)
        self._takes_complex: bool | None = None
        self.evaluations = 0

    def at_precision(self, x: Any) -> Model:
        """Return the same function at an ``x`` of another precision."""
        other = Model.__new__(Model)
        other._call, other._x, other._size = self._call, x, self._size
        other._scale, other._takes_complex = self._scale, self._takes_complex
        other.evaluations = 0
        return other

    def check(self, parameters: Floats) -> None:
        """Raise Unusable for a function that cannot be called or has another shape.

        LENGTHS where that is because x and the values are not equally many, else FUNCTION.
        """
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(self._call(self._x, parameters))
                as_floats = found.astype(np.float64)
                np.broadcast_to(as_floats.ravel() if found.ndim else as_floats, self._size)
        except ArithmeticError:
            return
        except FAILURES as error:
            is_one = isinstance(self._x, np.ndarray) and self._x.ndim == 1
            if is_one and np.size(self._x) != self._size:
                raise Unusable(
                    "LENGTHS",
                    _("There are %(predictors)d predictors and %(values)d values to be fitted."),
                    predictors=int(np.size(self._x)),
                    values=self._size,
                ) from error
            raise Unusable(
                "FUNCTION",
                _("The function cannot be used for these %(size)d values: %(why)s."),
                size=self._size,
                why=cited(str(error), 200),
            ) from error

    def values(self, parameters: Values) -> Values | None:
        """Return the function's values, None where one of them is no finite number."""
        found = self._called(parameters)
        if found is None or np.iscomplexobj(found) or not np.isfinite(found).all():
            return None
        return found

    def derivatives(self, parameters: Values, places: Sequence[int] = ()) -> Values | None:
        """Return the derivatives, (values, parameters), None where one is no finite number.

        ``places`` are the parameters by which it is derived, all where none is named.
        """
        if self._takes_complex is None:
            self._takes_complex = self._agrees(parameters)
        columns = []
        for place in places or range(len(parameters)):
            column = self._complex_step(parameters, place) if self._takes_complex else None
            if column is None:
                column = self._difference(parameters, place)
            if column is None:
                return None
            columns.append(column)
        return np.stack(columns, axis=1)

    def _called(self, parameters: Values) -> Values | None:
        self.evaluations += 1
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(self._call(self._x, parameters))
                if found.dtype.kind not in "fc":
                    found = found.astype(np.float64)
                return np.broadcast_to(found.ravel() if found.ndim else found, self._size)
        except FAILURES:
            return None

    def _agrees(self, parameters: Values) -> bool:
        """Return whether complex steps give what differences give: abs() and the like do not."""
        for place in range(len(parameters)):
            exact = self._complex_step(parameters, place)
            near = self._difference(parameters, place)
            if exact is None and near is not None:
                continue
            if exact is None or near is None:
                return False
            size = float(np.linalg.norm(near.astype(np.float64)))
            if (
                float(np.linalg.norm((exact - near).astype(np.float64)))
                > _AGREEMENT * size + 1e-300
            ):
                return False
        return True

    def _complex_step(self, parameters: Values, place: int) -> Values | None:
        kind = np.clongdouble if parameters.dtype == np.longdouble else np.complex128
        stepped = parameters.astype(kind)
        step = 1e-25 * float(max(abs(parameters[place]), self._scale[place] * 1e-6))
        stepped[place] += kind(1j * step)
        found = self._called(stepped)
        if found is None or not np.iscomplexobj(found) or not np.isfinite(found).all():
            return None
        column: Values = found.imag / step
        return column if np.isfinite(column).all() else None

    def _difference(self, parameters: Values, place: int) -> Values | None:
        size = float(max(abs(parameters[place]), self._scale[place] * 1e-3))
        for widest in (2e-2, 1e-4, 1e-6):
            found = self._extrapolated(parameters, place, widest * size)
            if found is not None:
                return found
        return None

    def _extrapolated(self, parameters: Values, place: int, width: float) -> Values | None:
        best, least = None, np.inf
        above: list[Values] = []
        for level in range(_TABLEAU):
            step = width / 2.0**level
            ahead, behind = parameters.copy(), parameters.copy()
            ahead[place] += step
            behind[place] -= step
            high, low = self.values(ahead), self.values(behind)
            if high is None or low is None:
                return best
            row: list[Values] = [(high - low) / (ahead[place] - behind[place])]
            for order, previous in enumerate(above, start=1):
                share = 4.0**order
                row.append((share * row[-1] - previous) / (share - 1))
            if above:
                error = float(np.linalg.norm((row[-1] - above[-1]).astype(np.float64)))
                if error <= least:
                    best, least = row[-1], error
            above = row
        return best


def _in_parts(function: Function, count: int) -> Function:
    """Return a caller ``(x, parameters)`` of a function of ``x`` and each parameter by itself.

    A function that takes exactly two arguments while there are two parameters or more can only
    mean the parameters as one array; it is called so.
    """
    try:
        taken = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        taken = ()  # type: ignore[assignment]
    kinds = [one.kind for one in taken]
    plain = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    needed = [one for one in taken if one.kind in plain and one.default is one.empty]
    if count > 1 and len(needed) == 2 and inspect.Parameter.VAR_POSITIONAL not in kinds:
        if sum(kind in plain for kind in kinds) < 1 + count:
            return function
    return lambda x, parameters: function(x, *parameters)
