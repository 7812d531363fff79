"""From inputs to a calculated value, or to every reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from typing import Any

from assays.rules.calculated.definitions import Definition, Fasting, Input, Reason
from assays.rules.calculated.elsewhere import ELSEWHERE
from assays.rules.calculated.formulas import FORMULAS
from assays.rules.calculated.inputs import Refused, read, refused, shown
from assays.rules.calculated.patients import LEFT_OUT, About, against, told, years_of
from assays.rules.delta_check import DeltaRefused
from assays.rules.expressions import Expression, ExpressionRefused, Value, parse
from assays.rules.expressions.evaluating import PRECISION
from labsys.lib import units
from labsys.lib.quantities import Quantity, to_decimals
from labsys.lib.units import Conversion
from labsys.lib.wording import Refused as OfferRefused
from labsys.lib.wording import gettext_noop as _

METHOD = "calculated/1"
ADULT_YEARS = 18
NOT_FASTING_REMARK = _("The patient was not fasting.")
FASTING_UNKNOWN_REMARK = _("It is not recorded whether the patient was fasting.")


class UnknownCalculation(OfferRefused):
    """No calculation has this name."""


class UnknownInput(OfferRefused):
    """A calculation was given something it does not know; it would be a mistake to ignore it."""


@dataclass(frozen=True, slots=True)
class Calculated:
    """What a calculation says: ``value`` in ``unit``, or no value and every reason against one.

    The value has 34 digits; `rounded` gives what is reported. ``inputs`` are the numbers that went
    into the formula, in its documented units, as text.
    """

    name: str
    version: int
    value: Decimal | None
    unit: str
    refusals: tuple[Refused, ...] = ()
    remarks: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""
    reference: str = ""
    method: str = METHOD

    @property
    def reason(self) -> Reason | None:
        """The first reason why there is no value; None where there is one."""
        return self.refusals[0].code if self.refusals else None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(one.code for one in self.refusals)

    @property
    def sentence(self) -> str:
        """Every reason why there is no value, in words."""
        return " ".join(one.sentence for one in self.refusals)

    def rounded(self, decimals: int) -> Quantity | None:
        """Return the value as it is reported, rounded half to even by the one function."""
        if self.value is None:
            return None
        return Quantity(to_decimals(self.value, decimals), self.unit)

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "name": self.name,
            "version": self.version,
            "value": None if self.value is None else str(self.value),
            "unit": self.unit,
            "reasons": [{"code": r.code.value, "sentence": r.sentence} for r in self.refusals],
            "remarks": list(self.remarks),
            "inputs": dict(self.inputs),
            "formula": self.formula,
            "reference": self.reference,
        }


def names() -> tuple[str, ...]:
    """Return the name of every shipped calculation."""
    return tuple(definition.name for definition in FORMULAS)


def find(name: str) -> Definition:
    """Return a shipped calculation by its name, its title or another name it goes by."""
    definition = _index().get(_plain_name(name)) if isinstance(name, str) else None
    if definition is None:
        raise UnknownCalculation(
            "unknown_calculation", _("No calculation is called “%(name)s”."), name=str(name)[:60]
        )
    return definition


def calculate(
    name: str,
    *,
    sex: Any = LEFT_OUT,
    female: Any = LEFT_OUT,
    age: Any = LEFT_OUT,
    pregnant: Any = LEFT_OUT,
    species: Any = LEFT_OUT,
    fasting: Any = LEFT_OUT,
    conversions: Sequence[Conversion] = (),
    **inputs: Any,
) -> Calculated:
    """Compute a shipped calculation.

    ``name``: as listed by `names`. ``inputs``: by the names the reference lists; a plain number is
    taken in the documented unit, a `Quantity` carries its own. ``age`` in years; ``sex`` is "F",
    "M" or "U", or ``female`` true or false. Of ``pregnant``, ``species``, ``fasting`` and ``age``,
    one that is left out is not asked about, and one given as None is unknown; so is whatever is
    neither a truth nor "yes" or "no". ``conversions`` are approved rows, used before the declared
    ones. Raises UnknownCalculation and UnknownInput.
    """
    about = told(
        age=age, sex=sex, female=female, pregnant=pregnant, species=species, fasting=fasting
    )
    return compute(find(name), inputs, about=about, conversions=conversions)


def compute(
    definition: Definition,
    inputs: Mapping[str, Any],
    *,
    about: About,
    conversions: Sequence[Conversion] = (),
) -> Calculated:
    """Compute a definition from its inputs; see `calculate`."""
    with localcontext(prec=PRECISION):  # whatever precision the caller works with
        return _computed(definition, _named(definition, inputs), about, conversions)


def _computed(
    definition: Definition,
    given: Mapping[str, Any],
    about: About,
    conversions: Sequence[Conversion],
) -> Calculated:
    values: dict[str, Any] = {}
    against_it = list(against(definition, about))
    for wanted in definition.inputs:
        value = _read(given.get(wanted.name, wanted.default), wanted, conversions)
        if isinstance(value, Refused):
            against_it.append(value)
        else:
            values[wanted.name] = value
    if definition.needs_age:
        values["age"] = years_of(about)
    if definition.youngest_years is not None:
        values["adult"] = _is_adult(years_of(about))
    if definition.needs_sex:
        values["female"] = about.is_female
    if against_it:
        return _none(definition, values, against_it)
    return _from_values(definition, values, about)


def _is_adult(years: Decimal | None) -> bool:
    """Whoever gives no age asks for an adult: of an unknown age nothing is computed anyway."""
    return years is None or years >= ADULT_YEARS


def _from_values(definition: Definition, values: dict[str, Any], about: About) -> Calculated:
    series = {one.name for one in definition.inputs if one.is_series}
    try:
        everything = {name: value for name, value in values.items() if name not in series}
        for name, text in definition.steps:
            everything[name] = _parsed(text).evaluate(everything)
        failed = list(_beyond(definition, everything))
        if failed:
            return _none(definition, values, failed)
        value = _value(definition, values, everything)
        remarks = tuple(_remarks(definition, everything, about))
    except (ExpressionRefused, DeltaRefused) as error:
        return _none(definition, values, [refused(Reason.NOT_COMPUTABLE, why=str(error))])
    if definition.lowest is not None and value < definition.lowest:
        said = f"{float(value):.6g} {units.shown(definition.unit)}"
        return _none(definition, values, [refused(Reason.IMPOSSIBLE_RESULT, value=said)])
    return _found(definition, values, value, remarks)


def _value(
    definition: Definition, values: Mapping[str, Any], everything: Mapping[str, Value]
) -> Decimal:
    if definition.name not in ELSEWHERE:
        return _parsed(definition.formula).number(everything)
    return ELSEWHERE[definition.name](values)


def _beyond(definition: Definition, values: Mapping[str, Value]) -> Iterator[Refused]:
    for limit in definition.limits:
        if not _parsed(limit.condition).truth(values):
            yield Refused(limit.reason, limit.sentence, {})


def _remarks(definition: Definition, values: Mapping[str, Value], about: About) -> Iterator[str]:
    if definition.fasting is Fasting.NOTED and about.is_fasting is False:
        yield NOT_FASTING_REMARK
    if definition.fasting is Fasting.NOTED and about.is_fasting is None:
        yield FASTING_UNKNOWN_REMARK
    for remark in definition.remarks:
        if _parsed(remark.condition).truth(values):
            yield remark.sentence


def _found(
    definition: Definition, values: Mapping[str, Any], value: Decimal, remarks: tuple[str, ...]
) -> Calculated:
    return _said(definition, values, value=value, remarks=remarks)


def _none(
    definition: Definition, values: Mapping[str, Any], refusals: Sequence[Refused]
) -> Calculated:
    return _said(definition, values, value=None, refusals=tuple(refusals))


def _said(definition: Definition, values: Mapping[str, Any], **outcome: Any) -> Calculated:
    return Calculated(
        name=definition.name,
        version=definition.version,
        unit=definition.unit,
        inputs={name: shown(value) for name, value in values.items() if value is not None},
        formula=definition.formula,
        reference=definition.reference,
        **outcome,
    )


def _read(given: Any, wanted: Input, conversions: Sequence[Conversion]) -> Any:
    if wanted.is_truth:
        if isinstance(given, bool):
            return given
        return refused(
            Reason.MISSING_INPUT if given is None else Reason.NOT_A_NUMBER, input=wanted.words
        )
    if not wanted.is_series:
        return read(given, wanted, conversions=conversions)
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        return refused(Reason.MISSING_INPUT, input=wanted.words)
    read_ones = [read(one, wanted, conversions=conversions) for one in given]
    return next((one for one in read_ones if isinstance(one, Refused)), tuple(read_ones))


def _named(definition: Definition, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs by their own names; refuse what the calculation does not know."""
    by_name = {
        name: wanted.name for wanted in definition.inputs for name in (wanted.name, *wanted.aliases)
    }
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        if name not in by_name or by_name[name] in found:
            raise UnknownInput(
                "unknown_input",
                _("%(title)s takes no input called “%(name)s” here; it takes %(known)s."),
                title=definition.title,
                name=name,
                known=", ".join(one.name for one in definition.inputs),
            )
        found[by_name[name]] = value
    return found


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expression:
    return parse(text)


@cache
def _index() -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for definition in FORMULAS:
        for name in (definition.name, definition.title, *definition.aliases):
            found[_plain_name(name)] = definition
    return found


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
