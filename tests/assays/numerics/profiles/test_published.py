"""Published probabilities, exact ratios and real genotypes, where the collection is at hand."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from assays.numerics.profiles import (
    Catalogue,
    Frequencies,
    Profile,
    likelihood_ratio,
    match_probability,
)

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "profiles"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="The published genotypes and frequencies are not at hand."
)


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def table(name: str, population: str) -> Frequencies:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with (FOLDER / name).open(newline="") as file:
        for row in csv.DictReader(file):
            if row["pop"] == population:
                found[row["locus"]][row["allele"]] = float(row["freq"])
    return Frequencies(found)


def genotypes() -> dict[str, Profile]:
    with (FOLDER / "nist1036_genotypes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    markers = [name[:-2] for name in rows[0] if name.endswith("_1")]
    return {
        row["sample"]: Profile(
            {m: (row[f"{m}_1"], row[f"{m}_2"]) for m in markers if row[f"{m}_1"] and row[f"{m}_2"]}
        )
        for row in rows
    }


@pytest.mark.parametrize("population", ["Cauc", "Afri"])
def test_the_worked_profile_of_a_textbook(population: str) -> None:
    given = read("rmp_butler_example.json")
    frequencies = table("butler2003_freqs.csv", population)

    plain = match_probability(given["profile"], frequencies)
    corrected = match_probability(given["profile"], frequencies, theta=0.01)

    assert f"{plain.probability:.2e}" == f"{given['published'][population]:.2e}"
    expected = given["theta_0_01_homozygote_p2_plus_p1mp_theta"][population]
    assert f"{corrected.probability:.6e}" == f"{expected:.6e}"


def test_exact_ratios_of_simulated_relatives() -> None:
    given = read("kinship_lr.json")
    frequencies = table("nist1036_freqs.csv", "Cauc")

    for pair in given["pairs"]:
        match = match_probability(pair["g2"], frequencies).probability
        assert match == pytest.approx(pair["rmp_g2"], rel=1e-9)
        for relation, expected in pair["LR"].items():
            found = likelihood_ratio(pair["g1"], pair["g2"], frequencies, relation=relation)
            assert found.ratio == pytest.approx(expected, rel=1e-9), (pair["pair"], relation)


def test_shared_alleles_of_simulated_relatives() -> None:
    pairs = read("kinship_lr.json")["pairs"]
    catalogue = Catalogue({str(pair["pair"]): pair["g1"] for pair in pairs})

    for pair in pairs:
        hits = catalogue.search(pair["g2"], len(pairs), by="shared")
        (own,) = [hit for hit in hits if hit.id == str(pair["pair"])]
        assert own.shared == pair["shared_alleles"]


def test_real_people_find_themselves_first() -> None:
    people = genotypes()
    catalogue = Catalogue(people)

    for name in list(people)[::37]:
        best, second = catalogue.search(people[name], 2).hits
        assert (best.id, best.score) == (name, 1.0)
        assert second.score < 0.5
