"""Likelihood ratio of two profiles: related as said, over unrelated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from assays.numerics.markers import key_of
from assays.numerics.profiles.frequencies import (
    Frequencies,
    as_frequencies,
    check_theta,
    drawn_next,
)
from assays.numerics.profiles.matching import Single, genotype
from assays.numerics.profiles.profile import Profile, as_profile
from assays.numerics.refusals import Unusable, numbers, option
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "likelihood_ratio/1"
REST = ""  # every allele that neither profile shows; no allele is named so

Sharing = tuple[float, float, float]

# Probabilities of sharing 0, 1 and 2 alleles by descent (Cotterman 1940; Thompson, Statistical
# Inference from Genetic Data on Pedigrees, 2000, table 3.1).
RELATIONS: Mapping[str, Sharing] = MappingProxyType(
    {
        "identity": (0.0, 0.0, 1.0),
        "parent-child": (0.0, 1.0, 0.0),
        "full-sibs": (0.25, 0.5, 0.25),
        "half-sibs": (0.5, 0.5, 0.0),
        "first-cousins": (0.75, 0.25, 0.0),
        "unrelated": (1.0, 0.0, 0.0),
    }
)
_ALSO = {"siblings": "full-sibs", "cousins": "first-cousins", "paternity": "parent-child"}


class Note(StrEnum):
    """What a reader must know to judge the ratio."""

    EXCLUDED = "markers_exclude_the_relation_unless_an_allele_mutated"
    NOT_COMPARED = "markers_missing_from_one_profile"
    UNKNOWN_MARKERS = "markers_without_frequencies_left_out"
    LEAST_FREQUENCY = "least_frequency_taken_for_rare_alleles"
    DROP_OUT = "one_allele_seen_another_may_have_dropped_out"
    NOTHING_COMPARED = "no_marker_could_be_used"


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """The ratio as its logarithm, each marker's own ratio, and what it rests on.

    ``log10`` is minus infinity where a marker excludes the relation (``excluded``: mutation is not
    reckoned with). ``ratio`` is 0 or infinite where a float does not hold it: read ``log10`` then.
    ``missing``: markers of one profile alone.
    """

    log10: float
    by_marker: Mapping[str, float]
    relation: str
    sharing: Sharing
    excluded: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    least: tuple[str, ...]
    single: tuple[str, ...]
    theta: float
    notes: tuple[Note, ...]
    method: str = METHOD

    @property
    def ratio(self) -> float:
        return math.pow(10.0, self.log10) if self.log10 < 308 else math.inf

    def __float__(self) -> float:
        return self.ratio


def likelihood_ratio(
    first: Profile | Mapping[str, Iterable[object]],
    second: Profile | Mapping[str, Iterable[object]],
    frequencies: Frequencies | Mapping[str, Mapping[str, float]],
    *,
    relation: str | Sequence[float] = "identity",
    theta: float = 0.0,
    single: Single | str = Single.DROPPED_OUT,
) -> LikelihoodRatio:
    """Return how much likelier two profiles are if related as said than if unrelated.

    ``relation``: a name of RELATIONS ("full_sibs" and "full sibs" too) or (k0, k1, k2), the
    probabilities of sharing 0, 1, 2 alleles by descent, which add up to 1. Markers are independent
    and alleles do not mutate. With ``theta`` all alleles of both are drawn one after the other from
    one subpopulation (Balding and Nichols 1994), so "identity" is 1 / NRC II 4.10. One allele that
    stands alone stands for every genotype that holds it (see ``match_probability``). Symmetric.
    Raises Unusable: RELATION, MIXTURE, ALLELE_UNKNOWN, THETA, OPTION.
    """
    check_theta(theta)
    name, sharing = sharing_of(relation)
    alone = option(Single, single)
    one, other, table = as_profile(first), as_profile(second), as_frequencies(frequencies)
    both, by_marker, least, singles = _by_marker(one, other, table, sharing, theta, alone)
    missing = sorted({*one.markers, *other.markers} - {*both, *both.values()})
    unknown = tuple(sorted(marker for marker in both if table.marker(marker) is None))
    excluded = tuple(marker for marker, ratio in by_marker.items() if ratio == 0)
    told = {
        Note.EXCLUDED: bool(excluded),
        Note.NOT_COMPARED: bool(missing),
        Note.UNKNOWN_MARKERS: bool(unknown),
        Note.LEAST_FREQUENCY: bool(least),
        Note.DROP_OUT: bool(singles),
        Note.NOTHING_COMPARED: not by_marker,
    }
    return LikelihoodRatio(
        log10=-math.inf if excluded else math.fsum(map(math.log10, by_marker.values())),
        by_marker=by_marker,
        relation=name,
        sharing=sharing,
        excluded=excluded,
        missing=tuple(missing),
        unknown=unknown,
        least=tuple(dict.fromkeys(least)),
        single=tuple(singles),
        theta=float(theta),
        notes=tuple(note for note, holds in told.items() if holds),
    )


def sharing_of(relation: str | Sequence[float]) -> tuple[str, Sharing]:
    """Return a relation's name and (k0, k1, k2); what is neither is refused (RELATION)."""
    if isinstance(relation, str):
        name = relation.strip().lower().replace("_", "-").replace(" ", "-")
        name = _ALSO.get(name, name)
        if name in RELATIONS:
            return name, RELATIONS[name]
    else:
        try:
            k0, k1, k2 = numbers(
                relation, name=_("probabilities of sharing"), smallest=0.0
            ).tolist()
        except ValueError:
            k0 = k1 = k2 = math.nan
        if min(k0, k1, k2) >= 0 and abs(k0 + k1 + k2 - 1) < 1e-9:
            return f"({k0:g}, {k1:g}, {k2:g})", (k0, k1, k2)
    raise Unusable(
        "RELATION",
        _("%(given)s is no relation: give one of %(known)s, or (k0, k1, k2) that add up to 1."),
        given=cited(relation),
        known=", ".join(RELATIONS),
    )


Genotype = tuple[str, str]


def _by_marker(
    one: Profile,
    other: Profile,
    table: Frequencies,
    sharing: Sharing,
    theta: float,
    single: Single,
) -> tuple[dict[str, str], dict[str, float], list[str], list[str]]:
    """Return markers of both by both spellings, the ratios, rare alleles, markers of one allele."""
    spelt = {key_of(marker): marker for marker in other.markers}
    both = {m: spelt[key_of(m)] for m in one.markers if key_of(m) in spelt}
    by_marker: dict[str, float] = {}
    least, singles = [], []
    for marker, there in both.items():
        if table.marker(marker) is None:
            continue
        pair = (genotype(marker, one.markers[marker]), genotype(there, other.markers[there]))
        shares = {}
        for allele in dict.fromkeys(pair[0] + pair[1]):
            shares[allele], is_least = table.of(marker, allele)
            if is_least:
                least.append(f"{marker}/{allele}")
        shares[REST] = max(0.0, 1.0 - math.fsum(shares.values()))
        if single is Single.DROPPED_OUT and 1 in map(len, pair):
            singles.append(marker)
        first, second = (_readings(found, shares, single) for found in pair)
        by_marker[marker] = _ratio(first, second, shares, sharing, theta)
    return both, by_marker, least, singles


def _readings(
    alleles: tuple[str, ...], shares: Mapping[str, float], single: Single
) -> list[Genotype]:
    """Return the genotypes that an observation may be."""
    if len(alleles) == 2:
        return [(alleles[0], alleles[1])]
    if single is Single.HOMOZYGOTE:
        return [(alleles[0], alleles[0])]
    return [(alleles[0], other) for other in shares]


def _ratio(
    first: list[Genotype],
    second: list[Genotype],
    shares: Mapping[str, float],
    sharing: Sharing,
    theta: float,
) -> float:
    by_sharing = [0.0, 0.0, 0.0]
    for one in first:
        for other in second:
            for number, part in enumerate(_joint(one, other, shares, theta)):
                by_sharing[number] += part
    related = math.fsum(k * part for k, part in zip(sharing, by_sharing, strict=True))
    return related / by_sharing[0]


def _joint(
    first: Genotype, second: Genotype, shares: Mapping[str, float], theta: float
) -> tuple[float, float, float]:
    """Return the probability of both genotypes where 0, 1 and 2 alleles are shared by descent."""
    (a, b), (c, d) = first, second
    orders = (2 if a != b else 1, 2 if c != d else 1)
    none = orders[0] * orders[1] * _drawn((a, b, c, d), shares, theta)
    one = 0.0
    for passed in (a, b):
        if passed == c:
            one += _drawn((a, b, d), shares, theta)
        elif passed == d:
            one += _drawn((a, b, c), shares, theta)
    both = orders[0] * _drawn((a, b), shares, theta) if {a, b} == {c, d} else 0.0
    return none, orders[0] * one / 2, both


def _drawn(alleles: tuple[str, ...], shares: Mapping[str, float], theta: float) -> float:
    """Return the probability of drawing alleles in this order from one subpopulation."""
    probability = 1.0
    for number, allele in enumerate(alleles):
        seen = alleles[:number].count(allele)
        probability *= drawn_next(shares[allele], seen=seen, of=number, theta=theta)
    return probability
