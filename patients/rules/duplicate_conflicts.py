"""What two entries cannot both be right about: said before anybody reads them as one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from patients.rules.births import Birth
from patients.rules.duplicates import Why, compare_births


class Contradiction(StrEnum):
    """Each in one word; the first three stand in the way of a link."""

    SPECIES = "SPECIES"
    TWO_STAYS = "TWO_STAYS"
    TOLD_APART = "TOLD_APART"
    BIRTHS = "BIRTHS"
    SEX = "SEX"
    TWO_DEATHS = "TWO_DEATHS"
    ONE_DEAD = "ONE_DEAD"
    DOUBTED = "DOUBTED"
    TWO_LOGINS = "TWO_LOGINS"

    @property
    def stands_in_the_way(self) -> bool:
        return self in (self.SPECIES, self.TWO_STAYS, self.TOLD_APART)


@dataclass(frozen=True)
class Said:
    """What an entry, with those read as it, says of its person."""

    species: str
    sex: str
    birth: Birth
    death: str = ""  # as exactly as it is known; "" of somebody not known to be dead
    is_in_a_ward: bool = False
    is_doubted: bool = False
    has_login: bool = False


def contradictions(one: Said, other: Said, *, told_apart: bool) -> Iterator[Contradiction]:
    """Yield what conflicts, the graver first; which entry is given first changes nothing."""
    if one.species != other.species:
        yield Contradiction.SPECIES
    if one.is_in_a_ward and other.is_in_a_ward:
        yield Contradiction.TWO_STAYS
    if told_apart:
        yield Contradiction.TOLD_APART
    birth, _share = compare_births(one.birth, other.birth)
    if birth not in (None, Why.BIRTH_SAME, Why.BIRTH_FITS):
        yield Contradiction.BIRTHS
    if "U" not in (one.sex, other.sex) and one.sex != other.sex:
        yield Contradiction.SEX
    if one.death and other.death and one.death != other.death:
        yield Contradiction.TWO_DEATHS
    if bool(one.death) != bool(other.death):
        yield Contradiction.ONE_DEAD
    if one.is_doubted or other.is_doubted:
        yield Contradiction.DOUBTED
    if one.has_login and other.has_login:
        yield Contradiction.TWO_LOGINS
