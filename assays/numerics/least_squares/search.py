"""Where to begin: from the start that was given, and from others around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np

from assays.numerics.least_squares.descent import Descent, descend
from assays.numerics.least_squares.model import Model
from assays.numerics.least_squares.separable import Separable
from assays.numerics.refusals import Floats, NoSolution
from labsys.lib.wording import gettext_noop as _

_DRAWN = 160
_FOLLOWED = 6
_STEPS, _STEPS_FOLLOWED = 400, 80
_MOST_EVALUATIONS = 20_000
# The slope at which a descent has arrived.
_FLAT = 1e-6
# How much smaller a sum of squares from another start has to be to be another fit.
_BETTER = 1e-4
_DECADES = 1.5
_MOST_EXCHANGED = 5


class Search:
    """The lowest fits found so far, and where to look next."""

    def __init__(
        self, model: Model, given: Floats, roots: Floats, start: Floats, linear: list[int]
    ) -> None:
        searched = [place for place in range(len(start)) if place not in linear]
        self._task = Separable(model, given, roots, linear, searched, len(start))
        self._start, self._searched = start, searched
        # Sums of squares below this are rounding, none better than the other.
        rounding = 100 * np.finfo(np.float64).eps
        self._floor = given.size * rounding**2 * float(np.sum((roots * given) ** 2))
        self._budget = 0
        self.best: Descent | None = None
        self.is_own = True

    def from_start(self) -> None:
        """Descend from the start that was given."""
        found = self._followed(self._start[self._searched], _STEPS)
        if self._task.linear and (found is None or not found.slope < _FLAT):
            found = self._lower(found, self._direct(self._start, _STEPS))
        self.best = found

    def from_around(self, seed: int) -> None:
        """Descend from the best of starts drawn around it, and keep what is lower."""
        if not self._searched:
            return
        self._budget = self._task.model.evaluations + _MOST_EVALUATIONS
        before = self.best
        for begun in _promising(self._measure, self._start[self._searched], seed):
            if self._task.model.evaluations > self._budget:
                break
            self.best = self._lower(self.best, self._followed(begun, _STEPS_FOLLOWED))
        if self.best is not None and self.best is not before:
            self.is_own = False
            self.best = self._lower(self.best, self._direct(self.best.parameters, _STEPS))

    def found(self) -> Descent:
        """Return the lowest fit, its exchangeable terms in the order of the start's."""
        if self.best is None:
            raise NoSolution(
                "NO_VALUES",
                _("The function has no finite value at the start or near it; give another start."),
            )
        return _arranged(self.best, self._task, self._start, self._floor)

    def _measure(self, searched: Floats) -> Floats | None:
        return self._task.residuals(searched) if self._task.linear else self._residuals(searched)

    def _residuals(self, parameters: Floats) -> Floats | None:
        values = self._task.model.values(parameters)
        return None if values is None else self._task.roots * (self._task.given - values)

    def _derivatives(self, parameters: Floats) -> Floats | None:
        columns = self._task.model.derivatives(parameters)
        return None if columns is None else self._task.roots[:, None] * columns

    def _direct(self, parameters: Floats, most: int) -> Descent | None:
        return descend(self._residuals, self._derivatives, parameters, most=most)

    def _followed(self, searched: Floats, most: int) -> Descent | None:
        task = self._task
        if not task.linear:
            return self._direct(searched, most)
        if not self._searched:
            whole = task.whole(searched)
            return None if whole is None else self._direct(whole, 5)
        found = descend(task.residuals, task.derivatives, searched, most=most)
        whole = None if found is None else task.whole(found.parameters)
        return None if whole is None else self._direct(whole, most)

    def _lower(self, first: Descent | None, second: Descent | None) -> Descent | None:
        if first is None or second is None:
            return first or second
        is_lower = second.squares < first.squares * (1 - _BETTER) - self._floor
        return second if is_lower else first


def _arranged(found: Descent, task: Separable, start: Floats, floor: float) -> Descent:
    """Return the fit of the same sum of squares whose searched parameters stand most like the start's.

    Terms of a sum (exponentials, peaks) can change places, and widths their sign, without changing
    the fit.
    """
    places = task.searched
    if not task.linear or not places:
        return found
    at, begun = found.parameters[places], start[places]
    best, nearest = found, _distance(at, begun)
    for moved in _arrangements(at, begun):
        if _distance(moved, begun) >= nearest:
            continue
        missed, whole = task.residuals(moved), task.whole(moved)
        if missed is None or whole is None:
            continue
        squares = float(missed @ missed)
        if abs(squares - found.squares) <= 1e-6 * found.squares + floor:
            best = replace(found, parameters=whole, squares=squares)
            nearest = _distance(moved, begun)
    return best


def _arrangements(at: Floats, begun: Floats) -> Iterator[Floats]:
    orders = permutations(range(len(at))) if len(at) <= _MOST_EXCHANGED else ()
    for order in [tuple(range(len(at))), *orders]:
        moved = at[list(order)]
        yield moved
        turned = np.flatnonzero(np.sign(moved) != np.sign(begun))
        for count in range(1, min(len(turned), 3) + 1):
            for places in combinations(turned, count):
                other = moved.copy()
                other[list(places)] *= -1
                yield other


def _distance(found: Floats, start: Floats) -> float:
    tiny = 1e-300
    apart = np.log(np.maximum(np.abs(found), tiny)) - np.log(np.maximum(np.abs(start), tiny))
    return float(np.sum(apart**2 + 25.0 * (np.sign(found) != np.sign(start))))


def _promising(
    measure: Callable[[Floats], Floats | None], start: Floats, seed: int
) -> list[Floats]:
    """Return the drawn starts at which the sum of squares is least."""
    generator = np.random.default_rng(seed)
    scored = []
    size = np.where(start != 0, np.abs(start), 1.0)
    sign = np.where(start != 0, np.sign(start), 1.0)
    for number in range(_DRAWN):
        decades = _DECADES * (1 + number % 3) / 3
        drawn = sign * size * 10.0 ** generator.uniform(-decades, decades, len(start))
        turned = generator.random(len(start)) < (0.5 * (start == 0) + 0.1 * (number % 2))
        drawn = np.where(turned, -drawn, drawn)
        missed = measure(drawn)
        if missed is not None:
            with np.errstate(over="ignore"):
                scored.append((float(missed @ missed), number, drawn))
    scored.sort(key=lambda one: one[:2])
    return [drawn for _squares, _number, drawn in scored[:_FOLLOWED]]
