"""One rule for the names of markers: whatever their case, they are one (vWA, VWA, vwa).

Whoever compares, counts or joins what several profiles or tables say of a marker asks here; a profile
and a table keep the spelling that they were given. Names of alleles are compared as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def key_of(marker: str) -> str:
    """Return the one name of a marker: in capitals, without blanks around it."""
    return marker.strip().casefold().upper()


def factor_of(marker: str, allele: str) -> str:
    """Return what is compared between profiles: the one name of a marker, a slash, the allele."""
    return f"{key_of(marker)}/{allele}"


def key_of_factor(factor: str) -> str:
    """Return a factor that was written out under the one name of its marker.

    What stands before the first slash is the marker; without a slash the whole is one.
    """
    marker, slash, allele = factor.partition("/")
    return f"{key_of(marker)}{slash}{allele}"


def spelt_twice(markers: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two spellings of one marker among these names, None where there are none."""
    seen: dict[str, str] = {}
    for name in markers:
        if key_of(name) in seen:
            return seen[key_of(name)], name
        seen[key_of(name)] = name
    return None
