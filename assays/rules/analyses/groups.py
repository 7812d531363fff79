"""Hosts that share more factors than chance, with p-values adjusted for all sets that were tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

METHOD = "common_factors/2"
Json = Mapping[str, Any]
ADJUSTMENTS = ("holm", "bh")
KEPT = 100
MOST_SETS = 10_000


def parameters(
    *,
    alpha: float = 0.05,
    adjustment: str = "holm",
    least_hosts: int = 2,
    least_factors: int = 2,
) -> dict[str, Any]:
    """Return the parameters of a run, or say which cannot be used."""
    if (
        isinstance(alpha, bool)
        or not isinstance(alpha, int | float | Decimal)
        or not 0 < alpha <= 0.5
    ):
        raise Refused("ALPHA", _("Alpha lies above 0 and up to 0.5."))
    if adjustment not in ADJUSTMENTS:
        raise Refused("ADJUSTMENT", _("Adjust by one of %(known)s."), known=", ".join(ADJUSTMENTS))
    for least, bound in ((least_hosts, 2), (least_factors, 1)):
        if isinstance(least, bool) or not isinstance(least, int) or not bound <= least <= 1000:
            raise Refused("LEAST", _("A group has two hosts or more, and a factor or more."))
    return {
        "alpha": float(alpha),
        "adjustment": adjustment,
        "least_hosts": least_hosts,
        "least_factors": least_factors,
    }


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Look for groups among the newest profiles of hosts; the least likely by chance stand first."""
    from assays.numerics.profiles import common_factors

    hosts = {one["profile"]: one["markers"] for one in given["hosts"]}
    found = common_factors(hosts, most=MOST_SETS, **parameters)
    return {
        "hosts": found.hosts,
        "factors": found.factors,
        "tested": len(found.groups),
        "significant": sum(one.is_significant for one in found.groups),
        "groups": [
            {
                "hosts": list(one.hosts),
                "factors": list(one.factors),
                "log10_rarity": one.log10_rarity,
                "p": one.p,
                "p_adjusted": one.p_adjusted,
                "is_significant": one.is_significant,
            }
            for one in found.groups[:KEPT]
        ],
        "notes": [note.value for note in found.notes],
        "method": found.method,
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Say how many hosts were looked at and how many groups are more than chance."""
    (one,) = outcomes
    return {name: one[name] for name in ("hosts", "factors", "tested", "significant")}
