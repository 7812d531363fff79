"""Profiles: how probable a match is, who is related, who is alike, and what changes over weeks."""

from assays.numerics.adjustment import Adjustment, adjusted
from assays.numerics.profiles.catalogue import Catalogue
from assays.numerics.profiles.changes import Against, Change, Drift, HostDrift, Missing, drift
from assays.numerics.profiles.frequencies import Frequencies, allele_probability, counted
from assays.numerics.profiles.groups import Group, Groups, common_factors, linked
from assays.numerics.profiles.kinship import RELATIONS, LikelihoodRatio, likelihood_ratio
from assays.numerics.profiles.matching import (
    Correction,
    MatchProbability,
    Single,
    match_probability,
)
from assays.numerics.profiles.populations import PopulationTest, same_population
from assays.numerics.profiles.profile import Profile
from assays.numerics.profiles.questions import By, Found, Hit

__all__ = [
    "RELATIONS",
    "Adjustment",
    "By",
    "Against",
    "Catalogue",
    "Change",
    "Correction",
    "Drift",
    "Found",
    "Frequencies",
    "Group",
    "Groups",
    "Hit",
    "HostDrift",
    "LikelihoodRatio",
    "MatchProbability",
    "Missing",
    "PopulationTest",
    "Profile",
    "Single",
    "adjusted",
    "allele_probability",
    "common_factors",
    "counted",
    "drift",
    "likelihood_ratio",
    "linked",
    "match_probability",
    "same_population",
]
