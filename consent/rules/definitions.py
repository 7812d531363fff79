"""The questionnaires that ship, read from consent/data and checked as they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

FILES = ("phq-9.json", "gad-7.json", "k10.json")


class UnknownQuestionnaire(ValueError):
    """No questionnaire of that name is known."""


class InvalidDefinition(ValueError):
    """A definition contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banding:
    """Bands of the total, first and last value included, and where a referral begins."""

    bands: tuple[tuple[int, int, str], ...]
    refer_from: int

    def band_of(self, total: int) -> str:
        return next(band for first, last, band in self.bands if first <= total <= last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One published questionnaire. Items are counted from 1, as on paper."""

    name: str
    version: int
    language: str
    title: str
    instruction: str
    items: tuple[str, ...]
    options: Mapping[int, str]
    safety_items: frozenset[int]
    may_miss: int
    bandings: Mapping[str, Banding]
    default_banding: str
    source: str
    licence: str

    def __post_init__(self) -> None:
        """Refuse bands that leave out a possible total or hold one twice."""
        possible = range(
            len(self.items) * min(self.options), len(self.items) * max(self.options) + 1
        )
        for name, banding in self.bandings.items():
            banded = [
                total for first, last, _band in banding.bands for total in range(first, last + 1)
            ]
            if banded != list(possible) or banding.refer_from not in possible:
                raise InvalidDefinition(f"{self.name}: bands {name!r} do not fit {possible}")
        if self.default_banding not in self.bandings:
            raise InvalidDefinition(f"{self.name}: no bands {self.default_banding!r}")
        if not self.safety_items <= set(range(1, len(self.items) + 1)):
            raise InvalidDefinition(f"{self.name}: a safety item is not among the items")


def questionnaire(name: str) -> Questionnaire:
    """Return a questionnaire by its published name, such as 'PHQ-9'."""
    try:
        return questionnaires()[name]
    except KeyError:
        known = ", ".join(questionnaires())
        raise UnknownQuestionnaire(f"No questionnaire {name!r}; there are {known}.") from None


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """Return all questionnaires that ship, by name."""
    found = [read_questionnaire(read_data(name)) for name in FILES]
    return MappingProxyType({one.name: one for one in found})


def read_data(name: str) -> Any:
    """Read one file of consent/data."""
    return json.loads(files("consent.data").joinpath(name).read_text(encoding="utf-8"))


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    bandings = {
        name: Banding(
            bands=tuple((one["from"], one["to"], one["band"]) for one in banding["bands"]),
            refer_from=banding["refer_from"],
        )
        for name, banding in data["bandings"].items()
    }
    read = {
        **data,
        "items": tuple(data["items"]),
        "options": MappingProxyType(dict(data["options"])),
        "safety_items": frozenset(data["safety_items"]),
        "bandings": MappingProxyType(bandings),
    }
    return Questionnaire(**read)
