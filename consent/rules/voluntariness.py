"""The interview that asks whether somebody goes of their own will.

Ten domains are rated 0 (no sign), 1 (possible) or 2 (definite); the time to reflect 0 or 1. One 2
refers. Two 1s refer until a second interviewer, independent of the first, has none. Too short a time
to reflect calls for one too, and by itself refers nobody. What was not rated counts as not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from consent.rules.definitions import read_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain, its question, and what each rating from 0 on means."""

    code: str
    title: str
    question: str
    ratings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The ratings of one interviewer by domain code; a domain left out was not rated."""

    interviewer: str
    ratings: Mapping[str, int]


class InvalidRating(ValueError):
    """A rating that the interview does not have."""


class Concern(StrEnum):
    """What the interview leaves open."""

    NOT_HELD = "NOT_HELD"
    NOT_COMPLETE = "NOT_COMPLETE"
    DEFINITE_SIGN = "DEFINITE_SIGN"
    SECOND_INTERVIEWER_NEEDED = "SECOND_INTERVIEWER_NEEDED"
    SHORT_REFLECTION = "SHORT_REFLECTION"
    DOUBT_CONFIRMED = "DOUBT_CONFIRMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the interviews come to; without a concern the person is free to decide."""

    concerns: tuple[Concern, ...]


@cache
def domains() -> Mapping[str, Domain]:
    """Return the domains of the interview by code, in the order in which they are asked."""
    found = [
        Domain(**{**one, "ratings": tuple(one["ratings"])})
        for one in read_data("voluntariness.json")["domains"]
    ]
    return MappingProxyType({one.code: one for one in found})


def assess(first: Interview | None, second: Interview | None = None) -> Assessment:
    """Weigh the interview, and the second one where the first asks for it."""
    if first is None:
        return Assessment(concerns=(Concern.NOT_HELD,))
    held = [first]
    if second is not None and second.interviewer != first.interviewer:
        held.append(second)
    for interview in held:
        _check_ratings(interview)
    found = {
        Concern.NOT_COMPLETE: any(domains().keys() - one.ratings.keys() for one in held),
        Concern.DEFINITE_SIGN: any(2 in one.ratings.values() for one in held),
        Concern.SECOND_INTERVIEWER_NEEDED: len(held) == 1 and _signs(first) >= 2,
        Concern.SHORT_REFLECTION: len(held) == 1 and _was_hurried(first),
        # The second interviewer was called because of doubts, and has them too.
        Concern.DOUBT_CONFIRMED: len(held) == 2 and _doubts(held[-1]) >= 2,
    }
    return Assessment(concerns=tuple(concern for concern, applies in found.items() if applies))


def _signs(interview: Interview) -> int:
    return list(interview.ratings.values()).count(1)


def _doubts(interview: Interview) -> int:
    """Count the domains rated 1, without the time to reflect: the second interview settles it."""
    return _signs(interview) - _was_hurried(interview)


def _was_hurried(interview: Interview) -> bool:
    return interview.ratings.get(reflection_domain()) == 1


@cache
def reflection_domain() -> str:
    """Return the code of the domain about the time to reflect."""
    return str(read_data("voluntariness.json")["reflection_domain"])


def _check_ratings(interview: Interview) -> None:
    for code, rating in interview.ratings.items():
        domain = domains().get(code)
        if domain is None:
            raise InvalidRating(f"The interview has no domain {code!r}.")
        if type(rating) is not int or not 0 <= rating < len(domain.ratings):
            raise InvalidRating(f"{domain.title}: {rating!r} is no rating of this domain.")
