"""How many cases one case causes, day by day: the reproduction number of Cori et al.

Cases of a day are Poisson with mean R x infectivity, where the infectivity is the sum of earlier
cases times the share of serial intervals of that length. R is taken as constant within a window
and has a gamma prior, so that its posterior is a gamma distribution in closed form (Cori, Ferguson,
Fraser, Cauchemez, Am J Epidemiol 2013;178:1505). Imported cases cause others and are caused by
none: they count in the infectivity and not among the cases of a window. All cases of the first day
are taken as imported.

Where the serial interval itself is uncertain, each interval that may be has a posterior of its own,
and R has the mixture of them all (the same paper, web appendix). EpiEstim samples that mixture; here
its mean, SD and quantiles are those of the mixture itself, over the intervals drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from assays.numerics.epidemic import mixtures, serial_intervals
from assays.numerics.epidemic.counts import cases_by_day, imported_of
from assays.numerics.epidemic.serial_intervals import Drawn, Uncertainty
from assays.numerics.refusals import (
    Floats,
    Unusable,
    is_number,
    is_within,
    listed,
    made,
    number,
    numbers,
    whole,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "reproduction_number/1"
QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
WINDOW = 7


class Note(StrEnum):
    """What a reader must know to judge a window."""

    BEFORE_MEAN_INTERVAL = "ends_before_one_mean_serial_interval_not_estimated"
    NO_INFECTIVITY = "no_earlier_case_is_infectious_the_prior_alone_speaks"
    FEW_CASES = "fewer_than_11_cases_the_prior_weighs_heavily"


# With this prior the CV of R is 1 / sqrt(1 + cases): from 11 cases on it is below 0.3.
FEW_CASES = 11
# Of mean and SD of the prior of R: what lies beyond says nothing of R.
LEAST_PRIOR, MOST_PRIOR = 1e-6, 1e6


@dataclass(frozen=True, slots=True)
class Window:
    """R over days ``first_day`` to ``last_day``, both counted from 1 and both in the window.

    ``shape`` and ``scale`` are those of the gamma posterior; all numbers but cases and infectivity
    are None where the window was not estimated. Where the serial interval is uncertain the
    posterior is a mixture: ``shape`` is that of each, and ``scale`` is None.
    """

    first_day: int
    last_day: int
    cases: int
    infectivity: float
    mean: float | None
    sd: float | None
    quantiles: dict[float, float] | None
    shape: float | None
    scale: float | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixture:
    """What the last window rests on where the serial interval is uncertain.

    ``scales`` (m) of the posteriors, all of one shape, and ``shares`` (m x days) of the intervals.
    """

    scales: Floats
    shares: Floats


@dataclass(frozen=True, slots=True)
class Reproduction:
    """R by windows, and the serial interval it rests on (shares from day 0, and their mean).

    Where that is uncertain, ``uncertainty`` says how much, ``intervals`` how many were drawn, and
    ``serial_interval`` and ``infectivity`` are those of the mean and SD that were given.
    """

    windows: tuple[Window, ...]
    serial_interval: tuple[float, ...]
    serial_interval_mean: float
    infectivity: tuple[float, ...]
    uncertainty: Uncertainty | None = None
    intervals: int = 1
    mixture: Mixture | None = None
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        found = asdict(replace(self, mixture=None))
        del found["mixture"]  # thousands of numbers, which follow from the others
        for window in found["windows"]:
            window["notes"] = [note.value for note in window["notes"]]
            if window["quantiles"] is not None:
                window["quantiles"] = {f"{at:g}": one for at, one in window["quantiles"].items()}
        return found


def reproduction_number(
    incidence: ArrayLike,
    *,
    serial_interval: ArrayLike | None = None,
    mean_serial_interval: float | None = None,
    sd_serial_interval: float | None = None,
    uncertainty: Uncertainty | None = None,
    imported: ArrayLike | None = None,
    windows: Sequence[tuple[int, int]] | None = None,
    window_days: int = WINDOW,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    quantiles: Sequence[float] = QUANTILES,
) -> Reproduction:
    """Return R in windows of days.

    ``incidence`` (n): cases of consecutive days, imported ones included; ``imported`` (n): how many
    of them were imported. The serial interval is given by ``serial_interval``, shares from day 0
    (0) on that add up to 1, or by ``mean_serial_interval`` and ``sd_serial_interval`` in days,
    made into shares of days 0 to n - 1 by ``serial_intervals.discretised``. With mean and SD,
    ``uncertainty`` says how well they are known: limits then hold its error too, over intervals
    drawn by ``serial_intervals.drawn`` with a fixed seed. An uncertainty of 0 is none at all.

    ``windows``: (first day, last day), counted from 1, from day 2 on; without them every window
    of ``window_days`` that fits, the first from day 2 on. A window that ends within one mean serial
    interval is not estimated: too few of the cases that caused its cases can have been seen.

    The prior is gamma with ``prior_mean`` and ``prior_sd``. Raises Unusable for what cannot be.
    """
    cases = cases_by_day(incidence, least=2)
    local = cases - imported_of(imported, cases)
    shares = serial_intervals.of(
        shares=serial_interval,
        mean=mean_serial_interval,
        sd=sd_serial_interval,
        days=cases.size - 1,
    )
    prior, levels = _prior(prior_mean, prior_sd), _levels(quantiles)
    spans = _every(window_days, cases.size) if windows is None else _checked(windows, cases.size)
    drawn = _drawn(serial_interval, mean_serial_interval, sd_serial_interval, uncertainty, cases)
    infectivity = infectivity_of(cases, shares)
    average = serial_intervals.mean_of(shares)
    found, mixture = [], None
    for first, last in spans:
        days = slice(first - 1, last)
        seen, exposure = float(local[days].sum()), float(infectivity[days].sum())
        found.append(_window((first, last), seen, exposure, prior, average, levels))
    if drawn is not None:
        found, mixture = _mixed(found, cases, drawn, prior[1])
    return Reproduction(
        windows=tuple(found),
        serial_interval=tuple(shares.tolist()),
        serial_interval_mean=average,
        infectivity=tuple(infectivity.tolist()),
        uncertainty=None if drawn is None else uncertainty,
        intervals=1 if drawn is None else drawn.means.size,
        mixture=mixture,
    )


def infectivity_of(cases: Floats, shares: Floats) -> Floats:
    """Return the infectivity (n) of each day: earlier cases times shares. That of day 1 is 0."""
    found = np.zeros(cases.size)
    for day in range(1, cases.size):
        reach = min(day + 1, shares.size)
        found[day] = float(shares[:reach] @ cases[day - reach + 1 : day + 1][::-1])
    return found


def _drawn(
    shares: ArrayLike | None,
    mean: float | None,
    sd: float | None,
    uncertainty: Uncertainty | None,
    cases: Floats,
) -> Drawn | None:
    if uncertainty is None:
        return None
    made(uncertainty, Uncertainty, name=_("uncertainty"), by="Uncertainty")
    if not all(is_number(one) for one in (uncertainty.mean, uncertainty.sd)):
        raise Unusable(
            "SERIAL_INTERVAL",
            _("How uncertain a serial interval is, is said by SDs in days of 0 or more."),
        )
    if uncertainty.is_none:
        return None
    if shares is not None or mean is None or sd is None:
        raise Unusable(
            "SERIAL_INTERVAL",
            _("Only a serial interval that is given by mean and SD can be uncertain."),
        )
    return serial_intervals.drawn(mean=mean, sd=sd, uncertainty=uncertainty, days=cases.size - 1)


def _infectivities(cases: Floats, drawn: Drawn) -> Floats:
    """Return the infectivity (m x n) of each day by each interval."""
    earlier = np.zeros((cases.size, cases.size))  # so many days before, on that day
    for days in range(cases.size):
        earlier[days, days:] = cases[: cases.size - days]
    found: Floats = drawn.shares @ earlier
    found[:, 0] = 0.0
    return found


def _mixed(
    windows: list[Window], cases: Floats, drawn: Drawn, prior_scale: float
) -> tuple[list[Window], Mixture | None]:
    """Return windows with the limits of all intervals that may be, and what the last rests on."""
    infectivity, found, mixture = _infectivities(cases, drawn), [], None
    for one in windows:
        if one.shape is None or one.quantiles is None:
            found.append(one)
            continue
        exposure = infectivity[:, one.first_day - 1 : one.last_day].sum(axis=1)
        mixture = Mixture(1 / (1 / prior_scale + exposure), drawn.shares)
        mean, sd = mixtures.mean_sd(one.shape, mixture.scales)
        levels = list(one.quantiles)
        values = mixtures.quantiles(one.shape, mixture.scales, levels).tolist()
        quantiles = dict(zip(levels, values, strict=True))
        found.append(replace(one, mean=mean, sd=sd, scale=None, quantiles=quantiles))
    return found, mixture


def _window(
    span: tuple[int, int],
    seen: float,
    exposure: float,
    prior: tuple[float, float],
    average: float,
    levels: Sequence[float],
) -> Window:
    first, last = span
    if not last > average:
        return Window(
            first, last, int(seen), exposure, None, None, None, None, None,
            (Note.BEFORE_MEAN_INTERVAL,),
        )  # fmt: skip
    shape, scale = prior[0] + seen, 1 / (1 / prior[1] + exposure)
    notes = {Note.NO_INFECTIVITY: exposure <= 0, Note.FEW_CASES: seen < FEW_CASES}
    return Window(
        first_day=first,
        last_day=last,
        cases=int(seen),
        infectivity=exposure,
        mean=shape * scale,
        sd=math.sqrt(shape) * scale,
        quantiles={level: float(gammaincinv(shape, level)) * scale for level in levels},
        shape=shape,
        scale=scale,
        notes=tuple(note for note, holds in notes.items() if holds),
    )


def _prior(mean: float, sd: float) -> tuple[float, float]:
    number(mean, name=_("mean of the prior"))
    number(sd, name=_("SD of the prior"))
    if not (is_within(mean, LEAST_PRIOR, MOST_PRIOR) and is_within(sd, LEAST_PRIOR, MOST_PRIOR)):
        raise Unusable("PRIOR", _("The prior of R has a mean and an SD above 0."))
    return (mean / sd) ** 2, sd**2 / mean


def _levels(quantiles: Sequence[float]) -> list[float]:
    levels: list[float] = numbers(quantiles, name=_("quantiles"), smallest=0.0).tolist()
    if not all(0 < one < 1 for one in levels):
        raise Unusable("QUANTILES", _("Quantiles are fractions between 0 and 1."))
    return levels


def _every(length: int, days: int) -> list[tuple[int, int]]:
    if isinstance(length, bool) or not isinstance(length, int) or length < 1:
        raise Unusable("WINDOW", _("A window has 1 day or more."))
    found = [(first, first + length - 1) for first in range(2, days - length + 2)]
    if not found:
        raise Unusable(
            "WINDOW",
            _("%(days)d days have no window of %(length)d days from day 2 on."),
            days=days,
            length=length,
        )
    return found


def _checked(windows: Sequence[tuple[int, int]], days: int) -> list[tuple[int, int]]:
    found = []
    for one in listed(windows, name=_("windows")):
        first, last = _days(one)
        if not 2 <= first <= last <= days:
            raise Unusable(
                "WINDOW",
                _(
                    "A window runs from day 2 or later to day %(days)d at most, not %(first)d to %(last)d."
                ),
                days=days,
                first=first,
                last=last,
            )
        found.append((first, last))
    return found


def _days(window: Any) -> tuple[int, int]:
    try:
        first, last = window
    except (TypeError, ValueError) as error:
        raise Unusable(
            "WINDOW",
            _("A window is its first and its last day, not %(given)s."),
            given=cited(window),
        ) from error
    return whole(first, name=_("first day of a window")), whole(
        last, name=_("last day of a window")
    )
