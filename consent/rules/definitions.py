"""The questionnaires that can be scored, read from consent/data and checked as they are read.

The texts of some of them may not be redistributed: those have their numbers here and no words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from consent.rules.clusters import Cluster, Clusters
from consent.rules.triage import Triage

FILES = (
    "phq-9.json",
    "gad-7.json",
    "pcl-5.json",
    "audit-c.json",
    "k10.json",
    "who-5.json",
    "c-ssrs-screener.json",
    "ubacc.json",
)


class UnknownQuestionnaire(ValueError):
    """No questionnaire of that name is known."""


class InvalidDefinition(ValueError):
    """A definition contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banding:
    """Bands of the total, first and last value included, and where a referral begins.

    Where a low total is the worse one, `refer_to` is the highest that is referred; else
    `refer_from` is the lowest.
    """

    bands: tuple[tuple[int, int, str], ...]
    refer_from: int | None = None
    refer_to: int | None = None

    def band_of(self, total: int) -> str:
        return next(band for first, last, band in self.bands if first <= total <= last)

    def is_raised(self, total: int) -> bool:
        if self.refer_to is not None:
            return total <= self.refer_to
        return self.refer_from is not None and total >= self.refer_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One published questionnaire. Items are counted from 1, as on paper.

    `options` holds the words of each answer for each item. `items` are blank where the text may
    not be shipped. `bandings` are empty where the answers are not added up but triaged. An item
    answered by `asks_again_at` is explained and asked again, `most_trials` times in all.
    """

    name: str
    version: int
    language: str
    title: str
    instruction: str
    items: tuple[str, ...]
    options: tuple[Mapping[int, str], ...]
    source: str
    licence: str
    safety_items: frozenset[int] = frozenset()
    may_miss: int = 0
    bandings: Mapping[str, Banding]
    default_banding: str = ""
    banding_by_sex: Mapping[str, str]
    triage: Triage | None = None
    clusters: Clusters | None = None
    percent_per_point: int | None = None
    asks_again_at: int | None = None
    most_trials: int = 1

    def __post_init__(self) -> None:
        """Refuse bands that leave out a possible total or hold one twice, and other slips."""
        if len(self.options) != len(self.items):
            raise InvalidDefinition(f"{self.name}: not every item has options of its own")
        if not self.safety_items <= set(range(1, len(self.items) + 1)):
            raise InvalidDefinition(f"{self.name}: a safety item is not among the items")
        if (self.most_trials > 1) != (self.asks_again_at is not None):
            raise InvalidDefinition(f"{self.name}: it says by halves what is asked again")
        if self.triage:
            self._check_triage(self.triage)
        else:
            self._check_bandings()

    def _check_triage(self, triage: Triage) -> None:
        answers = [[list(one).index(value) for value in one] for one in self.options]
        levels = [list(range(len(one))) for one in triage.level_of]
        if answers != levels or not set().union(*triage.level_of) <= set(triage.levels):
            raise InvalidDefinition(f"{self.name}: the triage does not fit the answers")

    def _check_bandings(self) -> None:
        possible = range(sum(map(min, self.options)), sum(map(max, self.options)) + 1)
        for name, banding in self.bandings.items():
            banded = [
                total for first, last, _band in banding.bands for total in range(first, last + 1)
            ]
            limits = {banding.refer_from, banding.refer_to} - {None}
            if banded != list(possible) or len(limits) != 1 or not limits <= set(possible):
                raise InvalidDefinition(f"{self.name}: bands {name!r} do not fit {possible}")
        for name in (self.default_banding, *self.banding_by_sex.values()):
            if name not in self.bandings:
                raise InvalidDefinition(f"{self.name}: no bands {name!r}")

    @property
    def has_text(self) -> bool:
        """Say whether the words of the items are shipped."""
        return all(self.items)


def questionnaire(name: str) -> Questionnaire:
    """Return a questionnaire by its published name, such as 'PHQ-9'."""
    found = questionnaires().get(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(questionnaires())
        raise UnknownQuestionnaire(f"No questionnaire {name!r}; there are {known}.")
    return found


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """Return all questionnaires that can be scored, by name."""
    found = [read_questionnaire(read_data(name)) for name in FILES]
    return MappingProxyType({one.name: one for one in found})


def read_data(name: str) -> Any:
    """Read one file of consent/data."""
    return json.loads(files("consent.data").joinpath(name).read_text(encoding="utf-8"))


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    """Read one definition; a number in place of the items says how many there are."""
    read = dict(data)
    items = read.pop("items")
    items = ("",) * items if isinstance(items, int) else tuple(items)
    shared = read.pop("options", None)
    options = read.pop("item_options", None) or [shared] * len(items)
    triage, clusters = read.pop("triage", None), read.pop("clusters", None)
    bandings = {name: _banding(one) for name, one in read.pop("bandings", {}).items()}
    return Questionnaire(
        items=items,
        options=tuple(MappingProxyType(dict(one)) for one in options),
        safety_items=frozenset(read.pop("safety_items", ())),
        bandings=MappingProxyType(bandings),
        banding_by_sex=MappingProxyType(read.pop("banding_by_sex", {})),
        triage=_triage(triage) if triage else None,
        clusters=_clusters(clusters) if clusters else None,
        **read,
    )


def _banding(data: Mapping[str, Any]) -> Banding:
    bands = tuple((one["from"], one["to"], one["band"]) for one in data["bands"])
    return Banding(**{**data, "bands": bands})


def _triage(data: Mapping[str, Any]) -> Triage:
    return Triage(
        levels=tuple(data["levels"]),
        level_of=tuple(tuple(one) for one in data["level_of"]),
        skips_after_no_to=data["skips_after_no_to"],
        skipped=frozenset(data["skipped"]),
    )


def _clusters(data: Mapping[str, Any]) -> Clusters:
    found = (Cluster(**{**one, "items": frozenset(one["items"])}) for one in data["clusters"])
    return Clusters(rated_from=data["rated_from"], clusters=tuple(found))
