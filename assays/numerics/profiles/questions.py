"""A question to a catalogue: the scan of its segments, and what is said of the hits."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assays.numerics.markers import key_of
from assays.numerics.profiles import chance, relatives, scans
from assays.numerics.profiles.frequencies import Frequencies
from assays.numerics.profiles.kinship import likelihood_ratio
from assays.numerics.profiles.matching import match_probability
from assays.numerics.profiles.profile import Profile, as_profile, factors_of, spellings_of
from assays.numerics.profiles.segments import Segment
from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "catalogue_search/2"

Given = Profile | Mapping[str, Iterable[object]] | Iterable[str]


class By(StrEnum):
    """What hits are ranked by: shared factors over those of both, shared alleles by number, or the
    likelihood ratio of a relation.
    """

    JACCARD = "jaccard"
    SHARED = "shared"
    LIKELIHOOD_RATIO = "likelihood_ratio"


class Note(StrEnum):
    """What a reader must know to judge the hits."""

    EMPTY_QUERY = "the_question_has_no_factor"
    UNKNOWN_FACTORS = "factors_that_nobody_in_the_catalogue_has"
    NOTHING_SHARED = "some_hits_share_nothing"
    CHANCE_FROM_CATALOGUE = "chance_reckoned_from_the_catalogue_itself_factors_independent"


@dataclass(frozen=True, slots=True)
class Hit:
    """One profile found.

    ``shared``: how many factors (alleles with their copies where ranked by them), ``factors``:
    which, as the question spells them. ``expected_by_chance``: how many profiles of a catalogue of this size would share as
    many though unrelated; from 1 on the hit says nothing. With frequencies, at the markers typed
    in both: log10 of the match probability of the hit's profile, and of the likelihood ratio; None
    without frequencies and where a marker has more than two alleles.
    """

    id: str
    score: float
    shared: int
    factors: tuple[str, ...]
    expected_by_chance: float
    log10_match_probability: float | None = None
    log10_likelihood_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first; equal scores stand in the order of their ids."""

    hits: tuple[Hit, ...]
    by: By
    searched: int
    asked: int
    unknown: tuple[str, ...]
    relation: str | None
    notes: tuple[Note, ...]
    method: str = METHOD

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, place: int) -> Hit:
        return self.hits[place]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a catalogue is made of: factors by number, and its segments."""

    factors: tuple[str, ...]
    numbers: Mapping[tuple[str, bool], int]
    segments: tuple[Segment, ...]

    def holders(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how many profiles have each of these factors; 0 for numbers of none."""
        found = np.zeros(numbers.size)
        for segment in self.segments:
            known = (numbers >= 0) & (numbers < len(segment.column))
            found[known] += segment.holders[numbers[known]]
        return found

    def profile(self, segment: Segment, row: int) -> Profile:
        markers: dict[str, list[str]] = {}
        for number in segment.members(row):
            marker, slash, allele = self.factors[number].partition("/")
            markers.setdefault(marker, []).append(allele if slash else marker)
        return Profile({marker: tuple(sorted(found)) for marker, found in markers.items()})


class Question:
    """A profile asked of a catalogue: its factors by number, the scan, and what is said of hits."""

    def __init__(self, parts: Parts, given: Given, by: By) -> None:
        self.parts, self.given, self.by = parts, given, by
        self.count = sum(segment.count for segment in parts.segments)
        self.held, self.copies = factors_of(given)
        self.spelt = spellings_of(given)
        keys = [(one, False) for one in self.held]
        if by is By.SHARED:
            keys += [(one, True) for one in self.copies]
        numbers = np.array([parts.numbers.get(key, -1) for key in keys], dtype=np.int64)
        # Whoever had a factor may have been taken out since: then nobody has it.
        is_had = (numbers >= 0) & (parts.holders(numbers) > 0)
        self.unknown = tuple(
            sorted(
                self.spelt[one]
                for one, is_known in zip(self.held, is_had, strict=False)
                if not is_known
            )
        )
        self.factors = np.sort(numbers[is_had])

    def best(self, k: int, engine: Any) -> list[tuple[float, bytes, int, Segment, int]]:
        """Return (-score, id, shared, segment, row) of the k best."""
        found = []
        for segment in self.parts.segments:
            known = self.factors[self.factors < len(segment.column)]
            asked = scans.Asked(known, len(self.held), k, self.by is By.SHARED)
            one = engine.best(segment, asked)
            rows = zip(one.scores.tolist(), one.rows.tolist(), one.shared.tolist(), strict=True)
            found += [(-score, segment.ids[r], shared, segment, r) for score, r, shared in rows]
        found = heapq.nsmallest(k, found, key=lambda one: one[:2])
        if len(found) < k:
            taken = {one[1] for one in found}
            others = (
                (0.0, name, 0, segment, row)
                for segment in self.parts.segments
                for row, name in enumerate(segment.ids[: k + len(found)])
                if name not in taken
            )
            found += heapq.nsmallest(k - len(found), others, key=lambda one: one[1])
        return found

    def likeliest(
        self, k: int, table: Frequencies | None, relation: str | Sequence[float], theta: float
    ) -> list[tuple[float, bytes, int, Segment, int]]:
        """Return the k of the highest likelihood ratio, in the form of ``best``."""
        if table is None or not isinstance(self.given, Profile | Mapping):
            raise Unusable(
                "FREQUENCIES_NEEDED",
                _("A likelihood ratio needs allele frequencies, and markers with their alleles."),
            )
        alleles, found = relatives.alleles_by_marker(self.parts.numbers), []
        for segment in self.parts.segments:
            one = relatives.best(
                segment,
                alleles,
                as_profile(self.given),
                table,
                relation=relation,
                theta=theta,
                k=k,
            )
            shared = self._shared(segment, one.rows.tolist()).sum(axis=1).tolist()
            rows = zip(one.scores.tolist(), one.rows.tolist(), shared, strict=True)
            found += [(-score, segment.ids[r], n, segment, r) for score, r, n in rows]
        return heapq.nsmallest(k, found, key=lambda one: one[:2])

    def hits(
        self,
        best: Sequence[tuple[float, bytes, int, Segment, int]],
        table: Frequencies | None,
        relation: str | Sequence[float],
        theta: float,
    ) -> tuple[Hit, ...]:
        tails = chance.log10_tails(self._shares(table)) + math.log10(max(1, self.count))
        rows: dict[int, list[int]] = {}
        for _minus, _name, _shared, segment, row in best:
            rows.setdefault(id(segment), []).append(row)
        shares = {
            id(segment): iter(self._shared(segment, rows[id(segment)]))
            for segment in self.parts.segments
            if id(segment) in rows
        }
        made = []
        for minus, name, shared, segment, row in best:
            known = self.factors[self.factors < len(segment.column)]
            held = known[next(shares[id(segment)])]
            match = ratio = None
            if table is not None:
                match, ratio = self._weighed(segment, row, table, relation, theta)
            expected = math.pow(10.0, float(tails[shared])) if shared < tails.size else 0.0
            shown = tuple(sorted({self.spelt[self.parts.factors[number]] for number in held}))
            made.append(Hit(name.decode(), 0.0 - minus, shared, shown, expected, match, ratio))
        return tuple(made)

    def _shared(self, segment: Segment, rows: Sequence[int]) -> NDArray[np.bool_]:
        known = self.factors[self.factors < len(segment.column)]
        return segment.has(known, np.array(rows, dtype=np.int64))

    def is_by_markers(self, table: Frequencies | None) -> bool:
        return table is not None and isinstance(self.given, Profile | Mapping)

    def _shares(self, table: Frequencies | None) -> list[chance.Shares]:
        if table is not None and isinstance(self.given, Profile | Mapping):
            return chance.by_marker(as_profile(self.given), table, with_copies=self.by is By.SHARED)
        shares = self.parts.holders(self.factors) / max(1, self.count)
        # Sorted: however the factors came to be numbered, the same digits.
        return chance.by_factor(sorted(shares.tolist()))

    def _weighed(
        self,
        segment: Segment,
        row: int,
        table: Frequencies,
        relation: str | Sequence[float],
        theta: float,
    ) -> tuple[float | None, float | None]:
        if not isinstance(self.given, Profile | Mapping):
            return None, None
        other = self.parts.profile(segment, row)
        asked = as_profile(self.given)
        typed = asked.by_key()
        both = Profile({m: found for m, found in other.markers.items() if key_of(m) in typed})
        try:
            match = match_probability(both, table, theta=theta)
            ratio = likelihood_ratio(asked, other, table, relation=relation, theta=theta)
        except Unusable as refused:
            if refused.code != "MIXTURE":
                raise
            return None, None
        return match.log10, ratio.log10


def engine(compiled: bool | None) -> Any:
    """Return the search to use: numba is imported with the first question, never before."""
    if compiled is False:
        return scans
    try:
        from assays.numerics.profiles import compiled as module
    except (ImportError, RuntimeError) as error:
        # RuntimeError: no folder in which numba could keep what it compiled.
        if compiled:
            raise Unusable(
                "COMPILED", _("numba cannot be used here: %(why)s."), why=cited(error, 200)
            ) from error
        return scans
    return module
