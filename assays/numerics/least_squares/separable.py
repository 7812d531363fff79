"""Parameters in which a function is linear: found by trying, and solved for instead of searched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assays.numerics.least_squares.model import Model
from assays.numerics.refusals import Floats

_TOLERANCE = 1e-9
_FACTORS = (1.0, 0.7, 1.4)


def linear_places(model: Model, start: Floats) -> list[int]:
    """Return the places of parameters in which the function is linear, jointly.

    Tried at parameters near ``start`` and, as far as there are values, at zero and far: a second
    difference that is not rounding refuses a place, a mixed one refuses a pair, of which the first
    stays.
    """
    bases = [start * factor for factor in _FACTORS]
    single = [
        place
        for place in range(len(start))
        if all(_is_flat(model, base, place, place) is not False for base in bases)
        and any(_is_flat(model, base, place, place) for base in bases)
    ]
    found: list[int] = []
    for place in single:
        if all(
            _is_flat(model, base, place, other) is not False for other in found for base in bases
        ):
            found.append(place)
    return found


def _is_flat(model: Model, base: Floats, first: int, second: int) -> bool | None:
    """Return whether a second difference is rounding, None where there are no values to tell."""
    steps = [0.83 * (abs(base[place]) or 1.0) for place in (first, second)]
    values = []
    for ahead, behind in ((0, 0), (1, 0), (0, 1), (1, 1)):
        tried = base.copy()
        tried[first] += ahead * steps[0]
        tried[second] -= behind * steps[1]
        found = model.values(tried)
        if found is None:
            return None
        values.append(found.astype(np.float64))
    middle, up, down, both = values
    if first == second:
        both = middle
    largest = max(float(np.abs(one).max()) for one in values)
    bent = float(np.abs(up + down - middle - both).max())
    moved = max(float(np.abs(up - middle).max()), float(np.abs(down - middle).max()))
    if moved <= _TOLERANCE * largest:
        return None
    return bent <= _TOLERANCE * moved + 1e-14 * largest


@dataclass(slots=True)
class Separable:
    """The weighted least squares of a model over the parameters that are not linear.

    For each of those the linear ones are solved for by QR of scaled columns (variable projection,
    Golub and Pereyra, SIAM J Numer Anal 1973;10:413), derivatives in Kaufman's approximation
    (BIT 1975;15:49).
    """

    model: Model
    given: Floats
    roots: Floats
    linear: list[int]
    searched: list[int]
    count: int
    _at: Floats | None = None
    _was: tuple[Floats, Floats] | None = None

    def whole(self, searched: Floats) -> Floats | None:
        """Return all parameters, the linear ones solved for."""
        found = self._solved(searched)
        return None if found is None else found[0]

    def residuals(self, searched: Floats) -> Floats | None:
        found = self._solved(searched)
        if found is None:
            return None
        values = self.model.values(found[0])
        return None if values is None else self.roots * (self.given - values)

    def derivatives(self, searched: Floats) -> Floats | None:
        found = self._solved(searched)
        if found is None:
            return None
        columns = self.model.derivatives(found[0], self.searched)
        if columns is None:
            return None
        wanted = self.roots[:, None] * columns
        basis = found[1]
        projected: Floats = wanted - basis @ (basis.T @ wanted)
        return projected

    def _solved(self, searched: Floats) -> tuple[Floats, Floats] | None:
        if self._at is None or not np.array_equal(self._at, searched):
            self._at, self._was = searched.copy(), self._solve(searched)
        return self._was

    def _solve(self, searched: Floats) -> tuple[Floats, Floats] | None:
        parameters = np.zeros(self.count)
        parameters[self.searched] = searched
        offset = self.model.values(parameters)
        if offset is None:
            return None
        columns = np.empty((self.given.size, len(self.linear)))
        for number, place in enumerate(self.linear):
            one = parameters.copy()
            one[place] = 1.0
            values = self.model.values(one)
            if values is None:
                return None
            columns[:, number] = self.roots * (values - offset)
        sizes = np.sqrt(np.einsum("ij,ij->j", columns, columns))
        if not np.isfinite(sizes).all():
            return None
        sizes = np.where(sizes > 0, sizes, 1.0)
        left, singular, right = np.linalg.svd(columns / sizes, full_matrices=False)
        kept = singular > 1e-14 * singular[0]
        basis = left[:, kept]
        along = basis.T @ (self.roots * (self.given - offset))
        parameters[self.linear] = right[kept].T @ (along / singular[kept]) / sizes
        return parameters, basis
