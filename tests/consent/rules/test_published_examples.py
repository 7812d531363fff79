"""The worked examples that publications print, where the collection of them is at hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest

from consent.rules import news2, questionnaires
from consent.rules.definitions import questionnaire
from consent.rules.definitions import questionnaires as definitions
from consent.rules.news2 import Subject, Vitals

EXAMPLES = Path(__file__).parents[4] / "shared" / "data" / "instruments"
NAMES = {"PHQ9": "PHQ-9", "GAD7": "GAD-7", "PCL5": "PCL-5", "AUDITC": "AUDIT-C"}
TOLD = {
    "total": lambda found: found.total,
    "band": lambda found: found.band,
    "band_abs": lambda found: found.bands["abs"],
    "band_alt": lambda found: found.bands["kessler"],
    "review": lambda found: bool(found.alerts),
    "provisional": lambda found: found.provisional,
    "above_cut": lambda found: found.above_cut,
    "positive": lambda found: found.is_raised,
}


def read(name: str) -> Any:
    path = EXAMPLES / name
    return json.loads(path.read_text()) if path.exists() else None


def absent() -> list[Any]:
    reason = "The published examples are not at hand."
    return [pytest.param(None, None, marks=pytest.mark.skip(reason=reason), id="absent")]


def worked() -> list[Any]:
    found = read("examples.json")
    return absent() if found is None else [(name, one) for name in found for one in found[name]]


def defined() -> list[Any]:
    found = read("instruments.json")
    return absent() if found is None else [(name, found[name]) for name in definitions()]


def charted() -> list[Any]:
    found = read("news2.json")
    return absent() if found is None else [("NEWS2", one) for one in found["examples"]]


@pytest.mark.parametrize(("name", "example"), worked())
def test_a_worked_questionnaire(name: str, example: dict[str, Any]) -> None:
    found = questionnaires.score(NAMES.get(name, name), example["items"], sex=example.get("sex"))

    expected = {key: value for key, value in example.items() if key not in ("items", "sex")}
    assert {key: TOLD[key](found) for key in expected} == expected


@pytest.mark.parametrize(("name", "published"), defined())
def test_a_definition_is_the_published_one(name: str, published: dict[str, Any]) -> None:
    asked = questionnaire(name)

    assert len(asked.items) == published["items"]
    assert published.get("text", list(asked.items)) == list(asked.items)
    if "values" in published:
        assert all(list(options) == published["values"] for options in asked.options)
        ends = [sum(map(end, asked.options)) for end in (min, max)]
        assert ends == published["range"]
    for key, banding in (("bands", asked.default_banding), ("alt_bands", "kessler")):
        if key in published:
            found = [list(band) for band in asked.bandings[banding].bands]
            assert found == published[key]
    for options in asked.options if "options" in published else ():
        assert list(options.values()) == published["options"]
    for cluster in asked.clusters.clusters if asked.clusters else ():
        assert sorted(cluster.items) == published["clusters"][cluster.name]


@pytest.mark.parametrize(("name", "published"), defined())
def test_it_refers_from_the_published_cut_off(name: str, published: dict[str, Any]) -> None:
    cut = published.get("cutoff")
    if isinstance(cut, dict):
        expected = {"men": cut["male"], "women": cut["female"]}
    elif isinstance(cut, str):  # a sentence that begins with "<=" and the highest of them
        highest = Fraction(re.match(r"<=([\d.]+)", cut)[1])
        highest /= questionnaire(name).percent_per_point or 1
        assert [one.refer_to for one in questionnaire(name).bandings.values()] == [floor(highest)]
        return
    else:  # of a range the stricter end; K10 has none and refers by this project's proposal
        lowest = cut[0] if isinstance(cut, list) else cut or 20
        expected = dict.fromkeys(questionnaire(name).bandings, lowest)

    found = {key: one.refer_from for key, one in questionnaire(name).bandings.items()}
    assert found == ({} if name == "C-SSRS screener" else expected)


@pytest.mark.parametrize(("name", "example"), charted())
def test_a_worked_early_warning_score(name: str, example: dict[str, Any]) -> None:
    vitals = Vitals(
        respiration_per_min=example["resp"],
        spo2_percent=example["spo2"],
        spo2_scale=news2.SpO2Scale(example["scale"]),
        on_oxygen=example["oxygen"],
        systolic_mmhg=example["sbp"],
        pulse_per_min=example["pulse"],
        consciousness=news2.Consciousness(example["acvpu"]),
        temperature_celsius=Decimal(str(example["temp"])),
    )

    found = news2.score(vitals, Subject(species="human", age_years=30, is_pregnant=False))

    assert (found.total, found.has_single_three) == (example["score"], example["single3"])
    assert list(found.parts.values()) == example["parts"]
