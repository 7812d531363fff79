"""Random match probability: how likely somebody unrelated has the same profile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assays.numerics.profiles.frequencies import (
    Frequencies,
    as_frequencies,
    check_theta,
    drawn_next,
)
from assays.numerics.profiles.profile import Profile, as_profile
from assays.numerics.refusals import Unusable, option
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "match_probability/1"


class Correction(StrEnum):
    """How theta enters: both are of NRC II (1996), chapter 4.

    HOMOZYGOTES (4.4): p^2 + p (1 - p) theta for equal alleles, 2 p q for others.
    CONDITIONAL (4.10; Balding and Nichols 1994): the profile of another member of the same
    subpopulation, given that it was seen once: [2 theta + (1 - theta) p] [3 theta + (1 - theta) p]
    and 2 [theta + (1 - theta) p] [theta + (1 - theta) q], each over (1 + theta) (1 + 2 theta).
    """

    HOMOZYGOTES = "nrc2_4.4"
    CONDITIONAL = "nrc2_4.10"


class Single(StrEnum):
    """What one allele at a marker means when it is not written twice."""

    DROPPED_OUT = "another_may_have_dropped_out"
    HOMOZYGOTE = "two_copies"


class Note(StrEnum):
    """What a reader must know to judge the probability."""

    PARTIAL = "markers_of_the_table_missing_from_the_profile"
    UNKNOWN_MARKERS = "markers_without_frequencies_left_out"
    LEAST_FREQUENCY = "least_frequency_taken_for_rare_alleles"
    DROP_OUT = "one_allele_seen_another_may_have_dropped_out"
    NOTHING_COMPARED = "no_marker_could_be_used"


@dataclass(frozen=True, slots=True)
class MatchProbability:
    """The probability as its logarithm, by marker too, and what it rests on.

    ``probability`` is 0 where it lies below what a float holds: read ``log10`` then.
    ``missing``: markers of the table that the profile lacks; ``unknown``: those of the profile
    without frequencies; ``least``: "marker/allele" that have the least frequency;
    ``single``: markers with one allele seen.
    """

    log10: float
    by_marker: Mapping[str, float]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    least: tuple[str, ...]
    single: tuple[str, ...]
    theta: float
    correction: Correction
    notes: tuple[Note, ...]
    method: str = METHOD

    @property
    def probability(self) -> float:
        return math.pow(10.0, self.log10)

    def __float__(self) -> float:
        return self.probability


def match_probability(
    profile: Profile | Mapping[str, Iterable[object]],
    frequencies: Frequencies | Mapping[str, Mapping[str, float]],
    *,
    theta: float = 0.0,
    correction: Correction | str = Correction.HOMOZYGOTES,
    single: Single | str = Single.DROPPED_OUT,
) -> MatchProbability:
    """Return how likely an unrelated person has this profile: the product over independent markers.

    ``profile``: one or two alleles a marker. ``frequencies``: by marker and allele. ``theta``:
    coancestry, 0 to below 1. One allele that stands alone means, unless ``single`` says that it
    is in two copies, that the other may have dropped out: the probability of anybody who has it,
    p^2 + 2 p (1 - p) (never more than the customary 2 p). Markers without frequencies are left
    out and told; with no marker left the probability is 1 and says so.
    Raises Unusable: MIXTURE for more than two alleles at a marker, ALLELE_UNKNOWN, THETA, OPTION.
    """
    check_theta(theta)
    chosen, alone = option(Correction, correction), option(Single, single)
    found, table = as_profile(profile), as_frequencies(frequencies)
    by_marker, least, singles = {}, [], []
    for marker, alleles in found.markers.items():
        if table.marker(marker) is None:
            continue
        shares = []
        for allele in genotype(marker, alleles):
            share, is_least = table.of(marker, allele)
            shares.append(share)
            if is_least:
                least.append(f"{marker}/{allele}")
        if len(alleles) == 1 and alone is Single.DROPPED_OUT:
            singles.append(marker)
            by_marker[marker] = _carried(shares[0], theta, chosen)
        else:
            by_marker[marker] = _whole(alleles, shares, theta, chosen)
    missing = table.lacking(found.markers)
    unknown = tuple(sorted(one for one in found.markers if table.marker(one) is None))
    told = {
        Note.PARTIAL: bool(missing),
        Note.UNKNOWN_MARKERS: bool(unknown),
        Note.LEAST_FREQUENCY: bool(least),
        Note.DROP_OUT: bool(singles),
        Note.NOTHING_COMPARED: not by_marker,
    }
    return MatchProbability(
        log10=math.fsum(map(math.log10, by_marker.values())),
        by_marker=by_marker,
        missing=missing,
        unknown=unknown,
        least=tuple(dict.fromkeys(least)),
        single=tuple(singles),
        theta=float(theta),
        correction=chosen,
        notes=tuple(note for note, holds in told.items() if holds),
    )


def genotype(marker: str, alleles: tuple[str, ...]) -> tuple[str, ...]:
    """Return one or two alleles; more are a mixture of people, which this does not unravel."""
    if len(alleles) > 2:
        raise Unusable(
            "MIXTURE",
            _("%(marker)s has %(given)d alleles; a probability needs one person's one or two."),
            marker=cited(marker),
            given=len(alleles),
        )
    return alleles


def _whole(
    alleles: tuple[str, ...], shares: list[float], theta: float, correction: Correction
) -> float:
    p, q = shares[0], shares[-1]
    if len(alleles) == 1 or alleles[0] == alleles[1]:
        if correction is Correction.HOMOZYGOTES:
            return p * p + p * (1 - p) * theta
        second = drawn_next(p, seen=2, of=2, theta=theta)
        return second * drawn_next(p, seen=3, of=3, theta=theta)
    if correction is Correction.HOMOZYGOTES:
        return 2 * p * q
    second = drawn_next(p, seen=1, of=2, theta=theta)
    return 2 * second * drawn_next(q, seen=1, of=3, theta=theta)


def _carried(p: float, theta: float, correction: Correction) -> float:
    """Return the probability of anybody with the allele, be the other what it may."""
    if correction is Correction.HOMOZYGOTES:
        return p * p + p * (1 - p) * theta + 2 * p * (1 - p)
    # Of the two possible readings of what was seen, two copies make the match likelier.
    neither = (1 - drawn_next(p, seen=2, of=2, theta=theta)) * (
        1 - drawn_next(p, seen=2, of=3, theta=theta)
    )
    return 1 - neither
