"""Whether two entries of the registry may be one person: what speaks for it, against, and how much.

Each comparison weighs log2(m / u): how often it comes out so between two entries of one person (m)
and between entries of two (u). What is known of neither weighs nothing. Weights of comparisons that
say nothing of one another are added (I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage",
Journal of the American Statistical Association 64 (1969) 1183-1210).

A pair is never certain by name alone, nor where something speaks against it that a slip of the hand
does not explain. Nothing here joins anybody: it says whom a person should look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import log2

from patients.rules import alikeness
from patients.rules.alikeness import Alike
from patients.rules.births import UNKNOWN, Birth, Precision

POSSIBLE, PROBABLE, CERTAIN = 14.0, 20.0, 28.0  # bits
GENERATION_YEARS = 14
# Births of people who live lie within so many days of one another.
LIFETIME_DAYS = 70 * 365.25


class Grade(StrEnum):
    CERTAIN = "CERTAIN"
    PROBABLE = "PROBABLE"
    POSSIBLE = "POSSIBLE"


class Why(StrEnum):
    """What a comparison found; the sentences to it are those of the pages."""

    FAMILY_SAME = "FAMILY_SAME"
    FAMILY_CLOSE = "FAMILY_CLOSE"
    FAMILY_DIFFERS = "FAMILY_DIFFERS"
    GIVEN_SAME = "GIVEN_SAME"
    GIVEN_CLOSE = "GIVEN_CLOSE"
    GIVEN_DIFFERS = "GIVEN_DIFFERS"
    NAMES_EXCHANGED = "NAMES_EXCHANGED"
    BIRTH_SAME = "BIRTH_SAME"
    BIRTH_EXCHANGED = "BIRTH_EXCHANGED"
    BIRTH_ONE_PART = "BIRTH_ONE_PART"
    BIRTH_FITS = "BIRTH_FITS"
    BIRTH_DIFFERS = "BIRTH_DIFFERS"
    GENERATION = "GENERATION"
    TWINS = "TWINS"
    SEX_SAME = "SEX_SAME"
    SEX_DIFFERS = "SEX_DIFFERS"
    SPECIES_DIFFERS = "SPECIES_DIFFERS"
    NUMBER_SAME = "NUMBER_SAME"
    NUMBER_ELSEWHERE = "NUMBER_ELSEWHERE"
    NUMBER_CLOSE = "NUMBER_CLOSE"
    NUMBER_DIFFERS = "NUMBER_DIFFERS"
    DEATHS_DIFFER = "DEATHS_DIFFER"
    RELATIVES = "RELATIVES"
    MARKS_ALIKE = "MARKS_ALIKE"
    SAME_PLACE = "SAME_PLACE"
    SAME_EVENT = "SAME_EVENT"
    SAME_DAY = "SAME_DAY"


Chances = tuple[float, float]
# m and u of each finding. Those of births follow from the calendar, a sex by chance is a half; every
# other is this hospital's default, chosen so that a name alone stays possible and a name with the
# whole birth date is certain. LABSYS_DUPLICATE_CHANCES sets any of them otherwise.
DEFAULTS: Mapping[Why, Chances] = {
    Why.FAMILY_SAME: (0.88, 0.002),
    Why.FAMILY_CLOSE: (0.07, 0.008),
    Why.FAMILY_DIFFERS: (0.05, 0.99),
    Why.GIVEN_SAME: (0.86, 0.006),
    Why.GIVEN_CLOSE: (0.09, 0.02),
    Why.GIVEN_DIFFERS: (0.05, 0.974),
    Why.NAMES_EXCHANGED: (0.01, 0.000_012),
    Why.BIRTH_SAME: (0.92, 1 / LIFETIME_DAYS),
    Why.BIRTH_EXCHANGED: (0.02, 2 / LIFETIME_DAYS),
    # Two of day, month and year: 1/(12*30.4) + 1/(12*70) + 1/(30.4*70).
    Why.BIRTH_ONE_PART: (0.03, 0.0044),
    Why.BIRTH_FITS: (0.97, 1.0),  # u is the part of a lifetime on which both may have been born
    Why.BIRTH_DIFFERS: (0.02, 0.995),
    Why.SEX_SAME: (0.98, 0.5),
    Why.SEX_DIFFERS: (0.02, 0.5),
    Why.SPECIES_DIFFERS: (0.001, 0.1),
    Why.NUMBER_SAME: (0.5, 0.000_01),
    Why.NUMBER_ELSEWHERE: (0.1, 0.000_02),
    Why.NUMBER_CLOSE: (0.05, 0.000_1),
    Why.NUMBER_DIFFERS: (0.15, 0.99),
    Why.DEATHS_DIFFER: (0.02, 0.99),
    Why.RELATIVES: (0.0005, 0.25),
    Why.MARKS_ALIKE: (0.5, 0.01),
    Why.SAME_PLACE: (0.6, 0.02),
    Why.SAME_EVENT: (0.5, 0.03),
    Why.SAME_DAY: (0.8, 0.05),
}
STRONG = frozenset({Why.BIRTH_SAME, Why.NUMBER_SAME, Why.NUMBER_ELSEWHERE})
AGAINST = frozenset(
    {Why.SEX_DIFFERS, Why.SPECIES_DIFFERS, Why.DEATHS_DIFFER, Why.RELATIVES, Why.BIRTH_DIFFERS}
    | {Why.FAMILY_DIFFERS, Why.GIVEN_DIFFERS}
)
# What another reading explains better: such a pair is possible at the most.
APART = frozenset({Why.TWINS, Why.GENERATION, Why.RELATIVES, Why.SPECIES_DIFFERS})


def chances_of(said: Mapping[str, object]) -> Mapping[Why, Chances]:
    """Return the defaults with what a hospital set otherwise; ValueError names what is wrong."""
    found = dict(DEFAULTS)
    for name, given in said.items():
        if name not in DEFAULTS:
            raise ValueError(f"there is no comparison {name!r}; known: {', '.join(DEFAULTS)}")
        if not isinstance(given, (list, tuple)) or len(given) != 2:
            raise ValueError(f"{name}: give two chances, [m, u]")
        if not all(isinstance(one, (int, float)) and 0 < one <= 1 for one in given):
            raise ValueError(f"{name}: a chance lies above 0 and is at most 1")
        found[Why(name)] = (float(given[0]), float(given[1]))
    return found


@dataclass(frozen=True)
class Entry:
    """What is compared of one entry. `places` pairs where somebody was with the day."""

    names: frozenset[tuple[str, str]] = frozenset()
    species: str = ""
    sex: str = "U"
    birth: Birth = UNKNOWN
    numbers: frozenset[tuple[str, str]] = frozenset()
    mark: str = ""
    deceased_on: date | None = None
    registered_on: date | None = None
    places: frozenset[tuple[str, date]] = frozenset()
    events: frozenset[str] = frozenset()
    kin: frozenset[int] = frozenset()
    id: int = 0

    @property
    def is_unnamed(self) -> bool:
        return not self.names


@dataclass(frozen=True)
class Reason:
    """One finding and what it weighs, in bits; `about` are the words or numbers it is about."""

    why: Why
    bits: float
    about: tuple[str, ...] = ()

    @property
    def is_for(self) -> bool:
        return self.bits > 0


@dataclass(frozen=True)
class Match:
    """How two entries compare."""

    bits: float
    grade: Grade | None
    reasons: tuple[Reason, ...]


def compare(one: Entry, other: Entry, *, chances: Mapping[Why, Chances] = DEFAULTS) -> Match:
    """Compare two entries; which of them is given first changes nothing."""
    reasons = sorted(
        _found(one, other, chances), key=lambda reason: (-reason.bits, reason.why.value)
    )
    bits = round(sum(reason.bits for reason in reasons), 1)
    return Match(bits, _grade(bits, frozenset(reason.why for reason in reasons)), tuple(reasons))


def _grade(bits: float, found: frozenset[Why]) -> Grade | None:
    if bits < POSSIBLE:
        return None
    if found & APART:
        return Grade.POSSIBLE
    if bits >= CERTAIN and found & STRONG and not found & AGAINST:
        return Grade.CERTAIN
    # A name that agrees proves nobody: two people may share it.
    named = {Why.FAMILY_SAME, Why.FAMILY_CLOSE, Why.GIVEN_SAME, Why.GIVEN_CLOSE}
    if not found - named - {Why.NAMES_EXCHANGED, Why.SEX_SAME}:
        return Grade.POSSIBLE
    return Grade.PROBABLE if bits >= PROBABLE else Grade.POSSIBLE


def _found(one: Entry, other: Entry, chances: Mapping[Why, Chances]) -> Iterable[Reason]:
    def reason(why: Why, *about: str, u: float | None = None) -> Reason:
        m, chance = chances[why]
        return Reason(why, round(log2(m / (chance if u is None else u)), 1), about)

    found = [reason(why, *about) for why, about in _names(one, other)]
    found += [reason(why, *about) for why, about in _numbers(one.numbers, other.numbers)]
    birth, share = compare_births(one.birth, other.birth)
    if birth is Why.BIRTH_FITS:
        found.append(reason(birth, u=share))
    elif birth is not None:
        found.append(reason(birth))
    if "U" not in (one.sex, other.sex):
        found.append(reason(Why.SEX_SAME if one.sex == other.sex else Why.SEX_DIFFERS))
    if one.species != other.species:
        found.append(reason(Why.SPECIES_DIFFERS))
    if None not in (one.deceased_on, other.deceased_on) and one.deceased_on != other.deceased_on:
        found.append(reason(Why.DEATHS_DIFFER))
    if other.id in one.kin or one.id in other.kin:
        found.append(reason(Why.RELATIVES))
    if one.is_unnamed or other.is_unnamed:
        found += [reason(why, *about) for why, about in _seen(one, other)]
    whys = {each.why for each in found}
    return [*found, *(Reason(why, 0.0) for why in _explained(one, other, whys))]


def _explained(one: Entry, other: Entry, whys: set[Why]) -> Iterable[Why]:
    """Say what tells two people of one name or one birth date apart; it weighs nothing more."""
    same_family = Why.FAMILY_SAME in whys
    if same_family and Why.BIRTH_SAME in whys and Why.GIVEN_DIFFERS in whys:
        yield Why.TWINS
    if same_family and Why.BIRTH_DIFFERS in whys:
        first, second = one.birth.date, other.birth.date
        if first and second and abs(first.year - second.year) >= GENERATION_YEARS:
            yield Why.GENERATION


Findings = list[tuple[Why, tuple[str, ...]]]
FAMILY = {
    Alike.SAME: Why.FAMILY_SAME,
    Alike.CLOSE: Why.FAMILY_CLOSE,
    Alike.DIFFERENT: Why.FAMILY_DIFFERS,
}
GIVEN = {
    Alike.SAME: Why.GIVEN_SAME,
    Alike.CLOSE: Why.GIVEN_CLOSE,
    Alike.DIFFERENT: Why.GIVEN_DIFFERS,
}
# A pair of names is taken by what it would weigh; ties by what was compared, never by whose came first.
RANK = {Alike.SAME: 3, Alike.CLOSE: 2, Alike.UNSTATED: 1, Alike.DIFFERENT: 0}


def _names(one: Entry, other: Entry) -> Findings:
    pairs = [_pair(mine, yours) for mine in one.names for yours in other.names]
    return max(pairs, key=lambda pair: (pair[0], pair[1]))[1] if pairs else []


def _pair(mine: tuple[str, str], yours: tuple[str, str]) -> tuple[int, Findings]:
    family = alikeness.compared(mine[0], yours[0])
    given = alikeness.compared(mine[1], yours[1])
    crossed = {alikeness.compared(mine[0], yours[1]), alikeness.compared(mine[1], yours[0])}
    if family is not Alike.SAME and crossed == {Alike.SAME}:
        return 5, [(Why.NAMES_EXCHANGED, ())]
    found: Findings = []
    for alike, whys, at in ((family, FAMILY, 0), (given, GIVEN, 1)):
        if alike in whys:
            about = () if alike is Alike.SAME else tuple(sorted((mine[at], yours[at])))
            found.append((whys[alike], about))
    return RANK[family] * 2 - (family is Alike.DIFFERENT) + RANK[given], found


def compare_births(one: Birth, other: Birth) -> tuple[Why | None, float]:
    """Return what two births say of one another, and the share of a lifetime on which both fit."""
    first, second = one.span, other.span
    if not (first.earliest and first.latest and second.earliest and second.latest):
        return None, 1.0
    if one.precision is other.precision is Precision.DAY:
        return _days(first.earliest, second.earliest), 1.0
    if max(first.earliest, second.earliest) > min(first.latest, second.latest):
        return Why.BIRTH_DIFFERS, 1.0
    # Two spans overlap by chance where their middles lie no further apart than both are long.
    days = (first.latest - first.earliest).days + (second.latest - second.earliest).days + 1
    return Why.BIRTH_FITS, min(1.0, days / LIFETIME_DAYS)


def _days(one: date, other: date) -> Why:
    if one == other:
        return Why.BIRTH_SAME
    parts = [a == b for a, b in zip(one.timetuple()[:3], other.timetuple()[:3], strict=True)]
    swapped = (one.month, one.day) == (other.day, other.month) and one.year == other.year
    if swapped or alikeness.exchanged(f"{one:%Y}") & {f"{other:%Y}"} and parts[1] and parts[2]:
        return Why.BIRTH_EXCHANGED
    is_near = abs(one.year - other.year) < GENERATION_YEARS
    return Why.BIRTH_ONE_PART if sum(parts) == 2 and is_near else Why.BIRTH_DIFFERS


def _numbers(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> Findings:
    """Compare numbers; the strongest finding counts, and only once."""
    mine = [(alikeness.folded(system), alikeness.number(value)) for system, value in one]
    yours = [(alikeness.folded(system), alikeness.number(value)) for system, value in other]
    found: dict[Why, tuple[str, ...]] = {}
    for system, value in sorted(mine):
        for its_system, its_value in sorted(yours):
            why = _number(value, its_value, is_one_system=system == its_system)
            if why is not None:
                found.setdefault(why, tuple(sorted((value, its_value))))
    for why in (Why.NUMBER_SAME, Why.NUMBER_ELSEWHERE, Why.NUMBER_CLOSE, Why.NUMBER_DIFFERS):
        if why in found:
            about = sorted(set(found[why]))
            return [(why, tuple(about) if why is not Why.NUMBER_DIFFERS else ())]
    return []


def _number(one: str, other: str, *, is_one_system: bool) -> Why | None:
    if one == other:
        return Why.NUMBER_SAME if is_one_system else Why.NUMBER_ELSEWHERE
    if not is_one_system:
        return None
    if len(one) > alikeness.LONG and other in alikeness.exchanged(one):
        return Why.NUMBER_CLOSE
    return Why.NUMBER_DIFFERS


def _seen(one: Entry, other: Entry) -> Findings:
    """Compare what an unnamed person is told apart by; of two named ones it says nothing."""
    found: Findings = []
    if one.is_unnamed and other.is_unnamed and marks_alike(one.mark, other.mark):
        found.append((Why.MARKS_ALIKE, ()))
    place = _shared_place(one.places, other.places)
    if place:
        found.append((Why.SAME_PLACE, (place,)))
    if one.events & other.events:
        found.append((Why.SAME_EVENT, (min(one.events & other.events),)))
    if one.registered_on and other.registered_on:
        if abs((one.registered_on - other.registered_on).days) <= 1:
            found.append((Why.SAME_DAY, ()))
    return found


def marks_alike(one: str, other: str) -> bool:
    """Return whether half of the words that tell two unnamed people apart are the same."""
    first, second = set(alikeness.words(one)), set(alikeness.words(other))
    return bool(first and second) and 2 * len(first & second) >= len(first | second)


def _shared_place(one: frozenset[tuple[str, date]], other: frozenset[tuple[str, date]]) -> str:
    shared = [
        place
        for place, day in one
        for another, its_day in other
        if place == another and abs((day - its_day).days) <= 1
    ]
    return min(shared, default="")
