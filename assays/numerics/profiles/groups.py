"""Hosts that share more than chance: sets of factors held in common, and likeness.

A set of factors is weighed by how many hosts have all of it, against how many would if hosts were
unrelated and factors independent between markers. As the sets were looked for in the same data,
each p-value is first multiplied by the number of sets of that size that might have been found
instead (Webb, Machine Learning 2008;71:307, layered critical values), and then adjusted for the
number of sets that were tested.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assays.numerics.adjustment import Adjustment, adjusted
from assays.numerics.profiles.frequencies import Frequencies, as_frequencies
from assays.numerics.profiles.profile import Profile, factors_of, spellings_of
from assays.numerics.refusals import Unusable, is_between, is_within, option, whole
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "common_factors/2"
MOST_HOSTS = 20_000
Given = Profile | Mapping[str, Iterable[object]] | Iterable[str]


class Note(StrEnum):
    """What a reader must know to judge the groups."""

    OWN_FREQUENCIES = "frequencies_taken_from_these_hosts_factors_independent"
    CUT_SHORT = "more_sets_than_were_looked_at"
    NONE_FOUND = "no_group_found"


@dataclass(frozen=True, slots=True)
class Group:
    """Hosts with the factors that all of them have, spelt as by the first host that has them.

    ``log10_rarity``: how likely one unrelated host has all these factors; ``p``: that so many of
    the hosts would; ``p_searched``: the same with the sets of that size that might have been found
    instead; ``p_adjusted``: for the number of groups tested.
    """

    hosts: tuple[str, ...]
    factors: tuple[str, ...]
    log10_rarity: float
    p: float
    p_searched: float
    p_adjusted: float
    is_significant: bool


@dataclass(frozen=True, slots=True)
class Groups:
    groups: tuple[Group, ...]
    hosts: int
    factors: int
    adjustment: Adjustment
    alpha: float
    notes: tuple[Note, ...]
    method: str = METHOD


def common_factors(
    profiles: Mapping[str, Given],
    *,
    frequencies: Frequencies | Mapping[str, Mapping[str, float]] | None = None,
    least_hosts: int = 2,
    least_factors: int = 2,
    alpha: float = 0.05,
    adjustment: Adjustment | str = Adjustment.HOLM,
    most: int = 10_000,
) -> Groups:
    """Return every closed set of factors that several hosts have all of, the least likely first.

    Closed: no further factor is common to the same hosts. ``frequencies`` of alleles; where left
    out, or for what they lack, the share of these hosts that have a factor is taken. At most
    ``most`` sets are looked at, and it is told when there were more.
    Raises Unusable: HOSTS, ALPHA, LEAST, MOST, OPTION, and what profiles raise.
    """
    held, spelt = _held(profiles)
    _check(alpha, least_hosts, least_factors)
    if whole(most, name=_("most sets")) < 1:
        raise Unusable("MOST", _("At least one set is looked at."))
    closed = _Closed(held, least_hosts, most)
    sets = [one for one in closed.every() if len(one[1]) >= least_factors]
    return _weighed(sets, held, spelt, frequencies, alpha, adjustment, is_cut=closed.is_cut)


def linked(
    profiles: Mapping[str, Given],
    *,
    tanimoto: float = 0.5,
    frequencies: Frequencies | Mapping[str, Mapping[str, float]] | None = None,
    alpha: float = 0.05,
    adjustment: Adjustment | str = Adjustment.HOLM,
) -> Groups:
    """Return the groups of hosts that hang together by pairs of a Tanimoto of ``tanimoto`` or more.

    Two of a group need not be alike themselves: a chain joins them (single linkage), so a group
    may have no factor that all share, and its p is 1 then. Hosts that are like nobody are left out.
    Raises Unusable: HOSTS, TANIMOTO, ALPHA, OPTION, and what profiles raise.
    """
    held, spelt = _held(profiles)
    _check(alpha, 2, 1)
    if not is_within(tanimoto, 1e-9, 1):
        raise Unusable(
            "TANIMOTO", _("A Tanimoto limit is above 0 and up to 1, not %(t)s."), t=cited(tanimoto)
        )
    names, table = list(held), _table(held)
    group = _components(table, tanimoto)
    sets = []
    for number in range(int(group.max()) + 1):
        places = np.flatnonzero(group == number)
        if places.size > 1:
            hosts = tuple(names[place] for place in places)
            sets.append((hosts, tuple(sorted(frozenset.intersection(*(held[h] for h in hosts))))))
    return _weighed(sets, held, spelt, frequencies, alpha, adjustment, is_cut=False)


Set = tuple[tuple[str, ...], tuple[str, ...]]


class _Closed:
    """Enumerates closed sets, each once (Uno, Asai, Uchida, Arimura, FIMI 2004, LCM).

    Hosts of a factor are one whole number, a bit a host.
    """

    def __init__(self, held: Mapping[str, frozenset[str]], least: int, most: int) -> None:
        self.names, self.least, self.most = list(held), least, most
        holders: dict[str, int] = {}
        for place, found in enumerate(held.values()):
            for factor in found:
                holders[factor] = holders.get(factor, 0) | 1 << place
        frequent = {f: hosts for f, hosts in holders.items() if hosts.bit_count() >= least}
        self.factors = sorted(frequent, key=lambda f: (frequent[f].bit_count(), f))
        self.hosts = [frequent[factor] for factor in self.factors]
        self.is_cut = False

    def every(self) -> Iterator[Set]:
        everyone = (1 << len(self.names)) - 1
        waiting = [(everyone, -1)] if len(self.names) >= self.least else []
        given = 0
        while waiting:
            hosts, core = waiting.pop()
            closed = {i for i, own in enumerate(self.hosts) if own & hosts == hosts}
            if given >= self.most:
                self.is_cut = True
                return
            given += 1
            yield self._named(hosts, closed)
            for place in range(len(self.hosts) - 1, core, -1):
                narrower = hosts & self.hosts[place]
                if place in closed or narrower.bit_count() < self.least:
                    continue
                # A set is reached from one side only: nothing before its last step may join it.
                if not any(
                    own & narrower == narrower and i not in closed
                    for i, own in enumerate(self.hosts[:place])
                ):
                    waiting.append((narrower, place))

    def _named(self, hosts: int, closed: set[int]) -> Set:
        people = tuple(name for i, name in enumerate(self.names) if hosts >> i & 1)
        return people, tuple(sorted(self.factors[i] for i in closed))


def _weighed(
    sets: list[Set],
    held: Mapping[str, frozenset[str]],
    spelt: Mapping[str, str],
    frequencies: Frequencies | Mapping[str, Mapping[str, float]] | None,
    alpha: float,
    adjustment: Adjustment | str,
    *,
    is_cut: bool,
) -> Groups:
    from scipy.stats import binom

    chosen = option(Adjustment, adjustment)
    table = None if frequencies is None else as_frequencies(frequencies)
    everything = {factor for found in held.values() for factor in found}
    own = {f: sum(f in found for found in held.values()) / len(held) for f in everything}
    rarities = [_log10_rarity(factors, own, table) for _hosts, factors in sets]
    p = [
        float(binom.sf(len(hosts) - 1, len(held), 10**rarity))
        for (hosts, _factors), rarity in zip(sets, rarities, strict=True)
    ]
    searched = [
        min(1.0, one * math.comb(len(everything), len(factors))) if one > 0 else 0.0
        for one, (_hosts, factors) in zip(p, sets, strict=True)
    ]
    final = adjusted(searched, chosen)
    groups = [
        Group(
            hosts,
            tuple(sorted(spelt[one] for one in factors)),
            *(rarity, p[i], searched[i], final[i]),
            is_significant=final[i] <= alpha,
        )
        for i, ((hosts, factors), rarity) in enumerate(zip(sets, rarities, strict=True))
    ]
    groups.sort(key=lambda one: (one.p_adjusted, one.p, -len(one.hosts), one.factors, one.hosts))
    told = {
        Note.OWN_FREQUENCIES: table is None,
        Note.CUT_SHORT: is_cut,
        Note.NONE_FOUND: not groups,
    }
    return Groups(
        groups=tuple(groups),
        hosts=len(held),
        factors=len(everything),
        adjustment=chosen,
        alpha=alpha,
        notes=tuple(note for note, holds in told.items() if holds),
    )


def _log10_rarity(
    factors: Iterable[str], own: Mapping[str, float], table: Frequencies | None
) -> float:
    """Return how likely an unrelated host has all factors, as log10.

    By frequencies, a host draws two alleles a marker: one that is asked for is among them with
    p (2 - p), two different ones are both with 2 p q; three cannot be, and then, as for markers
    without frequencies, the shares of these hosts are multiplied.
    """
    by_marker: dict[str, list[str]] = {}
    for factor in factors:
        by_marker.setdefault(factor.partition("/")[0], []).append(factor)
    total = 0.0
    for marker, found in by_marker.items():
        if table is None or table.marker(marker) is None or len(found) > 2:
            total += math.fsum(math.log10(own[one]) for one in found)
            continue
        shares = [table.of(marker, one.partition("/")[2])[0] for one in found]
        p, q = shares[0], shares[-1]
        total += math.log10(p * (2 - p) if len(found) == 1 else 2 * p * q)
    return min(total, 0.0)


def _held(profiles: Mapping[str, Given]) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """Return the factors of each host, and how the first that has one spells it."""
    if not isinstance(profiles, Mapping) or not 2 <= len(profiles) <= MOST_HOSTS:
        raise Unusable(
            "HOSTS",
            _("Groups are looked for among 2 to %(most)d hosts, each with a profile."),
            most=MOST_HOSTS,
        )
    held, spelt = {}, dict[str, str]()
    for host, given in profiles.items():
        listed = given if isinstance(given, Profile | Mapping | str | bytes) else _listed(given)
        held[str(host)] = factors_of(listed)[0]
        for factor, name in spellings_of(listed).items():
            spelt.setdefault(factor, name)
    return held, spelt


def _listed(given: Iterable[str]) -> Iterable[str]:
    """Return names that can be read twice."""
    return list(given) if isinstance(given, Iterable) else given


def _table(held: Mapping[str, frozenset[str]]) -> NDArray[np.float32]:
    places = {f: i for i, f in enumerate(sorted({f for found in held.values() for f in found}))}
    table = np.zeros((len(held), len(places)), dtype=np.float32)
    for row, found in zip(table, held.values(), strict=True):
        row[[places[factor] for factor in found]] = 1
    return table


def _components(table: NDArray[np.float32], tanimoto: float) -> NDArray[np.int64]:
    from scipy.sparse import csr_array, vstack
    from scipy.sparse.csgraph import connected_components

    sizes, parts = table.sum(axis=1), []
    for start in range(0, len(table), 1000):
        shared = table[start : start + 1000] @ table.T
        union = sizes[start : start + 1000, None] + sizes[None, :] - shared
        # Whole numbers below 2^24 are exact in these floats.
        parts.append(csr_array((shared > 0) & (shared >= tanimoto * union)))
    _count, group = connected_components(vstack(parts), directed=False)
    return np.asarray(group, dtype=np.int64)


def _check(alpha: float, least_hosts: int, least_factors: int) -> None:
    if not is_between(alpha, 0, 1):
        raise Unusable("ALPHA", _("Alpha lies between 0 and 1; it is %(a)s."), a=cited(alpha))
    least = (
        whole(least_hosts, name=_("least number of hosts")),
        whole(least_factors, name=_("least number of factors")),
    )
    if least[0] < 2 or least[1] < 1:
        raise Unusable("LEAST", _("A group has two hosts or more, and a factor or more."))
