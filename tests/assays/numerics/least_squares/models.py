"""The models of the certified sets (NIST StRD, nonlinear regression), and how digits are counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy import cos, exp, pi, sin
from numpy.typing import ArrayLike

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "immunoassay" / "nist_strd"


def _enso(x, a, b, c, p, d, e, q, f, g):  # type: ignore[no-untyped-def]
    year = b * cos(2 * pi * x / 12) + c * sin(2 * pi * x / 12)
    first = d * cos(2 * pi * x / p) + e * sin(2 * pi * x / p)
    return a + year + first + f * cos(2 * pi * x / q) + g * sin(2 * pi * x / q)


def gauss(x, a, b, c, d, e, f, g, h):  # type: ignore[no-untyped-def]
    return a * exp(-b * x) + c * exp(-((x - d) ** 2) / e**2) + f * exp(-((x - g) ** 2) / h**2)


def lanczos(x, a, b, c, d, e, f):  # type: ignore[no-untyped-def]
    return a * exp(-b * x) + c * exp(-d * x) + e * exp(-f * x)


def cubics(x, a, b, c, d, e, f, g):  # type: ignore[no-untyped-def]
    return (a + b * x + c * x**2 + d * x**3) / (1 + e * x + f * x**2 + g * x**3)


MODELS = {
    "BoxBOD": lambda x, a, b: a * (1 - exp(-b * x)),
    "Misra1a": lambda x, a, b: a * (1 - exp(-b * x)),
    "Misra1c": lambda x, a, b: a * (1 - (1 + 2 * b * x) ** -0.5),
    "Misra1d": lambda x, a, b: a * b * x / (1 + b * x),
    "Chwirut2": lambda x, a, b, c: exp(-a * x) / (b + c * x),
    "DanWood": lambda x, a, b: a * x**b,
    "ENSO": _enso,
    "Gauss1": gauss,
    "Gauss2": gauss,
    "Kirby2": lambda x, a, b, c, d, e: (a + b * x + c * x**2) / (1 + d * x + e * x**2),
    "Lanczos1": lanczos,
    "Lanczos3": lanczos,
    "MGH10": lambda x, a, b, c: a * exp(b / (x + c)),
    "Rat42": lambda x, a, b, c: a / (1 + exp(b - c * x)),
    "Thurber": cubics,
}


def digits(found: ArrayLike, certified: ArrayLike) -> float:
    """Return the fewest digits of agreement (log relative error), at most 11 as certified."""
    found, certified = np.asarray(found), np.asarray(certified)
    apart = np.max(np.abs(found - certified) / np.abs(certified))
    return float(-np.log10(max(apart, 1e-11)))


def certified_sets() -> list[Any]:
    found = sorted(FOLDER.glob("*.json"))
    if not found:
        reason = "The certified sets are not at hand."
        return [pytest.param(None, "", marks=pytest.mark.skip(reason=reason), id="absent")]
    sets = [json.loads(path.read_text()) for path in found]
    return [
        pytest.param(one, start, id=f"{one['name']}-{start}")
        for one in sets
        for start in ("start1", "start2")
    ]
