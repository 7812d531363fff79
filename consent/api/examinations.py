"""What a body of the interface says was measured and seen: read without trusting any of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from consent.actions.medical import CONTROL
from consent.rules.medical import ExaminationItem, Examined, Sign
from consent.rules.news2 import PARAMETERS, Consciousness, SpO2Scale, Vitals
from labsys.lib.errors import InvalidInput

Word = TypeVar("Word", bound=StrEnum)
WHOLE = ("respiration_per_min", "spo2_percent", "systolic_mmhg", "pulse_per_min")
STATES = {"normal": False, "abnormal": True}
CONTROLLED = {word: said for said, word in CONTROL.items()}
FIELDS = ("vitals", "signs", "examined", "nanite_control", "spinal_cord_injury")
LONGEST = 20


def examined(body: Mapping[str, Any]) -> Examined:
    """Return what was measured and seen; what is left out was not."""
    control = body.get("nanite_control", "")
    if not isinstance(control, str) or control not in CONTROLLED:
        raise InvalidInput(
            "nanite_control is CONTROLLED or NOT_CONTROLLED, or left out.", field="nanite_control"
        )
    return Examined(
        vitals=_vitals(_object(body, "vitals")),
        signs=_signs(_object(body, "signs")),
        items=_items(_object(body, "examined")),
        are_nanites_controlled=CONTROLLED[control],
        has_spinal_cord_injury=_truth(body, "spinal_cord_injury") or False,
    )


def _vitals(given: Mapping[str, Any]) -> Vitals:
    unknown = sorted(set(given) - {*PARAMETERS, "spo2_scale"})
    if unknown:
        raise InvalidInput(f"There is no measurement {unknown[0]!r}.", field="vitals")
    scale = given.get("spo2_scale", 1)
    if type(scale) is not int or scale not in list(SpO2Scale):
        raise InvalidInput("spo2_scale is 1 or 2.", field="spo2_scale")
    level = given.get("consciousness")
    if level is not None and (not isinstance(level, str) or level not in list(Consciousness)):
        raise InvalidInput(
            f"consciousness is one of {', '.join(Consciousness)}.", field="consciousness"
        )
    return Vitals(
        **{name: _whole(given, name) for name in WHOLE},
        on_oxygen=_truth(given, "on_oxygen"),
        consciousness=None if level is None else Consciousness(level),
        temperature_celsius=_decimal(given, "temperature_celsius"),
        spo2_scale=SpO2Scale(scale),
    )


def _signs(given: Mapping[str, Any]) -> dict[Sign, bool]:
    found = {_word(Sign, name, "signs"): _truth(given, name) for name in given}
    return {sign: seen for sign, seen in found.items() if seen is not None}


def _items(given: Mapping[str, Any]) -> dict[ExaminationItem, bool]:
    found = {}
    for name, said in given.items():
        item = _word(ExaminationItem, name, "examined")
        if not isinstance(said, str) or said not in STATES:
            raise InvalidInput(f"{name} is normal or abnormal, or left out.", field="examined")
        found[item] = STATES[said]
    return found


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise InvalidInput(f"{name} is an object.", field=name)
    return found


def _word(known: type[Word], name: str, field: str) -> Word:
    if name not in list(known):
        raise InvalidInput(f"{field} are named by {', '.join(known)}.", field=field)
    return known(name)


def _truth(given: Mapping[str, Any], name: str) -> bool | None:
    found = given.get(name)
    if found is not None and not isinstance(found, bool):
        raise InvalidInput(f"{name} is true or false, or left out.", field=name)
    return found


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    found = given.get(name)
    if found is not None and type(found) is not int:
        raise InvalidInput(f"{name} is a whole number, or left out.", field=name)
    return found


def _decimal(given: Mapping[str, Any], name: str) -> Decimal | None:
    found = given.get(name)
    if found is None:
        return None
    try:
        value = Decimal(found) if isinstance(found, str) and len(found) <= LONGEST else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        raise InvalidInput(f'{name} is a decimal number in quotes, such as "36.7".', field=name)
    return value
