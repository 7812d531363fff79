"""Under which keys an entry is found by one that may be the same person: nobody compares all with all.

Two entries are compared where a key of one is looked for by the other. `stored` are the keys kept in
the index of an entry, `sought` those it looks for: its own, and what a slip would have made of them.
"""

from __future__ import annotations

from datetime import date, timedelta

from patients.rules import alikeness
from patients.rules.births import Precision
from patients.rules.duplicates import Entry

VERSION = 1  # of the keys; what was found under an older one is looked for again
LONGEST = 120


def stored(entry: Entry) -> frozenset[str]:
    """Return the keys under which an entry is found."""
    return frozenset(key[:LONGEST] for key in _names(entry) | _births(entry) | _others(entry))


def sought(entry: Entry) -> frozenset[str]:
    """Return the keys under which an entry looks for others: the relation is symmetric."""
    more = set()
    for _system, value in entry.numbers:
        more |= {f"i:{one}" for one in alikeness.exchanged(alikeness.number(value))}
    if entry.birth.precision is Precision.DAY and entry.birth.date is not None:
        more |= {f"d:{one.isoformat()}" for one in slips(entry.birth.date)}
    if entry.is_unnamed and entry.registered_on is not None:
        for days in (-1, 1):
            more.add(_unnamed(entry, entry.registered_on + timedelta(days=days)))
    return stored(entry) | {key[:LONGEST] for key in more}


def slips(born: date) -> frozenset[date]:
    """Return the dates that an exchange makes of one: day and month, or two digits of the year."""
    made = set()
    given = [(born.year, born.day, born.month)]
    given += [(int(y), born.month, born.day) for y in alikeness.exchanged(f"{born.year:04d}")]
    for year, month, day in given:
        try:
            made.add(date(year, month, day))
        except ValueError:
            continue
    return frozenset(made - {born})


def _names(entry: Entry) -> set[str]:
    keys = set()
    for family, given in entry.names:
        words = sorted(alikeness.words(f"{family} {given}"))
        first = (alikeness.words(given) or ("",))[0]
        keys.add("n:" + " ".join(words))
        keys.add("l:" + "".join(sorted("".join(words))))  # whatever the hyphens and the order
        if first:
            keys.add("p:" + " ".join(sorted((alikeness.soundex(family), alikeness.soundex(first)))))
            keys |= {
                f"p:{' '.join(sorted((alikeness.soundex(w), alikeness.soundex(first))))}"
                for w in alikeness.words(family)
            }
        span = entry.birth.span
        if span.earliest and span.latest and span.earliest.year == span.latest.year:
            keys.add(f"f:{alikeness.soundex(family)} {span.earliest.year}")
    return keys


def _births(entry: Entry) -> set[str]:
    born = entry.birth
    if born.precision is not Precision.DAY or born.date is None:
        return set()
    return {f"d:{born.date.isoformat()}"}


def _others(entry: Entry) -> set[str]:
    keys = {f"i:{one}" for one in (alikeness.number(value) for _s, value in entry.numbers) if one}
    if entry.is_unnamed and entry.registered_on is not None:
        keys.add(_unnamed(entry, entry.registered_on))
    return keys


def _unnamed(entry: Entry, day: date) -> str:
    return f"u:{entry.species} {day.isoformat()}"
