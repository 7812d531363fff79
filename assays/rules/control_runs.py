"""Control measurements in their runs: what the control rules judge.

A run is what was measured of the control materials together, at one moment of one instrument and
assay. Between runs stand restarts: a new control lot, a calibration, a recorded repair. Counts of
consecutive measurements never reach across one.

Exact input stays exact: Decimal, int, Fraction and text become fractions, so that a measurement at
2 SD is at 2 SD and one at 1.999999999999 SD is not. A float is read as its shortest decimal and
carries a tolerance of 1e-9 SD, so that rounding in whatever computed it decides nothing.
"""

from __future__ import annotations

import numbers
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeAlias

from labsys.lib.wording import Refused, cited, gettext_noop

Number: TypeAlias = Decimal | int | Fraction | float | str

FLOAT_TOLERANCE_SD = Fraction(1, 10**9)
# A z given beside its value may have been rounded to one decimal.
Z_MAY_DIFFER_BY_SD = Fraction(6, 100)
LARGEST_EXPONENT = 40
LARGEST = Fraction(10) ** LARGEST_EXPONENT


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of a control level: its distance from the mean in SD (z), or what gives it.

    ``level`` names the control level; measurements of one level follow each other from run to run.
    Either ``z``, or ``value`` with ``mean`` and ``sd`` in one unit; of both, the value decides and
    a z that contradicts it is refused. ``lot``: another control lot than before restarts the
    counts of this level. ``key`` comes back with the violation, unread.
    """

    level: Hashable
    z: Number | None = None
    value: Number | None = None
    mean: Number | None = None
    sd: Number | None = None
    lot: Hashable = None
    key: Hashable = None

    def __post_init__(self) -> None:
        if self.level is None:
            raise Refused("no_level", gettext_noop("A control measurement names no level."))
        _check_name(self.level)
        _check_name(self.lot)
        self.distance()

    def distance(self) -> tuple[Fraction, Fraction]:
        """Return z in SD and the tolerance of comparisons with it."""
        given = None if self.z is None else exact(self.z, "z")
        if self.value is None:
            if given is None:
                raise Refused(
                    "nothing_measured",
                    gettext_noop(
                        "The measurement of level %(level)s has neither a z-score nor a value "
                        "with mean and SD."
                    ),
                    level=self.level,
                )
            self._check_sd()
            return given, _tolerance(self.z)
        calculated = self._calculated()
        if given is not None and abs(given - calculated) > Z_MAY_DIFFER_BY_SD:
            raise Refused(
                "contradiction",
                gettext_noop(
                    "The z-score %(z)s of level %(level)s does not follow from its value, mean "
                    "and SD."
                ),
                level=self.level,
                z=self.z,
            )
        return calculated, _tolerance(self.value, self.mean, self.sd)

    def _calculated(self) -> Fraction:
        if self.value is None or self.mean is None or self.sd is None:
            raise Refused(
                "incomplete",
                gettext_noop("The value of level %(level)s needs a value, a mean and an SD."),
                level=self.level,
            )
        self._check_sd()
        return (exact(self.value, "value") - exact(self.mean, "mean")) / exact(self.sd, "sd")

    def _check_sd(self) -> None:
        if self.sd is not None and exact(self.sd, "sd") <= 0:
            raise Refused(
                "sd_not_positive",
                gettext_noop("The SD of level %(level)s is %(sd)s; it must be above 0."),
                level=self.level,
                sd=self.sd,
            )


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured together, in the order measured.

    A level that was not measured is simply absent. ``excluded``: a run that says nothing of the
    method (the wrong vial, an empty well): it is not judged and counts nowhere.
    """

    measurements: tuple[Measurement, ...]
    id: Hashable = None
    excluded: bool = False

    def __post_init__(self) -> None:
        _check_name(self.id)
        _check_listed(self.measurements)
        object.__setattr__(self, "measurements", tuple(self.measurements))
        for one in self.measurements:
            if not isinstance(one, Measurement):
                message = gettext_noop("%(given)s is no control measurement.")
                raise Refused("not_a_measurement", message, given=cited(one, 80))


@dataclass(frozen=True, slots=True)
class Restart:
    """Counts begin anew after this: of every level, or of ``levels``."""

    kind: str = "restart"
    levels: tuple[Hashable, ...] | None = None

    def __post_init__(self) -> None:
        if self.levels is None:
            return
        # The name of one level alone would be read letter by letter, and restart nothing.
        if isinstance(self.levels, str | bytes) or not isinstance(self.levels, Iterable):
            message = gettext_noop("The levels of a restart are a list of names, not %(given)s.")
            raise Refused("levels_unreadable", message, given=cited(self.levels))
        object.__setattr__(self, "levels", tuple(self.levels))
        for level in self.levels:
            _check_name(level)


def exact(number: Number, name: str = "number") -> Fraction:
    """Return a number as the fraction it is written as; refuse what is none."""
    try:
        if isinstance(number, bool):
            raise TypeError
        fraction = _fraction(number)
        if fraction and not 1 / LARGEST <= abs(fraction) <= LARGEST:
            raise ValueError
        return fraction
    except (TypeError, ValueError, InvalidOperation, OverflowError):
        message = gettext_noop("%(name)s is not a number that can be used: %(given)s.")
        raise Refused("not_a_number", message, name=name, given=cited(number)) from None


def _fraction(number: Number) -> Fraction:
    if isinstance(number, numbers.Rational):
        return Fraction(number.numerator, number.denominator)
    if isinstance(number, numbers.Real):
        return Fraction(repr(float(number)))
    decimal = Decimal(number)
    if not decimal.is_finite() or abs(decimal.adjusted()) > LARGEST_EXPONENT:
        raise ValueError
    return Fraction(decimal)


def runs_from(
    rows: Iterable[Any], *, targets: Mapping[Hashable, tuple[Number, Number]] | None = None
) -> tuple[Run | Restart, ...]:
    """Build runs from plain data; each row of ``rows`` is one run, in the order measured.

    ===================================================== ========================================
    row                                                   meaning
    ===================================================== ========================================
    a number                                              z of level 1
    a list of numbers and None                            z of level 1, 2, 3; None: not measured
    {"low": z, "high": None}                              z by the level's name
    a list of tuples or dicts                             measurements of one run
    {"level": .., "z": ..} or with value, mean, sd        a run of one measurement; rows in
                                                          succession with the same "run" are one
    {"run": id, "measurements": [..], "excluded": False}  a run with a name
    {"restart": "calibration", "levels": [..]}            a restart; without levels, of all
    Run, Restart                                          themselves
    ===================================================== ========================================

    A measurement is ``(level, z)``, ``(level, value, mean, sd)`` or a dict of the fields of
    `Measurement`. With ``targets`` (level -> mean and SD) a number is a value, not z. What is
    none of these is refused.
    """
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        message = gettext_noop("Control runs are given as a list of runs, not %(given)s.")
        raise Refused("runs_unreadable", message, given=cited(rows))
    read = _Reader(targets)
    found: list[Run | Restart] = []
    begun: set[Hashable] = set()
    for row in rows:
        built = read.row(row)
        last = found[-1] if found else None
        if isinstance(built, Run) and built.id is not None and _continues(row):
            if isinstance(last, Run) and last.id == built.id:
                found[-1] = Run(last.measurements + built.measurements, last.id, last.excluded)
                continue
            _check_together(built.id, begun)
        found.append(built)
    return tuple(found)


def _check_together(run: Hashable, begun: set[Hashable]) -> None:
    """Refuse a run whose measurements lie apart: rules within a run would not see them together."""
    if run in begun:
        message = gettext_noop(
            "Run %(run)s comes back after others: put the measurements of a run one after another."
        )
        raise Refused("run_not_together", message, run=run)
    begun.add(run)


MEASUREMENT_NAMES = {"level", "z", "value", "mean", "sd", "lot", "key"}
ROW_NAMES = MEASUREMENT_NAMES | {"run", "measurements", "excluded", "restart"}


def _continues(row: Any) -> bool:
    return isinstance(row, Mapping) and "level" in row and "run" in row


@dataclass(frozen=True, slots=True)
class _Reader:
    targets: Mapping[Hashable, tuple[Number, Number]] | None

    def row(self, row: Any) -> Run | Restart:
        if isinstance(row, Run | Restart):
            return row
        if isinstance(row, Measurement):
            return Run((row,))
        if isinstance(row, Mapping):
            return self.mapping(row)
        if isinstance(row, Sequence) and not isinstance(row, str | bytes):
            return Run(tuple(self.measurements(row)))
        return Run((self.number(1, row),))

    def mapping(self, row: Mapping[Any, Any]) -> Run | Restart:
        if "restart" in row:
            _only(row, {"restart", "levels"})
            return Restart(str(row["restart"]), row.get("levels"))
        if "measurements" in row:
            _only(row, {"run", "measurements", "excluded"})
            measured = tuple(self.measurements(row["measurements"]))
            return Run(measured, row.get("run"), bool(row.get("excluded", False)))
        if not ROW_NAMES.intersection(row):
            by_level = (self.number(at, n) for at, n in row.items() if n is not None)
            return Run(tuple(by_level))
        without_run = {name: given for name, given in row.items() if name != "run"}
        return Run((_measurement(without_run),), row.get("run"))

    def measurements(self, row: Iterable[Any]) -> Iterator[Measurement]:
        _check_listed(row)
        for place, given in enumerate(row, start=1):
            if isinstance(given, Measurement):
                yield given
            elif isinstance(given, Mapping):
                yield _measurement(given)
            elif isinstance(given, tuple | list):
                yield self.pair(given)
            elif given is not None:
                yield self.number(place, given)

    def pair(self, given: Sequence[Any]) -> Measurement:
        if len(given) == 2:
            return self.number(given[0], given[1])
        if len(given) == 4:
            return Measurement(given[0], value=given[1], mean=given[2], sd=given[3])
        message = gettext_noop("%(given)s is neither (level, z) nor (level, value, mean, SD).")
        raise Refused("not_a_measurement", message, given=cited(given, 80))

    def number(self, level: Hashable, number: Number) -> Measurement:
        if self.targets is None:
            return Measurement(level, z=number)
        _check_name(level)
        target = self.targets.get(level, (None, None))
        if not isinstance(target, tuple | list) or len(target) != 2:
            message = gettext_noop("The target of level %(level)s is a mean and an SD.")
            raise Refused("target_unreadable", message, level=level)
        return Measurement(level, value=number, mean=target[0], sd=target[1])


def _measurement(given: Mapping[str, Any]) -> Measurement:
    _only(given, MEASUREMENT_NAMES)
    return Measurement(given.get("level"), **{k: v for k, v in given.items() if k != "level"})


def _check_name(name: object) -> None:
    try:
        hash(name)
    except TypeError:
        message = gettext_noop("%(given)s cannot name a level, a lot or a run.")
        raise Refused("name_unreadable", message, given=cited(name)) from None


def _check_listed(measurements: object) -> None:
    if isinstance(measurements, str | bytes | Mapping) or not isinstance(measurements, Iterable):
        message = gettext_noop("The measurements of a run are a list, not %(given)s.")
        raise Refused("not_a_measurement", message, given=cited(measurements, 80))


def _only(given: Mapping[Any, Any], names: set[str]) -> None:
    unknown = sorted(str(name) for name in given if name not in names)
    if unknown:
        message = gettext_noop("A control run does not know %(names)s.")
        raise Refused("unknown_name", message, names=", ".join(unknown))


def _tolerance(*given: Number | None) -> Fraction:
    is_rounded = any(
        isinstance(number, numbers.Real) and not isinstance(number, numbers.Rational)
        for number in given
    )
    return FLOAT_TOLERANCE_SD if is_rounded else Fraction(0)
