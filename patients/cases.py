"""Who is a confirmed case: told by whatever app reads results, for readers who may see them.

The registry knows exposures and no results. An app above says how cases are told; without one, and for
a reader who may not see somebody's results, nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from labsys.lib.policy import Principal

Telling = Callable[[Principal, Collection[int], str], Mapping[int, bool]]


class Status(StrEnum):
    """What a person of a cluster is known to be."""

    CASE = "CASE"
    CONTACT = "CONTACT"
    UNKNOWN = "UNKNOWN"


_telling: list[Telling] = []


def tell_by(telling: Telling) -> None:
    """Have cases told by this: of which persons (as they are read) results may be seen, and found it."""
    _telling[:] = [telling]


def statuses(
    by: Principal, persons: Collection[int], exposed: Collection[int], *, agent: str
) -> dict[int, Status]:
    """Return the status of each person of whom this reader may know, for one agent.

    Who is in `exposed` is a contact at least.
    """
    told = _telling[0](by, persons, agent) if _telling else {}
    otherwise = {True: Status.CONTACT, False: Status.UNKNOWN}
    return {
        person: Status.CASE if is_case else otherwise[person in exposed]
        for person, is_case in told.items()
    }
