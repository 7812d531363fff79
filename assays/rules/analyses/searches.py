"""One profile asked of the catalogue: the best by shared factors or by likelihood ratio, with chance.

The catalogue stands beside the part: it is named by the digest of its newest row, and what was found
is the same to the bit however it was mapped or built.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assays.rules.analyses import catalogues
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

if TYPE_CHECKING:
    from assays.numerics.profiles import Catalogue, Frequencies

METHOD = "catalogue_search/2"
Json = Mapping[str, Any]
BY = ("jaccard", "shared", "likelihood_ratio")
RELATIONS = ("identity", "parent-child", "full-sibs", "half-sibs")
MOST = 200
CATALOGUE, NONE = "catalogue", "none"


class Opened(Protocol):
    """A catalogue with its allele counts."""

    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]: ...


def parameters(
    *,
    by: str = "jaccard",
    k: int = 20,
    theta: float = 0.01,
    relation: str = "identity",
) -> dict[str, Any]:
    """Return the parameters of a search, or say which cannot be used."""
    if by not in BY:
        raise Refused("BY", _("Rank by one of %(known)s."), known=", ".join(BY))
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST:
        raise Refused("K", _("Ask for 1 to %(most)d hits."), most=MOST)
    if (
        isinstance(theta, bool)
        or not isinstance(theta, int | float | Decimal)
        or not 0 <= theta < 0.5
    ):
        raise Refused("THETA", _("Theta is a coancestry from 0 to below 0.5, mostly 0.01 to 0.03."))
    if relation not in RELATIONS:
        raise Refused(
            "RELATION", _("The relation is one of %(known)s."), known=", ".join(RELATIONS)
        )
    return {"by": by, "k": k, "theta": float(theta), "relation": relation}


def handed(path: str, attachments: Sequence[bytes]) -> Opened:
    """Map the catalogue that a part is asked of."""
    return catalogues.mapped(Path(path))


def work(parameters: Json, given: Json, stored: Opened) -> dict[str, Any]:
    """Search; the profile that asks is no hit of itself."""
    from assays.numerics.profiles import Profile

    profile, k = Profile(**given["content"]), parameters["k"]
    table = _frequencies(given["frequencies"], stored.counts)
    if parameters["by"] == "likelihood_ratio" and table is None:
        raise Refused(
            "FREQUENCIES_NEEDED",
            _("A likelihood ratio needs allele frequencies: none were chosen, or none are known."),
        )
    found = stored.catalogue.search(
        profile,
        k + 1,
        by=parameters["by"],
        frequencies=table,
        relation=parameters["relation"],
        theta=parameters["theta"],
    )
    hits = [hit for hit in found if hit.id != given["profile"]][:k]
    return {
        "searched": found.searched,
        "asked": found.asked,
        "unknown": list(found.unknown),
        "notes": [note.value for note in found.notes],
        "match": None if table is None else _match(profile, table, parameters["theta"]),
        "frequencies": _told(given["frequencies"], table),
        "hits": [
            {
                "profile": hit.id,
                "score": _finite(hit.score),
                "shared": hit.shared,
                "factors": list(hit.factors),
                "expected_by_chance": hit.expected_by_chance,
                "log10_match_probability": _finite(hit.log10_match_probability),
                "log10_likelihood_ratio": _finite(hit.log10_likelihood_ratio),
                "is_excluded": hit.log10_likelihood_ratio == -math.inf,
            }
            for hit in hits
        ],
        "method": found.method,
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Say how many were searched and found."""
    return {
        "searched": max(one["searched"] for one in outcomes),
        "hits": sum(len(one["hits"]) for one in outcomes),
    }


def counted(counts: Mapping[str, Mapping[str, int]]) -> Frequencies | None:
    """Return frequencies from counted alleles; markers read twice in fewer than five are left out."""
    from assays.numerics.profiles.frequencies import LEAST_COPIES, Frequencies

    kept = {m: found for m, found in counts.items() if sum(found.values()) >= 2 * LEAST_COPIES}
    if not kept:
        return None
    totals = {marker: sum(found.values()) for marker, found in kept.items()}
    table = {m: {a: n / totals[m] for a, n in found.items()} for m, found in kept.items()}
    return Frequencies(table, {marker: total / 2 for marker, total in totals.items()})


def _frequencies(given: Json | None, counts: Mapping[str, Mapping[str, int]]) -> Frequencies | None:
    from assays.numerics.profiles import Frequencies

    if given is None:
        return None
    if given["of"] == CATALOGUE:
        return counted(counts)
    return Frequencies(given["table"], given["people"])


def _told(given: Json | None, table: Frequencies | None) -> dict[str, Any]:
    if given is None or table is None:
        return {"of": NONE, "markers": 0}
    said = {name: given[name] for name in ("of", "name", "version", "source") if name in given}
    return {**said, "markers": len(table.table)}


def _match(profile: Any, table: Frequencies, theta: float) -> dict[str, Any]:
    """Return how likely an unrelated host matches, over the markers of the table; or why not said."""
    from assays.numerics.profiles import Profile, match_probability
    from assays.numerics.refusals import Unusable

    known = {m: found for m, found in profile.markers.items() if table.marker(m) is not None}
    typed = {marker: found for marker, found in known.items() if len(found) <= 2}
    told = {
        "markers": len(typed),
        "without_frequencies": len(profile.markers) - len(known),
        "mixtures": len(known) - len(typed),
        "log10": None,
    }
    if not typed:
        return told
    try:
        found = match_probability(Profile(typed), table, theta=theta)
    except Unusable as unusable:
        return {**told, "refusal": str(unusable)}
    return {**told, "log10": _finite(found.log10), "notes": [str(note) for note in found.notes]}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
