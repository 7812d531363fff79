"""What must stand at a place: conditions as data, so that they can be kept, shown and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.segments import Place, Scope, is_filled, place


class Like(StrEnum):
    """What the text at a place may be asked to be."""

    SAYS = "says"  # exactly one of the texts
    STARTS = "starts"  # begins with one of them, in whatever case, blanks before it left out
    ENDS = "ends"  # ends with one of them, exactly
    MATCHES = "matches"  # one of these regular expressions is found anywhere in it
    FILLED = "filled"  # says anything
    BLANK = "blank"  # says nothing, at none of the places


@dataclass(frozen=True, slots=True)
class Condition:
    """What one of the texts at a place must be like; as data, so that it can be kept and shown.

    What is said of a place is said of one of its texts; that it is blank, of all of them.
    """

    where: Place
    like: Like
    texts: tuple[str, ...] = ()

    def holds(self, scope: Scope) -> bool:
        is_so = _LIKE[self.like]
        found = (is_so(text, self.texts) for text in self.where.every(scope))
        return all(found) if self.like is Like.BLANK else any(found)


def _starts(found: str, texts: tuple[str, ...]) -> bool:
    return found.lstrip().upper().startswith(tuple(text.upper() for text in texts))


def _matches(found: str, patterns: tuple[str, ...]) -> bool:
    return any(re.search(pattern, found) is not None for pattern in patterns)


_LIKE: dict[Like, Callable[[str, tuple[str, ...]], bool]] = {
    Like.SAYS: lambda found, texts: found in texts,
    Like.STARTS: _starts,
    Like.ENDS: lambda found, texts: found.endswith(texts),
    Like.MATCHES: _matches,
    Like.FILLED: lambda found, _texts: is_filled(found),
    Like.BLANK: lambda found, _texts: not is_filled(found),
}

# All conditions of a rule hold; one rule of several is enough.
Rule = tuple[Condition, ...]


def says(where: str, *texts: str) -> Condition:
    return Condition(place(where), Like.SAYS, texts)


def starts(where: str, *texts: str) -> Condition:
    """One of the texts there begins so, in whatever case, blanks before it left out."""
    return Condition(place(where), Like.STARTS, texts)


def ends(where: str, *texts: str) -> Condition:
    return Condition(place(where), Like.ENDS, texts)


def matches(where: str, pattern: str) -> Condition:
    """Hold a place to a regular expression that may stand anywhere in its text."""
    return Condition(place(where), Like.MATCHES, (pattern,))


def filled(where: str) -> Condition:
    return Condition(place(where), Like.FILLED)


def blank(where: str) -> Condition:
    return Condition(place(where), Like.BLANK)


def any_of(rules: tuple[Rule, ...], scope: Scope) -> bool:
    return any(all(condition.holds(scope) for condition in rule) for rule in rules)
