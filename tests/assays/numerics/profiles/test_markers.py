"""Two spellings of one marker are one wherever profiles, tables and hosts are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assays.numerics.markers import factor_of, key_of, key_of_factor, spelt_twice
from assays.numerics.profiles import (
    Catalogue,
    Frequencies,
    Profile,
    common_factors,
    counted,
    drift,
    likelihood_ratio,
    linked,
    match_probability,
    same_population,
)
from assays.numerics.refusals import Unusable

ONE = {"vWA": (16, 17), "TH01": (6, 9.3)}
OTHER = {"VWA": (16, 17), "th01": (6, 9.3)}
TABLE = {"Vwa": {"16": 0.2, "17": 0.3}, "TH01": {"6": 0.2, "9.3": 0.3}}


def test_a_marker_has_one_name_whatever_its_case() -> None:
    assert {key_of(one) for one in ("vWA", "VWA", "vwa", " vWA ")} == {"VWA"}
    assert factor_of("vWA", "16") == key_of_factor("vwa/16") == "VWA/16"
    assert key_of_factor("vWA/x/Y") == "VWA/x/Y"
    assert spelt_twice(["vWA", "TH01", "VWA"]) == ("vWA", "VWA")
    assert spelt_twice(["vWA", "TH01"]) is None


@pytest.mark.parametrize("by", ["jaccard", "shared", "likelihood_ratio"])
def test_a_search_finds_what_is_spelt_otherwise(by: str) -> None:
    profiles = {"as asked": ONE, "otherwise": OTHER, "neither": {"vWA": (14, 15)}}

    found = Catalogue(profiles).search(ONE, 3, by=by, frequencies=Frequencies(TABLE, 100))

    same, otherwise, _neither = found
    assert (same.id, otherwise.id) == ("as asked", "otherwise")
    assert (same.score, same.shared, same.factors) == (
        otherwise.score, otherwise.shared, otherwise.factors,
    )  # fmt: skip
    assert same.factors == ("TH01/6", "TH01/9.3", "vWA/16", "vWA/17")
    assert same.log10_match_probability == otherwise.log10_match_probability is not None
    assert same.log10_likelihood_ratio == otherwise.log10_likelihood_ratio is not None
    assert found.unknown == ()


def test_plain_names_of_factors_follow_the_same_rule() -> None:
    catalogue = Catalogue({"plain": ["VWA/16", "vWA/17"], "profile": {"vwa": (16, 17)}})

    assert [hit.score for hit in catalogue.search(["vwa/16", "Vwa/17"])] == [1.0, 1.0]


def test_a_catalogue_that_grows_and_is_kept_follows_it_too(tmp_path: Path) -> None:
    grown = Catalogue({"first": ONE}).append({"second": OTHER})
    grown.save(tmp_path)

    kept = Catalogue.open(tmp_path)

    assert [hit.score for hit in kept.search({"Vwa": (16, 17), "TH01": (6, 9.3)})] == [1.0, 1.0]
    assert kept.profile("second").markers == {"VWA": ("16", "17"), "TH01": ("6", "9.3")}


def test_arrays_that_name_a_factor_in_two_spellings_are_refused() -> None:
    import numpy as np

    with pytest.raises(Unusable) as refused:
        Catalogue.from_arrays(["one"], ["vWA/16", "VWA/16"], np.array([0, 1]), np.array([0, 2]))

    assert refused.value.code == "LENGTHS"


def test_hosts_share_factors_whatever_their_spelling() -> None:
    hosts = {"a": ONE, "b": OTHER, "c": {"D3": (1,)}}

    (group,) = common_factors(hosts).groups
    (chain,) = linked(hosts).groups

    assert group.hosts == chain.hosts == ("a", "b")
    assert group.factors == chain.factors == ("TH01/6", "TH01/9.3", "vWA/16", "vWA/17")


def test_a_host_spelt_otherwise_did_not_drift() -> None:
    found = drift([0, 1], [ONE, OTHER])

    assert [(one.value, one.markers) for one in found.drifts] == [(0.0, 2), (0.0, 2)]


def test_populations_are_told_apart_by_what_they_have_not_by_spelling() -> None:
    assert same_population([ONE, ONE], [OTHER, OTHER], permutations=99).distance == 0


def test_intensities_quality_and_people_are_of_the_marker_however_spelt() -> None:
    profile = Profile(ONE, {"VWA": {"16": 5}}, {"th01": 0.1})
    table = Frequencies(TABLE, {"vwa": 100, "TH01": 50})

    assert profile.called(intensity=10, quality=0.5).markers == {"vWA": ("17",)}
    assert (table.least("VWA"), table.least("th01")) == (0.025, 0.05)
    for twice in ({"intensities": {"vWA": {}, "VWA": {}}}, {"quality": {"vWA": 1, "VWA": 0}}):
        with pytest.raises(Unusable) as refused:
            Profile(ONE, **twice)
        assert refused.value.code == "MARKER_TWICE"


def test_ratios_and_counts_take_both_spellings_together() -> None:
    ratio = likelihood_ratio(ONE, OTHER, TABLE)
    table = counted([Profile(ONE)] * 3 + [Profile(OTHER)] * 3)

    assert (ratio.missing, list(ratio.by_marker)) == ((), ["vWA", "TH01"])
    assert table.table == {"TH01": {"6": 0.5, "9.3": 0.5}, "VWA": {"16": 0.5, "17": 0.5}}
    assert match_probability(ONE, TABLE).log10 == match_probability(OTHER, TABLE).log10


@pytest.mark.parametrize("make", [Profile, Frequencies], ids=["profile", "frequencies"])
def test_a_marker_with_a_slash_could_be_another_with_its_allele(make: Any) -> None:
    with pytest.raises(Unusable) as refused:
        make({"a/b": {"c": 0.1}})

    assert refused.value.code == "NAME"
