"""What a calculation is: its inputs with their units, its formula, and when it says nothing.

A definition is data. The shipped ones are in `formulas`; the catalogue freezes one into each
version of a calculated assay, so that a result names the very formula it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from labsys.lib.quantities import plain
from labsys.lib.wording import gettext_noop as _


class Reason(StrEnum):
    """Why a calculation gives no value."""

    MISSING_INPUT = "MISSING_INPUT"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_FINITE = "NOT_FINITE"
    NEGATIVE_INPUT = "NEGATIVE_INPUT"
    ZERO_INPUT = "ZERO_INPUT"
    CENSORED_INPUT = "CENSORED_INPUT"
    UNIT_NOT_CONVERTIBLE = "UNIT_NOT_CONVERTIBLE"
    UNKNOWN_AGE = "UNKNOWN_AGE"
    UNDER_AGE = "UNDER_AGE"
    UNKNOWN_SEX = "UNKNOWN_SEX"
    PREGNANT = "PREGNANT"
    PREGNANCY_UNKNOWN = "PREGNANCY_UNKNOWN"
    OTHER_SPECIES = "OTHER_SPECIES"
    SPECIES_UNKNOWN = "SPECIES_UNKNOWN"
    NOT_FASTING = "NOT_FASTING"
    FASTING_UNKNOWN = "FASTING_UNKNOWN"
    OUT_OF_VALIDITY = "OUT_OF_VALIDITY"
    INCONSISTENT_INPUTS = "INCONSISTENT_INPUTS"
    NOT_RISING = "NOT_RISING"
    NOT_COMPUTABLE = "NOT_COMPUTABLE"
    IMPOSSIBLE_RESULT = "IMPOSSIBLE_RESULT"


SENTENCES: dict[Reason, str] = {
    Reason.MISSING_INPUT: _("%(input)s is missing."),
    Reason.NOT_A_NUMBER: _("%(input)s is not given as a number."),
    Reason.NOT_FINITE: _("%(input)s is not a finite number."),
    Reason.NEGATIVE_INPUT: _("%(input)s is negative."),
    Reason.ZERO_INPUT: _("%(input)s is zero."),
    Reason.CENSORED_INPUT: _("%(input)s is only known to be %(value)s."),
    Reason.UNIT_NOT_CONVERTIBLE: _(
        "%(input)s is given in “%(unit)s”, which no approved conversion leads to “%(expected)s”."
    ),
    Reason.UNKNOWN_AGE: _("The age is not known."),
    Reason.UNDER_AGE: _("The formula holds from %(years)s years of age."),
    Reason.UNKNOWN_SEX: _("The sex is not known."),
    Reason.PREGNANT: _("The formula does not hold in pregnancy."),
    Reason.PREGNANCY_UNKNOWN: _(
        "It is not recorded whether the patient is pregnant; the formula does not hold in pregnancy."
    ),
    Reason.OTHER_SPECIES: _("The formula holds for humans only."),
    Reason.SPECIES_UNKNOWN: _("The species is not known; the formula holds for humans only."),
    Reason.NOT_FASTING: _("The patient was not fasting."),
    Reason.FASTING_UNKNOWN: _("It is not recorded whether the patient was fasting."),
    Reason.OUT_OF_VALIDITY: _("The inputs lie outside the range the formula was made for."),
    Reason.INCONSISTENT_INPUTS: _("The inputs contradict one another."),
    Reason.NOT_RISING: _("The second value is not higher than the first."),
    Reason.NOT_COMPUTABLE: _("The formula cannot be computed: %(why)s"),
    Reason.IMPOSSIBLE_RESULT: _("The formula gives %(value)s, which cannot be."),
}


# The same in the few words that fit where a value would stand.
WORDS: dict[Reason, str] = {
    Reason.MISSING_INPUT: _("an input is missing"),
    Reason.NOT_A_NUMBER: _("an input is no number"),
    Reason.NOT_FINITE: _("an input is not finite"),
    Reason.NEGATIVE_INPUT: _("an input is negative"),
    Reason.ZERO_INPUT: _("an input is zero"),
    Reason.CENSORED_INPUT: _("an input is only known as a bound"),
    Reason.UNIT_NOT_CONVERTIBLE: _("an input's unit is not convertible"),
    Reason.UNKNOWN_AGE: _("age not known"),
    Reason.UNDER_AGE: _("younger than the formula allows"),
    Reason.UNKNOWN_SEX: _("sex not known"),
    Reason.PREGNANT: _("pregnant"),
    Reason.PREGNANCY_UNKNOWN: _("pregnancy not known"),
    Reason.OTHER_SPECIES: _("species other than human"),
    Reason.SPECIES_UNKNOWN: _("species not known"),
    Reason.NOT_FASTING: _("not fasting"),
    Reason.FASTING_UNKNOWN: _("fasting not known"),
    Reason.OUT_OF_VALIDITY: _("outside what the formula was made for"),
    Reason.INCONSISTENT_INPUTS: _("inputs contradict one another"),
    Reason.NOT_RISING: _("second value not higher"),
    Reason.NOT_COMPUTABLE: _("cannot be computed"),
    Reason.IMPOSSIBLE_RESULT: _("the formula gives an impossible value"),
}


class Fasting(StrEnum):
    """What a formula asks of fasting."""

    IGNORED = "IGNORED"
    NOTED = "NOTED"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """Another unit an input may come in: value in the documented unit = value x factor."""

    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Input:
    """One input: the name a caller gives it by, and the unit a plain number is taken to be in.

    ``is_truth``: true or false instead of a number. ``default`` stands in where the input is left
    out; None makes it required.
    """

    name: str
    unit: str
    words: str
    aliases: tuple[str, ...] = ()
    others: tuple[OtherUnit, ...] = ()
    is_above_zero: bool = False
    is_signed: bool = False
    is_truth: bool = False
    is_series: bool = False
    default: Decimal | bool | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition that must hold, or the calculation says nothing, for this reason."""

    condition: str
    reason: Reason
    sentence: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that goes with the value wherever the condition holds."""

    condition: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One calculation. ``steps`` are named in order and may use inputs and the steps before.

    The names ``age`` (years) and ``female`` are given to a formula that ``needs_age`` or
    ``needs_sex``, and ``adult`` to one with a ``youngest_years``. ``lowest`` is the least value that
    can be; ``decimals`` is how many are reported.
    """

    name: str
    title: str
    unit: str
    decimals: int
    inputs: tuple[Input, ...]
    formula: str
    reference: str
    version: int = 1
    steps: tuple[tuple[str, str], ...] = ()
    limits: tuple[Limit, ...] = ()
    remarks: tuple[Remark, ...] = ()
    aliases: tuple[str, ...] = ()
    needs_age: bool = False
    needs_sex: bool = False
    youngest_years: int | None = None
    not_in_pregnancy: bool = False
    is_human_only: bool = True
    fasting: Fasting = Fasting.IGNORED
    lowest: Decimal | None = None
    confirmed: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return everything that decides a value, for freezing."""
        return {
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "unit": self.unit,
            "decimals": self.decimals,
            "inputs": [_input_json(one) for one in self.inputs],
            "steps": [list(step) for step in self.steps],
            "formula": self.formula,
            "limits": [[one.condition, one.reason.value, one.sentence] for one in self.limits],
            "remarks": [[one.condition, one.sentence] for one in self.remarks],
            "needs_age": self.needs_age,
            "needs_sex": self.needs_sex,
            "youngest_years": self.youngest_years,
            "not_in_pregnancy": self.not_in_pregnancy,
            "human_only": self.is_human_only,
            "fasting": self.fasting.value,
            "lowest": None if self.lowest is None else plain(self.lowest),
            "reference": self.reference,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Definition:
        lowest = data["lowest"]
        return cls(
            name=data["name"],
            title=data["title"],
            version=data["version"],
            unit=data["unit"],
            decimals=data["decimals"],
            inputs=tuple(map(_input, data["inputs"])),
            steps=tuple((name, text) for name, text in data["steps"]),
            formula=data["formula"],
            limits=tuple(Limit(one, Reason(why), said) for one, why, said in data["limits"]),
            remarks=tuple(Remark(one, said) for one, said in data["remarks"]),
            needs_age=data["needs_age"],
            needs_sex=data["needs_sex"],
            youngest_years=data["youngest_years"],
            not_in_pregnancy=data["not_in_pregnancy"],
            is_human_only=data["human_only"],
            fasting=Fasting(data["fasting"]),
            lowest=None if lowest is None else Decimal(lowest),
            reference=data["reference"],
        )


def _input_json(given: Input) -> dict[str, Any]:
    default = given.default
    return {
        "name": given.name,
        "unit": given.unit,
        "words": given.words,
        "others": [[other.unit, plain(other.factor)] for other in given.others],
        "above_zero": given.is_above_zero,
        "signed": given.is_signed,
        "truth": given.is_truth,
        "default": plain(default) if isinstance(default, Decimal) else default,
    }


def _input(data: Mapping[str, Any]) -> Input:
    default = data["default"]
    return Input(
        name=data["name"],
        unit=data["unit"],
        words=data["words"],
        others=tuple(OtherUnit(unit, Decimal(factor)) for unit, factor in data["others"]),
        is_above_zero=data["above_zero"],
        is_signed=data["signed"],
        is_truth=data["truth"],
        default=Decimal(default) if isinstance(default, str) else default,
    )
